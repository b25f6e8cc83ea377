// Files that another user may have put there: read without being hung, led astray or emptied.
//
// 1. Nothing but a regular file is ever opened: a pipe would hang, a device may act.
// 2. What is judged is what is read: kind and owner are asked of the open descriptor again.
// 3. A link counts only when this user or root made it, in a folder where no other user can put
//    one.

import Glibc

/// The outcome of reading such a file.
public enum GuardedRead: Equatable, Sendable {
    /// Its contents, and whether its group or every user may read it.
    case bytes([UInt8], isReadableByOthers: Bool)
    /// The reason it is not taken, to follow the word "it".
    case refused(String)
}

extension Files {
    /// Reads the file `name` of `folder` when it is this user's or root's, and so is every link on
    /// the way to it.
    ///
    /// `limit`: more bytes than this are refused.
    /// C: `fstatat`, `readlinkat`, `openat` with `O_NOFOLLOW` and `O_NONBLOCK`.
    /// - Throws: `ReactorError` of the call that failed.
    public static func readGuarded(
        _ name: String,
        in folder: String,
        limit: Int
    ) throws(ReactorError) -> GuardedRead {
        var folder = folder
        var name = name
        for _ in 0..<8 {
            let place = try Descriptor.folder(folder)
            var facts = stat()
            let number = place.number
            _ = try valueOrErrno("fstatat") { [name] in
                fstatat(number, name, &facts, AT_SYMLINK_NOFOLLOW)
            }
            let isLink = facts.st_mode & S_IFMT == S_IFLNK
            guard isOwn(facts) else {
                return .refused(isLink ? "is another user's link" : "belongs to another user")
            }
            guard isLink else { return try read(name, in: place, limit, needsOwner: true) }
            guard isSafe(place) else {
                return .refused("is a link in a folder that other users can change")
            }
            let target = try linkTarget(name, in: place)
            let parts = target.split(separator: "/")
            guard let last = parts.last, last != ".." else { return .refused("leads to a folder") }
            let rest = target.hasSuffix("/") ? "" : target.dropLast(last.utf8.count)
            guard !target.hasSuffix("/") else { return .refused("leads to a folder") }
            folder = rest.hasPrefix("/") ? String(rest) : "\(folder)/\(rest)"
            name = String(last)
        }
        return .refused("leads through too many links")
    }

    /// Reads the file at `path` below `folder`, to which no link and no `..` leads.
    ///
    /// C: `openat` with `O_NOFOLLOW`, folder by folder.
    /// - Throws: `ReactorError` of the call that failed; `ELOOP` or `ENOTDIR` for a link.
    public static func readBeneath(
        _ path: String,
        in folder: String,
        limit: Int
    ) throws(ReactorError) -> GuardedRead {
        let parts = path.split(separator: "/").filter { $0 != "." }
        guard !path.hasPrefix("/"), let name = parts.last, !parts.contains("..") else {
            return .refused("is outside of the folder")
        }
        var place = try Descriptor.folder(folder)
        for part in parts.dropLast() {
            let number = place.number
            place = Descriptor(
                try valueOrErrno("openat") {
                    openat(number, String(part), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                }
            )
        }
        return try read(String(name), in: place, limit, needsOwner: true)
    }

    /// Reads the regular file that `path` leads to, unless it is this process's standard input.
    ///
    /// C: `stat`, `open` with `O_NONBLOCK`, `fstat`.
    /// - Throws: `ReactorError` of the call that failed.
    public static func readRegular(
        _ path: String,
        limit: Int
    ) throws(ReactorError) -> GuardedRead {
        var facts = stat()
        _ = try valueOrErrno("stat") { stat(path, &facts) }
        if let kind = otherKind(facts) { return .refused("is \(kind), not a file") }
        if isStandardInput(path) { return .refused("is this command's standard input") }
        let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let file = Descriptor(try valueOrErrno("open") { open(path, flags) })
        return try contents(of: file, limit, needsOwner: false)
    }

    /// True when `path` leads to what this process reads as its standard input.
    ///
    /// `/dev/null` gives nothing to anybody, and counts as no input.
    /// C: `stat`, `fstat`.
    public static func isStandardInput(_ path: String) -> Bool {
        var facts = stat()
        var input = stat()
        guard stat(path, &facts) == 0, fstat(STDIN_FILENO, &input) == 0,
            facts.st_dev == input.st_dev, facts.st_ino == input.st_ino
        else { return false }
        var null = stat()
        guard facts.st_mode & S_IFMT == S_IFCHR, stat("/dev/null", &null) == 0 else { return true }
        return facts.st_rdev != null.st_rdev
    }

    /// Returns the path without links, for what is there; nil otherwise.
    ///
    /// C: `realpath`.
    public static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// Removes a file.
    ///
    /// C: `unlink`.
    /// - Throws: `ReactorError` of `unlink`.
    public static func remove(_ path: String) throws(ReactorError) {
        _ = try valueOrErrno("unlink") { unlink(path) }
    }

    private static func read(
        _ name: String,
        in place: borrowing Descriptor,
        _ limit: Int,
        needsOwner: Bool
    ) throws(ReactorError) -> GuardedRead {
        var facts = stat()
        let number = place.number
        _ = try valueOrErrno("fstatat") { fstatat(number, name, &facts, AT_SYMLINK_NOFOLLOW) }
        if let kind = otherKind(facts) { return .refused("is \(kind), not a file") }
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let file = Descriptor(try valueOrErrno("openat") { openat(number, name, flags) })
        return try contents(of: file, limit, needsOwner: needsOwner)
    }

    private static func contents(
        of file: borrowing Descriptor,
        _ limit: Int,
        needsOwner: Bool
    ) throws(ReactorError) -> GuardedRead {
        var facts = stat()
        let number = file.number
        _ = try valueOrErrno("fstat") { fstat(number, &facts) }
        if let kind = otherKind(facts) { return .refused("is \(kind), not a file") }
        if needsOwner, !isOwn(facts) { return .refused("belongs to another user") }
        guard Int(facts.st_size) <= limit else {
            return .refused("is larger than \(limit >> 10) KiB")
        }
        // What the kernel makes up as it is read has no size: `/proc/self/environ` is no settings file.
        let bytes = needsOwner && facts.st_size == 0 ? [] : try file.readAll(limit: limit)
        return .bytes(bytes, isReadableByOthers: facts.st_mode & (S_IRGRP | S_IROTH) != 0)
    }

    /// Returns the name of what is no regular file; nil for one.
    private static func otherKind(_ facts: stat) -> String? {
        switch facts.st_mode & S_IFMT {
        case S_IFREG: nil
        case S_IFIFO: "a pipe"
        case S_IFSOCK: "a socket"
        case S_IFCHR, S_IFBLK: "a device"
        case S_IFDIR: "a folder"
        case S_IFLNK: "a link"
        default: "something else"
        }
    }

    /// Returns true when it belongs to this user or to root.
    static func isOwn(_ facts: stat) -> Bool {
        facts.st_uid == geteuid() || facts.st_uid == 0
    }

    /// Returns true when no user but this one and root can put a link of theirs into the folder's
    /// entries.
    private static func isSafe(_ place: borrowing Descriptor) -> Bool {
        var facts = stat()
        guard fstat(place.number, &facts) == 0, isOwn(facts) else { return false }
        return facts.st_mode & (S_IWGRP | S_IWOTH) == 0 || facts.st_mode & S_ISVTX != 0
    }

    private static func linkTarget(
        _ name: String,
        in place: borrowing Descriptor
    ) throws(ReactorError) -> String {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let number = place.number
        let count = try valueOrErrno("readlinkat") {
            readlinkat(number, name, &target, target.count)
        }
        return String(decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension Descriptor {
    /// Linux's `O_PATH` on x86 and ARM, which Glibc declares behind `_GNU_SOURCE`.
    private static let pathOnly: Int32 = 0o10_000_000

    /// Opens a folder, which need not be readable, for calls that start from it.
    ///
    /// C: `open` with `O_PATH`.
    fileprivate static func folder(_ path: String) throws(ReactorError) -> Descriptor {
        Descriptor(
            try valueOrErrno("open") { open(path, pathOnly | O_DIRECTORY | O_CLOEXEC) }
        )
    }
}
