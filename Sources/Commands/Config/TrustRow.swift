// The settings of a folder's file and the trusted files, as rows.

import CommandKit
import JSON
import Output
import Settings

/// A folder's file with all that it sets.
struct TrustReview: Report {
    let record: TrustRecord
    var isTrusted: Bool
    let rows: [TrustedSettingRow]

    /// The same file, trusted.
    var trusted: TrustReview {
        var review = self
        review.isTrusted = true
        return review
    }

    static let json = JSONShape(
        "review",
        "A configuration file with what it sets.",
        [
            JSONField("path", .string, "Path of the file."),
            JSONField("sha256", .string, "SHA-256 of the content, in hexadecimal."),
            JSONField("trusted", .boolean, "True when the file is trusted now."),
            JSONField(
                "files",
                .list(
                    .object([
                        JSONField("path", .string, "Path of the file."),
                        JSONField("sha256", .string, "SHA-256 of the content, in hexadecimal."),
                    ])
                ),
                "Files that it refers to."
            ),
            JSONField(
                "settings",
                .list(.object(TrustedSettingRow.json.fields)),
                "Properties that it sets."
            ),
        ]
    )

    func text(on page: Page) -> String { page.escape(record.path) + "\n" }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("path")
        json.string(record.path)
        json.key("sha256")
        json.string(record.sha256)
        json.key("trusted")
        json.bool(isTrusted)
        json.key("files")
        json.beginArray()
        for file in record.files {
            json.beginObject()
            json.key("path")
            json.string(file.path)
            json.key("sha256")
            json.string(file.sha256)
            json.endObject()
        }
        json.endArray()
        json.key("settings")
        json.beginArray()
        for row in rows { row.write(to: &json) }
        json.endArray()
        json.endObject()
    }
}

/// One line of such a file.
struct TrustedSettingRow: Row {
    let context: String?
    let name: String
    let value: String
    let origin: Origin
    /// The reason why the setting needs trust; nil when it needs none.
    let objection: String?

    static let columns = [
        Column("CONTEXT"), Column("NAME"), Column("VALUE"), Column("NEEDS-TRUST"),
    ]

    var cells: [String] {
        // All of it is shown, on one line, in a pipe too: what is hidden behind a line's end or by a
        // terminal's controls would be trusted unseen.
        [context ?? "", name, value].map(TerminalText.escaped) + [objection == nil ? "" : "yes"]
    }

    static let json = JSONShape(
        "setting",
        "A property of a file.",
        [
            JSONField("context", .string, "Name of the context; null outside contexts.").orNull,
            JSONField("name", .string, "Name of the property."),
            JSONField("value", .string, "Value of the property."),
            JSONField("path", .string, "Path of the file.").orNull,
            JSONField("line", .integer, "Line of the file, from 1.").orNull,
            JSONField("needsTrust", .boolean, "True when the property counts only after trust."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("context")
        json.optional(context)
        json.key("name")
        json.string(name)
        json.key("value")
        json.string(value)
        json.key("path")
        json.optional(origin.place?.path)
        json.key("line")
        json.optional(origin.place?.line)
        json.key("needsTrust")
        json.bool(objection != nil)
        json.endObject()
    }
}

/// One file that was trusted.
struct TrustRow: Row {
    /// The state of the record.
    enum State: String {
        case trusted, changed, missing, removed
    }

    let record: TrustRecord
    let state: State

    static let columns = [
        Column("PATH"), Column("STATE", need: .useful), Column("SHA256", need: .extra),
    ]

    var cells: [String] { [record.path, state.rawValue, record.sha256] }

    static let json = JSONShape(
        "trust",
        "A file that was trusted.",
        [
            JSONField("path", .string, "Path of the file."),
            JSONField("state", .string, "State of the file: trusted, changed or gone."),
            JSONField("sha256", .string, "SHA-256 of the trusted content, in hexadecimal."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("path")
        json.string(record.path)
        json.key("state")
        json.string(state.rawValue)
        json.key("sha256")
        json.string(record.sha256)
        json.endObject()
    }
}
