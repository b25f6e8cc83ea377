// Lists the channels that are to be monitored.

package import Arguments
package import CommandKit
import KafkaCore
import Output
import Settings

/// `kctl list-monitored`: the live commands of the command topic.
package enum ListMonitored: Command {
    package struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var commandTopic = CommandTopic.standardName
        var isRaw = false

        package init() {}
    }

    package static let spec = CommandSpec<Options>(
        "list-monitored",
        "List the EPICS channels that are to be monitored.",
        flags: [
            .value(
                "command-topic",
                "Topic with the commands.",
                \.commandTopic,
                placeholder: "TOPIC",
                completion: .topics,
                default: CommandTopic.standardName
            ),
            .toggle("raw", "Print every record as KEY=VALUE, as epics2kafka does.", \.isRaw),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl list-monitored", "List the channels as a table."),
            Example(
                "kctl list-monitored --json > channels.jsonl",
                "Save the list, for kctl set-monitored --sync."
            ),
        ],
        sections: [
            Section(
                "Records",
                "The last record of a channel and topic counts; a tombstone removes it. Records that"
                    + " are not commands are reported and skipped, with exit status 7. An empty list"
                    + " is not an error."
            ),
            ExitStatus.section,
        ],
        json: [ChannelRow.json],
        validate: { options throws(UsageError) in
            if options.isRaw, options.output.isJSON {
                throw UsageError("--raw and --json exclude one another")
            }
        }
    )

    package static func run(
        _ options: Options,
        in context: inout Context
    ) throws(CommandError) {
        let connection = try context.connect(options.cluster, as: .consumer)
        let topic = CommandTopic(name: options.commandTopic, connection: connection)
        let records = try topic.records()
        if options.isRaw {
            for record in records { try context.print(rawLine(record)) }
            return
        }
        var list = ChannelList()
        let damaged = list.enter(records, of: topic, in: context)
        try context.list(
            list.sorted.map { ChannelRow(command: $0) },
            as: options.output.format
        )
        if damaged > 0 { throw .reported(.badData) }
    }

    /// Returns a record as epics2kafka's script prints it.
    private static func rawLine(_ record: CommandRecord) -> String {
        func text(_ bytes: [UInt8]?) -> String {
            bytes.map { String(decoding: $0, as: UTF8.self) } ?? "null"
        }
        return "\(text(record.key))=\(text(record.value))\n"
    }
}

extension ChannelList {
    /// Enters records, and reports those that are no commands.
    ///
    /// - Returns: the number of those.
    mutating func enter(_ records: [CommandRecord], of topic: CommandTopic, in context: Context)
        -> Int
    {
        var damaged = 0
        for record in records {
            do throws(CommandRecordError) { try enter(record) } catch {
                damaged += 1
                context.report(
                    CommandError(
                        .badData,
                        "'\(topic.name)', partition \(record.partition), offset \(record.offset):"
                            + " \(error.reason); skipped",
                        topic: topic.name
                    )
                )
            }
        }
        return damaged
    }
}
