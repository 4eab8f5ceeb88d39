#!/bin/sh
# Decides: nothing. Runs mutation.py beside it with the interlocks that were named, or with all.
exec python3 "$(dirname "$0")/mutation.py" "$@"
