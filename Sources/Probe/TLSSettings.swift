// What a client trusts and shows, in librdkafka's terms, and the context that OpenSSL makes of it.

internal import CTLS
import Glibc

/// Certificates and keys by the properties that librdkafka has for them.
public struct TLSSettings: Equatable, Sendable {
    /// A file or folder of trusted certificates (`ssl.ca.location`); nil for the system's.
    public var authorityPath: String?
    /// Trusted certificates as PEM text (`ssl.ca.pem`).
    public var authorityText: String?
    /// Our certificate and its chain (`ssl.certificate.location`).
    public var certificatePath: String?
    /// Its key (`ssl.key.location`).
    public var keyPath: String?
    /// The key's password (`ssl.key.password`).
    public var keyPassword: String?
    /// Our certificate and key as PKCS#12 (`ssl.keystore.location`).
    public var keystorePath: String?
    /// The keystore's password (`ssl.keystore.password`).
    public var keystorePassword: String?
    /// Our certificate and its chain as PEM text (`ssl.certificate.pem`).
    public var certificateText: String?
    /// Its key as PEM text (`ssl.key.pem`).
    public var keyText: String?
    /// True when the broker's certificate has to be for its host
    /// (`ssl.endpoint.identification.algorithm`).
    public var checksHost = true

    /// Makes settings that trust what the system trusts.
    public init() {}
}

/// OpenSSL's context for client connections.
@safe final class TLSContext {
    let raw: OpaquePointer

    /// Makes a context.
    ///
    /// C: `SSL_CTX_new`.
    /// - Throws: `ProbeError` of kind `ownFile` for a file that cannot be used, naming it.
    init(_ settings: TLSSettings) throws(ProbeError) {
        ERR_clear_error()
        guard let made = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw .tls(.other, "OpenSSL has no TLS")
        }
        unsafe raw = made
        // What is wrong with the broker's certificate is looked at after the handshake, so that all
        // of it can be known.
        unsafe SSL_CTX_set_verify(raw, SSL_VERIFY_NONE, nil)
        try trust(settings)
        try show(settings)
    }

    deinit {
        unsafe SSL_CTX_free(raw)
    }

    private func trust(_ settings: TLSSettings) throws(ProbeError) {
        if let text = settings.authorityText {
            try trust(pem: text)
        } else if let path = settings.authorityPath {
            var facts = stat()
            let isFolder = unsafe stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
            let status =
                unsafe isFolder
                ? SSL_CTX_load_verify_dir(raw, path) : SSL_CTX_load_verify_file(raw, path)
            guard status == 1 else {
                throw unusable("ssl.ca.location", path, "no certificate in it")
            }
        } else {
            unsafe SSL_CTX_set_default_verify_paths(raw)
        }
    }

    private func trust(pem text: String) throws(ProbeError) {
        let bytes = Array(text.utf8)
        guard let source = unsafe BIO_new_mem_buf(bytes, Int32(bytes.count)) else {
            throw .tls(.other, "out of memory")
        }
        defer { unsafe BIO_free(source) }
        var count = 0
        while let certificate = unsafe PEM_read_bio_X509(source, nil, nil, nil) {
            unsafe X509_STORE_add_cert(SSL_CTX_get_cert_store(raw), certificate)
            unsafe X509_free(certificate)
            count += 1
        }
        ERR_clear_error()
        guard count > 0 else {
            throw ProbeError(.ownFile(property: "ssl.ca.pem"), "ssl.ca.pem holds no certificate")
        }
    }

    private func show(_ settings: TLSSettings) throws(ProbeError) {
        if let path = settings.keystorePath {
            try show(keystore: path, settings.keystorePassword)
        }
        if let path = settings.certificatePath {
            guard unsafe SSL_CTX_use_certificate_chain_file(raw, path) == 1 else {
                throw unusable("ssl.certificate.location", path, "no certificate in it")
            }
        }
        if let text = settings.certificateText { try show(pem: text) }
        if let text = settings.keyText { try use(key: text, settings.keyPassword) }
        guard let path = settings.keyPath else { return }
        let key = unsafe try readKey(path, settings.keyPassword)
        defer { unsafe EVP_PKEY_free(key) }
        guard unsafe SSL_CTX_use_PrivateKey(raw, key) == 1 else {
            throw unusable(
                "ssl.key.location",
                path,
                "the key does not belong to the certificate"
            )
        }
    }

    private func show(pem text: String) throws(ProbeError) {
        let failure = ProbeError(
            .ownFile(property: "ssl.certificate.pem"),
            "ssl.certificate.pem holds no certificate"
        )
        let bytes = Array(text.utf8)
        guard let source = unsafe BIO_new_mem_buf(bytes, Int32(bytes.count)) else { throw failure }
        defer {
            unsafe BIO_free(source)
            ERR_clear_error()
        }
        guard let own = unsafe PEM_read_bio_X509(source, nil, nil, nil) else { throw failure }
        defer { unsafe X509_free(own) }
        guard unsafe SSL_CTX_use_certificate(raw, own) == 1 else { throw failure }
        while let other = unsafe PEM_read_bio_X509(source, nil, nil, nil) {
            // The context owns it from here on, unless it does not take it.
            if unsafe kctl_ssl_add_chain(raw, other) != 1 { unsafe X509_free(other) }
        }
    }

    private func use(key text: String, _ password: String?) throws(ProbeError) {
        let bytes = Array(text.utf8)
        var secret = Array((password ?? "").utf8CString)
        let source = unsafe BIO_new_mem_buf(bytes, Int32(bytes.count))
        defer {
            unsafe BIO_free(source)
            ERR_clear_error()
        }
        let key = unsafe secret.withUnsafeMutableBufferPointer { buffer in
            unsafe PEM_read_bio_PrivateKey(source, nil, nil, buffer.baseAddress)
        }
        defer { unsafe EVP_PKEY_free(key) }
        guard unsafe key != nil, unsafe SSL_CTX_use_PrivateKey(raw, key) == 1 else {
            throw ProbeError(
                .ownFile(property: "ssl.key.pem"),
                "ssl.key.pem holds no key that belongs to the certificate"
            )
        }
    }

    private func readKey(_ path: String, _ password: String?) throws(ProbeError) -> OpaquePointer {
        guard let file = unsafe BIO_new_file(path, "r") else {
            throw unusable("ssl.key.location", path, "it cannot be opened")
        }
        defer { unsafe BIO_free(file) }
        // Without a password of ours OpenSSL would ask for one on the terminal.
        var secret = Array((password ?? "").utf8CString)
        let key = unsafe secret.withUnsafeMutableBufferPointer { buffer in
            unsafe PEM_read_bio_PrivateKey(file, nil, nil, buffer.baseAddress)
        }
        guard let key = unsafe key else {
            throw unusable(
                "ssl.key.location",
                path,
                password == nil
                    ? "no key in it, or one with a password" : "ssl.key.password is wrong"
            )
        }
        return unsafe key
    }

    /// C: `d2i_PKCS12_bio`, `PKCS12_parse`.
    private func show(keystore path: String, _ password: String?) throws(ProbeError) {
        let property = "ssl.keystore.location"
        guard let file = unsafe BIO_new_file(path, "rb") else {
            throw unusable(property, path, "it cannot be opened")
        }
        defer { unsafe BIO_free(file) }
        guard let store = unsafe d2i_PKCS12_bio(file, nil) else {
            throw unusable(property, path, "no PKCS#12 keystore")
        }
        defer { unsafe PKCS12_free(store) }
        guard unsafe PKCS12_verify_mac(store, password ?? "", -1) == 1 else {
            throw unusable(property, path, "ssl.keystore.password is wrong")
        }
        var key: OpaquePointer?
        var certificate: OpaquePointer?
        guard unsafe PKCS12_parse(store, password ?? "", &key, &certificate, nil) == 1 else {
            throw unusable(property, path, "it cannot be decrypted")
        }
        defer {
            unsafe EVP_PKEY_free(key)
            unsafe X509_free(certificate)
        }
        guard let key = unsafe key, let certificate = unsafe certificate else {
            throw unusable(property, path, "no certificate with a key in it")
        }
        guard unsafe SSL_CTX_use_certificate(raw, certificate) == 1,
            unsafe SSL_CTX_use_PrivateKey(raw, key) == 1
        else { throw unusable(property, path, "its certificate cannot be used") }
    }

    /// Returns the error of a file that cannot be used: because of the system, or else for the
    /// reason given.
    ///
    /// C: `ERR_get_error`, `ERR_SYSTEM_ERROR`.
    private func unusable(_ property: String, _ path: String, _ reason: String) -> ProbeError {
        defer { ERR_clear_error() }
        var reason = reason
        while true {
            let code = ERR_get_error()
            guard code != 0 else { break }
            let system = kctl_err_system(code)
            guard system != 0 else { continue }
            reason = ProbeError.text(of: system)
            break
        }
        return ProbeError(.ownFile(property: property), "\(property) '\(path)': \(reason)")
    }
}

extension TLSSettings {
    /// Finds out whether everything that the settings name can be used.
    ///
    /// - Throws: `ProbeError` of kind `ownFile`.
    public func check() throws(ProbeError) {
        _ = try TLSContext(self)
    }
}
