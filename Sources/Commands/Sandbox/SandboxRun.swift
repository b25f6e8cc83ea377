// The life of a sandbox: until a signal, or as long as the command in it runs.
//
// 1. Ctrl-C reaches the command by itself, from the terminal; every other signal is passed on.
// 2. The command's status is the sandbox's; a command that a signal ended counts as 128 + n.

import CommandKit
import Output
import Reactor
import Settings

/// Waits for what ends a sandbox.
struct SandboxRun: ~Copyable {
    private enum Source { case signal, child, relay }

    private let cluster: SandboxCluster
    private let signals: SignalSource
    private let child: ChildProcess?
    private var loop: Loop<Source>

    /// Starts `command`, if there is one, with the address in its environment.
    init(
        _ cluster: consuming SandboxCluster,
        _ signals: SignalSource,
        _ command: [String],
        _ context: Context
    ) throws(CommandError) {
        var childNumber: Int32?
        child = try Self.start(command, servers: cluster.servers, context, number: &childNumber)
        self.signals = signals
        loop = Loop(clock: context.clock)
        loop.watch(signals.number, for: .readable, as: .signal)
        if let childNumber { loop.watch(childNumber, for: .readable, as: .child) }
        if let relay = cluster.relay { loop.watch(relay.number, for: .readable, as: .relay) }
        self.cluster = cluster
    }

    /// Returns the search path for programs: last the folder of this one, which need not be
    /// installed.
    private static func path(_ path: String?) -> String? {
        guard let own = Files.realPath("/proc/self/exe"), let slash = own.lastIndex(of: "/") else {
            return path
        }
        let folder = String(own[..<slash])
        guard let path, !path.isEmpty else { return folder }
        return path + ":" + folder
    }

    private static func start(
        _ command: [String],
        servers: String,
        _ context: Context,
        number: inout Int32?
    ) throws(CommandError) -> ChildProcess? {
        guard let program = command.first else { return nil }
        var environment = context.environmentWithoutSecrets()
        environment["KCTL_BOOTSTRAP_SERVERS"] = servers
        environment["BOOTSTRAP_SERVERS"] = servers
        // The user's own context would bring its passwords and its TLS along.
        environment[ContextChoice.variable] = ContextChoice.none
        environment["PATH"] = path(environment["PATH"])
        do {
            let child = try ChildProcess(arguments: command, environment: environment)
            number = child.number
            return child
        } catch {
            throw CommandError(error, doing: "cannot run '\(program)'")
        }
    }

    /// Waits, and throws the status unless it is success; the process is to end then.
    consuming func finish() throws(CommandError) {
        let end: CommandError?
        do {
            try waitForEnd()
            end = nil
        } catch {
            end = error
        }
        cluster.abandon()
        if let end { throw end }
    }

    private mutating func waitForEnd() throws(CommandError) {
        while true {
            do { try loop.wait() } catch { throw CommandError(error, doing: "cannot wait") }
            if loop.isReady(.relay) { cluster.relay?.serve() }
            while let signal = signals.next() {
                if let ended = pass(on: signal) { throw .reported(.signalled(ended.number)) }
            }
            switch try childStatus() {
            case nil: continue
            case .exited(0): return
            case .exited(let status): throw .reported(.child(status))
            case .signalled(let signal): throw .reported(.child(128 + signal))
            }
        }
    }

    /// Returns the signal, when there is no command that is to have it.
    private func pass(on signal: Signal) -> Signal? {
        guard child != nil else { return signal }
        if signal != .interrupt { child?.send(signal) }
        return nil
    }

    private func childStatus() throws(CommandError) -> ChildStatus? {
        do { return try child?.poll() } catch { throw CommandError(error, doing: "cannot wait") }
    }
}
