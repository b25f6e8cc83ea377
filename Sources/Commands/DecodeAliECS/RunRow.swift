// A run as `decode-aliecs --runs` and `--timeline` show it.

import AliECS
import CommandKit
import JSON
import Output

/// A run: its signals, its user, and its end.
struct RunRow: Row {
    let run: Run

    init(_ run: Run) {
        self.run = run
    }

    static let columns = [
        Column("RUN", .right), Column("ENVIRONMENT", need: .useful), Column("TYPE", need: .useful),
        Column("DETECTORS", need: .extra),
        Column("SOSOR"), Column("EOSOR", need: .extra), Column("SOEOR", need: .extra),
        Column("EOEOR", need: .useful),
        Column("LENGTH", .right), Column("STARTED-BY", need: .extra),
        Column("STOPPED-BY", need: .extra), Column("ENDED"),
    ]

    var cells: [String] {
        ["\(run.number)", run.environment, run.type, run.detectors.joined(separator: ",")]
            + RunTime.texts([run.sosor, run.eosor, run.soeor, run.eoeor])
            + [
                run.milliseconds.map(RunTime.length) ?? "", run.startedBy ?? "",
                run.stoppedBy ?? "", run.endingWord,
            ]
    }

    static let json = JSONShape(
        "run",
        "A run.",
        option: "--runs --json",
        [
            JSONField("environmentId", .string, "Id of the environment."),
            JSONField("runNumber", .integer, "Number of the run."),
            JSONField("runType", .string, "Type of the run.").orNull,
            JSONField("detectors", .list(.string), "Names of the detectors."),
            JSONField("sosor", .integer, "Start of the start of run, in milliseconds since 1970.")
                .orNull,
            JSONField("eosor", .integer, "End of the start of run, in milliseconds since 1970.")
                .orNull,
            JSONField("soeor", .integer, "Start of the end of run, in milliseconds since 1970.")
                .orNull,
            JSONField("eoeor", .integer, "End of the end of run, in milliseconds since 1970.")
                .orNull,
            JSONField("durationMs", .integer, "Length of the run, in milliseconds.").orNull,
            JSONField("startedBy", .string, "User who started the run.").orNull,
            JSONField("stoppedBy", .string, "User who stopped the run.").orNull,
            JSONField("endedBy", .string, "Event that ended the run.").orNull,
            JSONField("errorMessage", .string, "Error of the run.").orNull,
            JSONField(
                "superseded",
                .boolean,
                "True when a later run of the environment began before it ended."
            ),
            JSONField(
                "warnings",
                .list(
                    .object([
                        JSONField("code", .string, "Kind of the warning."),
                        JSONField("message", .string, "The warning in words."),
                    ])
                ),
                "Warnings about the record of the run."
            ),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("environmentId")
        json.string(run.environment)
        json.key("runNumber")
        json.number(run.number)
        json.key("runType")
        json.optional(run.type.isEmpty ? nil : run.type)
        json.key("detectors")
        json.beginArray()
        for name in run.detectors { json.string(name) }
        json.endArray()
        json.key("sosor")
        json.optional(run.sosor)
        json.key("eosor")
        json.optional(run.eosor)
        json.key("soeor")
        json.optional(run.soeor)
        json.key("eoeor")
        json.optional(run.eoeor)
        json.key("durationMs")
        json.optional(run.milliseconds)
        json.key("startedBy")
        json.optional(run.startedBy)
        json.key("stoppedBy")
        json.optional(run.stoppedBy)
        json.key("endedBy")
        json.optional(run.endedBy?.name)
        json.key("errorMessage")
        json.optional(run.error)
        json.key("superseded")
        json.bool(run.superseded)
        json.key("warnings")
        json.beginArray()
        for warning in run.warnings { Self.write(warning, to: &json) }
        json.endArray()
        json.endObject()
    }

    private static func write(_ warning: RunWarning, to json: inout JSONWriter) {
        json.beginObject()
        json.key("code")
        json.string(warning.code)
        json.key("message")
        json.string(warning.text)
        json.endObject()
    }
}

extension Run {
    /// The way in which the run ended, in a word without a blank.
    var endingWord: String { endedBy?.word ?? (superseded ? "superseded" : "running") }

    /// Its line of a timeline.
    var bar: Timeline.Bar {
        Timeline.Bar(
            labels: ["\(number)", environment, type],
            moments: [sosor, eosor, soeor, eoeor],
            note: endingWord + (error.map { ": " + $0 } ?? ""),
            isOpen: endedBy == nil && !superseded,
            isError: endedBy == .goError || error != nil
        )
    }
}

extension Timeline {
    /// The titles of what stands in front of a run's bar.
    static let runTitles = ["RUN", "ENVIRONMENT", "TYPE"]
    /// The moments of a run's bar.
    static let runSignals = RunSignal.allCases.map(\.rawValue)
}

/// Times of runs for people.
enum RunTime {
    /// Returns texts of times: the first known one has its day, others where theirs differs; an
    /// unknown time is empty.
    static func texts(_ times: [Int64?]) -> [String] {
        var day: Substring?
        return times.map { time in
            guard let time else { return "" }
            let text = UTCTime.text(time)
            // Years with more than four digits have their `T` elsewhere.
            guard let index = text.firstIndex(of: "T") else { return text }
            defer { day = text[..<index] }
            return day == text[..<index] ? String(text[text.index(after: index)...]) : text
        }
    }

    /// Returns a length without blanks: `12s`, `3m20s`.
    static func length(_ milliseconds: Int64) -> String {
        DurationText.rough(.milliseconds(milliseconds)).filter { $0 != " " }
    }
}
