// Java's properties files as contexts, and the way back.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor
import Settings

/// `kctl config from-properties`: prints a file with one context.
enum ConfigFromProperties: Command {
    struct Options: CommandOptions {
        var path: String?
        var name = "imported"
        var global = GlobalOptions()
    }

    static let spec = CommandSpec<Options>(
        "config from-properties",
        "Convert a properties file to a context.",
        operands: [
            .required(
                "FILE",
                "Properties file of a Java client; - is stdin.",
                \.path,
                completion: .files
            )
        ],
        flags: [
            .value("name", "Context name.", \.name, placeholder: "NAME", default: "imported")
        ] + GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example(
                "kctl config from-properties client.properties --name prod > .kctl.yaml",
                "Convert a file to a context."
            )
        ],
        sections: [
            Section(
                "Limits",
                "A property without a counterpart is omitted, with a note on standard error. A"
                    + " required property that cannot be converted is an error with status 1; the"
                    + " other properties are printed. Secrets are printed in clear: protect the"
                    + " output file.",
                "Alternatively, refer to the file in a context: properties-file."
            ), ExitStatus.section,
        ]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let file = try context.settingsFile(options.path ?? "-", as: "the properties file")
        var translation: PropertiesTranslation
        do {
            let world = context.settingsWorld(runs: false)
            translation = try PropertiesTranslation(fromJava: file, in: world)
        } catch {
            throw CommandError(error)
        }
        let template = ContextTemplate(
            name: options.name,
            bootstrapServers: translation.takeBootstrapServers()
                ?? PropertyDefaults.bootstrapServers,
            properties: translation.properties
        )
        try context.print(template.text)
        try context.reportLosses(of: translation)
    }
}

/// `kctl config to-properties`: prints the settings of a context for Java's clients.
enum ConfigToProperties: Command {
    struct Options: CommandOptions {
        var name: String?
        var global = GlobalOptions()
    }

    static let spec = CommandSpec<Options>(
        "config to-properties",
        "Convert a context to a properties file.",
        operands: [
            .optional(
                "CONTEXT",
                "Context to convert (default: the current one).",
                \.name,
                completion: .contexts
            )
        ],
        flags: GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example(
                "kctl config to-properties prod > client.properties",
                "Write a file for Kafka's own tools."
            )
        ],
        sections: [
            Section(
                "Limits",
                "A property that Java clients do not have is omitted, with a note on standard error."
                    + " A required property that cannot be converted is an error with status 1; the"
                    + " other properties are printed. kctl resolves values, runs the commands in them,"
                    + " and prints secrets in clear."
            ), ExitStatus.section,
        ]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let settings = try context.contextSettings(options.name, runs: true)
        guard settings.context != nil else {
            throw CommandError(
                .usage,
                "no current context",
                hint: "kctl config contexts"
            )
        }
        let translation = PropertiesTranslation(toJava: settings)
        try context.print(translation.javaText)
        try context.reportLosses(of: translation)
    }
}

extension Context {
    /// Says what a translation has lost.
    fileprivate func reportLosses(of translation: PropertiesTranslation) throws(CommandError) {
        for line in translation.omitted { note("note: " + line) }
        var batch = FailureCount("properties", total: translation.failures.count)
        for failure in translation.failures {
            var error = CommandError(failure)
            error.status = .failure
            error.report?.code = "failed"
            batch.fail(error, in: self)
        }
        try batch.finish(in: self)
    }
}
