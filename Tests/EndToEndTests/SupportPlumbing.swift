// Pipes and file actions around posix_spawn.

import Glibc
import Synchronization

/// Held from the first pipe of a program to its start, so that no other program inherits an end.
let spawning = Mutex(())

/// What a program is to find as its descriptors.
struct Plumbing {
    /// The descriptor that shows by its closing that the program has ended.
    static let lifeline: Int32 = 9

    /// The test's ends of a program's streams, and the program itself.
    struct Ends {
        var input: Int32?
        var output: Int32?
        var errors: Int32?
        var terminal: Int32?
        var life: Int32?
        var pid: pid_t = 0
    }

    /// Starts a program; the caller holds `spawning`.
    static func start(
        _ words: [String],
        _ input: InputStream,
        _ output: OutputTarget,
        _ environment: [String: String]
    ) throws -> Ends {
        var plumbing = try Plumbing()
        defer { plumbing.closeOurs() }
        var ends = Ends()
        let slave = try openTerminal(input, output, &ends.terminal)
        if let slave { plumbing.lend(slave) }
        switch input {
        case .bytes, .held: ends.input = try plumbing.input()
        case .file(let path): plumbing.open(path, O_RDONLY, as: 0)
        case .closed: plumbing.close(0)
        case .terminal: plumbing.duplicate(slave ?? -1, as: 0)
        }
        switch output {
        case .pipe, .stalled: ends.output = try plumbing.output(as: 1)
        case .file(let path): plumbing.open(path, O_WRONLY, as: 1)
        case .closed: plumbing.close(1)
        case .terminal:
            plumbing.duplicate(slave ?? -1, as: 1)
            ends.output = ends.terminal
        }
        if case .terminal = output, case .terminal = input {
            plumbing.duplicate(slave ?? -1, as: 2)
        } else {
            ends.errors = try plumbing.output(as: 2)
        }
        ends.life = try plumbing.output(as: lifeline)
        ends.pid = try plumbing.spawn(words, environment)
        return ends
    }

    private var actions = posix_spawn_file_actions_t()
    private var lent: [Int32] = []

    private init() throws {
        guard posix_spawn_file_actions_init(&actions) == 0 else {
            throw HarnessError.system("posix_spawn_file_actions_init")
        }
    }

    /// Closes what only the program needs, and gives the actions back.
    private mutating func closeOurs() {
        for descriptor in lent { Glibc.close(descriptor) }
        lent = []
        posix_spawn_file_actions_destroy(&actions)
    }

    /// Takes over a descriptor that is closed here once the program has it.
    private mutating func lend(_ descriptor: Int32) {
        lent.append(descriptor)
    }

    /// Makes a pipe to the program's standard input; the end to write to.
    private mutating func input() throws -> Int32 {
        let (reading, writing) = try pipe()
        lend(reading)
        duplicate(reading, as: 0)
        _ = fcntl(writing, F_SETFL, O_WRONLY | O_NONBLOCK)
        return writing
    }

    /// Makes a pipe from the program's descriptor `number`; the end to read from.
    private mutating func output(as number: Int32) throws -> Int32 {
        let (reading, writing) = try pipe()
        lend(writing)
        duplicate(writing, as: number)
        _ = fcntl(reading, F_SETFL, O_RDONLY | O_NONBLOCK)
        return reading
    }

    private mutating func open(_ path: String, _ mode: Int32, as number: Int32) {
        posix_spawn_file_actions_addopen(&actions, number, path, mode, 0)
    }

    private mutating func close(_ number: Int32) {
        posix_spawn_file_actions_addclose(&actions, number)
    }

    private mutating func duplicate(_ descriptor: Int32, as number: Int32) {
        posix_spawn_file_actions_adddup2(&actions, descriptor, number)
    }

    /// Starts a program with default signal handling.
    private mutating func spawn(_ words: [String], _ environment: [String: String]) throws -> pid_t
    {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        )
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for word in arguments + variables { free(word) }
        }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, words[0], &actions, &attributes, &arguments, &variables)
        guard code == 0 else {
            throw HarnessError("\(words[0]): \(String(cString: strerror(code)))")
        }
        return pid
    }

    /// A pipe whose ends stand clear of the numbers that a program's descriptors are put at.
    private func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        // Glibc's module has no pipe2: whoever makes a pipe or starts a program holds the lock.
        guard Glibc.pipe(&ends) == 0 else { throw HarnessError.system("pipe") }
        let clear = ends.map { end in
            let copy = fcntl(end, F_DUPFD_CLOEXEC, Self.lifeline + 1)
            Glibc.close(end)
            return copy
        }
        guard clear.allSatisfy({ $0 >= 0 }) else { throw HarnessError.system("fcntl") }
        return (clear[0], clear[1])
    }

    private static func openTerminal(
        _ input: InputStream,
        _ output: OutputTarget,
        _ master: inout Int32?
    ) throws -> Int32? {
        switch (input, output) {
        case (.terminal, _), (_, .terminal): break
        default: return nil
        }
        // Glibc's module has none of posix_openpt's family: these are what they are made of.
        let number = Glibc.open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard number >= 0 else { throw HarnessError.system("open of /dev/ptmx") }
        var unlocked: Int32 = 0
        var index: Int32 = 0
        guard ioctl(number, UInt(0x4004_5431), &unlocked) == 0,  // TIOCSPTLCK
            ioctl(number, UInt(0x8004_5430), &index) == 0  // TIOCGPTN
        else { throw HarnessError.system("ioctl of /dev/ptmx") }
        let slave = Glibc.open("/dev/pts/\(index)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { throw HarnessError.system("open of a terminal") }
        var settings = termios()
        tcgetattr(slave, &settings)
        // What is typed is not echoed, so that only the program's own words are seen.
        settings.c_lflag &= ~tcflag_t(ECHO)
        settings.c_oflag &= ~tcflag_t(OPOST)
        tcsetattr(slave, TCSANOW, &settings)
        _ = fcntl(number, F_SETFL, O_RDWR | O_NONBLOCK)
        master = number
        return slave
    }
}
