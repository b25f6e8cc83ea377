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

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("id")
        json.string(id)
        json.key("group")
        json.string(saved.group)
        json.key("timestamp")
        json.number(saved.time)
        json.key("before")
        json.string(saved.command)
        json.key("partitions")
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
        var isDryRun = false
    }

    static let spec = CommandSpec<Options>(
        "groups restore",
        "Bring back a group's offsets as they were before a command changed them.",
        operands: [
            .required("GROUP", "The group.", \.group, completion: .groups),
            .optional("ID", "Which state, as the command printed it; else the newest.", \.id),
        ],
        flags: [
            .toggle("list", "l", "List what can be brought back.", \.lists, negatable: false),
            .toggle("dry-run", "Only show what would change.", \.isDryRun),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl groups restore billing", "Undo the last change."),
            Example("kctl groups restore billing --list", "What there is to go back to."),
        ],
        sections: [
            Section(
                "What is kept",
                "kctl groups reset, restore, create, commit, delete and delete-offsets write down"
                    + " what they overwrite, under $XDG_STATE_HOME/kctl/offsets or"
                    + " ~/.local/state/kctl/offsets. The files stay until you delete them. What a"
                    + " group commits by itself is not in them.",
                "A restore is kept too: doing it twice is to do nothing. Partitions that had no"
                    + " offset lose theirs."
            ),
            ExitStatus.section,
        ],
        validate: { options throws(UsageError) in
            if options.lists, options.id != nil { throw UsageError("--list takes no ID") }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let group = options.group else { return }
        guard let folder = SavedOffsetsFolder(context.environment) else {
            throw CommandError(.failure, "neither XDG_STATE_HOME nor HOME is set")
        }
        let all: [(id: String, saved: SavedOffsets)]
        do { all = try folder.all(of: group) } catch {
            throw CommandError(error, doing: "cannot read what was kept")
        }
        if options.lists {
            return try context.list(
                all.map { SavedRow(id: $0.id, saved: $0.saved) },
                as: options.output.format
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
            isDryRun: options.isDryRun,
            as: options.output.format,
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
                    "nothing is kept of group '\(group)' under '\(id)'",
                    hint: "kctl groups restore \(ShellWord.quoted(group)) --list"
                )
            }
            guard found.saved.cluster == cluster else {
                throw CommandError(
                    .failure,
                    "'\(id)' was kept of another cluster, '\(found.saved.cluster)'; this is"
                        + " '\(cluster)'"
                )
            }
            return found.saved
        }
        guard let newest = all.first(where: { $0.saved.cluster == cluster }) else {
            throw CommandError(
                .notFound,
                "nothing is kept of group '\(group)' on \(connection.servers)"
            )
        }
        return newest.saved
    }
}
