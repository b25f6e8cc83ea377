# What failed and what was skipped, out of the lines that scripts/test counts: each failure with the
# first five of its indented lines, since a log may be kept by its tail only.

/^(not ok|skip) / { print; told = 0; next }
!/^    / { told = 6; next }
++told <= 5 { print substr($0, 1, 300) }
told == 6 { print "    ..." }
