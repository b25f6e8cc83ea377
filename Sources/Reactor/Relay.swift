// A TCP port on loopback whose connections are carried to another one.
// A fixed address in front of a server that chooses its own.
//
// 1. All descriptors of the relay are in one epoll set, whose own descriptor a loop can watch.
// 2. A direction reads only while it holds nothing unwritten: a slow end slows the other.
// 3. When one direction has ended, the other goes on; both ended, or a failure, closes the pair.
// 4. A descriptor of which nothing is wanted is not in the set: epoll would report for ever that its
//    other end is gone, while the slower end still has something to take.

import CLinux
import Glibc

/// A listener on 127.0.0.1 and the connections it carries.
public final class Relay {
    private let listener: Descriptor
    private let polled: Descriptor
    private let target: UInt16
    private var pairs: [Int32: Pair] = [:]
    /// The events each descriptor in the set is watched for.
    private var interests: [Int32: UInt32] = [:]

    /// Listens on `port` and carries connections to `target`, both on 127.0.0.1.
    ///
    /// C: `socket`, `bind`, `listen`, `epoll_create1`.
    /// - Throws: `ReactorError`, of `bind` when the port is taken.
    public init(from port: UInt16, to target: UInt16) throws(ReactorError) {
        self.target = target
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let listener = Descriptor(
            try valueOrErrno("socket") {
                socket(AF_INET, type | Int32(SOCK_NONBLOCK.rawValue), 0)
            }
        )
        var yes: Int32 = 1
        setsockopt(listener.number, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        _ = try Self.withLoopback(port) { address, size throws(ReactorError) in
            try valueOrErrno("bind") { bind(listener.number, address, size) }
        }
        let number = listener.number
        _ = try valueOrErrno("listen") { listen(number, 128) }
        polled = Descriptor(
            try valueOrErrno("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) }
        )
        self.listener = listener
        watch(number, for: EPOLLIN)
    }

    /// The descriptor to watch for reading.
    public var number: Int32 { polled.number }

    /// Accepts and carries what there is, without waiting.
    public func serve() {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        let count = epoll_wait(polled.number, &events, 64, 0)
        guard count > 0 else { return }
        for event in events.prefix(Int(count)) {
            let number = event.data.fd
            if number == listener.number {
                accept()
            } else if let pair = pairs[number] {
                carry(pair)
            }
        }
    }

    private func accept() {
        while true {
            let number = Glibc.accept(listener.number, nil, nil)
            guard number >= 0 else { return }
            let near = Descriptor(number)
            _ = fcntl(number, F_SETFD, FD_CLOEXEC)
            _ = fcntl(number, F_SETFL, O_NONBLOCK)
            guard let far = connected() else { continue }
            let pair = Pair(near: near, far: far)
            for number in [pair.near.number, pair.far.number] {
                pairs[number] = pair
                watch(number, for: EPOLLIN)
            }
        }
    }

    private func connected() -> Descriptor? {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let number = socket(AF_INET, type, 0)
        guard number >= 0 else { return nil }
        let far = Descriptor(number)
        // On loopback the answer is immediate, so this does not hold up the loop.
        let isConnected =
            (try? Self.withLoopback(target) { address, size throws(ReactorError) in
                try valueOrErrno("connect") { connect(number, address, size) }
            }) != nil
        guard isConnected else { return nil }
        _ = fcntl(number, F_SETFL, O_NONBLOCK)
        return far
    }

    private func carry(_ pair: Pair) {
        let isOpen = pair.carry()
        if isOpen {
            watch(pair.near.number, for: pair.nearInterest)
            watch(pair.far.number, for: pair.farInterest)
        } else {
            // Closing them, which follows, takes them out of the set.
            for number in [pair.near.number, pair.far.number] {
                pairs[number] = nil
                interests[number] = nil
            }
        }
    }

    private func watch(_ number: Int32, for events: EPOLL_EVENTS) {
        let before = interests[number]
        let wanted = events.rawValue == 0 ? nil : events.rawValue
        guard wanted != before else { return }
        let operation: Int32
        switch (before, wanted) {
        case (nil, _): operation = EPOLL_CTL_ADD
        case (_, nil): operation = EPOLL_CTL_DEL
        default: operation = EPOLL_CTL_MOD
        }
        var event = epoll_event()
        event.events = events.rawValue
        event.data.fd = number
        epoll_ctl(polled.number, operation, number, &event)
        interests[number] = wanted
    }

    private static func withLoopback<Result>(
        _ port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(ReactorError) -> Result
    ) throws(ReactorError) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let block = UnsafeMutablePointer<sockaddr_in>.allocate(capacity: 1)
        defer { block.deallocate() }
        block.initialize(to: address)
        let general = UnsafeMutableRawPointer(block).assumingMemoryBound(to: sockaddr.self)
        return try body(general, size)
    }
}

/// Two connected sockets and what is on its way between them.
private final class Pair {
    let near: Descriptor
    let far: Descriptor
    private var outward = Direction()
    private var inward = Direction()

    init(near: consuming Descriptor, far: consuming Descriptor) {
        self.near = near
        self.far = far
    }

    var nearInterest: EPOLL_EVENTS { interest(reads: outward, writes: inward) }
    var farInterest: EPOLL_EVENTS { interest(reads: inward, writes: outward) }

    /// Moves what can be moved; false when the pair is done.
    func carry() -> Bool {
        outward.move(from: near, to: far)
        inward.move(from: far, to: near)
        let isDone = outward.isEnded && inward.isEnded
        return !outward.hasFailed && !inward.hasFailed && !isDone
    }

    private func interest(reads: Direction, writes: Direction) -> EPOLL_EVENTS {
        var events: UInt32 = 0
        if reads.wantsInput { events |= EPOLLIN.rawValue }
        if writes.wantsRoom { events |= EPOLLOUT.rawValue }
        return EPOLL_EVENTS(rawValue: events)
    }
}

/// One way through a pair.
private struct Direction {
    private(set) var isEnded = false
    private(set) var hasFailed = false
    private var held: [UInt8] = []

    var wantsInput: Bool { !isEnded && held.isEmpty }
    var wantsRoom: Bool { !held.isEmpty }

    mutating func move(from source: borrowing Descriptor, to sink: borrowing Descriptor) {
        do {
            while true {
                while !held.isEmpty {
                    let count = try sink.write(held.span.bytes)
                    held.removeFirst(count)
                }
                if isEnded { return }
                held = try source.read(upTo: 65_536) { span in
                    span.withUnsafeBytes { [UInt8]($0) }
                }
                if held.isEmpty {
                    isEnded = true
                    shutdown(sink.number, Int32(SHUT_WR))
                    return
                }
            }
        } catch {
            if !error.isWouldBlock { hasFailed = true }
        }
    }
}
