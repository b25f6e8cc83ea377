// An eventfd that other threads raise: how librdkafka's threads reach the loop.

import CLinux
import Glibc

/// A descriptor that becomes readable when another thread writes to it.
///
/// The owner that lets a library write to it holds it for as long as that may happen: a closed
/// descriptor's number is soon another's.
public final class Wakeup: Sendable {
    private let descriptor: Descriptor

    /// Makes one.
    ///
    /// C: `eventfd`.
    ///
    /// - Throws: `ReactorError` when no descriptor is to be had.
    public init() throws(ReactorError) {
        let flags = Int32(EFD_NONBLOCK | EFD_CLOEXEC)
        descriptor = Descriptor(try valueOrErrno("eventfd") { eventfd(0, flags) })
    }

    /// The descriptor to watch for reading.
    public var number: Int32 { descriptor.number }

    /// The bytes a thread writes to raise it: eight bytes that count one.
    public static var payload: UInt64 { 1 }

    /// Makes it readable.
    ///
    /// C: `write`.
    public func raise() {
        var payload = Self.payload
        _ = Glibc.write(number, &payload, 8)
    }

    /// Makes it unreadable until it is raised again; returns whether it was raised.
    ///
    /// C: `read`.
    @discardableResult
    public func clear() -> Bool {
        var raised: UInt64 = 0
        return Glibc.read(number, &raised, 8) == 8
    }
}
