// Standard output and standard error as sinks.
// All of what is written arrives, a signal ends the wait for a reader that takes nothing, and a
// reader that went away is distinguished from a failure.

package import Output
package import Reactor

/// A sink in front of a descriptor.
package final class DescriptorSink: ByteSink {
    /// The source that ends a wait for room; set once signals are collected.
    package var signals: SignalSource?

    /// The time a write goes on when a signal has come, so as to end with all of its bytes.
    package var grace = Duration.zero

    package let isTerminal: Bool
    package let width: Int?
    package let height: Int?

    /// The descriptor, for watching whether its reader is still there.
    package var number: Int32 { descriptor.number }

    private let descriptor: Descriptor
    private let clock: any Clock

    /// Takes over `descriptor`; `COLUMNS` and `LINES` are the size of a terminal in place of what it
    /// says.
    package init(
        _ descriptor: consuming Descriptor,
        environment: [String: String] = [:],
        clock: any Clock
    ) {
        isTerminal = descriptor.isTerminal
        func size(_ name: String) -> Int? {
            environment[name].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        }
        width = isTerminal ? size("COLUMNS") ?? descriptor.terminalWidth : nil
        height = isTerminal ? size("LINES") ?? descriptor.terminalHeight : nil
        descriptor.enlargePipe()
        if let reopened = descriptor.reopenedWithoutWaiting() {
            self.descriptor = reopened
        } else {
            self.descriptor = descriptor
        }
        self.clock = clock
    }

    package func write(_ bytes: RawSpan) throws(OutputError) {
        var offset = 0
        var end: Instant?
        while offset < bytes.byteCount {
            do {
                offset += try descriptor.write(bytes.extracting(offset..<bytes.byteCount))
            } catch {
                if error.isBrokenPipe { throw .closed }
                guard error.isWouldBlock else { throw .failed(error.reason) }
                try waitForRoom(&end)
            }
        }
    }

    /// Waits until there is room, or a signal has come and its grace, which ends at `end`, is over.
    private func waitForRoom(_ end: inout Instant?) throws(OutputError) {
        enum Source { case room, signal }
        var loop = Loop<Source>(clock: clock)
        loop.watch(descriptor.number, for: .writable, as: .room)
        if let signals, end == nil { loop.watch(signals.number, for: .readable, as: .signal) }
        do { try loop.wait(until: end) } catch { throw .failed(error.reason) }
        if loop.isReady(.room) { return }
        if end == nil { end = clock.now + grace }
        guard let end, end <= clock.now, let signal = signals?.next() else { return }
        throw .interrupted(signal: signal.number)
    }
}

extension Context {
    /// Returns the world of the process itself, made ready: no standard descriptor is missing, and
    /// writing to a closed pipe is an error instead of the end.
    public static func process(environment: [String: String]) -> Context {
        Descriptor.occupyStandardDescriptors()
        Signal.ignoreBrokenPipes()
        let clock = SystemClock()
        let output = DescriptorSink(.standardOutput, environment: environment, clock: clock)
        let errors = DescriptorSink(.standardError, environment: environment, clock: clock)
        let input = Descriptor.standardInput
        var context = Context(
            output: OutputStream(output),
            errors: OutputStream(errors),
            input: input.number,
            environment: environment,
            clock: clock,
            isInteractive: input.isTerminal && output.isTerminal && errors.isTerminal
        )
        context.isProcess = true
        return context
    }

    /// Collects the signals that end a command in place of their default action.
    ///
    /// Those of `patient` may come again and again; of the others the second one ends the process.
    package func catchSignals(
        _ more: [Signal] = [],
        patient: [Signal] = []
    ) throws(CommandError) -> SignalSource {
        do {
            let signals = try SignalSource(
                [.interrupt, .terminate, .hangUp] + more,
                patient: patient
            )
            (output.sink as? DescriptorSink)?.signals = signals
            return signals
        } catch {
            throw CommandError(error, doing: "cannot catch signals")
        }
    }
}
