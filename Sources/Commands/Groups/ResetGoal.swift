// The goal of a group's offsets, as options: those of kafka-consumer-groups, and --to-group.

import Arguments
import CommandKit
import KafkaCore

/// The position that offsets are set to.
enum ResetGoal: Equatable {
    case earliest
    case latest
    case current
    case offset(Int64)
    case time(TimePoint)
    case shift(Int64)
    /// To where a file says, in Apache's comma-separated form.
    case file(String)
    /// To where another group is.
    case group(String)
}

/// A point in time for `--to-datetime`.
struct DateTimeArgument: ArgumentValue, Equatable {
    static let placeholder = "TIME"

    let argumentText: String
    let time: TimePoint

    init(argument: String) throws(InvalidValue) {
        guard let time = TimePoint(argument) else { throw InvalidValue("not \(TimePoint.forms)") }
        argumentText = argument
        self.time = time
    }
}

/// A length of time before now: `5m`, or ISO 8601's `PT5M`, `P1DT12H`.
struct AgeArgument: ArgumentValue, Equatable {
    static let placeholder = "DURATION"

    let argumentText: String
    let duration: Duration

    init(argument: String) throws(InvalidValue) {
        argumentText = argument
        if let duration = try? Duration(argument: argument) {
            self.duration = duration
            return
        }
        guard let duration = Self.iso8601(argument) else {
            throw InvalidValue("not a duration such as 5m, 2h, 7d or PT1H30M")
        }
        self.duration = duration
    }

    private static func iso8601(_ text: String) -> Duration? {
        var rest = Substring(text.uppercased())
        guard rest.popFirst() == "P", !rest.isEmpty else { return nil }
        var seconds: Int64 = 0
        var units: [(Character, Int64)] = [("D", 86_400)]
        while !rest.isEmpty {
            if rest.first == "T" {
                rest = rest.dropFirst()
                units = [("H", 3_600), ("M", 60), ("S", 1)]
                guard !rest.isEmpty else { return nil }
            }
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            // Each unit once, the larger before the smaller; a hundred years at most.
            guard let count = Int64(digits), count < 4_000_000_000, let letter = rest.popFirst(),
                let index = units.firstIndex(where: { $0.0 == letter })
            else { return nil }
            seconds += count * units[index].1
            units.removeFirst(index + 1)
        }
        return seconds < 3_153_600_000 ? .seconds(seconds) : nil
    }
}

/// The goal as options, of which one is given.
struct ResetGoalOptions: CommandOptions {
    var toEarliest = false
    var toLatest = false
    var toCurrent = false
    var offset: Int64?
    var time: DateTimeArgument?
    var age: AgeArgument?
    var shift: Int64?
    var file: String?
    var group: String?

    static let flags: [Flag<ResetGoalOptions>] = rows + rare.map { $0.advanced() }

    private static let rows: [Flag<ResetGoalOptions>] = [
        .toggle(
            "to-earliest",
            "Go to the start offset of each partition.",
            \.toEarliest,
            negatable: false
        ),
        .toggle(
            "to-latest",
            "Go to the end offset of each partition.",
            \.toLatest,
            negatable: false
        ),
        .optional("to-offset", "Go to this offset.", \.offset, range: 0...Int.max),
        .optional("to-datetime", "Go to the first record at or after this time.", \.time),
    ]

    private static let rare: [Flag<ResetGoalOptions>] = [
        .optional("shift-by", "Go forward by N offsets, or back by -N.", \.shift),
        .optional("by-duration", "Go to the first record not older than this.", \.age),
        .toggle(
            "to-current",
            "Keep committed offsets; go to the end offset without one.",
            \.toCurrent,
            negatable: false
        ),
        .optional(
            "from-file",
            "Take offsets from a file of TOPIC,PARTITION,OFFSET lines.",
            \.file,
            placeholder: "FILE",
            completion: .files
        ),
        .optional(
            "to-group",
            "Take offsets from another group.",
            \.group,
            placeholder: "GROUP",
            completion: .groups
        ),
    ]

    /// The goals that were given, each with its flag.
    private var goals: [(flag: String, goal: ResetGoal)] {
        var goals: [(flag: String, goal: ResetGoal)] = []
        if toEarliest { goals.append(("--to-earliest", .earliest)) }
        if toLatest { goals.append(("--to-latest", .latest)) }
        if toCurrent { goals.append(("--to-current", .current)) }
        if let offset { goals.append(("--to-offset", .offset(offset))) }
        if let time { goals.append(("--to-datetime", .time(time.time))) }
        if let age { goals.append(("--by-duration", .time(.ago(age.duration)))) }
        if let shift { goals.append(("--shift-by", .shift(shift))) }
        if let file { goals.append(("--from-file", .file(file))) }
        if let group { goals.append(("--to-group", .group(group))) }
        return goals
    }

    /// The goal; nil unless exactly one was given.
    var goal: ResetGoal? { goals.count == 1 ? goals[0].goal : nil }

    /// Refuses none and several.
    func validate() throws(UsageError) {
        guard goals.count < 2 else {
            let flags = goals.map(\.flag)
            throw UsageError(
                flags.dropLast().joined(separator: ", ") + " and \(flags[flags.count - 1])"
                    + " exclude each other"
            )
        }
        guard goals.isEmpty else { return }
        throw UsageError(
            "missing one of --to-earliest, --to-latest, --to-offset, --to-datetime, --by-duration,"
                + " --shift-by, --to-current, --from-file and --to-group"
        )
    }
}
