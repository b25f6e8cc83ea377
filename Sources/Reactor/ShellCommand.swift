// A line of shell that is given all of its input at once.
//
// 1. Its input is a file in memory, complete before the child starts: no end of ours can leave it
//    with a part, a child that reads nothing holds up nothing, and no thread has to feed it.
// 2. It leads a process group: Ctrl-C on the terminal is ours to act on.
// 3. It has ended when nothing that it has started lives, wherever that has gone: another attempt
//    never runs beside this one.

import Glibc

/// A line of shell at work, whose output goes where ours does.
public struct ShellCommand: ~Copyable {
    private let keeper: Keeper

    /// Starts `line` by `/bin/sh` with exactly `environment` and with `input` to read.
    ///
    /// `keeper` has no other command at work. C: `memfd_create`, `fork`, `execve`.
    /// - Throws: `ReactorError` of the call that failed; `E2BIG` when the environment is too large.
    public init(
        _ line: String,
        input: RawSpan,
        environment: [String: String],
        by keeper: Keeper
    ) throws(ReactorError) {
        let file = try Descriptor.inMemory("kctl-input", input)
        try keeper.start(
            ["/bin/sh", "-c", line],
            environment: environment,
            input: file.number,
            .ownGroup
        )
        self.keeper = keeper
    }

    /// Sends it, and all that it has started, a signal.
    ///
    /// C: `kill`.
    public borrowing func send(_ signal: Signal) { keeper.send(signal, toAll: true) }

    /// Returns how it ended, or nil while it or anything that it has started lives.
    ///
    /// Processes that it leaves behind are asked to end, and killed a second later. C: `waitpid`.
    /// - Throws: `ReactorError` of `waitpid`.
    public borrowing func poll() throws(ReactorError) -> ChildStatus? { try keeper.poll() }
}
