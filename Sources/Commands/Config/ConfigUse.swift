// Another current context.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor
import Settings

/// `kctl config use`: changes the `current-context` of one file and nothing else in it.
enum ConfigUse: Command {
    struct Options: CommandOptions {
        var name: String?
        var isProject = false
        var isDryRun = false
        var isQuiet = false
        var output = JSONOptions()
        var global = GlobalOptions()
    }

    static let spec = CommandSpec<Options>(
        "config use",
        "Set the current context.",
        operands: [.required("NAME", "Context to use.", \.name, completion: .contexts)],
        flags: [
            .toggle(
                "project",
                nil,
                "Change .kctl.yaml instead of your own file.",
                \.isProject,
                negatable: false
            ),
            .toggle(
                "dry-run",
                nil,
                "Print the change, and change nothing.",
                \.isDryRun,
                negatable: false
            ),
            .quiet(\.isQuiet),
        ] + JSONOptions.flags.map { $0.embedded(at: \.output) }
            + GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example("kctl config use prod", "Use this cluster from now on."),
            Example("kctl config use test --project", "Use this cluster in this folder and below."),
        ],
        sections: [
            Section(
                "Files",
                "kctl changes your own file; with --project, or if only .kctl.yaml has the context, it"
                    + " changes that. Comments and order stay. A trusted .kctl.yaml stays trusted."
            ), ExitStatus.section,
        ],
        json: [ContextResultRow.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let name = options.name ?? ""
        let files = try context.contextFiles()
        guard files.contains(where: { $0[name] != nil }) else {
            throw CommandError(ContextChoice.missing(name, in: files))
        }
        let project = files.first { $0.file.isFound }
        let user = files.first { !$0.file.isFound }
        // In a file that lacks the context, its name would lead nowhere outside of this folder.
        let file = options.isProject || user?[name] == nil ? project : user
        guard let file = file?.file else {
            throw CommandError(
                .notFound,
                "no \(ConfigurationFiles.projectName) here or above",
                hint: "kctl config init --project"
            )
        }
        let bytes: [UInt8]
        do { bytes = try ContextEdit.use(name, in: file) } catch { throw CommandError(error) }
        if !options.isDryRun { try context.write(bytes, in: file) }
        try context.result(
            [ContextResultRow(context: name, path: file.path, isDone: !options.isDryRun)],
            [
                options.isDryRun
                    ? "would set the current context of '\(file.path)' to '\(name)'"
                    : "the current context of '\(file.path)' is '\(name)'"
            ],
            as: options.output,
            isQuiet: options.isQuiet
        )
        guard !options.isQuiet else { return }
        if let variable = context.environment[ContextChoice.variable], !variable.isEmpty,
            variable != name
        {
            context.note("note: \(ContextChoice.variable)='\(variable)' overrides it")
        } else if !file.isFound, let current = project?.current, current.value != name {
            context.note("note: \(current.origin) overrides it with '\(current.value)'")
        }
    }
}
