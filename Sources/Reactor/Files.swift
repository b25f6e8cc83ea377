// Whole small files: written so that a reader sees the old contents or the new, never a half.

import Glibc

/// Small files by path.
public enum Files {
    /// Writes `bytes` in place of what `path` held, readable by its owner alone unless `isPublic`.
    ///
    /// C: `open`, `write`, `rename` of a temporary file beside it.
    /// - Throws: `ReactorError` of the call that failed.
    public static func replace(
        _ path: String,
        with bytes: [UInt8],
        isPublic: Bool = false
    ) throws(ReactorError) {
        let temporary = "\(path).\(getpid()).tmp"
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
        let mode: mode_t = isPublic ? 0o644 : 0o600
        do {
            let file = Descriptor(try valueOrErrno("open") { open(temporary, flags, mode) })
            var written = 0
            while written < bytes.count {
                written += try file.write(bytes.span.bytes.extracting(written..<bytes.count))
            }
            _ = try valueOrErrno("rename") { rename(temporary, path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Makes a directory and the ones above it; one that is there already is fine.
    ///
    /// C: `mkdir`.
    /// - Throws: `ReactorError` of `mkdir`.
    public static func makeDirectory(_ path: String) throws(ReactorError) {
        var prefix = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            prefix += (prefix.isEmpty || prefix.hasSuffix("/") ? "" : "/") + part
            let path = prefix
            do { _ = try valueOrErrno("mkdir") { mkdir(path, 0o755) } } catch {
                if error.code != EEXIST { throw error }
            }
        }
    }
}
