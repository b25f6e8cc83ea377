// The configuration files that are read.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output
import Reactor
import Settings

/// `kctl config path`: a line a file, the highest first.
enum ConfigPath: Command {
    struct Options: CommandOptions {
        var output = JSONOptions()
        var global = GlobalOptions()
    }

    static let spec = CommandSpec<Options>(
        "config path",
        "Print where the configuration files are.",
        flags: JSONOptions.flags.map { $0.embedded(at: \.output) }
            + GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example("kctl config path", "The folder's own file, if there is one, and the user's."),
            Example("kctl config path --json", "Also whether they are there, and trusted."),
        ],
        sections: [
            Section(
                "Files",
                "The nearest .kctl.yaml from the working directory up to the root of the repository,"
                    + " when there is one, and the user's own file, whether it is there or not. 'kctl"
                    + " config init' writes a first one."
            ), ExitStatus.section,
        ]
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
