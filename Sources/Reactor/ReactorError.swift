// The one error type of this target, and the one place that reads errno.

import Glibc

/// A system call that failed.
public struct ReactorError: Error, Equatable {
    /// The call's name, as in its manual page.
    public let call: String

    /// The error number.
    public let code: Int32

    private let ownReason: String?

    /// Makes an error from what is known.
    public init(call: String, code: Int32) {
        self.call = call
        self.code = code
        ownReason = nil
    }

    /// Makes an error whose number does not say enough.
    init(call: String, code: Int32, reason: String) {
        self.call = call
        self.code = code
        ownReason = reason
    }

    /// The system's text for the error number, its first letter small, unless there is a better one.
    ///
    /// C: `strerror`.
    public var reason: String {
        if let ownReason { return ownReason }
        let text = String(cString: strerror(code))
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// True when the other end of a pipe or socket is gone.
    public var isBrokenPipe: Bool { code == EPIPE }

    /// True when the named file or program does not exist.
    public var isNotFound: Bool { code == ENOENT }

    /// True when the descriptor had nothing to give or no room to take, for now.
    public var isWouldBlock: Bool { code == EAGAIN || code == EWOULDBLOCK }
}

/// Runs a call that answers −1 on failure, again when a signal interrupted it.
///
/// - Throws: `ReactorError` with the call's name and errno.
func valueOrErrno<Value: FixedWidthInteger>(
    _ call: String,
    _ body: () -> Value
) throws(ReactorError) -> Value {
    while true {
        let value = body()
        if value != -1 { return value }
        let code = errno
        if code != EINTR { throw ReactorError(call: call, code: code) }
    }
}
