"""Turns Swift Testing's event stream into one line a test, for scripts/test to count.

`ok NAME`, `not ok NAME` or `skip NAME: why`; what was found wrong follows a `not ok`, indented.
The stream is written as the tests run, so a test that brought the process down is known: it
started and never ended.

    python3 test_results.py EVENTS.jsonl [PREFIX]
"""

import json
import re
import sys


def main(path, prefix):
    functions, started, ended, failed, skipped = set(), [], set(), {}, {}
    complete = False
    for event in events(path):
        kind, test = event.get("kind"), event.get("testID")
        if kind == "test-function":
            functions.add(event["id"])
        elif kind == "testStarted":
            started.append(test)
        elif kind == "testEnded":
            ended.add(test)
        elif kind == "testSkipped":
            skipped[test] = reason(event)
        elif kind == "issueRecorded":
            issue = event.get("issue", {})
            if issue.get("isFailure", not issue.get("isKnown", False)):
                failed.setdefault(test, []).extend(finding(issue, event))
        elif kind == "runEnded":
            complete = True
    unfinished = 0
    for test in [name for name in started if name in functions and name not in skipped]:
        title = prefix + re.sub(r"/[^/]*\.swift:\d+:\d+$", "", test)
        if test not in ended:
            unfinished += 1
            print("not ok", title, "(the test process ended while it ran)")
        else:
            print("not ok" if test in failed else "ok", title)
        tell(failed.get(test, []))
    for test, why in skipped.items():
        if test in functions:
            print("skip", prefix + re.sub(r"/[^/]*\.swift:\d+:\d+$", "", test) + ":", why)
    # An issue outside any test function: a suite's initialiser, an unstructured task.
    for test in sorted(failed.keys() - functions, key=str):
        print("not ok", prefix + str(test or "outside any test"))
        tell(failed[test])
    if not complete and unfinished == 0:
        print("not ok", prefix + "the test process ended before its last test")


def events(path):
    """The stream's records, a test's declaration as `test-function` among them."""
    with open(path, encoding="utf-8", errors="replace") as stream:
        for line in stream:
            try:
                record = json.loads(line)
            except ValueError:
                continue  # the last line of a process that died
            payload = record.get("payload", {})
            if record.get("kind") == "event":
                yield payload
            elif record.get("kind") == "test" and payload.get("kind") == "function":
                yield {"kind": "test-function", "id": payload["id"]}


def finding(issue, event):
    """What an issue says, as lines: the place in front, the details behind."""
    place = issue.get("sourceLocation") or {}
    file = str(place.get("fileID", "")).split("/")[-1]
    texts = [message.get("text", "") for message in event.get("messages", [])]
    lines = [line for line in "\n".join(texts).splitlines() if line.strip()] or ["failed"]
    if file and "line" in place:
        lines[0] = f"{file}:{place['line']}: {lines[0]}"
    return lines


def tell(lines):
    for line in lines:
        # What a program printed may hold anything.
        print("    " + "".join(letter if letter.isprintable() else " " for letter in line))


def reason(event):
    texts = [message.get("text", "") for message in event.get("messages", [])]
    match = re.search(r'skipped: "(.*)"$', " ".join(texts))
    return match.group(1) if match else "switched off"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
