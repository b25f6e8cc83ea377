// One TCP connection, in plain text or under TLS, that never waits longer than it may.

import Glibc
public import Reactor

/// A stream that bytes can be exchanged over.
public protocol ByteStream: AnyObject {
    /// Sends all bytes.
    func send(_ bytes: [UInt8], until deadline: Instant) throws(ProbeError)
    /// Waits for bytes, at most `count`; none when the other end has closed.
    func receive(upTo count: Int, until deadline: Instant) throws(ProbeError) -> [UInt8]
}

/// A TCP connection.
public final class TCPStream: ByteStream {
    let descriptor: Descriptor
    private let clock: any Clock

    /// Connects to an address.
    ///
    /// C: `socket`, `connect`, `poll`.
    /// - Throws: `ProbeError`: refused, timed out, or what the system says.
    public init(
        to address: SocketAddress,
        until deadline: Instant,
        clock: any Clock
    ) throws(ProbeError) {
        self.clock = clock
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let number = socket(address.family, kind | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .system("socket", errno) }
        descriptor = Descriptor(number)
        let status = unsafe address.bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return Int32(-1) }
            let socketAddress = unsafe start.assumingMemoryBound(to: sockaddr.self)
            return unsafe connect(number, socketAddress, socklen_t(bytes.count))
        }
        if status == 0 { return }
        guard errno == EINPROGRESS else { throw .system("connect", errno) }
        try wait(for: POLLOUT, until: deadline)
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &size) == 0, code == 0 else {
            throw .system("connect", code)
        }
    }

    /// Waits until the socket can be read or written.
    func wait(for events: Int32, until deadline: Instant) throws(ProbeError) {
        while true {
            let left = deadline - clock.now
            guard left > .zero else { throw ProbeError(.timedOut, "no answer") }
            var item = pollfd(fd: descriptor.number, events: Int16(events), revents: 0)
            let milliseconds = Int32(min(left.nanoseconds / 1_000_000 + 1, 60_000))
            let status = unsafe poll(&item, 1, milliseconds)
            if status > 0 { return }
            if status < 0, errno != EINTR { throw .system("poll", errno) }
        }
    }

    /// Sends all bytes.
    public func send(_ bytes: [UInt8], until deadline: Instant) throws(ProbeError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(
                    descriptor.number,
                    $0.baseAddress,
                    $0.count,
                    Int32(MSG_NOSIGNAL)
                )
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                try wait(for: POLLOUT, until: deadline)
            } else if errno != EINTR {
                throw .system("send", errno)
            }
        }
    }

    /// Waits for bytes, at most `count`; none when the other end has closed.
    public func receive(upTo count: Int, until deadline: Instant) throws(ProbeError) -> [UInt8] {
        while true {
            try wait(for: POLLIN, until: deadline)
            var block = [UInt8](repeating: 0, count: count)
            let size = unsafe block.withUnsafeMutableBytes {
                unsafe recv(descriptor.number, $0.baseAddress, $0.count, 0)
            }
            if size >= 0 { return Array(block.prefix(size)) }
            if errno != EAGAIN, errno != EINTR { throw .system("recv", errno) }
        }
    }
}
