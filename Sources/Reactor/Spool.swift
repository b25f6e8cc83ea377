// Bytes put aside for a while, in a file that has no name and goes with the process.

import Glibc

/// A file without a name.
public final class Spool {
    /// The number of bytes it holds.
    public private(set) var size = 0

    private let file: Descriptor

    /// Makes a file in a folder; no other process can open it.
    ///
    /// C: `mkstemp`, `unlink`.
    /// - Throws: `ReactorError` of `mkstemp`.
    public init(in folder: String) throws(ReactorError) {
        var name = Array("\(folder)/.kctl-XXXXXX".utf8CString)
        file = Descriptor(try valueOrErrno("mkstemp") { mkstemp(&name) })
        _ = fcntl(file.number, F_SETFD, FD_CLOEXEC)
        unlink(name)
    }

    /// Appends bytes.
    ///
    /// C: `write`.
    /// - Throws: `ReactorError` of `write`; a part of them may be there.
    public func append(_ bytes: RawSpan) throws(ReactorError) {
        try file.writeAll(bytes)
        size += bytes.byteCount
    }

    /// Reads at most `limit` bytes from `offset` on.
    ///
    /// C: `pread`.
    /// - Throws: `ReactorError` of `pread`.
    public func read(upTo limit: Int, at offset: Int) throws(ReactorError) -> [UInt8] {
        try file.read(upTo: limit, at: offset) { $0.withUnsafeBytes { [UInt8]($0) } }
    }
}
