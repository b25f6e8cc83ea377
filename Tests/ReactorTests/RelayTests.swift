// Connections carried from one port to another: every byte, both ways, and their ends.

import Glibc
import Reactor
import Testing

/// A TCP socket on loopback.
private final class Socket {
    let descriptor: Descriptor

    var number: Int32 { descriptor.number }

    init(_ number: Int32) throws {
        try #require(number >= 0)
        descriptor = Descriptor(number)
    }

    /// A socket that listens on a free port.
    static func listening() throws -> Socket {
        let made = try Socket(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        // Without an address a port is chosen; the address is then any, loopback among them.
        try #require(listen(made.number, 16) == 0)
        return made
    }

    /// The port that it listens on.
    func port() throws -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { start in
            start.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(number, $0, &size)
            }
        }
        try #require(code == 0)
        return UInt16(bigEndian: address.sin_port)
    }

    /// A socket connected to `port`, which does not wait from then on.
    static func connected(to port: UInt16) throws -> Socket {
        let made = try Socket(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { start in
            start.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(made.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(code == 0)
        try #require(fcntl(made.number, F_SETFL, O_NONBLOCK) == 0)
        return made
    }

    /// The next connection to it, which does not wait.
    func accepted() throws -> Socket {
        let made = try Socket(accept(number, nil, nil))
        try #require(fcntl(made.number, F_SETFL, O_NONBLOCK) == 0)
        return made
    }

    func endWriting() {
        shutdown(number, Int32(SHUT_WR))
    }
}

/// One end of a connection: what it is to send, and what it has got.
private struct End {
    let socket: Socket
    var sending: [UInt8] = []
    var sent = 0
    var received: [UInt8] = []
    var isEnded = false
    var hasFailed = false
    var endsWriting = false

    init(_ socket: Socket) {
        self.socket = socket
    }

    /// Sends and receives what goes without waiting.
    mutating func move() {
        if sent < sending.count {
            let sending = self.sending
            let rest = sending.span.bytes.extracting(sent..<sending.count)
            let count = (try? socket.descriptor.write(rest)) ?? 0
            sent += count
            if sent == sending.count, endsWriting { socket.endWriting() }
        }
        guard !isEnded else { return }
        do {
            let chunk = try socket.descriptor.read(upTo: 65_536) { span in
                span.withUnsafeBytes { [UInt8]($0) }
            }
            received += chunk
            isEnded = chunk.isEmpty
        } catch {
            if !error.isWouldBlock {
                hasFailed = true
                isEnded = true
            }
        }
    }
}

struct RelayTests {
    private let clock = SystemClock()

    /// A relay on a free port in front of `target`.
    private func relay(to target: UInt16) throws -> (relay: Relay, port: UInt16) {
        // The port of a socket that is gone again is free, unless another takes it just then.
        for _ in 0..<20 {
            let port = try Socket.listening().port()
            if let relay = try? Relay(from: port, to: target) { return (relay, port) }
        }
        throw ReactorError(call: "bind", code: EADDRINUSE)
    }

    /// Serves until `isDone`, or fails after some time.
    private func serve(_ relay: Relay, until isDone: () -> Bool) throws {
        var loop = Loop<Int>(clock: clock)
        loop.watch(relay.number, for: .readable, as: 1)
        let limit = clock.now + .seconds(20)
        while !isDone() {
            try #require(clock.now < limit, "the relay stands still")
            try loop.wait(until: clock.now + .milliseconds(1))
            relay.serve()
        }
    }

    /// A server, a relay in front of it, and a client that is connected through it.
    private func connect() throws -> (relay: Relay, client: End, server: End) {
        let listener = try Socket.listening()
        let (relay, port) = try relay(to: try listener.port())
        let client = try Socket.connected(to: port)
        relay.serve()
        return (relay, End(client), End(try listener.accepted()))
    }

    @Test func bytesGoBothWays() throws {
        var (relay, client, server) = try connect()
        client.sending = Array("question".utf8)
        server.sending = Array("answer".utf8)
        try serve(relay) {
            client.move()
            server.move()
            return client.received.count == 6 && server.received.count == 8
        }
        #expect(client.received == Array("answer".utf8))
        #expect(server.received == Array("question".utf8))
        #expect(!client.isEnded && !server.isEnded)
    }

    @Test func muchGoesBothWaysAtOnce() throws {
        var (relay, client, server) = try connect()
        // 8 MiB each, in stretches of an odd length so that no block of the relay's is like another.
        for stretch in 0..<2050 {
            client.sending += [UInt8](repeating: UInt8(stretch % 251), count: 4093)
            server.sending += [UInt8](repeating: UInt8(stretch % 241), count: 4093)
        }
        client.endsWriting = true
        server.endsWriting = true
        try serve(relay) {
            client.move()
            server.move()
            return client.isEnded && server.isEnded
        }
        // Not shown element by element when they differ.
        let isSame = client.received == server.sending && server.received == client.sending
        #expect(isSame)
        #expect(!client.hasFailed && !server.hasFailed)
    }

    @Test func oneWayEndsAndTheOtherGoesOn() throws {
        var (relay, client, server) = try connect()
        client.sending = Array("all".utf8)
        client.endsWriting = true
        try serve(relay) {
            client.move()
            server.move()
            return server.isEnded
        }
        #expect(server.received == Array("all".utf8))
        #expect(!client.isEnded)
        server.sending = Array("late".utf8)
        server.endsWriting = true
        try serve(relay) {
            client.move()
            server.move()
            return client.isEnded
        }
        #expect(client.received == Array("late".utf8))
        #expect(!client.hasFailed && !server.hasFailed)
    }

    @Test func aServerThatIsDownEndsTheConnection() throws {
        let closed = try Socket.listening().port()
        let (relay, port) = try relay(to: closed)
        var client = End(try Socket.connected(to: port))
        try serve(relay) {
            client.move()
            return client.isEnded
        }
        #expect(client.received == [])
        // The next one is served all the same.
        var second = End(try Socket.connected(to: port))
        try serve(relay) {
            second.move()
            return second.isEnded
        }
    }

    @Test func aSlowReaderKeepsNobodyBusy() throws {
        // The client has ended its writing and reads nothing; the server has sent much and is gone.
        let listener = try Socket.listening()
        let (relay, port) = try relay(to: try listener.port())
        let client = try Socket.connected(to: port)
        relay.serve()
        var server: Socket? = try listener.accepted()
        client.endWriting()
        let block = [UInt8](repeating: 7, count: 1 << 20)
        var sent = 0
        var loop = Loop<Int>(clock: clock)
        loop.watch(relay.number, for: .readable, as: 1)
        let limit = clock.now + .seconds(20)
        // Until nothing moves: the pipes are full.
        while try loop.wait(until: clock.now + .milliseconds(20)) {
            relay.serve()
            if let count = try? server?.descriptor.write(block.span.bytes) { sent += count }
            try #require(clock.now < limit, "the relay is never quiet")
        }
        #expect(sent > 0)
        server = nil
        var reader = End(client)
        while !reader.isEnded {
            reader.move()
            var turns = 0
            while turns < 1000, try loop.wait(until: clock.now + .milliseconds(2)) {
                relay.serve()
                turns += 1
            }
            try #require(turns < 1000, "a connection that nobody reads wakes the relay for ever")
            try #require(clock.now < limit, "the relay stands still")
        }
        // Nothing is lost for all that.
        #expect(reader.received.count == sent)
    }

    @Test func aPortThatIsTakenIsRefused() throws {
        let (first, port) = try relay(to: 1)
        do {
            _ = try Relay(from: port, to: 1)
            Issue.record("two relays on one port")
        } catch {
            #expect(error.call == "bind")
            #expect(error.code == EADDRINUSE)
        }
        #expect(first.number >= 0)
    }
}
