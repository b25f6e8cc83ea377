# What every script here starts with: its name, the repository's root, its help text and its two
# ways to give up. Sourced, never run.
# shellcheck shell=bash

program=$(basename "$0")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Some are read by only a few of the scripts.
export program root

# Prints the comment that a script opens with: that comment is its help text.
help() {
  sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p;}' "$0"
}

# die MESSAGE: something failed.
die() {
  echo "$program: $*" >&2
  exit 1
}

# misuse MESSAGE: the call is wrong and nothing was attempted.
misuse() {
  echo "$program: $* (see '$program --help')" >&2
  exit 2
}

# value_of FLAG REMAINING: refuses a flag that ends the line where a value is due.
value_of() {
  [ "$2" -ge 2 ] || misuse "$1 needs a value"
}

# note MESSAGE: what the script is doing, apart from the data on standard output.
note() {
  echo "$program: $*" >&2
}
