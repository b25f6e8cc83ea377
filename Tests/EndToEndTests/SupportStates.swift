// What /proc tells of a program under test: signals that it has taken, threads that stand still.

import Glibc
import TestSupport
import Testing

extension Program {
    /// Waits until no signal `number` is on its way to the program.
    func waitForSignals(toBeTaken number: Int32) {
        watchState { program in
            guard let status = try? readFile("/proc/\(program.pid)/status") else { return true }
            let pending = status.split(separator: "\n").first { $0.hasPrefix("ShdPnd:") }
            let mask = pending.flatMap { UInt64($0.dropFirst(7).drop { $0 <= " " }, radix: 16) }
            return (mask ?? 0) & (1 << UInt64(number - 1)) == 0
        }
    }

    /// Lets enough time pass for a second signal or key not to count as the first.
    func keepApart() {
        let due = ContinuousClock.now + .milliseconds(150)
        watchState("the time") { $0.hasEnded || ContinuousClock.now >= due }
    }

    /// Waits until a signal to stop has reached every thread: `kill` does not wait for that.
    func waitUntilStopped() {
        watchState("a stop") { program in
            let tasks = "/proc/\(program.pid)/task"
            return TemporaryDirectory.names(in: tasks).allSatisfy { task in
                guard let stat = try? readFile("\(tasks)/\(task)/stat"),
                    let name = stat.lastIndex(of: ")")
                else { return true }
                return "TZX".contains(stat[name...].dropFirst(2).first ?? "T")
            }
        }
    }
}
