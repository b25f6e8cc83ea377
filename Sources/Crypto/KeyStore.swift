// What is in a key store of Java's: PKCS#12, which both Java and OpenSSL write.
//
// 1. Everything that OpenSSL allocates here is freed before the call returns, on each way out.
// 2. No error holds a word of the store or its password.

internal import CCrypto

/// The forms that a file of keys and certificates has.
public enum KeyStoreForm: Sendable {
    /// Text, certificates between lines of dashes.
    case pem
    /// The standard binary form.
    case pkcs12
    /// Java's own form, or its encrypted variant.
    case java

    /// The form that the first bytes of a file show; nil when they show none.
    public init?(_ bytes: [UInt8]) {
        if bytes.starts(with: [0xFE, 0xED, 0xFE, 0xED])
            || bytes.starts(with: [0xCE, 0xCE, 0xCE, 0xCE])
        {
            self = .java
        } else if bytes.first == 0x30, bytes.dropFirst().first.map({ $0 >= 0x40 }) == true {
            // A sequence in DER; a text that begins with the digit 0 has no such second byte.
            self = .pkcs12
        } else if String(decoding: bytes.prefix(65_536), as: UTF8.self).contains("-----BEGIN ") {
            self = .pem
        } else {
            return nil
        }
    }
}

/// Reads key stores.
public enum KeyStore {
    /// The contents of a store, as PEM.
    public struct Contents: Equatable, Sendable {
        /// All certificates, one after the other; the one that the key is for comes first.
        public let certificates: String
        /// The private key, without a password; nil when there is none.
        public let key: String?
        /// True when it is encrypted in the ways of old, which OpenSSL 3 reads only when asked to.
        public internal(set) var isOld = false
    }

    /// Returns the contents of a PKCS#12 store.
    ///
    /// Stores that are encrypted in the ways of old are read too, where OpenSSL has its module for
    /// them. C: `d2i_PKCS12`, `PKCS12_parse`, `PEM_write_bio_X509`, `OSSL_LIB_CTX_new`.
    /// - Throws: `CryptoError` when the bytes are no such store or the password is wrong; see
    ///   `isWrongPassword`.
    public static func contents(
        ofPKCS12 bytes: [UInt8],
        password: String
    ) throws(CryptoError) -> Contents {
        ERR_clear_error()
        do throws(CryptoError) {
            return try unsafe contents(ofPKCS12: bytes, password, context: nil)
        } catch {
            guard error.call == parsing, !error.isWrongPassword else { throw error }
            // Ciphers of old live in a module of their own. It is loaded into a context of this call
            // alone: loaded for the process, it would change what librdkafka's TLS has.
            guard let context = unsafe OSSL_LIB_CTX_new() else { throw error }
            defer { unsafe OSSL_LIB_CTX_free(context) }
            let old = unsafe OSSL_PROVIDER_load(context, "legacy")
            let usual = unsafe OSSL_PROVIDER_load(context, "default")
            // Both hold the context, which is only gone when they are.
            defer {
                if let usual = unsafe usual { _ = unsafe OSSL_PROVIDER_unload(usual) }
                if let old = unsafe old { _ = unsafe OSSL_PROVIDER_unload(old) }
            }
            guard unsafe old != nil, unsafe usual != nil else {
                ERR_clear_error()
                throw error
            }
            var contents = try unsafe contents(ofPKCS12: bytes, password, context: context)
            contents.isOld = true
            return contents
        }
    }

    private static let parsing = "PKCS12_parse"

    /// Reads the store with the ciphers of `context`; nil stands for those of the process.
    private static func contents(
        ofPKCS12 bytes: [UInt8],
        _ password: String,
        context: OpaquePointer?
    ) throws(CryptoError) -> Contents {
        var store = unsafe PKCS12_init_ex(NID_pkcs7_data, context, nil)
        // d2i moves the pointer that it is given and reads no further than the count; where it
        // fails, it has freed the store.
        let isRead = unsafe bytes.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return unsafe d2i_PKCS12(&store, &start, buffer.count) != nil
        }
        guard isRead, let store = unsafe store else { throw .latest(of: "d2i_PKCS12") }
        defer { unsafe PKCS12_free(store) }
        return try unsafe contents(store, password)
    }

    private static func contents(
        _ store: OpaquePointer,
        _ password: String
    ) throws(CryptoError) -> Contents {
        var key: OpaquePointer?
        var own: OpaquePointer?
        var others: OpaquePointer?
        let status = unsafe PKCS12_parse(store, password, &key, &own, &others)
        defer {
            unsafe EVP_PKEY_free(key)
            unsafe X509_free(own)
            while let other = unsafe OPENSSL_sk_pop(others) {
                unsafe X509_free(OpaquePointer(other))
            }
            unsafe OPENSSL_sk_free(others)
        }
        try check(parsing, status)
        let certificates = unsafe try text { text throws(CryptoError) in
            if let own = unsafe own {
                try check("PEM_write_bio_X509", unsafe PEM_write_bio_X509(text, own))
            }
            for index in 0..<max(unsafe OPENSSL_sk_num(others), 0) {
                let other = unsafe OpaquePointer(OPENSSL_sk_value(others, index))
                try check("PEM_write_bio_X509", unsafe PEM_write_bio_X509(text, other))
            }
        }
        guard let key = unsafe key else { return Contents(certificates: certificates, key: nil) }
        let written = unsafe try text { text throws(CryptoError) in
            let call = "PEM_write_bio_PrivateKey"
            let status = unsafe PEM_write_bio_PrivateKey(text, key, nil, nil, 0, nil, nil)
            try check(call, status)
        }
        return Contents(certificates: certificates, key: written)
    }

    /// Returns the text that `write` puts into memory.
    private static func text(
        _ write: (OpaquePointer) throws(CryptoError) -> Void
    ) throws(CryptoError) -> String {
        guard let text = unsafe BIO_new(BIO_s_mem()) else { throw .latest(of: "BIO_new") }
        defer { unsafe BIO_free(text) }
        try unsafe write(text)
        var result: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while case let count = unsafe BIO_read(text, &block, Int32(block.count)), count > 0 {
            result += block[..<Int(count)]
        }
        return String(decoding: result, as: UTF8.self)
    }
}
