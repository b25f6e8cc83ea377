// Resets a group's offsets: prints the plan, and carries it out with --execute.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl groups reset`: every scope and goal of kafka-consumer-groups --reset-offsets.
enum GroupsReset: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var groups: [String] = []
        var scope = PartitionScope()
        var goal = ResetGoalOptions()
        var executes = false
        var isDryRun = false
        var exports = false
        var saves = true
        var isQuiet = false
    }

    static let spec = CommandSpec<Options>(
        "groups reset",
        "Plan new offsets for a group; apply them with --execute.",
        aliases: ["reset-offsets"],
        operands: [
            .repeated(
                "GROUP",
                "Consumer groups.",
                \.groups,
                minimum: 1,
                orFlag: "group",
                completion: .groups
            )
        ],
        flags: [
            .list(
                "group",
                "g",
                "Group name, instead of the argument.",
                \.groups,
                placeholder: "GROUP",
                completion: .groups
            )
            .advanced()
        ] + PartitionScope.flags.map { $0.embedded(at: \.scope) }
            + ResetGoalOptions.flags.map { $0.embedded(at: \.goal) } + [
                .toggle("execute", "Apply the plan.", \.executes, negatable: false),
                .toggle("dry-run", "Print the plan only (the default).", \.isDryRun)
                    .advanced(),
                .toggle(
                    "export",
                    "Print the plan as CSV, for --from-file.",
                    \.exports,
                    negatable: false
                )
                .advanced(),
                .toggle("save", "Save the old offsets for 'groups restore'.", \.saves)
                    .advanced(),
                .quiet(\.isQuiet),
            ] + OutputOptions.flags.map { $0.embedded(at: \.output).advanced() }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example(
                "kctl groups reset billing --topic orders --to-earliest",
                "Print the plan only."
            ),
            Example(
                "kctl groups reset billing -t orders --to-datetime 2026-01-31 --execute",
                "Read again from a date."
            ),
            Example(
                "kctl groups reset billing --all-topics --shift-by -10 --execute",
                "Go back ten records in each partition."
            ),
            Example(
                "kctl groups reset billing --topic orders:0,2 --to-offset 42",
                "Plan an offset for two partitions."
            ),
            Example(
                "kctl groups reset new --all-topics --to-group billing --execute",
                "Copy the offsets of another group."
            ),
            Example(
                "kctl groups reset billing --all-topics --to-current --export > offsets.csv",
                "Write the current offsets to a file."
            ),
        ],
        sections: [
            Section(
                "Plan",
                "Each line has the old and the new offset of a partition. An offset out of range"
                    + " becomes the start or end offset; a time after the last record becomes the"
                    + " end offset. A note reports each such case. A group with members is refused,"
                    + " with or without --execute.",
                "kctl saves the old offsets to a file first, and prints the kctl groups restore"
                    + " command that restores them. --no-save disables this."
            ),
            Section(
                "Files",
                "--export prints TOPIC,PARTITION,OFFSET lines, or GROUP,TOPIC,PARTITION,OFFSET lines"
                    + " for several groups. --from-file reads both. kafka-consumer-groups uses the"
                    + " same format."
            ),
            ExitStatus.section,
        ],
        json: [OffsetChangeRow.json],
        validate: { options throws(UsageError) in
            if options.groups.contains("") { throw UsageError("GROUP is empty") }
            try options.goal.validate()
            // A file names its partitions itself.
            let isGiven = !options.scope.topics.isEmpty || options.scope.takesAll
            if options.goal.file == nil || isGiven { try options.scope.validate() }
            if options.executes, options.isDryRun {
                throw UsageError("--execute and --dry-run exclude each other")
            }
            if options.exports, options.output.isJSON {
                throw UsageError("--export and --json exclude each other")
            }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let goal = options.goal.goal else { return }
        var scope = options.scope
        if scope.topics.isEmpty { scope.takesAll = true }
        let file = try ResetPlanner.file(of: goal, in: context)
        let connection = try context.connect(options.cluster, toAskAbout: options.groups.first)
        let planner = try ResetPlanner(connection, scope, goal, file, in: context)
        var names: [String] = []
        for name in options.groups where !names.contains(name) { names.append(name) }
        var batch = FailureCount("groups and partitions", total: 0)
        let facts = try GroupFacts.read(names, through: connection)
        var plans: [(group: String, plan: OffsetPlan)] = []
        for name in names {
            do throws(CommandError) {
                let committed = try Self.committed(facts[name])
                let plan = try planner.plan(for: name, committed: committed, &batch, in: context)
                plans.append((name, plan))
            } catch {
                batch.fail(error, in: context)
            }
        }
        let rows = try carryOut(plans, options, connection, &batch, in: context)
        if !options.isQuiet { try show(rows, options, in: context) }
        try batch.finish(in: context)
    }

    /// Returns the offsets of a group that may be changed; a group that is not there has none.
    static func committed(
        _ facts: Result<GroupFacts, CommandError>?
    ) throws(CommandError) -> CommittedOffsets {
        switch facts {
        case .success(let facts):
            try facts.checkInactive()
            return facts.offsets
        case .failure(let error) where error.status != .notFound: throw error
        case .failure, nil: return .none
        }
    }

    /// Returns the rows of the plans, or with --execute those of what was changed, and the notes.
    private static func carryOut(
        _ plans: [(group: String, plan: OffsetPlan)],
        _ options: Options,
        _ connection: Connection,
        _ batch: inout FailureCount,
        in context: Context
    ) throws(CommandError) -> (rows: [OffsetChangeRow], notes: [String]) {
        var notes = plans.flatMap(\.plan.notes).map { "note: " + $0 }
        guard options.executes else {
            let rows = plans.flatMap { group, plan in
                plan.changes.map { OffsetChangeRow(group: group, change: $0) }
            }
            if !rows.isEmpty { notes.append(OffsetChanges.planNote) }
            return (rows, notes)
        }
        let changes = OffsetChanges(
            connection: connection,
            command: "groups reset",
            saves: options.saves
        )
        var rows: [OffsetChangeRow] = []
        for (group, plan) in plans {
            do throws(CommandError) {
                let made = try changes.make(plan.changes, for: group, &batch, in: context)
                rows += made.rows(plan.changes, group)
                if !options.output.isJSON, let text = made.text(group) { notes.append(text) }
            } catch {
                batch.fail(error, in: context)
            }
        }
        return (rows, notes)
    }

    private static func show(
        _ result: (rows: [OffsetChangeRow], notes: [String]),
        _ options: Options,
        in context: Context
    ) throws(CommandError) {
        if options.exports {
            let isOne = options.groups.count == 1
            var text = ""
            for row in result.rows {
                guard let new = row.change.new else { continue }
                let offset = PartitionOffset(row.change.partition, new)
                text += OffsetsCSV.line(isOne ? nil : row.group, offset)
            }
            try context.print(text)
        } else {
            try context.list(result.rows, as: options.output.format)
        }
        for note in result.notes { context.note(note) }
    }
}
