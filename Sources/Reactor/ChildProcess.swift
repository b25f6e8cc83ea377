// A child process that shares our terminal and standard streams.

import CLinux
import Glibc

/// How a child process ended.
public enum ChildStatus: Equatable, Sendable {
    /// It left with this status.
    case exited(Int32)
    /// It was ended by this signal.
    case signalled(Int32)
}

/// A running child process.
///
/// It is not ended when this value goes away.
public struct ChildProcess: ~Copyable {
    private let pid: pid_t
    private let leadsGroup: Bool

    /// Starts `arguments[0]`, found through `PATH`, with exactly `environment`.
    ///
    /// The child gets default signal handling and an empty mask, whatever this process has set.
    /// C: `posix_spawnp`.
    /// - Throws: `ReactorError` with the reason; `isNotFound` when there is no such program.
    public init(
        arguments: [String],
        environment: [String: String]
    ) throws(ReactorError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        try self.init(arguments: arguments, environment: environment, actions: &actions)
    }

    /// Starts `arguments[0]` with descriptors changed by `actions`.
    ///
    /// `leadsGroup`: in a process group of its own, which Ctrl-C on our terminal does not reach, and
    /// which gets as a whole what is sent to it.
    init(
        arguments: [String],
        environment: [String: String],
        actions: inout posix_spawn_file_actions_t,
        leadsGroup: Bool = false
    ) throws(ReactorError) {
        precondition(!arguments.isEmpty, "the caller names a program")
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var mask = sigset_t()
        sigemptyset(&mask)
        posix_spawnattr_setsigmask(&attributes, &mask)
        for number in [SIGPIPE, SIGINT, SIGTERM] { sigaddset(&mask, number) }
        posix_spawnattr_setsigdefault(&attributes, &mask)
        var flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        if leadsGroup {
            posix_spawnattr_setpgroup(&attributes, 0)
            flags |= POSIX_SPAWN_SETPGROUP
        }
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer {
            for word in words + settings { free(word) }
        }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, arguments[0], &actions, &attributes, &words, &settings)
        guard code == 0 else { throw ReactorError(call: "posix_spawnp", code: code) }
        self.pid = pid
        self.leadsGroup = leadsGroup
    }

    /// Sends the child a signal; one that leads a group, the whole group.
    ///
    /// C: `kill`.
    public borrowing func send(_ signal: Signal) {
        kill(leadsGroup ? -pid : pid, signal.number)
    }

    /// Waits for the child's end.
    ///
    /// C: `waitpid`.
    /// - Throws: `ReactorError` of `waitpid`.
    borrowing func wait() throws(ReactorError) -> ChildStatus {
        var status: Int32 = 0
        let pid = pid
        _ = try valueOrErrno("waitpid") { waitpid(pid, &status, 0) }
        return Self.ending(status)
    }

    /// How the child ended, or nil while it runs.
    ///
    /// C: `waitpid` with `WNOHANG`.
    ///
    /// - Throws: `ReactorError` of `waitpid`.
    public borrowing func poll() throws(ReactorError) -> ChildStatus? {
        var status: Int32 = 0
        let pid = pid
        let ended = try valueOrErrno("waitpid") { waitpid(pid, &status, WNOHANG) }
        return ended == pid ? Self.ending(status) : nil
    }

    private static func ending(_ status: Int32) -> ChildStatus {
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }
}
