// The configuration files that are read.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output
import Reactor
import Settings

/// `kctl config path`: one line per file, the highest first.
enum ConfigPath: Command {
    struct Options: CommandOptions {
        var output = JSONOptions()
        var global = GlobalOptions()
    }

    static let spec = CommandSpec<Options>(
        "config path",
        "Print the paths of the configuration files.",
        flags: JSONOptions.flags.map { $0.embedded(at: \.output) }
            + GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example(
                "kctl config path",
                "Print the paths of the project file and of your file."
            ),
            Example("kctl config path --json", "Also print whether they exist and are trusted."),
        ],
        sections: [
            Section(
                "Files",
                "The project file is the nearest .kctl.yaml from the working directory up to the root"
                    + " of the repository. The path of your own file is printed even if it does not"
                    + " exist. 'kctl config init' creates a file."
            ), ExitStatus.section,
        ],
        json: [PathRow.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let places = ConfigurationFiles(context.environment)
        var rows: [PathRow] = []
        if let path = places.project {
            let found = try context.folderFile(path)
            let isTrusted = found?.file.isTrusted
            rows.append(PathRow(kind: "project", path: path, exists: true, isTrusted: isTrusted))
        }
        if let path = places.user {
            let exists = Files.facts(of: path) != nil
            rows.append(PathRow(kind: "user", path: path, exists: exists, isTrusted: true))
        }
        try context.reports([PathReport(rows: rows)], as: options.output.format)
    }
}

/// The files, a line each.
private struct PathReport: ReportOfRows {
    let rows: [PathRow]

    func text(on page: Page) -> String {
        rows.map { page.escape($0.path) + "\n" }.joined()
    }
}

/// One file.
private struct PathRow: Row {
    let kind: String
    let path: String
    let exists: Bool
    /// Nil for a file that is not used.
    let isTrusted: Bool?

    static let columns = [Column("KIND"), Column("PATH")]

    var cells: [String] { [kind, path] }

    static let json = JSONShape(
        "file",
        "A configuration file.",
        [
            JSONField("kind", .string, "Kind of the file: user or folder."),
            JSONField("path", .string, "Path of the file."),
            JSONField("exists", .boolean, "True when the file exists."),
            JSONField("trusted", .boolean, "True when the file is trusted."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("kind")
        json.string(kind)
        json.key("path")
        json.string(path)
        json.key("exists")
        json.bool(exists)
        json.key("trusted")
        json.bool(isTrusted ?? false)
        json.endObject()
    }
}
