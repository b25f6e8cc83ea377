// Three brokers of a test's own, to be killed and brought back.

import Testing

/// A cluster in a folder of its own, gone with the value.
final class KafkaCluster {
    let servers: String
    let saslServers: String
    private let script: String
    private let folder: TemporaryFolder

    init(brokers: Int, _ options: [String]) throws {
        guard let script = Kafka.script else { throw HarnessError("no scripts/kafka") }
        self.script = script
        folder = try TemporaryFolder()
        let arguments = ["start", "--version", Kafka.version, "--brokers", "\(brokers)"]
        var variables = try Self.call(script, arguments + ["--port", "auto"] + options, folder)
        if variables.ending != .exited(0) {
            // On a machine with much else to do, a broker may not be let in by its controller in
            // time, and ends.
            _ = try Self.call(script, ["stop"], folder)
            variables = try Self.call(script, arguments + ["--port", "auto"] + options, folder)
        }
        func address(_ name: String) throws -> String {
            let prefix = "export \(name)='"
            guard let line = variables.lines.first(where: { $0.hasPrefix(prefix) }) else {
                throw HarnessError("no cluster: \(variables.errors)")
            }
            return String(line.dropFirst(prefix.count).dropLast())
        }
        servers = try address("KAFKA_BOOTSTRAP")
        saslServers = try address("KAFKA_BOOTSTRAP_SASL")
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
        let calls = numbers.map { "'\(script)' up --dir '\(folder.path)/kafka' \($0) & pids+=($!)" }
        let wait = #"for pid in "${pids[@]}"; do wait "$pid" || exit; done"#
        let line = "{ " + (calls + [wait]).joined(separator: "; ") + "; }"
        try Self.bash(line)
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
            environment: ["KAFKA_JVM": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"],
            within: .seconds(120)
        )
        guard outcome.ending == .exited(0) else { throw HarnessError(outcome.errors) }
        return outcome
    }
}
