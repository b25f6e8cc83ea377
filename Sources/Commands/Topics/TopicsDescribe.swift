// Everything about topics: layout, configuration, offsets, and what is wrong with them.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl topics describe`: a summary per topic and a row per partition.
enum TopicsDescribe: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var selection = TopicSelection()
        var id: String?
        var showsAllConfigs = false
        var filter = PartitionFilter()
        var onlyOverrides = false
    }

    static let spec = CommandSpec<Options>(
        "topics describe",
        "Describe topics: partitions, copies, configuration, offsets.",
        aliases: ["show"],
        operands: [
            .repeated(
                "NAME",
                "Topics to describe; all when none is named.",
                \.selection.names,
                completion: .topics
            )
        ],
        flags: TopicSelection.flags.map { $0.embedded(at: \.selection) } + [
            .optional("topic-id", "Take the topic with this id.", \.id, placeholder: "ID")
                .advanced(),
            .toggle(
                "all-configs",
                "Show every configuration entry, not only those set on the topic.",
                \.showsAllConfigs,
                negatable: false
            )
            .advanced(),
            .toggle(
                "overrides-only",
                "Only topics with a configuration of their own.",
                \.onlyOverrides,
                negatable: false
            ),
        ] + PartitionFilter.flags.map { $0.embedded(at: \.filter) }
            + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl topics describe orders", "One topic."),
            Example("kctl topics describe --under-replicated", "What lacks copies anywhere."),
            Example("kctl topics describe orders --json", "For scripts, and for create --file."),
        ],
        sections: [
            Section(
                "Offsets",
                "END is the high watermark, the offset behind the last record (endOffset in JSON)."
                    + " While a transaction is open, LAST-STABLE (lastStableOffset) is where readers"
                    + " of committed records have to stop; without one it equals END and the column"
                    + " is left out. RECORDS counts offsets between START and END: compaction and"
                    + " transactions leave fewer records than that.",
                "Offsets of a leader that does not answer are left empty (null in JSON), the"
                    + " leader is named, and the status is 1."
            ),
            ExitStatus.section,
        ]
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try context.connect(options.cluster)
        let metadata = try connection.metadata()
        var batch = FailureCount("topics", total: options.selection.names.count)
        var topics = try options.selection.choose(from: metadata) { name in
            batch.fail(connection.absence(of: name), in: context)
        }
        let ids = try TopicIDs.read(topics, wanted: options.id, through: connection)
        if let wanted = options.id {
            topics = topics.filter { ids[$0.name] == wanted }
            if topics.isEmpty {
                throw CommandError(.notFound, "no topic with id '\(wanted)'")
            }
        }
        let facts = try TopicFacts.read(
            topics,
            in: metadata,
            needsConfigs: options.filter.needsConfigs || options.onlyOverrides,
            through: connection,
            in: context
        )
        var reports: [TopicReport] = []
        for topic in topics.sorted(by: { $0.name < $1.name }) {
            let configs = facts.configs?[topic.name]
            if options.onlyOverrides, configs?.contains(where: \.isOverridden) != true { continue }
            let partitions = facts.partitions(of: topic).filter {
                options.filter.passes($0, minimumInSync: facts.minimumInSync(of: topic))
            }
            if partitions.isEmpty, options.filter.isActive { continue }
            reports.append(
                TopicReport(
                    topic: topic,
                    id: ids[topic.name],
                    configs: configs?.filter { options.showsAllConfigs || $0.isOverridden },
                    partitions: partitions
                )
            )
        }
        try context.reports(reports, as: options.output.format)
        for failure in facts.failures { context.report(failure) }
        try batch.finish(in: context)
        if let failure = facts.failures.first { throw .reported(failure.status) }
    }
}
