// Deleting groups: by their exact names, or by a pattern that was asked for.

import Arguments
import CommandKit
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
        ] + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
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
            for group in chosen { context.note("group '\(group.id)' would be deleted") }
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
        for outcome in outcomes {
            if let error = outcome.error {
                batch.fail(
                    CommandError(error, group: outcome.name, on: connection.servers),
                    in: context
                )
            } else if let id = ids[outcome.name] {
                context.note(
                    "deleted group '\(outcome.name)'" + OffsetChanges.undo(outcome.name, id)
                )
            }
        }
    }
}
