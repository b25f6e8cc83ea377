// The versions of kctl and of its librdkafka.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output

/// `kctl version`: versions and what the library can do.
enum Version: Command {
    struct Options: CommandOptions {
        var output = JSONOptions()
        var global = GlobalOptions()
    }

    /// The version of this source; CHANGELOG.md's newest heading is the same.
    static let current = "0.1.0"

    static let spec = CommandSpec<Options>(
        "version",
        "Print the versions of kctl and librdkafka.",
        flags: JSONOptions.flags.map { $0.embedded(at: \.output) }
            + GlobalOptions.flags.map { $0.embedded(at: \.global) },
        examples: [
            Example("kctl version", "Print the versions; kctl --version does the same."),
            Example("kctl version --json", "Print the versions as JSON."),
        ],
        sections: [ExitStatus.section],
        json: [VersionReport.json]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        try context.reports([VersionReport()], as: options.output.format)
    }
}

private struct VersionReport: Report {
    static let json = JSONShape(
        "version",
        "The versions in use.",
        [
            JSONField("kctl", .string, "Version of kctl."),
            JSONField("librdkafka", .string, "Version of the library in use."),
            JSONField(
                "librdkafkaBuild",
                .string,
                "Version of the library that kctl was built with."
            ),
            JSONField("features", .list(.string), "Features that the library was built with."),
        ]
    )

    func text(on page: Page) -> String {
        """
        kctl \(Version.current)
        librdkafka \(Features.libraryVersion) (built with \(Features.buildVersion))
        features: \(Features.builtIn.joined(separator: ", "))

        """
    }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("kctl")
        json.string(Version.current)
        json.key("librdkafka")
        json.string(Features.libraryVersion)
        json.key("librdkafkaBuild")
        json.string(Features.buildVersion)
        json.key("features")
        json.beginArray()
        for feature in Features.builtIn { json.string(feature) }
        json.endArray()
        json.endObject()
    }
}
