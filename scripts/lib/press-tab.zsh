# Prints what zsh offers at the end of each line: `line number<tab>word`. Run by check-completions.
#
# zsh completes only in an interactive shell, so one is run on a pseudo-terminal; there compadd is
# replaced by a function that writes down what it would have offered.

zmodload zsh/zpty || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf $work' EXIT
cp -- $1 $work/_kctl
mkfifo $work/offers
cat >$work/setup <<'SETUP'
PS1= RPS1= TERM=dumb
unsetopt beep
fpath=($PRESS_TAB_WORK $fpath)
autoload -Uz compinit
compinit -u -D
compadd() {
  local __word
  for __word in "$@"; do
    [[ $__word == (-|--) ]] && break
    # A call that only filters an array for the completion system itself.
    if [[ $__word == -[a-zA-Z]#[OAD]* ]]; then
      builtin compadd "$@"
      return
    fi
  done
  local -a __offered
  builtin compadd -O __offered "$@"
  (( ${#__offered} )) && print -rl -- $__offered >&9
  builtin compadd "$@"
}
press_tab() {
  _main_complete
  print -r -- $'\1' >&9
  compstate[insert]= compstate[list]=
}
zle -C press-tab complete-word press_tab
bindkey '^I' press-tab
bindkey '^U' kill-whole-line
setopt extendedglob
exec 9>$PRESS_TAB_WORK/offers
print -r -- $'\1' >&9
SETUP

# Writes down what comes until the mark of the end; fails when it does not come.
collect() {
  local offer
  while read -r -t 20 -u 8 offer; do
    [[ $offer == $'\1' ]] && return 0
    [[ -n $1 ]] && print -r -- "$1"$'\t'"$offer"
  done
  print -ru 2 "no answer from zsh for line ${1:-0}"
  return 1
}

export PRESS_TAB_WORK=$work
zpty -b shell zsh -f -i
exec 8<>$work/offers
zpty -w shell " source $work/setup"
collect '' || exit 1
number=0
while IFS= read -r line; do
  (( number += 1 ))
  zpty -n -w shell $'\C-u'"$line"$'\t'
  collect $number || exit 1
done <$2
zpty -d shell
