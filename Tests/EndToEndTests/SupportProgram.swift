// A program under test: started for real, its streams and its end in the test's hands.
//
// 1. Nothing waits longer than the deadline: what does is killed, and the test fails.
// 2. Nothing sleeps: every wait is a poll(2) on the program's streams and on a pipe that only the
//    program holds open, so that its end is seen at once.
// 3. Descriptors are close-on-exec: programs started by tests beside this one inherit none of them.

import Glibc
import Synchronization
import Testing

/// How a program ended.
enum Ending: Equatable {
    case exited(Int32)
    case signalled(Int32)
}

/// What a program left behind.
struct Outcome {
    let ending: Ending
    let output: [UInt8]
    let errors: String
    let elapsed: Duration

    /// Standard output as text.
    var text: String { String(decoding: output, as: UTF8.self) }

    /// The lines of standard output.
    var lines: [Substring] { text.split(separator: "\n") }

    /// The lines of standard error.
    var errorLines: [Substring] { errors.split(separator: "\n") }
}

/// Why a test could not be carried out.
struct HarnessError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// What the last system call complained about.
    static func system(_ call: String) -> HarnessError {
        HarnessError("\(call): \(String(cString: strerror(errno)))")
    }
}

/// Where standard input comes from.
enum InputStream {
    /// These bytes, then the end.
    case bytes([UInt8])
    /// What the test sends, until it says that it is the end.
    case held
    case file(String)
    case closed
    case terminal

    /// This text, then the end.
    static func text(_ text: String) -> InputStream { .bytes(Array(text.utf8)) }
}

/// Where standard output goes.
enum OutputTarget {
    case pipe
    /// A pipe that is not read before the test says so.
    case stalled
    case file(String)
    case closed
    case terminal
}

/// A running program.
final class Program {
    private(set) var output: [UInt8] = []
    private(set) var errors: [UInt8] = []

    let pid: pid_t
    private var input: Int32?
    private var outputEnd: Int32?
    private var errorEnd: Int32?
    private var life: Int32?
    private let terminal: Int32?
    private var pending: [UInt8] = []
    private var endsInput = false
    private var isStalled = false
    private var looksOften = false
    private let started = ContinuousClock.now
    private let deadline: ContinuousClock.Instant
    private let title: String
    private(set) var isOverdue = false
    private var sentSignals: Set<Int32> = []

    /// Starts `words`, the first of them found through `PATH`.
    init(
        _ words: [String],
        input: InputStream = .bytes([]),
        output: OutputTarget = .pipe,
        environment: [String: String],
        within limit: Duration = .seconds(60)
    ) throws {
        Self.ignoreBrokenPipes
        title = words.joined(separator: " ")
        deadline = started + limit
        let ends = try spawning.withLock { _ in
            try Plumbing.start(words, input, output, environment)
        }
        self.input = ends.input
        outputEnd = ends.output
        errorEnd = ends.errors
        terminal = ends.terminal
        life = ends.life
        pid = ends.pid
        switch input {
        case .bytes(let bytes):
            pending = bytes
            endsInput = true
        case .held, .file, .closed, .terminal: break
        }
        if case .stalled = output { isStalled = true }
        pump { true }
    }

    deinit {
        if life != nil { reap(killing: true) }
        for descriptor in Set([input, outputEnd, errorEnd, terminal].compactMap { $0 }) {
            close(descriptor)
        }
    }

    /// Whether it has come to its end, as far as has been looked.
    var hasEnded: Bool { life == nil }

    /// Hands the program more input.
    func send(_ text: String) {
        if let terminal {
            _ = text.utf8.withContiguousStorageIfAvailable {
                write(terminal, $0.baseAddress, $0.count)
            }
            return
        }
        pending += Array(text.utf8)
        feed()
    }

    /// Says that there is no more input.
    func endInput() {
        endsInput = true
        feed()
    }

    /// Begins to read what was left standing in the pipe.
    func resumeReading() {
        isStalled = false
    }

    /// Goes away as the reader of standard output.
    func closeOutput() {
        // A program that another test is just starting holds a copy until it has come to its own:
        // a writer that is quick would find a reader still.
        spawning.withLock { _ in
            if let outputEnd { close(outputEnd) }
            outputEnd = nil
        }
    }

    /// Sends a signal; after SIGSTOP, waits until none of its threads runs.
    ///
    /// One that was sent before comes late enough to be a second one, if the first has been taken.
    func signal(_ number: Int32) {
        if !sentSignals.insert(number).inserted { keepApart() }
        kill(pid, number)
        if number == SIGSTOP { waitUntilStopped() }
    }

    /// Carries streams until `isEnough`; whether it was before the program ended or time was up.
    @discardableResult
    func wait(
        _ what: String = "what was waited for",
        until isEnough: (Program) -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> Bool {
        pump { isEnough(self) }
        if isEnough(self) { return true }
        Issue.record(
            """
            \(title): \(what) did not come\(isOverdue ? " in time" : " before the end"); \
            stdout: \(String(decoding: output.prefix(2000), as: UTF8.self)) \
            stderr: \(String(decoding: errors.prefix(2000), as: UTF8.self))
            """,
            sourceLocation: sourceLocation
        )
        return false
    }

    /// Takes what the program has printed by now, without waiting.
    func look() {
        pump { true }
        while readAvailable(&outputEnd, into: &output) {}
        while readAvailable(&errorEnd, into: &errors) {}
    }

    /// Waits until standard output holds `text`.
    @discardableResult
    func wait(
        forOutput text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> Bool {
        wait("'\(text)' on stdout", until: { $0.holds(text) }, sourceLocation: sourceLocation)
    }

    /// Waits until standard error holds `text`.
    @discardableResult
    func wait(
        forErrors text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> Bool {
        wait(
            "'\(text)' on stderr",
            until: { String(decoding: $0.errors, as: UTF8.self).contains(text) },
            sourceLocation: sourceLocation
        )
    }

    /// Waits until the program has read all that was sent.
    func waitUntilInputIsTaken() {
        watchState { program in
            guard let input = program.input else { return true }
            var held: Int32 = 0
            return ioctl(input, UInt(FIONREAD), &held) == 0 && held == 0
        }
    }

    /// Looks again and again at what no descriptor of this program tells.
    func watchState(
        _ what: String = "a state",
        until isReached: (Program) -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        looksOften = true
        defer { looksOften = false }
        wait(what, until: isReached, sourceLocation: sourceLocation)
    }

    /// Waits until the program's standard output, a pipe that is not read, takes no more.
    func waitUntilOutputIsFull(sourceLocation: SourceLocation = #_sourceLocation) {
        guard let outputEnd else { return }
        // The pipe holds pages, the last of which may be partly filled.
        wait(
            "a full pipe",
            until: { _ in
                // kctl makes it larger before it writes.
                let size = fcntl(outputEnd, 1032)  // F_GETPIPE_SZ
                var held: Int32 = 0
                return ioctl(outputEnd, UInt(FIONREAD), &held) == 0 && held > size - 65_536
            },
            sourceLocation: sourceLocation
        )
    }

    /// Waits for the end; a program that does not come to one is killed, and the test fails.
    func finish(sourceLocation: SourceLocation = #_sourceLocation) -> Outcome {
        pump { false }
        if life != nil {
            Issue.record(
                """
                \(title): did not end in time; \
                stderr: \(String(decoding: errors.prefix(2000), as: UTF8.self))
                """,
                sourceLocation: sourceLocation
            )
        }
        let ending = reap(killing: life != nil)
        isStalled = false
        while readAvailable(&outputEnd, into: &output) {}
        while readAvailable(&errorEnd, into: &errors) {}
        // Much output is records; what is told of settings is short.
        if output.count < 1_000_000 {
            Secrets.check(title, [output, errors], at: sourceLocation)
        }
        return Outcome(
            ending: ending,
            output: output,
            errors: String(decoding: errors, as: UTF8.self),
            elapsed: ContinuousClock.now - started
        )
    }

    /// Waits, when it has ended, until nobody else writes to its standard output either.
    func waitForOthers(sourceLocation: SourceLocation = #_sourceLocation) {
        while let outputEnd, ContinuousClock.now < deadline {
            var watched = pollfd(fd: outputEnd, events: Int16(POLLIN), revents: 0)
            poll(&watched, 1, 1000)
            _ = readAvailable(&self.outputEnd, into: &output)
        }
        if outputEnd != nil {
            Issue.record("\(title): somebody lives on", sourceLocation: sourceLocation)
        }
    }

    private func holds(_ text: String) -> Bool {
        String(decoding: output, as: UTF8.self).contains(text)
    }

    /// Moves bytes until `isEnough`, the program's end or the deadline.
    private func pump(until isEnough: () -> Bool) {
        // What is waited for may be no event of a stream: it is looked at again now and then.
        let longest: Int64 = isStalled || looksOften ? 5 : .max
        while true {
            feed()
            if isEnough() { return }
            guard life != nil else { return }
            let left = deadline - ContinuousClock.now
            guard left > .zero else {
                isOverdue = true
                return
            }
            var watched: [pollfd] = []
            if let life { watched.append(pollfd(fd: life, events: Int16(POLLIN), revents: 0)) }
            for source in [outputEnd, errorEnd].compactMap({ $0 })
            where !(isStalled && source == outputEnd) {
                watched.append(pollfd(fd: source, events: Int16(POLLIN), revents: 0))
            }
            if let input, !pending.isEmpty {
                watched.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0))
            }
            let (seconds, attoseconds) = left.components
            let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1
            poll(&watched, nfds_t(watched.count), Int32(clamping: min(milliseconds, longest)))
            if !isStalled { _ = readAvailable(&outputEnd, into: &output) }
            _ = readAvailable(&errorEnd, into: &errors)
            var ignored: [UInt8] = []
            _ = readAvailable(&life, into: &ignored)
        }
    }

    private func feed() {
        guard let input else { return }
        while !pending.isEmpty {
            let count = pending.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
            if count > 0 {
                pending.removeFirst(count)
            } else if errno == EAGAIN {
                return
            } else {
                pending = []
                endsInput = true
            }
        }
        if endsInput {
            close(input)
            self.input = nil
        }
    }

    /// Reads once; whether there may be more.
    ///
    /// At the end of the stream its descriptor is closed.
    private func readAvailable(_ descriptor: inout Int32?, into bytes: inout [UInt8]) -> Bool {
        guard let number = descriptor else { return false }
        let count = withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { room in
            let count = read(number, room.baseAddress, room.count)
            if count > 0 { bytes.append(contentsOf: room[..<count]) }
            return count
        }
        if count > 0 { return true }
        if count < 0, errno == EAGAIN || errno == EINTR { return false }
        if number != terminal { close(number) }
        descriptor = nil
        return false
    }

    @discardableResult
    private func reap(killing: Bool) -> Ending {
        if killing { kill(pid, SIGKILL) }
        if let life { close(life) }
        life = nil
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }

    private static let ignoreBrokenPipes: Void = { _ = Glibc.signal(SIGPIPE, SIG_IGN) }()
}

/// The text of a small file.
func readFile(_ path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw HarnessError.system("open") }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
}
