// A file descriptor with one owner.

import CLinux
import Glibc

/// An open file descriptor, closed when its owner goes away unless it was only lent.
public struct Descriptor: ~Copyable, Sendable {
    /// The number, for calls that take one; it stays this value's property.
    public let number: Int32

    private let isOwned: Bool

    /// Takes over `number`.
    ///
    /// `isOwned`: whether to close it at the end of this value's life.
    public init(_ number: Int32, isOwned: Bool = true) {
        self.number = number
        self.isOwned = isOwned
    }

    deinit {
        if isOwned { close(number) }
    }

    /// The process's standard input, not closed by its user.
    public static var standardInput: Descriptor { Descriptor(STDIN_FILENO, isOwned: false) }

    /// The process's standard output, not closed by its user.
    public static var standardOutput: Descriptor { Descriptor(STDOUT_FILENO, isOwned: false) }

    /// The process's standard error, not closed by its user.
    public static var standardError: Descriptor { Descriptor(STDERR_FILENO, isOwned: false) }

    /// Opens a file for reading.
    ///
    /// C: `open`.
    ///
    /// - Throws: `ReactorError` of `open`.
    public static func reading(_ path: String) throws(ReactorError) -> Descriptor {
        Descriptor(try valueOrErrno("open") { open(path, O_RDONLY | O_CLOEXEC) })
    }

    /// Opens a file for writing; makes it when it is not there.
    ///
    /// `isPublic`: whether a new file can be read by others than its owner; `isAppending`: whether
    /// every write goes to its end, instead of emptying it first. A file or a link that another
    /// user has put there is refused (`FileOwnership.swift`), also when it comes between the check
    /// and the opening. C: `open`.
    /// - Throws: `ReactorError` of `open`.
    public static func writing(
        _ path: String,
        isPublic: Bool = true,
        isAppending: Bool = false
    ) throws(ReactorError) -> Descriptor {
        let flags = O_WRONLY | O_CLOEXEC | (isAppending ? O_APPEND : 0)
        do throws(ReactorError) { return try making(path, flags, isPublic: isPublic) } catch {
            guard error.code == EEXIST else { throw error }
        }
        try Files.checkOwnership(path)
        var facts = stat()
        let isLink = lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFLNK
        let more = isLink ? O_CREAT : O_NOFOLLOW
        let mode: mode_t = isPublic ? 0o644 : 0o600
        let file = Descriptor(try valueOrErrno("open") { open(path, flags | more, mode) })
        if !isAppending, file.size ?? 0 > 0 {
            try file.cut(to: 0)
        }
        return file
    }

    /// Makes a file that must not be there yet, and opens it for writing.
    ///
    /// A device or a pipe that is there is opened as it is, unless another user has put it there.
    /// C: `open` with `O_EXCL`.
    /// - Throws: `ReactorError` of `open`; `EEXIST` when there is a file.
    public static func making(_ path: String) throws(ReactorError) -> Descriptor {
        try Files.checkOwnership(path)
        var facts = stat()
        if stat(path, &facts) == 0, facts.st_mode & S_IFMT != S_IFREG { return try writing(path) }
        return try making(path, O_WRONLY | O_CLOEXEC, isPublic: true)
    }

    /// `O_EXCL` follows no link either.
    static func making(
        _ path: String,
        _ flags: Int32,
        isPublic: Bool
    ) throws(ReactorError) -> Descriptor {
        let mode: mode_t = isPublic ? 0o644 : 0o600
        return Descriptor(
            try valueOrErrno("open") { open(path, flags | O_CREAT | O_EXCL, mode) }
        )
    }

    /// Cuts the file to `size` bytes.
    ///
    /// C: `ftruncate`.
    /// - Throws: `ReactorError` of `ftruncate`, `EINVAL` for what is no file.
    public borrowing func cut(to size: Int) throws(ReactorError) {
        let number = number
        _ = try valueOrErrno("ftruncate") { ftruncate(number, size) }
    }

    /// Has what was written on the disk; a pipe or a terminal has nothing to be asked for.
    ///
    /// C: `fdatasync`.
    /// - Throws: `ReactorError` of `fdatasync`: what was written may be lost.
    public borrowing func synchronise() throws(ReactorError) {
        let number = number
        do { _ = try valueOrErrno("fdatasync") { fdatasync(number) } } catch {
            guard error.code == EINVAL || error.code == EROFS else { throw error }
        }
    }

    /// Reads at most `limit` bytes and passes them to `body`.
    ///
    /// C: `read`.
    ///
    /// - Returns: what `body` made of the bytes; an empty span means the end of the input.
    /// - Throws: `ReactorError` of `read`; `isWouldBlock` when a non-blocking input has nothing.
    public borrowing func read<Result>(
        upTo limit: Int,
        _ body: (RawSpan) -> Result
    ) throws(ReactorError) -> Result {
        let block = UnsafeMutableRawPointer.allocate(byteCount: max(limit, 1), alignment: 16)
        defer { block.deallocate() }
        let count = try valueOrErrno("read") { Glibc.read(number, block, limit) }
        return body(RawSpan(_unsafeStart: block, byteCount: count))
    }

    /// Reads at most `limit` bytes from `offset` on; the position stays where it is.
    ///
    /// C: `pread`.
    ///
    /// - Returns: what `body` made of the bytes; an empty span means that the file ends before.
    /// - Throws: `ReactorError` of `pread`, `ESPIPE` for what has no positions.
    public borrowing func read<Result>(
        upTo limit: Int,
        at offset: Int,
        _ body: (RawSpan) -> Result
    ) throws(ReactorError) -> Result {
        let block = UnsafeMutableRawPointer.allocate(byteCount: max(limit, 1), alignment: 16)
        defer { block.deallocate() }
        let count = try valueOrErrno("pread") { pread(number, block, limit, offset) }
        return body(RawSpan(_unsafeStart: block, byteCount: count))
    }

    /// Reads to the end of the input.
    ///
    /// C: `read`.
    ///
    /// `limit`: more bytes than this are an error (`EFBIG`), never a silent cut.
    /// - Throws: `ReactorError` of `read`.
    public borrowing func readAll(limit: Int) throws(ReactorError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let end = try read(upTo: 65_536) { chunk in
                chunk.withUnsafeBytes { bytes.append(contentsOf: $0) }
                return chunk.byteCount == 0
            }
            if end { return bytes }
            if bytes.count > limit { throw ReactorError(call: "read", code: EFBIG) }
        }
    }

    /// Reads into `block` what is there, waiting for the first byte.
    ///
    /// C: `read`.
    /// - Returns: how many bytes were read; 0 means the end of the input.
    /// - Throws: `ReactorError` of `read`.
    public borrowing func read(into block: inout MutableRawSpan) throws(ReactorError) -> Int {
        let number = number
        return try valueOrErrno("read") {
            block.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, $0.count) }
        }
    }

    /// Writes what the descriptor takes at once.
    ///
    /// C: `write`.
    ///
    /// - Returns: the number of bytes taken, at least one unless `bytes` is empty.
    /// - Throws: `ReactorError` of `write`; `isWouldBlock` when there is no room for now.
    public borrowing func write(_ bytes: RawSpan) throws(ReactorError) -> Int {
        // Glibc's `write` is erased by the closure's typed throw, so the status is brought out.
        let number = number
        return try valueOrErrno("write") {
            bytes.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
        }
    }

    /// Writes all of `bytes`, waiting for room as often as it takes.
    ///
    /// C: `write`.
    ///
    /// - Throws: `ReactorError` of `write`, when a part may have been written; `isWouldBlock` from a
    ///   descriptor that does not wait.
    public borrowing func writeAll(_ bytes: RawSpan) throws(ReactorError) {
        var written = 0
        while written < bytes.byteCount {
            written += try write(bytes.extracting(written..<bytes.byteCount))
        }
    }

    /// The size in bytes of a regular file; nil for anything else.
    ///
    /// C: `fstat`.
    public var size: Int? {
        var facts = stat()
        guard fstat(number, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(facts.st_size)
    }

    /// The place where the next read or write begins; nil for a pipe and whatever else has no
    /// positions.
    ///
    /// C: `lseek`.
    public var position: Int? {
        let offset = lseek(number, 0, SEEK_CUR)
        return offset >= 0 ? Int(offset) : nil
    }

    /// Moves to where the next read or write is to begin, which may be behind the end.
    ///
    /// C: `lseek`.
    ///
    /// - Throws: `ReactorError` of `lseek`, `ESPIPE` for what has no positions.
    public borrowing func seek(to offset: Int) throws(ReactorError) {
        _ = try valueOrErrno("lseek") { lseek(number, offset, SEEK_SET) }
    }

    /// Makes a file in memory that holds `bytes`, to be read from its beginning.
    ///
    /// C: `memfd_create`.
    /// - Throws: `ReactorError` of the call that failed.
    package static func inMemory(_ name: String, _ bytes: RawSpan) throws(ReactorError)
        -> Descriptor
    {
        let closeOnExec: UInt32 = 1  // MFD_CLOEXEC is behind _GNU_SOURCE
        let file = Descriptor(
            try valueOrErrno("memfd_create") { memfd_create(name, closeOnExec) }
        )
        try file.writeAll(bytes)
        try file.seek(to: 0)
        return file
    }

    /// Returns the same pipe or terminal, opened anew so that writing never waits; nil for anything
    /// else.
    ///
    /// Setting the flag on the descriptor itself would change it for the program that we share it
    /// with. C: `open` of `/proc/self/fd/N` with `O_NONBLOCK`.
    public borrowing func reopenedWithoutWaiting() -> Descriptor? {
        var facts = stat()
        guard fstat(number, &facts) == 0 else { return nil }
        let kind = facts.st_mode & S_IFMT
        guard kind == S_IFIFO || kind == S_IFCHR && isTerminal else { return nil }
        let flags = O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
        let opened = open("/proc/self/fd/\(number)", flags)
        return opened >= 0 ? Descriptor(opened) : nil
    }

    /// Occupies the standard descriptors that the process was started without.
    ///
    /// Otherwise the next socket would become standard output, and data would be written into it.
    /// The descriptor put in their place fails like a closed descriptor (`EBADF`).
    public static func occupyStandardDescriptors() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) == -1 {
            let wrongDirection = number == STDIN_FILENO ? O_WRONLY : O_RDONLY
            // The lowest free number is taken, which is this one: lower ones are open by now.
            _ = open("/dev/null", wrongDirection)
        }
    }

    /// True when the descriptor is a terminal.
    ///
    /// C: `isatty`.
    public var isTerminal: Bool { isatty(number) == 1 }

    /// The width of the terminal in columns, if it is one and says so.
    ///
    /// C: `ioctl(TIOCGWINSZ)`.
    public var terminalWidth: Int? {
        var size = winsize()
        guard ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// The height of the terminal in lines; nil when it is none, or does not say.
    ///
    /// C: `ioctl(TIOCGWINSZ)`.
    public var terminalHeight: Int? {
        var size = winsize()
        guard ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return nil }
        return Int(size.ws_row)
    }

    /// Makes a pipe's buffer as large as the system allows without privilege, up to 1 MiB.
    ///
    /// Does nothing on what is not a pipe. C: `fcntl(F_SETPIPE_SZ)`.
    public borrowing func enlargePipe() {
        let setPipeSize: Int32 = 1031  // F_SETPIPE_SZ is behind _GNU_SOURCE
        _ = fcntl(number, setPipeSize, 1_048_576)
    }
}
