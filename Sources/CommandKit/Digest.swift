// SHA-256 for commands, whose errors have a status.

package import Crypto

extension SHA256 {
    /// Begins a digest, for a command.
    package static func begin() throws(CommandError) -> SHA256 {
        do { return try SHA256() } catch { throw CommandError(error) }
    }

    /// Returns the digest of bytes, in hexadecimal.
    package static func hex(of bytes: [UInt8]) throws(CommandError) -> String {
        var hash = try begin()
        hash.update(bytes.span.bytes)
        do { return try hash.hex() } catch { throw CommandError(error) }
    }
}
