// Work per record, as options of `consume`.

import Arguments
import CommandKit

/// The action for a record whose command has failed for good.
enum FailureAction: ArgumentValue, Equatable {
    /// The run ends, and the record is read again the next time.
    case stop
    /// The record counts as processed.
    case skip
    /// It goes to this topic.
    case deadLetter(String)

    init(argument: String) throws(InvalidValue) {
        switch argument {
        case "stop": self = .stop
        case "skip": self = .skip
        case "dead-letter":
            throw InvalidValue("missing topic", hint: "--on-failure dead-letter TOPIC")
        default:
            let prefix = "dead-letter "
            let topic = argument.dropFirst(prefix.count)
            guard argument.hasPrefix(prefix), !topic.isEmpty else {
                throw InvalidValue("not one of stop, skip, dead-letter TOPIC")
            }
            self = .deadLetter(String(topic))
        }
    }

    static var placeholder: String { "CHOICE" }
    static var choices: [String] { ["stop", "skip", "dead-letter"] }
    static var choicesWithWord: [String] { ["dead-letter"] }

    var argumentText: String {
        switch self {
        case .stop: "stop"
        case .skip: "skip"
        case .deadLetter(let topic): "dead-letter \(topic)"
        }
    }
}

/// The work of `consume`.
struct ConsumeExec: CommandOptions {
    var line: String?
    var batch: Int?
    var batchWait: Duration?
    var retries: Int?
    var backoff: Duration?
    var limit: Duration?
    var onFailure: FailureAction?
    var variables: [String] = []
    var isDryRun = false

    static let flags = rows.map { $0.grouped("Command per record").advanced() }

    private static let rows: [Flag<ConsumeExec>] = [
        .optional(
            "exec",
            "Run this shell command for each record instead of printing it.",
            \.line,
            placeholder: "COMMAND"
        ),
        .optional(
            "batch",
            "Pass up to this many records to one command.",
            \.batch,
            range: 1...100_000,
            defaultText: "1"
        ),
        .optional(
            "batch-wait",
            "Wait at most this long for a full batch.",
            \.batchWait,
            defaultText: "1s"
        ),
        .optional(
            "retries",
            "Retry a failed command this many times.",
            \.retries,
            range: 0...1_000_000,
            defaultText: "0"
        ),
        .optional(
            "backoff",
            "Wait this long before the first retry, then twice as long each time.",
            \.backoff,
            defaultText: "1s"
        ),
        .optional(
            "exec-timeout",
            "Stop a command that runs longer and count it as failed.",
            \.limit
        ),
        .list(
            "exec-env",
            "Pass this KCTL_ variable to the command though it holds a secret.",
            \.variables,
            placeholder: "NAME"
        ),
        .optional(
            "on-failure",
            "After the last retry: stop, skip the record or send it to a topic.",
            \.onFailure,
            defaultText: "stop"
        ),
        .toggle(
            "dry-run",
            nil,
            "Print the commands without running them; commit nothing.",
            \.isDryRun
        ),
    ]

    /// Refuses what is nothing without a command, and what a command cannot have.
    func validate(
        _ group: ConsumeGroup,
        _ range: ConsumeRange,
        _ format: ConsumeFormat
    ) throws(UsageError) {
        let own = [
            ("--batch", batch != nil), ("--batch-wait", batchWait != nil),
            ("--retries", retries != nil), ("--backoff", backoff != nil),
            ("--exec-timeout", limit != nil), ("--exec-env", !variables.isEmpty),
            ("--on-failure", onFailure != nil),
            ("--dry-run", isDryRun), ("--commit after-exec", group.commits == .afterExec),
        ].filter(\.1).map(\.0)
        guard let line else {
            if let first = own.first { throw UsageError("\(first) needs --exec") }
            return
        }
        if line.allSatisfy(\.isWhitespace) { throw UsageError("--exec: the command is empty") }
        if batchWait != nil, batch ?? 1 == 1 { throw UsageError("--batch-wait needs --batch") }
        if backoff != nil, retries ?? 0 == 0 { throw UsageError("--backoff needs --retries") }
        if limit == .zero { throw UsageError("--exec-timeout: not above 0") }
        switch group.commits {
        case nil, .afterExec?, CommitMode.none?: break
        case .afterPrint?, .auto?:
            throw UsageError(
                "--exec prints no records to commit",
                hint: "--commit after-exec, or --commit none"
            )
        }
        if range.last != nil {
            throw UsageError(
                "--exec and --last do not go together",
                hint: "-o -N reads the last N records of each partition"
            )
        }
        if format.folder != nil {
            throw UsageError("--exec and --output-dir do not go together")
        }
    }

    /// Returns the mode in which offsets are committed.
    func commits(_ group: ConsumeGroup) -> CommitMode {
        if isDryRun { return .none }
        return group.commits ?? (line == nil ? .afterPrint : .afterExec)
    }

    /// The number of attempts for each record, and their time limits.
    var rules: AttemptRules {
        var rules = AttemptRules()
        if let retries { rules.retries = retries }
        if let backoff { rules.backoff = backoff }
        rules.limit = limit
        return rules
    }
}
