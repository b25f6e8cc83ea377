# Prints what fish offers at the end of each line: `line number<tab>word`. Run by check-completions.

source $argv[1]
set -l number 0
while read -l line
    set number (math $number + 1)
    for offer in (complete -C "$line")
        # What stands behind the first tab is the description.
        printf '%s\t%s\n' $number (string split -m 1 \t -- $offer)[1]
    end
end <$argv[2]
