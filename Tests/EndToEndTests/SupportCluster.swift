// Three brokers of a test's own, to be killed and brought back.

import Synchronization
import Testing

/// A cluster in a folder of its own, gone with the value.
final class KafkaCluster {
    let servers: String
    let tlsServers: String
    let saslServers: String
    let saslTLSServers: String
    /// The folder of the cluster's certificates.
    var certificates: String { "\(folder.path)/kafka/tls" }
    /// One cluster starts at a time: nine brokers at once are too much for two cores.
    static let starting = Mutex(())
    private let script: String
    private let folder: TemporaryFolder

    init(brokers: Int, _ options: [String]) throws {
        guard let script = Kafka.script else { throw HarnessError("no scripts/kafka") }
        self.script = script
        folder = try TemporaryFolder()
        let arguments = ["start", "--version", Kafka.version, "--brokers", "\(brokers)"]
        let folder = folder
        let variables = try Self.starting.withLock { _ in
            // On a machine with much else to do, a broker may not be let in by its controller in
            // time, and ends.
            let call = arguments + ["--port", "auto"] + options
            if let variables = try? Self.call(script, call, folder) { return variables }
            _ = try? Self.call(script, ["stop"], folder)
            return try Self.call(script, call, folder)
        }
        func address(_ name: String) throws -> String {
            let prefix = "export \(name)='"
            guard let line = variables.lines.first(where: { $0.hasPrefix(prefix) }) else {
                throw HarnessError("no cluster: \(variables.errors)")
            }
            return String(line.dropFirst(prefix.count).dropLast())
        }
        servers = try address("KAFKA_BOOTSTRAP")
        tlsServers = try address("KAFKA_BOOTSTRAP_SSL")
        saslServers = try address("KAFKA_BOOTSTRAP_SASL")
        saslTLSServers = try address("KAFKA_BOOTSTRAP_SASL_SSL")
    }

    deinit {
        _ = try? Self.call(script, ["stop"], folder)
    }

    /// Kills broker `number` without a chance to say goodbye.
    func kill(_ number: Int) throws {
        _ = try Self.call(script, ["kill", "\(number)"], folder)
    }

    /// Starts brokers again on what they had stored.
    ///
    /// All at once: one that is alone does not come up before most of the controllers are there.
    func up(_ numbers: Int...) throws {
        // ZooKeeper takes a killed broker for a living one until its session is over, and lets no
        // other have its number: until then a broker of an old Kafka ends as it starts.
        let tries = Kafka.version.hasPrefix("2.") ? 12 : 1
        let calls = numbers.map { number in
            let up = "'\(script)' up --dir '\(folder.path)/kafka' \(number)"
            return "{ for try in {1..\(tries)}; do \(up) && exit; done; exit 1; } & pids+=($!)"
        }
        let wait = #"for pid in "${pids[@]}"; do wait "$pid" || exit; done"#
        try Self.bash("{ " + (calls + [wait]).joined(separator: "; ") + "; }")
    }

    /// Stops broker `number` in its tracks: its connections stay, and nothing answers.
    func pause(_ number: Int) throws {
        _ = try Self.call(script, ["pause", "\(number)"], folder)
    }

    /// Lets a paused broker go on.
    func resume(_ number: Int) throws {
        _ = try Self.call(script, ["resume", "\(number)"], folder)
    }

    private static func call(
        _ script: String,
        _ arguments: [String],
        _ folder: TemporaryFolder
    ) throws -> Outcome {
        let words = [script, arguments[0], "--dir", "\(folder.path)/kafka"] + arguments.dropFirst()
        return try bash(words.map { "'\($0)'" }.joined(separator: " "))
    }

    @discardableResult
    private static func bash(_ line: String) throws -> Outcome {
        let outcome = try Kctl.bash(
            // The brokers live on: they must not hold what shows that the script has ended.
            line + " \(Plumbing.lifeline)>&-",
            within: .seconds(120)
        )
        guard outcome.ending == .exited(0) else { throw HarnessError(outcome.errors) }
        return outcome
    }
}
