// A listener that tells what it hears: whoever is led to it, or tells it anything, is found out.

import Glibc
import Testing

/// A port on loopback that takes what comes and answers no Kafka, gone with the value.
final class Canary {
    /// `127.0.0.1:PORT`.
    let address: String
    private let program: Program
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let script = try folder.file("canary.py", Self.script)
        program = try Program(
            ["python3", script],
            environment: ["PATH": Kctl.variable("PATH") ?? "/usr/bin:/bin"],
            within: .seconds(120)
        )
        program.wait("a port", until: { $0.lineCount > 0 })
        let line = String(decoding: program.output, as: UTF8.self)
        address = "127.0.0.1:\(line.split(separator: "\n").first ?? "")"
    }

    /// Waits until it has heard `text`.
    func wait(for text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let isHeard = program.wait("'\(text)'", until: { _ in self.heard.contains(text) })
        #expect(isHeard, "\(heard)", sourceLocation: sourceLocation)
    }

    /// Everything heard until now; what was sent before this call is in it.
    func all() throws -> [Substring] {
        marks += 1
        let port = address.split(separator: ":").last ?? ""
        let said = try Kctl.bash("printf 'mark-\(marks)-' >/dev/tcp/127.0.0.1/\(port)")
        guard said.ending == .exited(0) else { throw HarnessError(said.errors) }
        program.wait("a mark", until: { _ in self.heard.contains("mark-\(self.marks)-") })
        return heard.split(separator: "\n").dropFirst().filter { !$0.contains("mark-") }
    }

    private var marks = 0
    private var heard: String { String(decoding: program.output, as: UTF8.self) }

    deinit {
        program.signal(SIGKILL)
        _ = program.finish()
    }

    /// One connection after the other, so that a mark is heard after what came before it.
    private static let script = """
        import socket

        server = socket.socket()
        server.bind(("127.0.0.1", 0))
        server.listen(100)
        print(server.getsockname()[1], flush=True)
        while True:
            peer, _ = server.accept()
            peer.settimeout(5)
            data = b""
            try:
                data = peer.recv(65536)
                if data.startswith(b"POST"):
                    peer.sendall(b"HTTP/1.0 401 No\\r\\nContent-Length: 0\\r\\n\\r\\n")
            except OSError:
                pass
            peer.close()
            print("heard " + data.decode("latin-1").encode("unicode_escape").decode(), flush=True)

        """
}
