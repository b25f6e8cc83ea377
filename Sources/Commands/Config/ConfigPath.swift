// Which configuration files are read.

import Arguments
import JSON
import KafkaCore
import Output
import Reactor

/// `kctl config path`: a line a file, the highest first.
enum ConfigPath: Command {
    struct Options: CommandOptions {
        var output = OutputOptions()
        var global = GlobalOptions()
    }

    static let spec = CommandSpec<Options>(
        "config path",
        "Print where the configuration files are.",
        flags: OutputOptions.flags.map { $0.embedded(at: \.output) }
            + GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example("kctl config path", "The folder's own file, if there is one, and the user's."),
            Example("kctl config path --json", "Also whether they are there."),
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
        let reports = [("project", places.project), ("user", places.user)].compactMap {
            kind,
            path in
            path.map { PathReport(kind: kind, path: $0, exists: Files.facts(of: $0) != nil) }
        }
        try context.reports(reports, as: options.output.format)
    }
}

/// One file.
private struct PathReport: Report {
    let kind: String
    let path: String
    let exists: Bool

    func text(escape: (String) -> String) -> String { escape(path) + "\n" }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("kind")
        json.string(kind)
        json.key("path")
        json.string(path)
        json.key("exists")
        json.bool(exists)
        json.endObject()
    }
}
