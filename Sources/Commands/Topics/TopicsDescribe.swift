// Everything about topics: layout, configuration, offsets, and partitions with problems.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl topics describe`: a summary per topic and a row per partition.
enum TopicsDescribe: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = FormatOptions()
        var selection = TopicSelection()
        var id: String?
        var showsAllConfigs = false
        var filter = PartitionFilter()
        var onlyOverrides = false
    }

    static let spec = CommandSpec<Options>(
        "topics describe",
        "Describe topics: partitions, replicas, configuration, offsets.",
        aliases: ["show"],
        operands: [
            .repeated(
                "NAME",
                "Topics to describe (default: all).",
                \.selection.names,
                completion: .topics
            )
        ],
        flags: TopicSelection.flags.map { $0.embedded(at: \.selection) } + [
            .optional("topic-id", "Describe the topic with this id.", \.id, placeholder: "ID")
                .advanced(),
            .toggle(
                "all-configs",
                "Show all configuration entries, not only topic overrides.",
                \.showsAllConfigs,
                negatable: false
            )
            .advanced(),
            .toggle(
                "overrides-only",
                "Show only topics with configuration overrides.",
                \.onlyOverrides,
                negatable: false
            ),
        ] + PartitionFilter.flags.map { $0.embedded(at: \.filter) }
            + FormatOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl topics describe orders", "Describe one topic."),
            Example(
                "kctl topics describe --under-replicated",
                "Find partitions with out-of-sync replicas."
            ),
            Example(
                "kctl topics describe orders --json",
                "Print JSON for scripts, or for create --file."
            ),
        ],
        sections: [
            Section(
                "Offsets",
                "END is the high watermark: the offset after the last record (endOffset in JSON)."
                    + " LAST-STABLE (lastStableOffset) is the end for read_committed consumers; the"
                    + " column appears while a transaction is open. RECORDS is END minus START: the"
                    + " maximum number of records, because compaction and transactions leave offsets"
                    + " without a record.",
                "If a leader does not answer, its offsets are empty (null in JSON), an error names"
                    + " the leader, and the exit status is 1."
            ),
            ExitStatus.section,
        ],
        json: [TopicReport.json]
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
                throw CommandError(.notFound, "no topic has the id '\(wanted)'")
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
