"""Records of AliECS for the benchmark, and other people's ways of decoding them.

As a program it decodes what `kcat -f '%S\\n%s'` prints, each message behind its length:

    aliecs.py protoc PROTOS          a `protoc --decode` for each, as one does by hand
    aliecs.py protobuf DESCRIPTORS   Python's protobuf, each message as JSON on a line
"""

import os
import subprocess
import sys


def write_records(path, count):
    """Writes small events of era 2, each behind its size as four bytes, the greatest first."""
    distinct = min(count, 50_000)  # then they come again: making them takes longer than reading
    block = bytearray()
    ends = []
    for n in range(distinct):
        event = _event(n)
        block += len(event).to_bytes(4, "big") + event
        ends.append(len(block))
    with open(path, "wb") as file:
        for _ in range(count // distinct):
            file.write(block)
        rest = count % distinct
        file.write(block[: ends[rest - 1] if rest else 0])


def _event(n):
    nanoseconds = 1_732_150_000_000_000_000 + n * 7_654_321
    environment = "2oDvieFrVTi"
    run = 550_000 + n // 1000
    user = _number(1, 1234) + _text(3, "Grace Hopper")
    number, fields = (
        (
            12,  # taskEvent
            (
                _text(1, "readout"),
                _text(2, f"2oDvieFs{n % 1000:03d}"),
                _text(3, "RUNNING"),
                _text(4, "ACTIVE"),
                _text(5, f"alio2-cr1-flp{n % 200:03d}"),
                _text(8, environment),
            ),
        ),
        (
            13,  # roleEvent
            (
                _text(1, f"host-{n % 350:03d}"),
                _text(2, "ACTIVE"),
                _text(3, "RUNNING"),
                _text(4, f"readout-dataflow.host-{n % 350:03d}"),
                _text(5, environment),
            ),
        ),
        (
            16,  # runEvent
            (
                _text(1, environment),
                _number(2, run),
                _text(3, "CONFIGURED"),
                _text(5, "START_ACTIVITY"),
                _number(6, 1),
                _part(8, user),
            ),
        ),
        (
            11,  # environmentEvent
            (
                _text(1, environment),
                _text(2, "RUNNING"),
                _number(3, run),
                _text(5, "transition starting"),
                _text(6, "STOP_ACTIVITY"),
                _text(7, "leave_RUNNING"),
                _number(8, 2),
            ),
        ),
    )[n % 4]
    times = _number(1, nanoseconds // 1_000_000) + _number(2, nanoseconds)
    return times + _part(number, b"".join(fields))


def _varint(number):
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def _number(field, value):
    return _varint(field << 3) + _varint(value)


def _part(field, value):
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field, value):
    return _part(field, value.encode())


def _frames(stream):
    while size := stream.readline():
        yield stream.read(int(size))


def _decode_by_protoc(protos):
    schema = os.path.join(protos, "events.proto")
    command = ["protoc", "-I", protos, "--decode=events.Event", schema]
    for frame in _frames(sys.stdin.buffer):
        subprocess.run(command, input=frame, check=True)


def _decode_by_protobuf(descriptors):
    from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

    with open(descriptors, "rb") as file:
        files = descriptor_pb2.FileDescriptorSet.FromString(file.read())
    pool = descriptor_pool.DescriptorPool()
    for one in files.file:
        pool.Add(one)
    event = message_factory.GetMessageClass(pool.FindMessageTypeByName("events.Event"))()
    for frame in _frames(sys.stdin.buffer):
        event.ParseFromString(frame)
        sys.stdout.write(json_format.MessageToJson(event, indent=None) + "\n")


if __name__ == "__main__":
    ways = {"protoc": _decode_by_protoc, "protobuf": _decode_by_protobuf}
    if len(sys.argv) != 3 or sys.argv[1] not in ways:
        sys.exit(__doc__)
    ways[sys.argv[1]](sys.argv[2])
