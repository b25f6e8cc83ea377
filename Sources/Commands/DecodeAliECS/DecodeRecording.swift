// Recording and replay, as options of `decode-aliecs`.

import Arguments
import CommandKit

/// The speed at which records are played.
enum ReplaySpeed: ArgumentValue, Equatable {
    /// As fast as the cluster takes them.
    case most
    /// With the gaps that were between them, divided by this.
    case times(Double)

    static var placeholder: String { "SPEED" }

    init(argument: String) throws(InvalidValue) {
        if argument == "max" {
            self = .most
            return
        }
        guard argument.last == "x", let factor = Double(argument.dropLast()), factor.isFinite,
            factor > 0, factor <= 1_000_000
        else { throw InvalidValue("not a speed such as 1x, 10x, 0.5x or max") }
        self = .times(factor)
    }

    var argumentText: String {
        switch self {
        case .most: return "max"
        case .times(let factor):
            let text = "\(factor)"
            return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + "x"
        }
    }
}

/// The time at which the played records are to have begun.
struct ReplayStart: ArgumentValue {
    let time: TimePoint
    let argumentText: String

    static var placeholder: String { "TIME" }

    init(argument: String) throws(InvalidValue) {
        guard let time = TimePoint(argument == "now" ? "-0s" : argument) else {
            throw InvalidValue("neither now nor a time such as \(TimePoint.forms)")
        }
        self.time = time
        argumentText = argument
    }
}

/// Recording and replay.
struct DecodeRecording: CommandOptions {
    var path: String?
    var replay: String?
    var speed: ReplaySpeed?
    var shiftTo: ReplayStart?
    var topicPrefix: String?
    var keepsPartitions = false
    var createsTopics = false
    var isDryRun = false

    static let flags = rows.map { $0.grouped("Recording").advanced() }

    private static let rows: [Flag<DecodeRecording>] = [
        .optional(
            "record",
            "Write all records read to this new file, undecoded.",
            \.path,
            placeholder: "FILE",
            completion: .files
        ),
        .optional(
            "replay",
            "Send the records of a --record file to their topics; - is stdin.",
            \.replay,
            placeholder: "FILE",
            completion: .files
        ),
        .optional(
            "speed",
            "Replay speed: 1x, 10x, 0.5x, or max for no pauses.",
            \.speed,
            defaultText: "1x"
        ),
        .optional(
            "shift-to",
            "Shift all times so that the first record is at this time, or now.",
            \.shiftTo
        ),
        .optional(
            "topic-prefix",
            "Add this prefix to the topic names.",
            \.topicPrefix,
            placeholder: "PREFIX"
        ),
        .toggle(
            "keep-partitions",
            "Send each record to its original partition.",
            \.keepsPartitions,
            negatable: false
        ),
        .toggle(
            "create-topics",
            "Create topics that do not exist.",
            \.createsTopics,
            negatable: false
        ),
        .toggle("dry-run", nil, "Count the records without sending them.", \.isDryRun),
    ]

    /// Refuses what is nothing without the other, and what cannot be.
    func validate(isReading: Bool) throws(UsageError) {
        if path == "-" {
            throw UsageError("--record needs a file; standard output has the decoded records")
        }
        if path?.isEmpty == true { throw UsageError("--record: the path is empty") }
        guard replay == nil else {
            if path != nil { throw UsageError("--record and --replay do not go together") }
            if isReading { throw UsageError("--replay reads only its file") }
            return
        }
        let own = [
            ("--speed", speed != nil), ("--shift-to", shiftTo != nil),
            ("--topic-prefix", topicPrefix != nil), ("--keep-partitions", keepsPartitions),
            ("--create-topics", createsTopics), ("--dry-run", isDryRun),
        ]
        if let first = own.first(where: \.1)?.0 { throw UsageError("\(first) needs --replay") }
    }
}
