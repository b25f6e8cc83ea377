// A folder that one process at a time writes into.
//
// 1. The lock belongs to the open file: it ends with the process, however that ends.
// 2. The file stays: to remove it would let two processes hold locks of two files of one name.

import Glibc

/// A lock on a file in a folder, held until this value is gone.
public struct FolderLock: ~Copyable {
    private let file: Descriptor

    /// Takes the lock of `path`, a file that is made when it is missing; links are not followed.
    ///
    /// The file then holds the number of this process. C: `open`, `flock`.
    /// - Throws: `ReactorError`; `isWouldBlock` when another process holds the lock; as
    ///   `Files.checkOwnership` does for another user's file.
    public init(_ path: String) throws(ReactorError) {
        try Files.checkOwnership(path)
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let file = Descriptor(try valueOrErrno("open") { open(path, flags, 0o644) })
        let number = file.number
        _ = try valueOrErrno("flock") { flock(number, LOCK_EX | LOCK_NB) }
        // For the message of the process that comes second; a full disk must not keep the lock
        // away.
        if ftruncate(number, 0) == 0 { try? file.writeAll(Array("\(getpid())\n".utf8).span.bytes) }
        self.file = file
    }

    /// Returns the process that holds the lock of `path`, as far as it could write that down.
    public static func holder(of path: String) -> Int? {
        guard let bytes = try? Files.contents(of: path, limit: 64) else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first
        return line.flatMap { Int($0) }
    }
}
