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
        "Print a Java client's properties as a context.",
        operands: [
            .required(
                "FILE",
                "The properties file; - is standard input.",
                \.path,
                completion: .files
            )
        ],
        flags: [
            .value("name", "The context's name.", \.name, placeholder: "NAME", default: "imported")
        ] + GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example(
                "kctl config from-properties client.properties --name prod > .kctl.yaml",
                "A context in librdkafka's terms."
            )
        ],
        sections: [
            Section(
                "What is lost",
                "A property without a counterpart is told on standard error and left out. One that is"
                    + " needed and cannot be translated is an error, status 1; the rest is printed."
                    + " Secrets are printed as they are: the file that they go to is for its owner"
                    + " alone.",
                "A context can also name the file itself: properties-file."
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
        "Print a context as properties of a Java client.",
        operands: [
            .optional(
                "CONTEXT",
                "The context; the current one when left out.",
                \.name,
                completion: .contexts
            )
        ],
        flags: GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example(
                "kctl config to-properties prod > client.properties",
                "For Kafka's own tools."
            )
        ],
        sections: [
            Section(
                "What is lost",
                "A property that Java's clients do not have is told on standard error and left out. One"
                    + " that is needed and cannot be translated is an error, status 1; the rest is"
                    + " printed. Values are resolved, commands in them are run, and secrets are printed"
                    + " as they are."
            ), ExitStatus.section,
        ]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let settings = try context.contextSettings(options.name, runs: true)
        guard settings.context != nil else {
            throw CommandError(
                .usage,
                "no context is the current one",
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
