// SHA-256, by the libcrypto that librdkafka has loaded already.
//
// 1. `context` is this value's alone, from a successful `init` to `deinit`.
// 2. After a failed update nothing more is hashed, and `finish` reports it: no digest is ever that
//    of other bytes than those handed in.

internal import CCrypto

/// A SHA-256 digest in the making.
@safe public struct SHA256: ~Copyable {
    /// The number of bytes in a digest.
    public static var digestSize: Int { 32 }

    private let context: OpaquePointer
    private var failure: CryptoError?

    /// Begins the digest of no bytes.
    ///
    /// C: `EVP_MD_CTX_new`, `EVP_DigestInit_ex`.
    /// - Throws: `CryptoError` when memory is short, or OpenSSL is configured without SHA-256.
    public init() throws(CryptoError) {
        guard let made = unsafe EVP_MD_CTX_new() else { throw .latest(of: "EVP_MD_CTX_new") }
        let status = unsafe EVP_DigestInit_ex(made, EVP_sha256(), nil)
        do throws(CryptoError) { try check("EVP_DigestInit_ex", status) } catch {
            // There is no value yet whose end would free it.
            unsafe EVP_MD_CTX_free(made)
            throw error
        }
        unsafe context = made
    }

    private init(owning context: OpaquePointer) {
        unsafe self.context = unsafe context
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
    }

    /// Returns the same digest a second time, to be finished while this one goes on.
    ///
    /// C: `EVP_MD_CTX_copy_ex`.
    /// - Throws: `CryptoError` of this call, or of the first update that failed.
    public borrowing func copy() throws(CryptoError) -> SHA256 {
        if let failure { throw failure }
        guard let made = unsafe EVP_MD_CTX_new() else { throw .latest(of: "EVP_MD_CTX_new") }
        let status = unsafe EVP_MD_CTX_copy_ex(made, context)
        do throws(CryptoError) { try check("EVP_MD_CTX_copy_ex", status) } catch {
            unsafe EVP_MD_CTX_free(made)
            throw error
        }
        return unsafe SHA256(owning: made)
    }

    /// Appends bytes to what is hashed; a failure is kept for `finish`.
    ///
    /// C: `EVP_DigestUpdate`.
    public mutating func update(_ bytes: RawSpan) {
        guard failure == nil else { return }
        let status = unsafe bytes.withUnsafeBytes {
            unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count)
        }
        do throws(CryptoError) { try check("EVP_DigestUpdate", status) } catch { failure = error }
    }

    /// Returns the digest of all bytes so far, `digestSize` of them.
    ///
    /// C: `EVP_DigestFinal_ex`.
    /// - Throws: `CryptoError` of this call, or of the first update that failed.
    public consuming func finish() throws(CryptoError) -> [UInt8] {
        if let failure { throw failure }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        let status = unsafe EVP_DigestFinal_ex(context, &digest, &length)
        try check("EVP_DigestFinal_ex", status)
        return Array(digest.prefix(Int(length)))
    }

    /// Returns the digest of all bytes so far as 64 lower-case hexadecimal digits.
    ///
    /// C: `EVP_DigestFinal_ex`.
    /// - Throws: `CryptoError` as `finish` does.
    public consuming func hex() throws(CryptoError) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in try finish() {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0xf)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
