// TLS over a connection, and what is found out by its handshake.

internal import CTLS
import Glibc
public import Reactor

/// The facts that a handshake reports.
public struct TLSFacts: Equatable, Sendable {
    /// The protocol, such as `TLSv1.3`.
    public let version: String
    /// The subject of the broker's certificate.
    public let subject: String
    /// The authority that signed it.
    public let issuer: String
    /// Until when it is valid, in seconds since 1970.
    public let notAfter: Int64
    /// The objection to it for this client; nil when there is none.
    public let objection: Objection?

    /// The reason a certificate is not accepted.
    public struct Objection: Equatable, Sendable {
        /// The kind of an objection, for a caller that has a remedy.
        public enum Kind: Equatable, Sendable {
            case unknownAuthority, expired, notYetValid, otherHost, other
        }

        /// Its kind.
        public let kind: Kind
        /// In OpenSSL's words.
        public let reason: String
    }
}

/// A TLS connection.
@safe public final class TLSStream: ByteStream {
    /// The facts that the handshake reported.
    public private(set) var facts: TLSFacts

    private let raw: OpaquePointer
    private let context: TLSContext  // released after deinit's body
    private let connection: TCPStream

    /// Shakes hands over a connection.
    ///
    /// Faults of the broker's certificate are in `facts`, not thrown. C: `SSL_connect`.
    /// - Throws: `ProbeError`.
    public init(
        over connection: TCPStream,
        host: String,
        _ settings: TLSSettings,
        until deadline: Instant
    ) throws(ProbeError) {
        context = try TLSContext(settings)
        guard let made = unsafe SSL_new(context.raw) else { throw .tls(.other, "out of memory") }
        unsafe raw = made
        self.connection = connection
        facts = TLSFacts(version: "", subject: "", issuer: "", notAfter: 0, objection: nil)
        unsafe SSL_set_fd(raw, connection.descriptor.number)
        let parameters = unsafe SSL_get0_param(raw)
        let isNumber = unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1
        if !isNumber {
            ERR_clear_error()
            unsafe kctl_ssl_set_server_name(raw, host)
        }
        if !settings.checksHost {
            unsafe X509_VERIFY_PARAM_set1_ip(parameters, nil, 0)
        } else if !isNumber {
            unsafe X509_VERIFY_PARAM_set1_host(parameters, host, 0)
        }
        _ = try repeated(until: deadline) { unsafe SSL_connect(raw) }
        facts = try read()
    }

    deinit {
        unsafe SSL_free(raw)
    }

    /// Sends all bytes.
    public func send(_ bytes: [UInt8], until deadline: Instant) throws(ProbeError) {
        _ = try repeated(until: deadline) { unsafe SSL_write(raw, bytes, Int32(bytes.count)) }
    }

    /// Waits for bytes, at most `count`; none when the other end has closed.
    public func receive(upTo count: Int, until deadline: Instant) throws(ProbeError) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: count)
        let size = try repeated(until: deadline) {
            unsafe SSL_read(raw, &block, Int32(block.count))
        }
        return Array(block.prefix(max(Int(size), 0)))
    }

    /// Calls OpenSSL again whenever it has waited for the socket; 0 when the other end has closed.
    private func repeated(
        until deadline: Instant,
        _ call: () -> Int32
    ) throws(ProbeError) -> Int32 {
        while true {
            ERR_clear_error()
            let status = call()
            let code = errno
            if status > 0 { return status }
            switch unsafe SSL_get_error(raw, status) {
            case SSL_ERROR_WANT_READ: try connection.wait(for: POLLIN, until: deadline)
            case SSL_ERROR_WANT_WRITE: try connection.wait(for: POLLOUT, until: deadline)
            case SSL_ERROR_ZERO_RETURN: return 0
            case SSL_ERROR_SYSCALL where ERR_peek_error() == 0:
                if code == 0 { throw ProbeError(.closed, "the connection was closed") }
                throw .system("read", code)
            default:
                throw Self.isEndOfFile
                    ? ProbeError(.closed, "the connection was closed")
                    : .tls(.other, "the handshake failed")
            }
        }
    }

    /// True when the other end went away without a word.
    private static var isEndOfFile: Bool {
        kctl_err_ssl_reason(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING
    }

    private func read() throws(ProbeError) -> TLSFacts {
        guard let certificate = unsafe SSL_get1_peer_certificate(raw) else {
            throw ProbeError(.other, "the broker showed no certificate")
        }
        defer { unsafe X509_free(certificate) }
        var end = unsafe tm()
        unsafe ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end)
        let result = unsafe SSL_get_verify_result(raw)
        return unsafe TLSFacts(
            version: String(cString: SSL_get_version(raw)),
            subject: Self.name(X509_get_subject_name(certificate)),
            issuer: Self.name(X509_get_issuer_name(certificate)),
            notAfter: Int64(timegm(&end)),
            objection: Self.objection(result)
        )
    }

    private static func name(_ name: OpaquePointer?) -> String {
        guard let target = unsafe BIO_new(BIO_s_mem()) else { return "" }
        defer { unsafe BIO_free(target) }
        unsafe kctl_x509_name_print(target, name)
        var text = [UInt8](repeating: 0, count: 512)
        let size = unsafe BIO_read(target, &text, Int32(text.count))
        return String(decoding: text.prefix(max(Int(size), 0)), as: UTF8.self)
    }

    private static func objection(_ code: Int) -> TLSFacts.Objection? {
        guard code != Int(X509_V_OK) else { return nil }
        let kind: TLSFacts.Objection.Kind
        switch Int32(code) {
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE:
            kind = .unknownAuthority
        case X509_V_ERR_CERT_HAS_EXPIRED: kind = .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: kind = .notYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: kind = .otherHost
        default: kind = .other
        }
        let text = unsafe String(cString: X509_verify_cert_error_string(code))
        return TLSFacts.Objection(kind: kind, reason: text)
    }
}
