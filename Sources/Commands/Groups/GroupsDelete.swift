// Deleting groups: by their exact names, or by a pattern that was asked for.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl groups delete`: forgets groups with all their offsets.
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
        "Delete groups with their offsets.",
        aliases: ["rm"],
        operands: [
            .repeated("GROUP", "Groups to delete.", \.selection.names, completion: .groups)
        ],
        flags: GroupSelection.flags.map { $0.embedded(at: \.selection) } + [
            .toggle("yes", "y", "Do not ask.", \.isAgreed, negatable: false),
            .toggle("dry-run", "Say what would be deleted, and delete nothing.", \.isDryRun),
            .toggle(
                "if-exists",
                "A group that is not there is no failure.",
                \.toleratesMissing,
                negatable: false
            ),
            .toggle("save", "Keep the offsets for kctl groups restore.", \.saves).advanced(),
        ] + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl groups delete billing", "One group, by its exact name."),
            Example("kctl groups delete --regex 'test-.*' --dry-run", "See what a pattern takes."),
            Example("kctl groups delete a b --yes", "Several, without being asked."),
        ],
        sections: [
            Section(
                "Consent",
                "More than one group, or any pattern, is listed first. On a terminal kctl asks;"
                    + " elsewhere --yes is needed. A group with members is refused. The offsets are"
                    + " kept in a file, and the command that brings them back is printed."
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
                    "Deleting \(counted(chosen.count, "group"))",
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
