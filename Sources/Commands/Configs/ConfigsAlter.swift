// Changes of configurations: each is shown, sent, and waited for.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl configs alter`: sets and deletes entries.
enum ConfigsAlter: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var target = ConfigTarget()
        var sets: [ConfigArgument] = []
        var deletes: [String] = []
        var appends: [ConfigArgument] = []
        var subtracts: [ConfigArgument] = []
        var isClusterDefault = false
        var allowsUnknown = false
        var isDryRun = false
        var waits = true
        var isQuiet = false

        /// The requested changes, by kind.
        var changes: [ConfigChange] {
            sets.map { ConfigChange(.set, $0.entry.name, $0.entry.value) }
                + appends.map { ConfigChange(.append, $0.entry.name, $0.entry.value) }
                + subtracts.map { ConfigChange(.subtract, $0.entry.name, $0.entry.value) }
                + deletes.map { ConfigChange(.delete, $0) }
        }
    }

    static let spec = CommandSpec<Options>(
        "configs alter",
        "Set and delete configuration entries.",
        aliases: ["set"],
        operands: ConfigTarget.operands.map { $0.embedded(at: \.target) },
        flags: [
            .list("set", "Set an entry to a value.", \.sets, completion: .names("configs")),
            .list(
                "delete",
                "Reset an entry to its default.",
                \.deletes,
                placeholder: "NAME",
                completion: .names("config-names")
            ),
            .list(
                "append",
                "Add a value to a list entry.",
                \.appends,
                completion: .names("configs")
            ),
            .list(
                "subtract",
                "Remove a value from a list entry.",
                \.subtracts,
                completion: .names("configs")
            ),
            .toggle(
                "dry-run",
                "Validate the change, and apply nothing.",
                \.isDryRun
            ),
            .toggle(
                "default",
                "Cluster-wide broker defaults; not supported by librdkafka.",
                \.isClusterDefault,
                negatable: false
            )
            .alias("entity-default").advanced(),
            .toggle(
                "allow-unknown",
                "Set entries that the broker does not list, such as a plug-in's.",
                \.allowsUnknown,
                negatable: false
            )
            .advanced(),
            .toggle("wait", "Wait until all brokers report the change.", \.waits).advanced(),
            .quiet(\.isQuiet),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example(
                "kctl configs alter topic orders --set retention.ms=3600000",
                "Set the retention to an hour."
            ),
            Example(
                "kctl configs alter topic orders --delete retention.ms",
                "Use the default again."
            ),
            Example(
                "kctl configs alter topic orders --append cleanup.policy=compact --dry-run",
                "Preview a change."
            ),
            Example(
                "kctl configs alter broker 1 2 --set log.cleaner.threads=2",
                "Change two brokers."
            ),
        ],
        sections: [
            Section(
                "Concurrent changes",
                "With librdkafka 2.2 or newer, kctl changes only the entries named. An older"
                    + " librdkafka replaces the whole configuration of a resource: kctl reads it,"
                    + " changes it and writes it. A concurrent change of another client may be"
                    + " lost then."
            ),
            Section(
                "JSON",
                "One object per change; operation is set, delete, append or subtract. Sensitive"
                    + " values are null."
            ),
            ExitStatus.section,
        ],
        json: [ConfigChangeRow.json],
        validate: { options throws(UsageError) in
            try options.target.validate()
            if options.isClusterDefault {
                if options.target.kind != .broker { throw UsageError("--default is for brokers") }
                if !options.target.names.isEmpty {
                    throw UsageError("--default cannot be used with NAME")
                }
            } else if options.target.names.isEmpty {
                throw UsageError("missing NAME")
            }
            let names = options.changes.map(\.name)
            if names.isEmpty {
                throw UsageError(
                    "nothing to change",
                    hint: "--set, --delete, --append or --subtract"
                )
            }
            if names.contains("") { throw UsageError("an entry name is empty") }
            var seen: Set<String> = []
            for name in names where !seen.insert(name).inserted {
                throw UsageError("entry '\(name)' is given twice")
            }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        if options.isClusterDefault {
            throw CommandError(
                .failure,
                "librdkafka cannot change cluster-wide broker defaults",
                hint: "name each broker"
            )
        }
        let connection = try context.connect(options.cluster)
        let metadata = try connection.metadata()
        var batch = FailureCount("configurations", total: Set(options.target.names).count)
        let resources = options.target.resources(in: metadata) { batch.fail($0, in: context) }
        for resource in resources {
            do throws(CommandError) {
                try alter(resource, options, metadata.brokers.map(\.id), connection, in: context)
            } catch {
                batch.fail(error, in: context)
            }
        }
        try batch.finish(in: context)
    }

    private static func alter(
        _ resource: ConfigResource,
        _ options: Options,
        _ brokers: [Int32],
        _ connection: Connection,
        in context: Context
    ) throws(CommandError) {
        let plan = try ConfigPlan(
            options.changes,
            to: resource,
            from: try connection.settledConfigs(
                of: resource,
                brokers,
                isWhole: !Admin.canAlterIncrementally
            ),
            allowsUnknown: options.allowsUnknown
        )
        if !options.isQuiet { for text in plan.idle { context.note(text) } }
        guard !plan.rows.isEmpty else { return }
        try connection.alter(
            plan,
            isDryRun: options.isDryRun,
            isQuiet: options.isQuiet,
            in: context
        )
        func report(_ rows: [ConfigChangeRow]) throws(CommandError) {
            let verb = options.isDryRun ? "would change" : "changed"
            try context.result(
                rows.map { row in
                    var row = row
                    row.isDone = !options.isDryRun
                    return row
                },
                "\(verb) \(rows.count) \(rows.count == 1 ? "entry" : "entries") of"
                    + " \(resource.phrase)",
                as: options.output,
                isQuiet: options.isQuiet
            )
        }
        guard !options.isDryRun, options.waits else { return try report(plan.rows) }
        let now: [ResourceConfig]
        do throws(CommandError) { now = try connection.waitUntilVisible(plan, brokers) } catch {
            try report(plan.rows)
            throw error
        }
        try report(plan.rows.map { $0.settled(by: now) })
        connection.noteDisturbances(of: plan, in: now, in: context)
    }
}
