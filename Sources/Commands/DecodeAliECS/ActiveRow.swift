// A line of `decode-aliecs --active`.

import AliECS
import CommandKit
import JSON
import Output

/// An environment that has a run, as the newest list has it.
struct ActiveRow: Row {
    let note: EnvironmentNote

    init(_ note: EnvironmentNote) {
        self.note = note
    }

    static let columns = [
        Column("RUN", .right), Column("ENVIRONMENT", need: .useful), Column("TYPE", need: .useful),
        Column("STATE"),
        Column("SINCE"), Column("DETECTORS", need: .extra),
    ]

    /// The time of entering the state, in milliseconds since 1970; nil when the list does not say.
    private var since: Int64? {
        note.enteredMilliseconds == 0 ? nil : Int64(exactly: note.enteredMilliseconds)
    }

    var cells: [String] {
        [
            note.run.map { "\($0)" } ?? "", note.environment, note.runType, note.state,
            since.map(UTCTime.text) ?? "", note.detectors.joined(separator: ","),
        ]
    }

    static let json = JSONShape(
        "environment",
        "An environment that is active.",
        option: "--active --json",
        [
            JSONField("environmentId", .string, "Id of the environment."),
            JSONField("runNumber", .integer, "Number of the run.").orNull,
            JSONField("runType", .string, "Type of the run.").orNull,
            JSONField("detectors", .list(.string), "Names of the detectors."),
            JSONField("state", .string, "State of the environment."),
            JSONField("since", .integer, "Time of the state, in milliseconds since 1970.").orNull,
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("environmentId")
        json.string(note.environment)
        json.key("runNumber")
        json.optional(note.run)
        json.key("runType")
        json.optional(note.runType.isEmpty ? nil : note.runType)
        json.key("detectors")
        json.beginArray()
        for name in note.detectors { json.string(name) }
        json.endArray()
        json.key("state")
        json.string(note.state)
        json.key("since")
        json.optional(since)
        json.endObject()
    }
}
