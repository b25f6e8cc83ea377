// Ports that something other than a broker listens at.

import Glibc
import Testing

/// A port on loopback that somebody listens at without ever answering.
final class ListeningPort {
    let number: UInt16
    private var descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isListening else { throw HarnessError.system("bind") }
        number = UInt16(bigEndian: address.sin_port)
    }

    /// Stops listening; the port is free for somebody else.
    func release() -> UInt16 {
        close(descriptor)
        descriptor = -1
        return number
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }
}

/// A server that answers whoever connects with bytes that are no Kafka.
final class ForeignServer {
    let port: String
    private let program: Program

    init(answering text: String) throws {
        program = try Program(
            [
                "python3", "-c",
                """
                import socket, sys
                server = socket.create_server(("127.0.0.1", 0))
                print(server.getsockname()[1], flush=True)
                while True:
                    peer, _ = server.accept()
                    peer.sendall(sys.argv[1].encode())
                    peer.close()
                """,
                text,
            ],
            environment: ["PATH": Kctl.variable("PATH") ?? "/usr/bin:/bin"]
        )
        guard program.wait(forOutput: "\n") else { throw HarnessError("no server") }
        port = String(decoding: program.output.dropLast(), as: UTF8.self)
    }
}
