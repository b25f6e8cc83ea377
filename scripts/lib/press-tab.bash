# Prints what bash offers at the end of each line: `line number<tab>word`. Run by check-completions.
# shellcheck shell=bash

# shellcheck source=/dev/null
. "$1"

# Breaks a line into COMP_WORDS as bash does: at spaces, and around `=` and `:`.
break_line() {
  local line=$1 word='' i letter
  COMP_WORDS=()
  for ((i = 0; i < ${#line}; i++)); do
    letter=${line:i:1}
    case $letter in
      ' ')
        [ -z "$word" ] || COMP_WORDS+=("$word")
        word=''
        ;;
      = | :)
        [ -z "$word" ] || COMP_WORDS+=("$word")
        COMP_WORDS+=("$letter")
        word=''
        ;;
      *) word+=$letter ;;
    esac
  done
  # At the end of a line that ends in `=` the cursor is still on that word.
  if [ -n "$word" ] || [ "${line: -1}" = ' ' ]; then COMP_WORDS+=("$word"); fi
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
}

number=0
while IFS= read -r COMP_LINE; do
  number=$((number + 1))
  COMP_POINT=${#COMP_LINE}
  break_line "$COMP_LINE"
  _kctl kctl "${COMP_WORDS[COMP_CWORD]}" ''
  for word in "${COMPREPLY[@]}"; do
    printf '%s\t%s\n' "$number" "$word"
  done
done <"$2"
