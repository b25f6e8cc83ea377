// A new group with offsets, before its first member comes.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl groups create`: a reset of a group that is not there.
enum GroupsCreate: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var group: String?
        var scope = PartitionScope()
        var goal = ResetGoalOptions()
        var isDryRun = false
        var isQuiet = false
    }

    static let spec = CommandSpec<Options>(
        "groups create",
        "Create a group with committed offsets.",
        operands: [.required("GROUP", "Name of the new group.", \.group)],
        flags: [PartitionScope.topicFlag.embedded(at: \.scope)]
            + ResetGoalOptions.flags.map { $0.embedded(at: \.goal) } + [
                .toggle(
                    "dry-run",
                    "Print what would be committed, and commit nothing.",
                    \.isDryRun
                ),
                .quiet(\.isQuiet),
            ] + OutputOptions.flags.map { $0.embedded(at: \.output).advanced() }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example(
                "kctl groups create audit --topic orders --to-latest",
                "Start at the end of each partition."
            ),
            Example(
                "kctl groups create audit --to-group billing",
                "Copy the offsets of another group."
            ),
        ],
        sections: [
            Section(
                "Existing groups",
                "A group with members or offsets is refused: use kctl groups reset to change"
                    + " offsets. Kafka deletes the offsets of a group without members after"
                    + " offsets.retention.minutes (default: seven days)."
            ),
            ExitStatus.section,
        ],
        json: [OffsetChangeRow.json],
        validate: { options throws(UsageError) in
            if options.group?.isEmpty == true { throw UsageError("GROUP is empty") }
            try options.goal.validate()
            let namesItself = options.goal.file != nil || options.goal.group != nil
            if !namesItself || !options.scope.topics.isEmpty {
                try options.scope.validate(canTakeAll: false)
            }
            if options.goal.shift != nil {
                throw UsageError("--shift-by: a new group has no offsets to shift")
            }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let group = options.group, let goal = options.goal.goal else { return }
        var scope = options.scope
        if scope.topics.isEmpty { scope.takesAll = true }
        let file = try ResetPlanner.file(of: goal, in: context)
        let connection = try context.connect(options.cluster, toAskAbout: group)
        let planner = try ResetPlanner(connection, scope, goal, file, in: context)
        switch try GroupFacts.read([group], through: connection)[group] {
        case .success(let facts):
            let has = counted(facts.offsets.offsets.count, "offset")
            throw CommandError(
                .failure,
                "group '\(group)' already exists: it has \(has)"
                    + " and \(counted(facts.description?.members.count ?? 0, "member"))",
                hint: "use kctl groups reset to change offsets"
            )
        case .failure(let error) where error.status != .notFound: throw error
        case .failure, nil: break
        }
        var batch = FailureCount("partitions", total: 0)
        let plan = try planner.plan(for: group, committed: .none, &batch, in: context)
        for note in plan.notes { context.note("note: " + note) }
        let doing = OffsetChanges(
            connection: connection,
            command: "groups create",
            saves: false
        )
        try doing.carryOut(
            plan.changes,
            for: group,
            isDryRun: options.isDryRun,
            as: options.output,
            isQuiet: options.isQuiet,
            batch,
            in: context
        )
    }
}
