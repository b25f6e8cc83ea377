// kctl as the tests call it: the built binary, in an environment of their own.

import Glibc
import JSON
import Testing

/// The binary under test.
enum Kctl {
    /// Where it is: `$KCTL_BIN`, or beside the test bundle.
    static let path: String = {
        if let path = variable("KCTL_BIN") { return path }
        let bundle = CommandLine.arguments.first ?? ""
        let folder = bundle.lastIndex(of: "/").map { bundle[..<$0] } ?? "."
        return "\(folder)/kctl"
    }()

    /// For JVMs that start soon; none of a test runs for long.
    private static let quickJVM = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData"

    /// What tests find in their environment; nil when it is not set or empty.
    static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// Whether the library in use is the one of Debian 12.
    static func hasOldLibrary() throws -> Bool {
        let version = try run(["version", "--json"]).json().first?["librdkafka"]?.string
        return version?.hasPrefix("2.0.") ?? false
    }

    /// Runs kctl to its end.
    static func run(
        _ arguments: [String],
        input: InputStream = .bytes([]),
        output: OutputTarget = .pipe,
        on servers: String? = nil,
        environment: [String: String] = [:],
        within limit: Duration = .seconds(60),
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        let program = try start(
            arguments,
            input: input,
            output: output,
            on: servers,
            environment: environment,
            within: limit
        )
        let outcome = program.finish(sourceLocation: sourceLocation)
        Schemas.check(outcome, of: arguments, sourceLocation: sourceLocation)
        return outcome
    }

    /// Starts kctl; `servers` become `KCTL_BOOTSTRAP_SERVERS`.
    static func start(
        _ arguments: [String],
        input: InputStream = .bytes([]),
        output: OutputTarget = .pipe,
        on servers: String? = nil,
        environment: [String: String] = [:],
        within limit: Duration = .seconds(60)
    ) throws -> Program {
        try Program(
            [path] + arguments,
            input: input,
            output: output,
            environment: surroundings(servers, environment),
            within: limit
        )
    }

    /// Runs a line of bash with kctl in its `PATH`.
    static func bash(
        _ line: String,
        input: InputStream = .bytes([]),
        on servers: String? = nil,
        environment: [String: String] = [:],
        within limit: Duration = .seconds(60),
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        try startBash(line, input: input, on: servers, environment: environment, within: limit)
            .finish(sourceLocation: sourceLocation)
    }

    /// Starts a line of bash with kctl in its `PATH`.
    static func startBash(
        _ line: String,
        input: InputStream = .bytes([]),
        on servers: String? = nil,
        environment: [String: String] = [:],
        within limit: Duration = .seconds(60)
    ) throws -> Program {
        try Program(
            ["bash", "-c", line],
            input: input,
            environment: surroundings(servers, environment),
            within: limit
        )
    }

    /// An environment in which nothing of the user's own is left.
    private static func surroundings(
        _ servers: String?,
        _ extra: [String: String]
    ) -> [String: String] {
        let folder = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
        var variables = [
            "PATH": "\(folder):\(variable("PATH") ?? "/usr/bin:/bin")",
            "HOME": "/nonexistent", "LC_ALL": "C.UTF-8",
            // A crash is a signal at once, not after a minute's back-trace.
            "SWIFT_BACKTRACE": "enable=no",
            "KAFKA_JVM": quickJVM, "KAFKA_JVM_OPTS": quickJVM,
        ]
        for name in ["LD_LIBRARY_PATH", "JAVA_HOME", "KAFKA_HOME", "KAFKA_CACHE"] {
            variables[name] = variable(name)
        }
        if let servers { variables["KCTL_BOOTSTRAP_SERVERS"] = servers }
        return variables.merging(extra) { _, new in new }
    }
}

extension Outcome {
    /// Standard output as JSON, one value a line.
    func json() throws -> [JSONValue] {
        try lines.map { line in try JSONValue(parsing: String(line)) }
    }

    /// Standard error as JSON, one value a line.
    func errorJSON() throws -> [JSONValue] {
        try errorLines.map { line in try JSONValue(parsing: String(line)) }
    }
}

/// A folder that is gone with the value.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/kctl-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw HarnessError.system("mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Writes a file; its path.
    func file(_ name: String, _ text: String) throws -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw HarnessError.system("open") }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw HarnessError.system("write") }
            rest = rest.dropFirst(count)
        }
        return file
    }

    deinit {
        let remove = try? Program(
            ["rm", "-rf", path],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        _ = remove?.finish()
    }
}

/// A sandbox of the test's own.
final class SandboxServer {
    let address: String
    private let program: Program

    init(_ arguments: [String] = [], input: InputStream = .bytes([])) throws {
        program = try Kctl.start(["sandbox"] + arguments, input: input, within: .seconds(300))
        guard program.wait(forOutput: "\n") else { throw HarnessError("no sandbox") }
        let line = String(decoding: program.output, as: UTF8.self).prefix { $0 != "\n" }
        address = String(line)
    }

    /// Sends the sandbox a signal.
    func signal(_ number: Int32) {
        program.signal(number)
    }

    deinit {
        program.signal(SIGTERM)
        _ = program.finish()
    }
}
