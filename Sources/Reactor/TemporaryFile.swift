// The file that takes another's place when it is complete.
//
// 1. It has no name while it is written, so that a killed process leaves nothing (`O_TMPFILE`); only
//    a file system that cannot do that gives it one from the start.
// 2. Its name cannot be guessed, and nothing that is there already is opened.
// 3. The name holds the process's number: what a process that is gone has left can be removed.
// 4. Whether what is at the path may be replaced is asked of what has just been replaced, and that is put
//    back if not: asked before, the answer may be old by the time that the file is moved.

import CLinux
import Glibc

/// A file on its way to `path`; gone when it is not moved there.
struct TemporaryFile: ~Copyable {
    /// Open for writing.
    let descriptor: Descriptor

    private let path: String
    private let name: String
    private let isNamed: Bool

    private static let ending = ".tmp"
    /// Linux's `O_TMPFILE`, which Swift's Glibc leaves out.
    private static let unnamed = 0o20000000 | O_DIRECTORY
    /// Linux's `RENAME_EXCHANGE`: two files trade their names.
    private static let exchange: UInt32 = 2

    /// Opens it in the folder of `path`.
    ///
    /// C: `open` with `O_TMPFILE`, else with `O_EXCL`.
    init(for path: String, isPublic: Bool) throws(ReactorError) {
        self.path = path
        name = "\(path).kctl-\(getpid())-\(UInt64.random(in: 0 ... .max))\(Self.ending)"
        let folder = Files.folder(of: path)
        let mode: mode_t = isPublic ? 0o644 : 0o600
        let number = open(folder, Self.unnamed | O_WRONLY | O_CLOEXEC, mode)
        isNamed = number < 0
        if number >= 0 {
            descriptor = Descriptor(number)
        } else {
            descriptor = try Descriptor.making(name, O_WRONLY | O_CLOEXEC, isPublic: isPublic)
        }
    }

    deinit {
        if isNamed { unlink(name) }
    }

    /// Replaces what is at the path, unless `stays` says of its contents that they are to stay.
    ///
    /// C: `linkat`, `rename`, `renameat2`.
    /// - Returns: true when it was replaced.
    @discardableResult
    consuming func moveIntoPlace(unless stays: (([UInt8]) -> Bool)?) throws(ReactorError) -> Bool {
        let (name, path) = (self.name, self.path)
        if !isNamed {
            let source = "/proc/self/fd/\(descriptor.number)"
            _ = try valueOrErrno("linkat") {
                linkat(AT_FDCWD, source, AT_FDCWD, name, AT_SYMLINK_FOLLOW)
            }
        }
        if let stays, let isReplaced = Self.trade(name, with: path, unless: stays) {
            unlink(name)
            return isReplaced
        }
        do { _ = try valueOrErrno("rename") { rename(name, path) } } catch {
            unlink(name)
            throw error
        }
        return true
    }

    /// Has two files trade their names, and trade them again when what was at `path` is to stay.
    ///
    /// - Returns: true when `path` has the new contents; nil when there is nothing at it, or the
    ///   file system cannot do it.
    private static func trade(
        _ name: String,
        with path: String,
        unless stays: ([UInt8]) -> Bool
    ) -> Bool? {
        guard renameat2(AT_FDCWD, name, AT_FDCWD, path, exchange) == 0 else { return nil }
        guard let bytes = try? Files.contents(of: name, limit: 1 << 24), stays(bytes) else {
            return true
        }
        return renameat2(AT_FDCWD, name, AT_FDCWD, path, exchange) != 0
    }

    /// Removes this user's temporary files for `path` whose processes are gone.
    ///
    /// Their names are those made here, and `NAME.PID.tmp`, which kctl made before.
    static func removeLeftovers(of path: String) {
        let folder = Files.folder(of: path)
        let base = path.split(separator: "/").last.map(String.init) ?? path
        for name in (try? Files.names(in: folder)) ?? [] {
            guard let process = process(named: name, base: base), kill(process, 0) != 0,
                errno == ESRCH
            else { continue }
            let place = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            var facts = stat()
            guard lstat(place, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG,
                facts.st_uid == geteuid()
            else { continue }
            unlink(place)
        }
    }

    /// Returns the number of the process that a temporary file for `base` was made by; nil for
    /// other names.
    static func process(named name: String, base: String) -> pid_t? {
        guard name.hasPrefix(base + "."), name.hasSuffix(ending) else { return nil }
        var middle = name.dropFirst(base.count + 1).dropLast(ending.count)
        if middle.hasPrefix("kctl-") {
            let parts = middle.dropFirst(5).split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, UInt64(parts[1]) != nil else { return nil }
            middle = parts[0]
        }
        guard middle.allSatisfy({ ("0"..."9").contains($0) }), let process = pid_t(middle),
            process > 0
        else { return nil }
        return process
    }
}
