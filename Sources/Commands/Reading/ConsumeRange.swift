// The start and the end of `consume`, as options.

import Arguments
import CommandKit
import KafkaCore
import ReadEngine
import Reactor

/// The handling of an offset that does not exist, as users write it.
enum OffsetResetChoice: Equatable {
    case earliest
    case latest
    case error
    case time(TimePoint)

    /// Returns the choice as a reader takes it, when now is `now` in milliseconds since 1970.
    func resolved(now: Int64) -> OffsetReset {
        switch self {
        case .earliest: .earliest
        case .latest: .latest
        case .error: .error
        case .time(let time): .time(time.milliseconds(now: now))
        }
    }
}

/// The handling of an offset that does not exist, or of a group that has none.
struct OffsetResetArgument: ArgumentValue, Equatable {
    let reset: OffsetResetChoice
    let argumentText: String

    static var placeholder: String { "WHERE" }

    init(argument: String) throws(InvalidValue) {
        argumentText = argument
        switch argument {
        case "earliest", "beginning", "start", "smallest": reset = .earliest
        case "latest", "end", "largest": reset = .latest
        case "error", "none": reset = .error
        default:
            let text = argument.hasPrefix("@") ? String(argument.dropFirst()) : argument
            guard let time = TimePoint(text) else {
                throw InvalidValue(
                    "not earliest, latest, error or a time such as \(TimePoint.forms)"
                )
            }
            reset = .time(time)
        }
    }
}

/// The range of `consume`.
struct ConsumeRange: CommandOptions {
    var fromBeginning = false
    var offset: OffsetSpec?
    var partitions: PartitionNumbers?
    var last: Int?
    var reset: OffsetResetArgument?
    var stopsAtEnd = false
    var limit: Int?
    var limitPerPartition: Int?
    var untilTime: TimeArgument?
    var idleMilliseconds: Int?
    var idleTimeout: Duration?
    var duration: Duration?

    /// The ones of every day come first, in one list; the others stand under a heading.
    static let flags = rows.map { $0.description.isAdvanced ? $0.grouped("Range") : $0 }

    private static let rows: [Flag<ConsumeRange>] = [
        .toggle(
            "exit",
            "e",
            "Exit after reaching the current end of each partition.",
            \.stopsAtEnd,
            negatable: false
        ),
        .toggle(
            "from-beginning",
            "Start at the oldest records.",
            \.fromBeginning,
            negatable: false
        ),
        .optional(
            "offset",
            "o",
            "Start offset or range START:END (5:8, end-10, @-1h).",
            \.offset,
            merge: OffsetSpec.merged
        ),
        .optional(
            "max-messages",
            "n",
            "Exit after this many records.",
            \.limit,
            range: 1...Int.max
        ),
        .optional(
            "partition",
            "p",
            "Read these partitions only.",
            \.partitions,
            defaultText: "all"
        )
        .advanced(),
        .optional(
            "last",
            "Print the newest N records of all partitions.",
            \.last,
            range: 1...10_000_000
        )
        .advanced(),
        .optional(
            "offset-reset",
            "Start here when an offset does not exist: earliest, latest, error or a time.",
            \.reset,
            defaultText: "error; with --group: latest, or earliest with --exit"
        )
        .advanced(),
        .optional(
            "max-per-partition",
            "Read at most this many records of each partition.",
            \.limitPerPartition,
            range: 1...Int.max
        )
        .advanced(),
        .optional("until-time", "Stop before the first record at or after this time.", \.untilTime)
            .advanced(),
        .optional(
            "timeout-ms",
            "Exit after this many milliseconds without a record.",
            \.idleMilliseconds,
            range: 1...Int(Int32.max)
        )
        .advanced(),
        .optional("idle-timeout", "Exit after this long without a record.", \.idleTimeout)
            .advanced(),
        .optional("for", "Exit after this long.", \.duration).advanced(),
    ]

    /// The longest time without a record; nil for no limit.
    var idleLimit: Duration? {
        idleTimeout ?? idleMilliseconds.map { .milliseconds($0) }
    }

    /// True when the read ends by itself, even if nothing more is written.
    var isBounded: Bool {
        stopsAtEnd || last != nil || untilTime != nil || offset?.isBounded == true
    }

    /// True when the present content of the log decides where reading ends, and not offsets alone.
    var endsAtLog: Bool {
        func isOffset(_ end: OffsetPosition?) -> Bool {
            if case .offset = end { true } else { false }
        }
        return stopsAtEnd || last != nil || untilTime != nil
            || offset?.ranges.contains { !isOffset($0.end) } == true
    }

    /// True when a time limit may end the read, and the library has to report the partitions' ends.
    var mayRunShort: Bool { idleLimit != nil || limit != nil && duration != nil }

    /// Refuses options that contradict one another.
    func validate() throws(UsageError) {
        if fromBeginning, offset != nil {
            throw UsageError("--from-beginning and --offset do not go together")
        }
        if last != nil, offset != nil || fromBeginning || limit != nil || limitPerPartition != nil {
            throw UsageError(
                "--last sets the start and the number of records; leave out --offset,"
                    + " --from-beginning, --max-messages and --max-per-partition"
            )
        }
        if idleTimeout != nil, idleMilliseconds != nil {
            throw UsageError("--timeout-ms and --idle-timeout do not go together")
        }
        if untilTime != nil, offset?.ranges.contains(where: { $0.end != nil }) == true {
            throw UsageError("--until-time and the end of --offset do not go together")
        }
        for (name, time) in [("--idle-timeout", idleTimeout), ("--for", duration)] {
            if let time, time <= .zero { throw UsageError("\(name): not above 0") }
        }
    }

    /// The offsets to read of every partition, from the options.
    ///
    /// Without a word, a read that ends begins with the oldest records, and one that follows with
    /// new ones.
    var spec: OffsetSpec {
        var spec: OffsetSpec
        if let offset {
            spec = offset
        } else if fromBeginning || stopsAtEnd || last != nil {
            spec = OffsetSpec(OffsetRange(from: .start(plus: 0)))
        } else {
            spec = OffsetSpec(OffsetRange(from: .end(minus: 0)))
        }
        if let untilTime { spec.end(at: .time(untilTime.time)) }
        return spec
    }
}
