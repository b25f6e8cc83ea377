// A first configuration file.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor
import Settings

/// `kctl config init`: writes a file with one context and comments, asking on a terminal.
enum ConfigInit: Command {
    struct Options: CommandOptions {
        var name: String?
        var servers: String?
        var isProject = false
        var isDryRun = false
        var isQuiet = false
        var output = JSONOptions()
        var global = GlobalOptions()
    }

    static let spec = CommandSpec<Options>(
        "config init",
        "Create a configuration file.",
        flags: [
            .optional(
                "name",
                "Context name.",
                \.name,
                placeholder: "NAME",
                defaultText: "local"
            ),
            .optional(
                "bootstrap-server",
                "b",
                "Broker addresses, separated by commas.",
                \.servers,
                placeholder: "HOST:PORT",
                defaultText: "localhost:9092"
            ),
            .toggle(
                "project",
                nil,
                "Write .kctl.yaml in the current folder.",
                \.isProject,
                negatable: false
            ),
            .toggle(
                "dry-run",
                nil,
                "Print the file, and write nothing.",
                \.isDryRun,
                negatable: false
            ),
            .quiet(\.isQuiet),
        ] + JSONOptions.flags.map { $0.embedded(at: \.output) }
            + GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example("kctl config init", "Create a file; on a terminal, answer a few questions."),
            Example(
                "kctl config init --name test -b kafka:9092 --project",
                "Create a file for a repository."
            ),
            Example("kctl config init --dry-run", "Print the file first."),
        ],
        sections: [
            Section(
                "Permissions",
                "Only you can read the new file. With --project, everyone can: the file is meant to"
                    + " be shared, so put no password in it. kctl trusts the file that it writes: see"
                    + " 'kctl config trust'. An existing file is not overwritten."
            ), ConfigHelp.file, ConfigHelp.trust, ExitStatus.section,
        ],
        json: [ContextResultRow.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        if options.isDryRun {
            return try context.print(template(options, in: context).startingFile)
        }
        let path: String
        if options.isProject {
            path = ConfigurationFiles.projectName
        } else if let user = ConfigurationFiles(context.environment).user {
            path = user
        } else {
            throw CommandError(
                .usage,
                "no folder for the file: set HOME or XDG_CONFIG_HOME",
                hint: "--project"
            )
        }
        if Files.facts(of: path) != nil {
            throw CommandError(
                .failure,
                "'\(path)' already exists",
                hint: "kctl config add NAME -b HOST:PORT adds a context"
            )
        }
        let template = try template(options, in: context)
        do {
            if let slash = path.lastIndex(of: "/") {
                try Files.makeDirectory(String(path[..<slash]))
            }
            try Files.replace(
                path,
                with: Array(template.startingFile.utf8),
                isPublic: options.isProject
            )
        } catch {
            throw CommandError(error, doing: "cannot write '\(path)'")
        }
        if options.isProject, let folder = Files.workingDirectory {
            let place = (folder == "/" ? "" : folder) + "/" + path
            try context.trust(Array(template.startingFile.utf8), at: place)
        }
        let name = template.name
        try context.result(
            [ContextResultRow(context: name, path: path, isDone: true)],
            [
                "wrote '\(path)' with context '\(name)'",
                "try: kctl check; more contexts: kctl config add NAME -b HOST:PORT",
            ],
            as: options.output,
            isQuiet: options.isQuiet
        )
    }

    private static func template(
        _ options: Options,
        in context: Context
    ) throws(CommandError) -> ContextTemplate {
        var name = options.name ?? ""
        if options.name == nil { name = try context.ask("context name", or: "local") }
        var servers = options.servers ?? ""
        if options.servers == nil {
            servers = try context.ask("broker addresses", or: "localhost:9092")
        }
        servers = servers.split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.split(separator: " ").joined(separator: " ") }.joined(separator: ",")
        var template = ContextTemplate(name: name, bootstrapServers: servers)
        if context.isInteractive, options.servers == nil {
            let security = try context.ask(
                "security: plaintext, ssl, sasl_plaintext or sasl_ssl",
                or: "plaintext"
            ).lowercased()
            if security != "plaintext" {
                template.properties.append((name: "security.protocol", value: security))
            }
            if security.hasSuffix("ssl") {
                let authority = try context.ask("CA certificate file", or: "")
                if !authority.isEmpty {
                    template.properties.append((name: "ssl.ca.location", value: authority))
                }
            }
            if security.hasPrefix("sasl") {
                let mechanism = try context.ask("SASL mechanism", or: "SCRAM-SHA-512")
                let user = try context.ask("user name", or: "")
                template.properties += [
                    (name: "sasl.mechanism", value: mechanism),
                    (name: "sasl.username", value: user),
                    (name: "sasl.password", value: "${env:KAFKA_PASSWORD}"),
                ]
                context.note("set the password in the environment variable KAFKA_PASSWORD")
            }
        }
        let file = SettingsFile(path: "init", bytes: Array(template.startingFile.utf8))
        do {
            var sources = SettingsSources()
            sources.files = [file]
            sources.environment = ["KAFKA_PASSWORD": ""]
            let world = SettingsWorld(
                environment: ["KAFKA_PASSWORD": ""],
                read: { path throws(SettingsError) in throw SettingsError("no '\(path)'") },
                run: nil
            )
            let settings = try Settings.resolve(role: .admin, sources, in: world)
            try Properties.check(settings.properties.map { Property($0.name, $0.value) })
        } catch let error as PropertyError {
            throw CommandError(.usage, "\(error.name): \(error.reason)")
        } catch let error as SettingsError {
            throw CommandError(.usage, error.reason, hint: error.hint)
        } catch {
            throw CommandError(.failure, "\(error)")
        }
        return template
    }
}

extension Context {
    /// Asks on the terminal; without one the answer is `standard`.
    func ask(_ question: String, or standard: String) throws(CommandError) -> String {
        guard isInteractive else { return standard }
        try? errors.write("\(question)\(standard.isEmpty ? "" : " [\(standard)]"): ")
        try? errors.flush()
        let line: [UInt8]
        do {
            line = try Descriptor(input, isOwned: false).read(upTo: 4096) { span in
                span.withUnsafeBytes { [UInt8]($0) }
            }
        } catch {
            throw CommandError(error, doing: "cannot read the answer")
        }
        guard !line.isEmpty else { throw CommandError(.failure, "cancelled: no answer") }
        let words = String(decoding: line.prefix { $0 != 0x0A }, as: UTF8.self)
            .split(separator: " ")
        return words.isEmpty ? standard : words.joined(separator: " ")
    }
}
