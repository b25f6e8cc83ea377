"""Splits tests into groups for processes that run beside one another, each taking the next group.

Reads the names that `swift test list` prints, and prints a pattern for --filter a group. A suite stays
whole. The end-to-end tests come first, since they wait most; what is quick fills the end.

    swift test list | python3 test_groups.py TESTS-A-GROUP
"""

import collections
import re
import sys


def main(size):
    suites = collections.Counter()
    for line in sys.stdin:
        name = line.strip()
        if re.match(r"^\w+\.\w+/", name):
            suites[name.split("/")[0]] += 1
    groups = {True: [], False: []}
    for is_slow, found in groups.items():
        names = [name for name in suites if name.startswith("EndToEndTests.") == is_slow]
        total = sum(suites[name] for name in names)
        # Quick tests cost little more than the start of their process.
        count = -(-total // (size if is_slow else 4 * size))
        found.extend([0, []] for _ in range(min(count, len(names))))
        # Suites with most tests are dealt out first, each to the group with the fewest.
        for name in sorted(names, key=lambda name: (-suites[name], name)):
            group = min(found, key=lambda group: group[0])
            group[0] += suites[name]
            group[1].append(name)
    for _, names in groups[True] + groups[False]:
        print("^(" + "|".join(sorted(re.escape(name) for name in names)) + ")/")


if __name__ == "__main__":
    main(int(sys.argv[1]))
