# Decides: what a cell of the matrix is, and where its state is kept.
# Leaves to others: fetching (fetch.sh), kernels (kernel.sh), modules (modules.sh), runs (boot.sh).
#
# Sourced, never run. A cell is a kernel and the libgpiod that Debian ships beside it.

bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$bench/../.." && pwd)
state=${KERNEL_BENCH_STATE:-$repository/.build/kernel-bench}
readonly bench repository state

cells="6.1 6.12-rt"

# Sets the variables of one cell: cell, suite, flavour, source_package, gpiod_major, cell_state.
use_cell() {
  cell=$1
  case $cell in
    6.1)
      suite=bookworm flavour=amd64 source_package=linux-source-6.1 gpiod_major=1 ;;
    6.12-rt)
      suite=bookworm-backports flavour=rt-amd64 source_package=linux-source-6.12 gpiod_major=2 ;;
    *)
      echo "cell.sh: there is no cell '$cell'; there are: $cells" >&2
      return 2 ;;
  esac
  cell_state=$state/$cell
  mkdir -p "$cell_state"
}
