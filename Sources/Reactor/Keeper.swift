// The process between us and the commands that we run.
// What a command has started ends with the command, and the command ends with us, even when we are
// killed.
//
// 1. One command at a time: the next one is started when the one before is known to have ended.
// 2. A command's end is reported when nothing that it has started lives any more.

import CProcess
import Glibc

/// Starts commands, one after the other, and ends what they leave behind.
///
/// It is a small process of its own, made by `fork`; when this value goes away, or this process, it
/// kills what is left of its command and ends.
public final class Keeper {
    /// The way a command is started.
    struct StartOptions: OptionSet {
        let rawValue: Int32
        /// In a process group of its own, which Ctrl-C on our terminal does not reach.
        static let ownGroup = StartOptions(rawValue: Int32(keeper_own_group))
        /// Processes it has moved to a session of their own may live on when it succeeds: an agent
        /// that keeps a passphrase.
        static let leavesAgents = StartOptions(rawValue: Int32(keeper_leaves_agents))
    }

    private let socket: Descriptor
    private let pid: pid_t

    /// The time its own end is waited for.
    private static let endTimeout = Duration.seconds(5)

    /// Makes one, best while this process is small.
    ///
    /// C: `fork`.
    /// - Throws: `ReactorError` when there is no room for a process.
    public init() throws(ReactorError) {
        var number: Int32 = -1
        var pid: pid_t = 0
        let code = keeper_start(&number, &pid)
        guard code == 0 else { throw ReactorError(call: "fork", code: code) }
        socket = Descriptor(number)
        self.pid = pid
    }

    deinit {
        // It reads the end of its work, and closes its own end when nothing is left.
        shutdown(socket.number, Int32(SHUT_WR))
        let clock = SystemClock()
        var loop = Loop<Int>(clock: clock)
        loop.watch(socket.number, for: .readable, as: 0)
        let deadline = clock.now + Self.endTimeout
        while clock.now < deadline, (try? loop.wait(until: deadline)) == true {
            var message = keeper_message()
            let code = keeper_receive(socket.number, &message, 0)
            guard code == 0 || code == EAGAIN else {
                waitpid(pid, nil, 0)
                return
            }
        }
    }

    /// The descriptor that is readable when a command may have ended.
    public var number: Int32 { socket.number }

    /// Starts `arguments[0]`, found through `PATH`, with exactly `environment`.
    ///
    /// It has these three descriptors and no other, default signal handling and an empty mask.
    /// - Throws: `ReactorError` with the reason; `isNotFound` when there is no such program.
    func start(
        _ arguments: [String],
        environment: [String: String],
        input: Int32 = STDIN_FILENO,
        output: Int32 = STDOUT_FILENO,
        _ options: StartOptions = []
    ) throws(ReactorError) {
        precondition(!arguments.isEmpty, "the caller names a program")
        let texts =
            arguments + environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var bytes: [UInt8] = []
        for count in [Int32(clamping: arguments.count), Int32(clamping: environment.count)] {
            withUnsafeBytes(of: count) { bytes.append(contentsOf: $0) }
        }
        for text in texts {
            // As a C function would see it.
            bytes.append(contentsOf: text.utf8.prefix { $0 != 0 })
            bytes.append(0)
        }
        let block = try Descriptor.inMemory("kctl-command", bytes.span.bytes)
        let streams = [block.number, input, output, STDERR_FILENO]
        let request = keeper_message(
            kind: Int32(keeper_start_command),
            value: options.rawValue
        )
        let code = keeper_send(number, request, streams, Int32(streams.count))
        guard code == 0 else { throw ReactorError(call: "sendmsg", code: code) }
        let answer = try receive(waits: true)
        if answer?.kind == Int32(keeper_has_failed) {
            throw ReactorError(call: "execve", code: answer?.value ?? EINVAL)
        }
    }

    /// Makes sure that it is there, while no command is at work.
    ///
    /// - Throws: `ReactorError` `ECHILD` when it is gone: another process has killed it.
    public func check() throws(ReactorError) { _ = try receive(waits: false) }

    /// Sends the command a signal, or with it all that it has started.
    func send(_ signal: Signal, toAll: Bool) {
        let kind = toAll ? keeper_signal_all : keeper_signal_command
        let request = keeper_message(kind: Int32(kind), value: signal.number)
        _ = keeper_send(number, request, nil, 0)
    }

    /// Returns how the command ended, or nil while it or anything that it has started lives.
    ///
    /// - Throws: `ReactorError` `ECHILD` when the keeper is gone, and the answer is not known.
    func poll() throws(ReactorError) -> ChildStatus? {
        guard let message = try receive(waits: false) else { return nil }
        return ChildStatus(message.value)
    }

    /// Waits until the command, and all that it has started, has ended.
    ///
    /// - Throws: `ReactorError` `ECHILD` when the keeper is gone, and the answer is not known.
    func wait() throws(ReactorError) -> ChildStatus {
        while true {
            if let message = try receive(waits: true) { return ChildStatus(message.value) }
        }
    }

    private func receive(waits: Bool) throws(ReactorError) -> keeper_message? {
        var message = keeper_message()
        switch keeper_receive(number, &message, waits ? 1 : 0) {
        case 0: return message
        case EAGAIN: return nil
        default: throw ReactorError(call: "waitpid", code: ECHILD)
        }
    }
}
