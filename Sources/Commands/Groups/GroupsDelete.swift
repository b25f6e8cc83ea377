// Deleting groups: by their exact names, or by a pattern that was asked for.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output

/// `kctl groups delete`: deletes groups with all their offsets.
enum GroupsDelete: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var selection = GroupSelection()
        var isAgreed = false
        var isDryRun = false
        var toleratesMissing = false
        var saves = true
        var output = JSONOptions()
        var isQuiet = false
    }

    static let spec = CommandSpec<Options>(
        "groups delete",
        "Delete groups with their committed offsets.",
        aliases: ["rm"],
        operands: [
            .repeated("GROUP", "Groups to delete.", \.selection.names, completion: .groups)
        ],
        flags: GroupSelection.flags.map { $0.embedded(at: \.selection) } + [
            .toggle("yes", "y", "Do not ask for confirmation.", \.isAgreed, negatable: false),
            .toggle("dry-run", "Print what would be deleted, and delete nothing.", \.isDryRun),
            .toggle(
                "if-exists",
                "Skip groups that do not exist.",
                \.toleratesMissing,
                negatable: false
            ),
            .toggle("save", "Save the offsets for 'groups restore'.", \.saves).advanced(),
            .quiet(\.isQuiet),
        ] + JSONOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl groups delete billing", "Delete one group."),
            Example(
                "kctl groups delete --regex 'test-.*' --dry-run",
                "Preview the groups that match."
            ),
            Example("kctl groups delete a b --yes", "Delete two groups without a question."),
        ],
        sections: [
            Section(
                "Confirmation",
                "One group given by name is deleted at once. Several groups, --all or a pattern"
                    + " are listed, and kctl asks for confirmation; without a terminal it requires"
                    + " --yes. A group with members is refused. kctl saves the offsets to a file"
                    + " first, and prints the command that restores them."
            ),
            ExitStatus.section,
        ],
        json: [DeletedGroupRow.json],
        validate: { options throws(UsageError) in try options.selection.validate() }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try context.connect(
            options.cluster,
            toAskAbout: options.selection.names.first
        )
        _ = try connection.metadata()
        var batch = FailureCount("groups", total: options.selection.names.count)
        let names = try options.selection.choose(through: connection) {
            batch.fail($0, in: context)
        }
        let facts = try GroupFacts.read(names, through: connection)
        var chosen: [GroupFacts] = []
        for name in names {
            do throws(CommandError) {
                guard let found = try facts[name]?.get() else { continue }
                try found.checkInactive()
                chosen.append(found)
            } catch {
                if error.status == .notFound, options.toleratesMissing { continue }
                batch.fail(error, in: context)
            }
        }
        if options.isDryRun {
            try context.result(
                chosen.map { DeletedGroupRow(group: $0.id, savedState: nil, isDone: false) },
                chosen.map { "would delete group '\($0.id)'" },
                as: options.output,
                isQuiet: options.isQuiet
            )
        } else if !chosen.isEmpty {
            if chosen.count > 1 || options.selection.isOpen {
                try context.confirm(
                    "delete \(counted(chosen.count, "group"))",
                    items: chosen.map(\.id),
                    isAgreed: options.isAgreed
                )
            }
            try delete(chosen, options, connection, &batch, in: context)
        } else if options.selection.isOpen {
            context.note("no group matches")
        }
        try batch.finish(in: context)
    }

    private static func delete(
        _ groups: [GroupFacts],
        _ options: Options,
        _ connection: Connection,
        _ batch: inout FailureCount,
        in context: Context
    ) throws(CommandError) {
        let keeper = OffsetChanges(
            connection: connection,
            command: "groups delete",
            saves: options.saves
        )
        var ids: [String: String] = [:]
        for group in groups {
            let changes = group.offsets.offsets.map { offset in
                OffsetChange(partition: offset.position.partition, old: offset, new: nil)
            }
            ids[group.id] = try keeper.save(changes, of: group.id, in: context)
        }
        let outcomes: [AdminOutcome]
        do { outcomes = try connection.admin.deleteGroups(groups.map(\.id)) } catch {
            throw CommandError(error, on: connection.servers)
        }
        var rows: [DeletedGroupRow] = []
        for outcome in outcomes {
            if let error = outcome.error {
                batch.fail(
                    CommandError(error, group: outcome.name, on: connection.servers),
                    in: context
                )
            } else {
                rows.append(
                    DeletedGroupRow(
                        group: outcome.name,
                        savedState: ids[outcome.name],
                        isDone: true
                    )
                )
            }
        }
        try context.result(
            rows,
            rows.map(\.line),
            as: options.output,
            isQuiet: options.isQuiet
        )
    }
}

/// A group that was deleted.
struct DeletedGroupRow: Row {
    let group: String
    /// The id of the saved offsets, for `groups restore`.
    let savedState: String?
    let isDone: Bool

    static let columns = [Column("GROUP")]

    var cells: [String] { [group] }

    /// The line for a person.
    var line: String {
        "deleted group '\(group)'" + (savedState.map { OffsetChanges.undo(group, $0) } ?? "")
    }

    static let json = JSONShape(
        "deleted group",
        "A consumer group that was deleted.",
        [
            JSONField("group", .string, "Name of the consumer group."),
            JSONField("savedState", .string, "Id of the saved offsets for groups restore.").orNull,
            JSONField("done", .boolean, "True when it was done, false with --dry-run."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("group")
        json.string(group)
        json.key("savedState")
        json.optional(savedState)
        json.key("done")
        json.bool(isDone)
        json.endObject()
    }
}
