// The one place where a command waits: poll(2) over named descriptors until a deadline.
//
// Invariants:
// 1. A source is watched at most once; watching it again changes what is waited for.
// 2. `wait` never returns early with nothing ready unless its deadline passed.
// 3. The loop owns no descriptor: the caller that watches one keeps it open until it is unwatched.

import CLinux
import Glibc

/// The events to wait for on a descriptor.
public enum Interest: Sendable {
    /// Bytes to read, or the end of them.
    case readable
    /// Room to write.
    case writable
    /// Nothing but the other end's departure, which poll(2) always reports.
    case hangUp
}

/// A poll(2) loop over sources that the caller names.
///
/// It has no callbacks: `wait` returns, and the caller asks which sources are ready.
public struct Loop<Source: Hashable>: ~Copyable {
    private var sources: [Source] = []
    private var polled: [pollfd] = []
    private let clock: any Clock

    /// Makes a loop that reads the time from `clock`.
    public init(clock: any Clock) {
        self.clock = clock
    }

    /// Watches `descriptor` under the name `source`, in place of what had the name before.
    public mutating func watch(_ descriptor: Int32, for interest: Interest, as source: Source) {
        let events: Int32
        switch interest {
        case .readable: events = POLLIN
        case .writable: events = POLLOUT
        case .hangUp: events = 0
        }
        let entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        if let index = sources.firstIndex(of: source) {
            polled[index] = entry
        } else {
            sources.append(source)
            polled.append(entry)
        }
    }

    /// Stops watching `source`; does nothing when it is not watched.
    public mutating func unwatch(_ source: Source) {
        guard let index = sources.firstIndex(of: source) else { return }
        sources.remove(at: index)
        polled.remove(at: index)
    }

    /// Returns true when the last `wait` found `source` ready, gone or broken.
    public func isReady(_ source: Source) -> Bool {
        guard let index = sources.firstIndex(of: source) else { return false }
        return polled[index].revents != 0
    }

    /// Returns true when the last `wait` found that the other end of `source` is gone.
    public func hasHungUp(_ source: Source) -> Bool {
        guard let index = sources.firstIndex(of: source) else { return false }
        return Int32(polled[index].revents) & (POLLHUP | POLLERR | POLLNVAL) != 0
    }

    /// Waits until a source is ready or `deadline` has come; without a deadline, for ever.
    ///
    /// C: `poll`.
    ///
    /// - Returns: true when any source is ready.
    /// - Throws: `ReactorError` of `poll`.
    @discardableResult
    public mutating func wait(until deadline: Instant? = nil) throws(ReactorError) -> Bool {
        while true {
            let timeout: Int32
            if let deadline {
                timeout = (deadline - clock.now).clampedMilliseconds
            } else {
                timeout = -1
            }
            let ready = try pollOnce(timeoutMilliseconds: timeout)
            if ready > 0 { return true }
            if let deadline, deadline <= clock.now { return false }
        }
    }

    private mutating func pollOnce(timeoutMilliseconds: Int32) throws(ReactorError) -> Int32 {
        let ready = poll(&polled, nfds_t(polled.count), timeoutMilliseconds)
        if ready >= 0 { return ready }
        let code = errno
        if code == EINTR { return 0 }
        throw ReactorError(call: "poll", code: code)
    }
}
