// Files in folders that other users write to.
// What such a user has put there is never followed, cut or written to.
//
// 1. A link counts as another user's when neither this user nor root made it. On the way to the
//    file one is followed where no user but the folder's owner can have made it.
// 2. A file, a pipe or a socket counts as another user's when neither this user nor root owns it,
//    and the folder can be written to by every user and is sticky, as /tmp is. Elsewhere a shared
//    file may be meant: a team's folder.
// 3. Every component of the path is looked at, not only its last.
// 4. This user's file counts as put there by another where it has a second name: anybody may make a
//    hard link to it in such a folder, and it would be cut through that.
//
// The kernel has such rules (fs.protected_symlinks, _regular, _fifos), for sticky folders only; in
// containers they are often off.

import Glibc

extension Files {
    /// Throws when a component of `path` is a link, or its last a file, of another user's, or may have
    /// been put there by one.
    ///
    /// A missing file is left to the call that opens it. C: `lstat`.
    /// - Throws: `ReactorError.ofAnotherUser`, `.withSecondName`.
    public static func checkOwnership(_ path: String) throws(ReactorError) {
        var folder = path.utf8.first == UInt8(ascii: "/") ? "/" : "."
        let parts = path.split(separator: "/")
        for (index, part) in parts.enumerated() {
            let place = folder == "/" ? "/\(part)" : index == 0 ? "\(part)" : "\(folder)/\(part)"
            var facts = stat()
            var above = stat()
            guard lstat(place, &facts) == 0, stat(folder, &above) == 0 else { return }
            let isLast = index == parts.count - 1
            if isOfAnotherUser(facts, in: above, isLast: isLast) {
                throw .ofAnotherUser(facts.st_mode & S_IFMT == S_IFLNK ? "readlink" : "open")
            }
            if isLast, facts.st_mode & S_IFMT == S_IFREG, facts.st_nlink > 1, isOpenToAll(above) {
                throw .withSecondName
            }
            folder = place
        }
    }

    private static func isOfAnotherUser(_ facts: stat, in folder: stat, isLast: Bool) -> Bool {
        if isOwn(facts) { return false }
        switch facts.st_mode & S_IFMT {
        case S_IFLNK:
            return isLast || folder.st_mode & (S_IWGRP | S_IWOTH) != 0
        case S_IFREG, S_IFIFO, S_IFSOCK:
            return isLast && isOpenToAll(folder)
        default: return false
        }
    }

    /// Returns true when every user may put files into a folder, as into /tmp.
    private static func isOpenToAll(_ folder: stat) -> Bool {
        folder.st_mode & S_IWOTH != 0 && folder.st_mode & S_ISVTX != 0
    }
}

extension ReactorError {
    /// Returns the error of a link, a pipe or a device where a file of kctl's own is looked for.
    static func notRegular(_ call: String) -> ReactorError {
        ReactorError(call: call, code: EINVAL, reason: "it is no regular file")
    }

    /// A file with a hard link, where another user may have made the link.
    static var withSecondName: ReactorError {
        ReactorError(
            call: "open",
            code: EPERM,
            reason: "it is a hard link, in a folder that others can write to"
        )
    }

    /// Returns the error of a file or a link that another user has put where this user was about to
    /// write.
    static func ofAnotherUser(_ call: String) -> ReactorError {
        ReactorError(
            call: call,
            code: EPERM,
            reason: "it belongs to another user, in a folder that others can write to"
        )
    }
}
