// Whole small files: written so that a reader sees the old contents or the new, never a half.

import Glibc

/// Small files by path.
public enum Files {
    /// Writes `bytes` in place of what `path` held, readable by its owner alone unless `isPublic`.
    ///
    /// `isDurable`: whether a power cut, too, leaves the old contents or the new. The folder is not
    /// synchronised: which of the two it is may be open, but both are whole.
    ///
    /// `keepsMode`: whether the new file has the permissions of the old one. C: `fchmod`.
    ///
    /// A link stays, and what it leads to is replaced; a device, a pipe or a terminal is written to
    /// as it is. A link or file that another user has put there is refused (`FileOwnership.swift`).
    /// C: `open`, `write`, `fdatasync`, `linkat`, `rename`, `renameat2`.
    ///
    /// `stays` says of what is there whether it is to stay. Another process may have written it a moment
    /// before; where the file system can trade names, it is looked at when it is replaced.
    /// - Returns: true when it was replaced.
    /// - Throws: `ReactorError` of the call that failed.
    @discardableResult
    public static func replace(
        _ path: String,
        with bytes: [UInt8],
        isPublic: Bool = false,
        isDurable: Bool = false,
        keepsMode: Bool = false,
        unless stays: (([UInt8]) -> Bool)? = nil
    ) throws(ReactorError) -> Bool {
        try checkOwnership(path)
        var facts = stat()
        let isThere = stat(path, &facts) == 0
        if isThere, facts.st_mode & S_IFMT != S_IFREG {
            try Descriptor.writing(path).writeAll(bytes.span.bytes)
            return true
        }
        let file = try TemporaryFile(for: isThere ? resolved(path) : path, isPublic: isPublic)
        if keepsMode, isThere {
            let mode = facts.st_mode & 0o777
            _ = try valueOrErrno("fchmod") { fchmod(file.descriptor.number, mode) }
        }
        try file.descriptor.writeAll(bytes.span.bytes)
        if isDurable { try file.descriptor.synchronise() }
        // Also for a file system that cannot trade names.
        if let stays, isThere, let old = try? contents(of: path, limit: 1 << 24), stays(old) {
            return false
        }
        return try file.moveIntoPlace(unless: stays)
    }

    /// Returns the bytes of a file that `replace` wrote; one that another user has put there is
    /// refused.
    ///
    /// `limit`: more bytes than this are an error (`EFBIG`). C: `open`, `read`.
    /// - Throws: `ReactorError` of the call that failed; `isNotFound` when there is none.
    public static func contents(of path: String, limit: Int) throws(ReactorError) -> [UInt8] {
        try checkOwnership(path)
        // A pipe without a writer would be waited for.
        let number = try valueOrErrno("open") { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        let file = Descriptor(number)
        guard file.size != nil else { throw .notRegular("open") }
        return try file.readAll(limit: limit)
    }

    /// The facts known of a file without opening it.
    public struct Facts: Equatable, Sendable {
        /// True when it is a folder.
        public let isFolder: Bool
        /// True when its group or every user may read it.
        public let isReadableByOthers: Bool
    }

    /// Returns the facts of the file that `path` leads to; nil when there is none.
    ///
    /// C: `stat`.
    public static func facts(of path: String) -> Facts? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        return Facts(
            isFolder: facts.st_mode & S_IFMT == S_IFDIR,
            isReadableByOthers: facts.st_mode & (S_IRGRP | S_IROTH) != 0
        )
    }

    /// Returns the names of what is in a folder, in no order; none when there is no folder.
    ///
    /// C: `opendir`, `readdir`.
    public static func names(in path: String) throws(ReactorError) -> [String] {
        guard let folder = opendir(path) else {
            let error = ReactorError(call: "opendir", code: errno)
            if error.isNotFound { return [] }
            throw error
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The folder that relative paths start from; nil when it is gone.
    ///
    /// C: `getcwd`.
    public static var workingDirectory: String? {
        guard let path = getcwd(nil, 0) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }

    /// Throws when `replace` could not write at `path`, as far as that can be known beforehand.
    ///
    /// Without `isReplaced`: when `Descriptor.writing` could not. Removes what killed processes left
    /// beside it when it was replaced. C: `access`, of what is written to: the folder, or the file.
    public static func checkPlace(
        _ path: String,
        isReplaced: Bool = true
    ) throws(ReactorError) {
        try checkOwnership(path)
        var facts = stat()
        let isThere = stat(path, &facts) == 0
        if isThere, facts.st_mode & S_IFMT == S_IFDIR {
            throw ReactorError(call: "open", code: EISDIR)
        }
        if isThere, !isReplaced || facts.st_mode & S_IFMT != S_IFREG {
            _ = try valueOrErrno("access") { access(path, W_OK) }
            return
        }
        let real = isThere ? resolved(path) : path
        let folder = folder(of: real)
        _ = try valueOrErrno("access") { access(folder, W_OK | X_OK) }
        if isReplaced { TemporaryFile.removeLeftovers(of: real) }
    }

    /// Returns the folder that a file lies in: `.` for a name alone.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    }

    /// Returns the path without links.
    ///
    /// C: `realpath`.
    private static func resolved(_ path: String) -> String { realPath(path) ?? path }

    /// Cuts a file to `size` bytes; one that is not there is fine when `size` is 0.
    ///
    /// No link is followed: what is cut lies where it is said to lie. C: `open`, `ftruncate`.
    /// - Throws: `ReactorError` of the call that failed; `EINVAL` when the file is shorter.
    public static func cut(_ path: String, to size: Int) throws(ReactorError) {
        try checkOwnership(path)
        let flags = O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW
        let number: Int32
        do { number = try valueOrErrno("open") { open(path, flags) } } catch {
            if error.isNotFound, size == 0 { return }
            throw error.code == ELOOP ? .notRegular("open") : error
        }
        let file = Descriptor(number)
        guard let length = file.size else { throw .notRegular("open") }
        guard length >= size else { throw ReactorError(call: "ftruncate", code: EINVAL) }
        try file.cut(to: size)
    }

    /// Returns true when two paths lead to one regular file.
    ///
    /// C: `stat`.
    public static func isOneFile(_ path: String, _ other: String) -> Bool {
        var facts = stat()
        return stat(other, &facts) == 0 && isOneFile(path, facts)
    }

    /// Returns true when a path leads to the regular file that a descriptor has open.
    ///
    /// C: `stat`, `fstat`.
    public static func isOneFile(_ path: String, descriptor: Int32) -> Bool {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 && isOneFile(path, facts)
    }

    private static func isOneFile(_ path: String, _ other: stat) -> Bool {
        var facts = stat()
        guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return false }
        return facts.st_dev == other.st_dev && facts.st_ino == other.st_ino
    }

    /// Makes a directory and the ones above it; one that is there already is fine.
    ///
    /// A link that another user has put on the way is refused. C: `mkdir`.
    /// - Throws: `ReactorError` of `mkdir`.
    public static func makeDirectory(_ path: String) throws(ReactorError) {
        try checkOwnership(path)
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
