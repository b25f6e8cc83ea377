# Tests of the scripts: each case is a function whose exit status decides. Sourced by *.test.
# shellcheck shell=bash
# shellcheck disable=SC2034
# One line a case on standard output, `ok NAME`, `not ok NAME` or `skip NAME: why`, is what
# scripts/test counts; what a failing case printed follows, indented.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
failures=0

# attempt TITLE COMMAND...: in a subshell with `set -e`, in an empty folder of its own.
attempt() {
  local title=$1 status=0
  shift
  mkdir -p "$work/case"
  # Not in a condition: that would switch `set -e` off inside.
  set +e
  (set -e; cd "$work/case"; "$@") >"$work/output" 2>&1 </dev/null
  status=$?
  set -e
  rm -rf "$work/case"
  if [ $status = 0 ]; then
    echo "ok $title"
  else
    echo "not ok $title"
    sed 's/^/    /' "$work/output"
    failures=$((failures + 1))
  fi
}

skip() { # skip NAME WHY
  echo "skip $1: $2"
}

# refuses STATUS TEXT COMMAND...: exits so, with TEXT on standard error.
refuses() {
  local expected=$1 text=$2 status=0
  shift 2
  "$@" 2>errors || status=$?
  if [ $status != "$expected" ]; then
    echo "'$*' exits with $status, not $expected:"
    cat errors
    return 1
  fi
  grep -qF -- "$text" errors || { echo "'$text' is not in:"; cat errors; return 1; }
}
