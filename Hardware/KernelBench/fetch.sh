# Decides: how Debian packages come here without being installed.
# Leaves to others: which packages, and what is done with their files.
#
# Sourced, never run. The lists are kept apart from the machine's own, so that a suite can be
# read that the machine does not install from. The mirrors are those the machine already uses.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# The address from which this machine gets a release, as apt itself tells it.
mirror_of() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $1" | head -n 1
}

# Reads the lists of $suite; later calls of $apt_get and $apt_cache ask these alone.
open_suite() {
  local home=$state/apt/$suite archive security
  archive=$(mirror_of bookworm)
  security=$(mirror_of bookworm-security)
  if [ -z "$archive" ]; then
    echo "fetch.sh: apt knows no mirror of Debian 12 (bookworm); run apt-get update" >&2
    return 1
  fi
  mkdir -p "$home/lists/partial" "$home/cache/archives/partial"
  {
    echo "deb [signed-by=$keyring] $archive bookworm main"
    if [ "$suite" != bookworm ]; then echo "deb [signed-by=$keyring] $archive $suite main"; fi
    if [ -n "$security" ]; then
      echo "deb [signed-by=$keyring] $security bookworm-security main"
    fi
  } > "$home/sources.list"
  local options=(
    -qq -o "Dir::Etc::sourcelist=$home/sources.list" -o Dir::Etc::sourceparts=-
    -o "Dir::State::Lists=$home/lists" -o "Dir::Cache=$home/cache"
    -o "APT::Default-Release=$suite" -o APT::Sandbox::User=)
  apt_get=(apt-get "${options[@]}")
  apt_cache=(apt-cache "${options[@]}")
  "${apt_get[@]}" update
}

# What a package depends on, by the first name that matches.
dependency() { # PACKAGE PATTERN
  "${apt_cache[@]}" depends "$1" | awk -v p="$2" '$1 == "Depends:" && $2 ~ p { print $2; exit }'
}

# The version of a package that this suite gives.
version_of() {
  "${apt_cache[@]}" show "$1" | awk '$1 == "Version:" { print $2; exit }'
}

# Puts the named packages into a folder.
download_into() { # FOLDER PACKAGE...
  local folder=$1
  shift
  mkdir -p "$folder"
  (cd "$folder" && "${apt_get[@]}" download "$@")
}
