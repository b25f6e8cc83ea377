// The one error type of this target, and the one place that reads OpenSSL's statuses.

internal import CCrypto

/// A call of OpenSSL that failed.
public struct CryptoError: Error, Equatable, Sendable {
    /// The call's name, as in its manual page.
    public let call: String

    /// The reason, in OpenSSL's own words.
    public let reason: String

    /// True when a store's digest does not fit, which is what a wrong password comes to.
    public let isWrongPassword: Bool

    /// Makes an error from what is known.
    public init(call: String, reason: String, isWrongPassword: Bool = false) {
        self.call = call
        self.reason = reason
        self.isWrongPassword = isWrongPassword
    }

    /// Returns the error of a call that has just failed on this thread; OpenSSL's list of errors is
    /// emptied.
    ///
    /// C: `ERR_get_error`, `ERR_reason_error_string`, `ERR_clear_error`.
    static func latest(of call: String) -> CryptoError {
        defer { ERR_clear_error() }
        let code = ERR_get_error()
        guard code != 0, let text = unsafe ERR_reason_error_string(code) else {
            return CryptoError(call: call, reason: "no reason given")
        }
        return unsafe CryptoError(
            call: call,
            reason: String(cString: text),
            isWrongPassword: kctl_err_is_wrong_mac(code) != 0
        )
    }
}

/// Turns OpenSSL's status, of which 1 alone is success, into an error.
func check(_ call: String, _ status: Int32) throws(CryptoError) {
    guard status == 1 else { throw .latest(of: call) }
}
