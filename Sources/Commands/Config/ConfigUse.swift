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
        var global = GlobalOptions()
    }

    static let spec = CommandSpec<Options>(
        "config use",
        "Make a context the current one.",
        operands: [.required("NAME", "The context.", \.name, completion: .contexts)],
        flags: [
            .toggle(
                "project",
                nil,
                "Change .kctl.yaml, not your own file.",
                \.isProject,
                negatable: false
            ),
            .toggle("dry-run", nil, "Say what would be done.", \.isDryRun, negatable: false),
        ] + GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example("kctl config use prod", "From now on, commands go to this cluster."),
            Example("kctl config use test --project", "In this folder and below it."),
        ],
        sections: [
            Section(
                "What is changed",
                "Your own file, or .kctl.yaml with --project, or when it alone has the context. Comments"
                    + " and order stay; the file is replaced as a whole. A .kctl.yaml that is trusted stays so."
            ), ExitStatus.section,
        ]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let name = options.name ?? ""
        let files = try context.contextFiles()
        guard files.contains(where: { $0[name] != nil }) else {
            var error = CommandError(ContextChoice.missing(name, in: files))
            error.status = .notFound
            error.report?.code = "not-found"
            throw error
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
        if options.isDryRun {
            context.note("would make '\(name)' the current context of '\(file.path)'")
        } else if bytes != file.bytes {
            do {
                try Files.replace(file.path, with: bytes, isPublic: file.isReadableByOthers)
            } catch {
                throw CommandError(error, doing: "cannot write '\(file.path)'")
            }
            // The user's own edit of a file that they trust.
            if file.isFound, file.isTrusted {
                try context.trust(bytes, at: file.path, companions: file.companions)
            }
        }
        if !options.isDryRun { context.note("'\(name)' is the current context of '\(file.path)'") }
        if let variable = context.environment[ContextChoice.variable], !variable.isEmpty,
            variable != name
        {
            context.note("note: \(ContextChoice.variable) goes over it: '\(variable)'")
        } else if !file.isFound, let current = project?.current, current.value != name {
            context.note("note: \(current.origin) goes over it: '\(current.value)'")
        }
    }
}
