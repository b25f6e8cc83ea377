// Every effective setting with its origin.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output
import Settings

/// The purpose of a client, as a word of the command line.
enum RoleArgument: String, ArgumentChoice {
    case admin
    case producer
    case consumer

    /// The role itself.
    var role: ClientRole {
        switch self {
        case .admin: .admin
        case .producer: .producer
        case .consumer: .consumer
        }
    }
}

/// `kctl config explain`: a row a property that kctl sets, with its value and its origin.
enum ConfigExplain: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = ListOptions()
        var role = RoleArgument.admin
    }

    static let spec = CommandSpec<Options>(
        "config explain",
        "Print the effective settings with their origins.",
        flags: [
            .value(
                "role",
                "Client type: some defaults and Java names differ.",
                \.role,
                default: .admin
            )
        ] + ListOptions.flags(for: SettingRow.columns).map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl config explain", "Print the settings of a command without options."),
            Example(
                "kctl config explain --context prod --role producer",
                "Print the settings of another context."
            ),
            Example("kctl config explain -X acks=1 --json", "Print the settings as JSON."),
        ],
        sections: [
            Section(
                "Secrets",
                "Secrets are shown as (set). Commands in values are not run: the value is shown as"
                    + " written. URLs are shown with scheme, host and path only."
            ),
            Section(
                "Project files",
                "Settings from a .kctl.yaml are marked. If the file is not trusted, settings that"
                    + " require trust are shown as written, and references are not resolved."
            ),
            ConfigHelp.layers, ExitStatus.section,
        ],
        json: [SettingRow.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let settings = try context.settings(
            options.cluster,
            as: options.role.role,
            runs: false,
            showsUntrusted: true
        )
        try context.noteUntrusted()
        for note in settings.notes + settings.details { context.note("note: " + note) }
        var rows: [SettingRow] = []
        if let choice = settings.context {
            rows.append(
                SettingRow(
                    name: "context",
                    value: choice.name,
                    isSecret: false,
                    isFromFolder: choice.isFromFolder,
                    choice.origin
                )
            )
        }
        let sorted = settings.properties.sorted { $0.name < $1.name }
        rows += sorted.map { setting in
            SettingRow(
                name: SecretNames.shown(setting.name),
                value: setting.shownValue,
                isSecret: setting.isSecret,
                isFromFolder: setting.isFromFolder,
                setting.origin
            )
        }
        try context.list(rows, as: options.output.format)
    }
}

/// One setting.
struct SettingRow: Row {
    let name: String
    let value: String
    let isSecret: Bool
    let isFromFolder: Bool
    let origin: Origin

    init(name: String, value: String, isSecret: Bool, isFromFolder: Bool, _ origin: Origin) {
        self.name = name
        self.value = value
        self.isSecret = isSecret
        self.isFromFolder = isFromFolder
        self.origin = origin
    }

    static let columns = [Column("NAME"), Column("VALUE"), Column("ORIGIN", need: .useful)]

    /// Lines of certificates would tear the table apart.
    var cells: [String] {
        let lines = value.split(separator: "\n").count
        let mark = isFromFolder ? " (folder's file)" : ""
        return [name, lines > 1 ? "(\(lines) lines)" : value, origin.description + mark]
    }

    static let json = JSONShape(
        "setting",
        "A property in effect.",
        [
            JSONField("name", .string, "Name of the property."),
            JSONField("value", .string, "Value of the property; null for a secret.").orNull,
            JSONField("sensitive", .boolean, "True for a secret."),
            JSONField("origin", .string, "Source of the value."),
            JSONField("path", .string, "Path of the file that sets it.").orAbsent,
            JSONField("line", .integer, "Line of the file, from 1.").orAbsent,
            JSONField("folder", .boolean, "True when a .kctl.yaml sets it."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("name")
        json.string(name)
        json.key("value")
        if isSecret { json.null() } else { json.string(value) }
        json.key("sensitive")
        json.bool(isSecret)
        json.key("origin")
        json.string(origin.description)
        if let place = origin.place {
            json.key("path")
            json.string(place.path)
            json.key("line")
            json.number(place.line)
        }
        json.key("folder")
        json.bool(isFromFolder)
        json.endObject()
    }
}

extension Origin {
    /// The file and the line, for what was given in a file.
    var place: (path: String, line: Int)? {
        switch self {
        case .file(let path, let line): (path, line)
        case .place(let path, let line, _): (path, line)
        case .flag, .property, .environment, .builtIn: nil
        }
    }
}
