// The one error type of this target, and the one place that reads OpenSSL's and the system's.

internal import CTLS
import Glibc

/// The reason something could not be found out about an address.
public struct ProbeError: Error, Equatable, Sendable {
    /// The kind of an error, for a caller that has a remedy.
    public enum Kind: Equatable, Sendable {
        /// The host's name means no address.
        case unknownName
        /// No process listens there.
        case refused
        /// Nothing came within the time.
        case timedOut
        /// The connection was closed at the other end.
        case closed
        /// The peer does not speak TLS.
        case notTLS
        /// The other end wants a certificate of ours, or does not take the one it got.
        case clientCertificate
        /// The certificate or key that this property names cannot be used.
        case ownFile(property: String)
        /// Anything else.
        case other
    }

    /// Its kind.
    public let kind: Kind
    /// The reason, in one line without a full stop.
    public let reason: String

    /// Describes an error.
    public init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    /// Returns the system's text for an error number, its first letter small.
    static func text(of code: Int32) -> String {
        let text = unsafe String(cString: strerror(code))
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// Returns the error of a system call.
    static func system(_ call: String, _ code: Int32) -> ProbeError {
        let reason = text(of: code)
        switch code {
        case ECONNREFUSED: return ProbeError(.refused, "connection refused")
        case ETIMEDOUT: return ProbeError(.timedOut, "no answer")
        case ECONNRESET, EPIPE: return ProbeError(.closed, "the connection was closed")
        default: return ProbeError(.other, "\(call): \(reason)")
        }
    }

    /// Returns the error of a call of OpenSSL that has just failed; its list of errors is emptied.
    ///
    /// C: `ERR_get_error`, `ERR_reason_error_string`, `ERR_clear_error`.
    static func tls(_ kind: Kind, _ otherwise: String) -> ProbeError {
        defer { ERR_clear_error() }
        let code = ERR_get_error()
        guard code != 0, let text = unsafe ERR_reason_error_string(code) else {
            return ProbeError(kind, otherwise)
        }
        let reason = unsafe String(cString: text)
        switch kctl_err_ssl_reason(code) {
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_HTTP_REQUEST:
            return ProbeError(.notTLS, "the peer does not speak TLS")
        // Java before 12 sends its alert in a way that cannot be read.
        case SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC:
            return ProbeError(.clientCertificate, "the peer closed the handshake")
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
            SSL_R_TLSV1_ALERT_UNKNOWN_CA, SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,
            SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
            return ProbeError(.clientCertificate, "the broker says: \(reason)")
        default:
            return ProbeError(kind, reason)
        }
    }
}
