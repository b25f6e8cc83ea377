// The configurations of topics, brokers, groups and subscriptions to client metrics.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl configs describe`: an entry a line.
enum ConfigsDescribe: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = ListOptions()
        var target = ConfigTarget()
        var showsAll = false
        var showsSynonyms = false
        var isClusterDefault = false
    }

    static let spec = CommandSpec<Options>(
        "configs describe",
        "Show configuration entries with values and sources.",
        aliases: ["show"],
        operands: ConfigTarget.operands.map { $0.embedded(at: \.target) },
        flags: [
            .toggle(
                "all",
                "Show all entries, not only overrides.",
                \.showsAll,
                negatable: false
            ),
            .toggle(
                "synonyms",
                "Show the values that apply if an entry is deleted.",
                \.showsSynonyms,
                negatable: false
            ),
            .toggle(
                "default",
                "Show cluster-wide broker defaults.",
                \.isClusterDefault,
                negatable: false
            )
            .alias("entity-default"),
        ] + ListOptions.flags(for: ConfigSynonymRow.columns).map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl configs describe topic orders", "Show the overrides of a topic."),
            Example("kctl configs describe topic orders --all", "Show all entries, with defaults."),
            Example("kctl configs describe broker --default", "Show cluster-wide broker defaults."),
        ],
        sections: [
            Section(
                "Names",
                "Without a NAME, all topics or all brokers are described. Groups and client metrics"
                    + " require a NAME; a group without members is described too."
            ),
            Section(
                "JSON",
                "One object per entry. source is dynamic-topic, dynamic-broker,"
                    + " dynamic-default-broker, static-broker, group, client-metrics, default or"
                    + " unknown. A sensitive value is null, and (set) in a table: brokers do not"
                    + " report it."
            ),
            ExitStatus.section,
        ],
        json: [ConfigRow.json],
        validate: { options throws(UsageError) in
            try options.target.validate()
            let hasNames = !options.target.names.isEmpty
            switch options.target.kind {
            case .group, .clientMetrics:
                if !hasNames { throw UsageError("missing NAME") }
            case .topic, .broker, nil: break
            }
            guard options.isClusterDefault else { return }
            if options.target.kind != .broker { throw UsageError("--default is for brokers") }
            if hasNames { throw UsageError("--default cannot be used with NAME") }
            if options.showsAll {
                throw UsageError("--default cannot be used with --all", hint: "name a broker")
            }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try context.connect(options.cluster)
        let metadata = try connection.metadata()
        if options.isClusterDefault {
            let rows = try ClusterDefault.rows(metadata, through: connection)
            if rows.isEmpty { context.note("no cluster-wide broker defaults") }
            return try list(rows, options, in: context)
        }
        var target = options.target
        if target.names.isEmpty {
            target.names =
                target.kind == .broker
                ? metadata.brokers.map { "\($0.id)" } : metadata.topics.map(\.name)
        }
        var batch = FailureCount("configurations", total: Set(target.names).count)
        let resources = target.resources(in: metadata) { batch.fail($0, in: context) }
        let configs: [ConfigResource: Result<[ResourceConfig], KafkaError>]
        do { configs = try connection.admin.configs(of: resources) } catch {
            let kind = target.kind ?? .topic
            let names = target.names.count == 1 ? target.names[0] : ""
            let subject = ConfigResource(kind, names)
            throw CommandError(error, "DescribeConfigs", of: subject, on: connection.servers)
        }
        var rows: [ConfigRow] = []
        for resource in resources {
            switch configs[resource] {
            case .success(let entries):
                let shown = entries.filter { options.showsAll || $0.isSet(on: resource) }
                if shown.isEmpty, !options.target.names.isEmpty {
                    context.note("no overrides on \(resource.phrase) (--all shows defaults)")
                }
                rows += shown.map { ConfigRow(resource: resource, config: $0) }
            case .failure(let error):
                batch.fail(
                    CommandError(error, "DescribeConfigs", of: resource, on: connection.servers),
                    in: context
                )
            case nil:
                batch.fail(
                    CommandError(
                        .failure,
                        "\(resource.phrase): the broker did not report its configuration"
                    ),
                    in: context
                )
            }
        }
        try list(rows, options, in: context)
        try batch.finish(in: context)
    }

    private static func list(
        _ rows: [ConfigRow],
        _ options: Options,
        in context: Context
    ) throws(CommandError) {
        if options.showsSynonyms {
            try context.list(
                rows.map { ConfigSynonymRow(row: $0) },
                as: options.output.format
            )
        } else {
            try context.list(rows, as: options.output.format)
        }
    }
}

extension ResourceConfig {
    /// True when it was set while the cluster runs, on the resource itself or on all brokers.
    fileprivate func isSet(on thing: ConfigResource) -> Bool {
        isOverridden || thing.kind == .broker && source == .dynamicDefaultBroker
    }
}

/// Entries that are set for all brokers at once.
///
/// librdkafka has no name for it: its objects refuse the empty name that Kafka's protocol wants.
/// But each broker reports it among the synonyms of its entries.
enum ClusterDefault {
    static func rows(
        _ metadata: Metadata,
        through connection: Connection
    ) throws(CommandError) -> [ConfigRow] {
        guard let broker = metadata.brokers.map(\.id).min() else {
            throw CommandError(.failure, "\(connection.servers) reports no broker")
        }
        let resource = ConfigResource(.broker, "\(broker)")
        let entries: [ResourceConfig]
        do { entries = try connection.admin.configs(of: [resource])[resource]?.get() ?? [] } catch {
            throw CommandError(error, "DescribeConfigs", of: resource, on: connection.servers)
        }
        return entries.compactMap { entry in
            let place = entry.synonyms.firstIndex { $0.source == .dynamicDefaultBroker }
            guard let place else { return nil }
            let config = ResourceConfig(
                entry.synonyms[place].entry,
                .dynamicDefaultBroker,
                of: .broker,
                isSensitive: entry.isSensitive,
                isReadOnly: entry.isReadOnly,
                synonyms: Array(entry.synonyms[place...])
            )
            return ConfigRow(resource: ConfigResource(.broker, ""), config: config)
        }
    }
}
