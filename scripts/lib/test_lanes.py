"""Splits tests into lanes that run beside one another, each a process of its own.

Reads the names that `swift test list` prints, and prints a pattern for --filter a lane. A suite stays
whole; suites with most tests are dealt out first, each to the lane with the fewest.

    swift test list | python3 test_lanes.py LANES
"""

import collections
import re
import sys


def main(count):
    suites = collections.Counter()
    for line in sys.stdin:
        name = line.strip()
        if re.match(r"^\w+\.\w+/", name):
            suites[name.split("/")[0]] += 1
    lanes = [[0, []] for _ in range(min(count, max(1, len(suites))))]
    for suite, tests in sorted(suites.items(), key=lambda entry: (-entry[1], entry[0])):
        lane = min(lanes, key=lambda lane: lane[0])
        lane[0] += tests
        lane[1].append(suite)
    for _, names in lanes:
        print("^(" + "|".join(sorted(re.escape(name) for name in names)) + ")/")


if __name__ == "__main__":
    main(int(sys.argv[1]))
