// Bringing back what a command has overwritten of a group's offsets.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output

/// A saved state as a line of `groups restore --list`.
struct SavedRow: Row {
    let id: String
    let saved: SavedOffsets

    static let columns = [
        Column("ID"), Column("TIME"), Column("BEFORE", need: .useful), Column("PARTITIONS", .right),
        Column("CLUSTER", need: .extra),
    ]

    private var time: String { UTCTime.text(saved.time) }

    var cells: [String] { [id, time, saved.command, "\(saved.offsets.count)", saved.cluster] }

    static let json = JSONShape(
        "saved offsets",
        "Offsets that a command has replaced.",
        option: "--list --json",
        [
            JSONField("id", .string, "Name to restore them by."),
            JSONField("group", .string, "Name of the consumer group."),
            JSONField("timestamp", .integer, "Time of the command, in milliseconds since 1970."),
            JSONField("command", .string, "Command that replaced them."),
            JSONField("partitionCount", .integer, "Number of partitions."),
            JSONField("cluster", .string, "Cluster id, or broker addresses."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("id")
        json.string(id)
        json.key("group")
        json.string(saved.group)
        json.key("timestamp")
        json.number(saved.time)
        json.key("command")
        json.string(saved.command)
        json.key("partitionCount")
        json.number(saved.offsets.count)
        json.key("cluster")
        json.string(saved.cluster)
        json.endObject()
    }
}

/// `kctl groups restore`: the way back from a reset.
enum GroupsRestore: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var group: String?
        var id: String?
        var lists = false
        var executes = false
        var isDryRun = false
        var isQuiet = false
    }

    static let spec = CommandSpec<Options>(
        "groups restore",
        "Plan to restore old offsets; apply the plan with --execute.",
        operands: [
            .required("GROUP", "Consumer group.", \.group, completion: .groups),
            .optional("ID", "Saved state, as printed by the command (default: newest).", \.id),
        ],
        flags: [
            .toggle("list", "l", "List the saved states.", \.lists, negatable: false),
            .toggle("execute", "Apply the plan.", \.executes, negatable: false),
            .toggle("dry-run", "Print the plan only (the default).", \.isDryRun).advanced(),
            .quiet(\.isQuiet),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl groups restore billing", "Print the plan to undo the last change."),
            Example("kctl groups restore billing --execute", "Undo the last change."),
            Example("kctl groups restore billing --list", "List the saved states."),
        ],
        sections: [
            Section(
                "Saved states",
                "kctl groups reset, restore, create, commit, delete and delete-offsets save the"
                    + " offsets that they overwrite, in $XDG_STATE_HOME/kctl/offsets or"
                    + " ~/.local/state/kctl/offsets. The files stay until you delete them. Offsets"
                    + " that members commit are not saved.",
                "A restore saves the offsets too, so that it can be undone. Partitions that had no"
                    + " offset lose their current one."
            ),
            ExitStatus.section,
        ],
        json: [OffsetChangeRow.json, SavedRow.json],
        validate: { options throws(UsageError) in
            if options.lists, options.id != nil { throw UsageError("--list takes no ID") }
            if options.executes, options.isDryRun {
                throw UsageError("--execute and --dry-run exclude each other")
            }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let group = options.group else { return }
        guard let folder = SavedOffsetsFolder(context.environment) else {
            throw CommandError(.failure, "no folder for saved states: set HOME or XDG_STATE_HOME")
        }
        let all: [(id: String, saved: SavedOffsets)]
        do { all = try folder.all(of: group) } catch {
            throw CommandError(error, doing: "cannot read the saved states")
        }
        if options.lists {
            return try context.list(
                all.map { SavedRow(id: $0.id, saved: $0.saved) },
                as: options.output.format,
                none: "no saved offsets of group '\(group)'"
            )
        }
        let connection = try context.connect(options.cluster, toAskAbout: group)
        _ = try connection.metadata()
        let saved = try choose(all, options.id, group, connection)
        let batch = FailureCount("partitions", total: saved.offsets.count)
        let answer = try GroupFacts.read([group], through: connection)[group]
        let committed = try GroupsReset.committed(answer)
        let old = committed.byPartition
        let changes = saved.offsets.map { partition, committed in
            OffsetChange(
                partition: partition,
                old: old[partition],
                new: committed?.position.offset,
                metadata: committed?.metadata ?? ""
            )
        }
        let doing = OffsetChanges(
            connection: connection,
            command: "groups restore",
            saves: true
        )
        try doing.carryOut(
            changes,
            for: group,
            isDryRun: !options.executes,
            as: options.output,
            isQuiet: options.isQuiet,
            batch,
            in: context
        )
    }

    /// Returns the state asked for, or the newest; only of this very cluster.
    private static func choose(
        _ all: [(id: String, saved: SavedOffsets)],
        _ id: String?,
        _ group: String,
        _ connection: Connection
    ) throws(CommandError) -> SavedOffsets {
        let cluster = connection.client.clusterID ?? ""
        if let id {
            guard let found = all.first(where: { $0.id == id }) else {
                throw CommandError(
                    .notFound,
                    "group '\(group)' has no saved state '\(id)'",
                    hint: "kctl groups restore \(ShellWord.quoted(group)) --list"
                )
            }
            guard found.saved.cluster == cluster else {
                throw CommandError(
                    .failure,
                    "saved state '\(id)' belongs to cluster '\(found.saved.cluster)'; this is"
                        + " cluster '\(cluster)'"
                )
            }
            return found.saved
        }
        guard let newest = all.first(where: { $0.saved.cluster == cluster }) else {
            throw CommandError(
                .notFound,
                "group '\(group)' has no saved state on \(connection.servers)"
            )
        }
        return newest.saved
    }
}
