// A broker that answers as no broker does: the one peer that has to be made up, since nobody has one.
//
// It answers ApiVersions truthfully, and Metadata with whatever it is asked to; nothing else.

import Glibc
import JSON
import Testing

/// A server of hostile metadata, one port for each form of it.
enum Hostile {
    /// The forms, by name.
    static let forms = [
        "empty", "no brokers", "brokers -1", "brokers many", "topics -1", "topics many",
        "partitions -1", "partitions min", "partitions many", "partition id -1",
        "partition id max", "partition id min", "partition twice", "leader unknown", "leader min",
        "replicas -1", "replicas min", "replicas many", "replicas garbage", "isrs -1",
        "control bytes", "no name", "empty name", "name length -2", "name length max",
        "topic twice", "topic error", "topic error unknown", "no host", "host long", "port -1",
        "broker id -1", "broker id min", "broker twice", "no cluster", "controller max", "more",
        "cut", "frame huge", "frame -1", "frame 0", "frame cut", "closed", "silent",
        "another's answer",
    ]

    /// The address of a form.
    static func address(_ form: String) throws -> String {
        let port = try #require(ports[form], "\(form)")
        return "127.0.0.1:\(port)"
    }

    /// Lives until the tests end: it reads the end of its input then.
    private static let ports: [String: Int64] = {
        let program = try? Program(
            ["python3", "-c", source],
            input: .held,
            environment: ["PATH": Kctl.variable("PATH") ?? "/usr/bin:/bin"],
            within: .seconds(100_000)
        )
        guard let program, program.wait(forOutput: "}\n"),
            let json = try? JSONValue(parsing: String(decoding: program.output, as: UTF8.self))
        else { return [:] }
        _ = Unmanaged.passRetained(program)
        var ports: [String: Int64] = [:]
        for form in forms { ports[form] = json[form]?.int64 }
        return ports
    }()

    private static let source = #"""
        import json, os, socket, struct, sys, threading

        def i8(n): return struct.pack(">b", n)
        def i16(n): return struct.pack(">h", n)
        def i32(n): return struct.pack(">i", n)
        def text(s): return i16(-1) if s is None else i16(len(s)) + s
        def array(items, count=None):
            return i32(len(items) if count is None else count) + b"".join(items)
        def ints(*numbers): return array([i32(n) for n in numbers])
        def broker(id=1, host=b"127.0.0.1", port=9):
            return i32(id) + text(host) + i32(port) + text(None)
        def partition(id=0, leader=1, replicas=ints(1), isrs=ints(1)):
            return i16(0) + i32(id) + i32(leader) + replicas + isrs
        def topic(*partitions, name=text(b"t"), count=None, error=0):
            return i16(error) + name + i8(0) + array(partitions or [partition()], count)
        def metadata(*topics, brokers=None, broker_count=None, count=None, controller=1, id=b"c"):
            brokers = [broker()] if brokers is None else brokers
            return (i32(0) + array(brokers, broker_count) + text(id) + i32(controller)
                    + array(topics or [topic()], count))
        low, high = -2 ** 31, 2 ** 31 - 1
        def frame(number, body): return i32(4 + len(body)) + i32(number) + body

        forms = {
            "empty": b"",
            "no brokers": i32(0) + i32(0) + text(b"c") + i32(1) + i32(0),
            "brokers -1": metadata(broker_count=-1),
            "brokers many": metadata(broker_count=high),
            "topics -1": metadata(count=-1),
            "topics many": metadata(count=999_999),
            "partitions -1": metadata(topic(count=-1)),
            "partitions min": metadata(topic(count=low)),
            "partitions many": metadata(topic(count=high)),
            "partition id -1": metadata(topic(partition(id=-1))),
            "partition id max": metadata(topic(partition(id=high))),
            "partition id min": metadata(topic(partition(id=low))),
            "partition twice": metadata(topic(partition(), partition())),
            "leader unknown": metadata(topic(partition(leader=77))),
            "leader min": metadata(topic(partition(leader=low))),
            "replicas -1": metadata(topic(partition(replicas=i32(-1)))),
            "replicas min": metadata(topic(partition(replicas=i32(low)))),
            "replicas many": metadata(topic(partition(replicas=i32(high)))),
            "replicas garbage": metadata(topic(partition(replicas=ints(-1, low, high, 0)))),
            "isrs -1": metadata(topic(partition(isrs=i32(-1)))),
            "control bytes": metadata(topic(), topic(name=text(b"\x1b[2J\x00\n../../x\xff"))),
            "no name": metadata(topic(name=text(None))),
            "empty name": metadata(topic(name=text(b""))),
            "name length -2": metadata(topic(name=i16(-2))),
            "name length max": metadata(topic(name=i16(32767))),
            "topic twice": metadata(topic(), topic()),
            "topic error": metadata(topic(error=-1)),
            "topic error unknown": metadata(topic(error=12345)),
            "no host": metadata(brokers=[broker(host=None)]),
            "host long": metadata(brokers=[broker(host=b"h" * 30000)]),
            "port -1": metadata(brokers=[broker(port=-1)]),
            "broker id -1": metadata(brokers=[broker(id=-1)]),
            "broker id min": metadata(brokers=[broker(id=low)]),
            "broker twice": metadata(brokers=[broker(), broker()]),
            "no cluster": metadata(id=None),
            "controller max": metadata(controller=high),
            "more": metadata() + b"x" * 1000,
            "cut": metadata()[:-3],
        }
        raw = {
            "frame huge": lambda n: i32(high),
            "frame -1": lambda n: i32(-1),
            "frame 0": lambda n: i32(0),
            "frame cut": lambda n: frame(n, metadata())[:-5],
            "closed": lambda n: None,
            "silent": lambda n: b"",
            "another's answer": lambda n: frame(n ^ 0x5555, metadata()),
        }

        def read(peer, count):
            got = b""
            while len(got) < count:
                more = peer.recv(count - len(got))
                if not more: raise EOFError
                got += more
            return got

        def serve(peer, form):
            try:
                while True:
                    request = read(peer, struct.unpack(">i", read(peer, 4))[0])
                    key, version, number = struct.unpack(">hhi", request[:8])
                    if key == 18:
                        known = [(0, 0, 7), (1, 0, 11), (2, 0, 1), (3, 0, 4), (18, 0, 3)]
                        rows = [b"".join(map(i16, row)) for row in known]
                        if version < 3: body = array(rows) + (i32(0) if version else b"")
                        else:
                            rows = b"".join(row + b"\0" for row in rows)
                            body = bytes([len(known) + 1]) + rows + i32(0) + b"\0"
                        peer.sendall(frame(number, i16(0) + body))
                    elif key == 3:
                        answer = raw[form](number) if form in raw else frame(number, forms[form])
                        if answer is None: return peer.close()
                        peer.sendall(answer)
            except (OSError, EOFError): pass

        def listen(server, form):
            while True:
                peer, _ = server.accept()
                threading.Thread(target=serve, args=(peer, form), daemon=True).start()

        ports = {}
        for form in list(forms) + list(raw):
            server = socket.create_server(("127.0.0.1", 0))
            ports[form] = server.getsockname()[1]
            threading.Thread(target=listen, args=(server, form), daemon=True).start()
        print(json.dumps(ports), flush=True)
        sys.stdin.read()
        os._exit(0)
        """#
}
