// Deletes the credentials of users.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl users delete`: deletes users' SCRAM credentials.
enum UsersDelete: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var names: [String] = []
        var mechanism: ScramMechanismArgument?
        var isAgreed = false
        var isDryRun = false
        var waits = true
        var isQuiet = false
    }

    static let spec = CommandSpec<Options>(
        "users delete",
        "Delete users' SCRAM credentials.",
        aliases: ["rm"],
        operands: [.repeated("NAME", "Users to change.", \.names, minimum: 1)],
        flags: [
            .optional(
                "mechanism",
                "Delete only the credentials of this mechanism.",
                \.mechanism
            ),
            .toggle("yes", "y", "Do not ask for confirmation.", \.isAgreed, negatable: false).alias(
                "force"
            ),
            .toggle("dry-run", "Print what would be deleted, and delete nothing.", \.isDryRun),
            .toggle("wait", "Wait until the credentials are gone.", \.waits).advanced(),
            .quiet(\.isQuiet),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl users delete alice", "Delete the SCRAM credentials of a user."),
            Example(
                "kctl users delete alice bob --yes",
                "Delete the credentials of two users without a question."
            ),
        ],
        sections: [
            Section(
                "Confirmation",
                "The credentials of one user are deleted at once. Several users are listed, and"
                    + " kctl asks for confirmation; without a terminal it requires --yes."
            ),
            UserHelp.library, UserRow.section, ExitStatus.section,
        ],
        json: [UserRow.json],
        validate: { options throws(UsageError) in try UserHelp.refuseEmpty(options.names) }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try context.connectForUsers(options.cluster)
        var batch = FailureCount("users", total: Set(options.names).count)
        let there = try connection.credentials(of: options.names, &batch, in: context)
        let wanted = options.mechanism?.mechanism
        let chosen = there.filter { wanted == nil || $0.mechanism == wanted }
        let names = Set(chosen.map(\.user)).sorted()
        for name in Set(there.map(\.user)).subtracting(names).sorted() {
            batch.fail(
                CommandError(
                    .notFound,
                    "user '\(name)' has no \(wanted.map { "\($0.word) " } ?? "")credentials"
                ),
                in: context
            )
        }
        if options.isDryRun {
            try context.result(
                chosen.map { UserRow(credential: $0, isDone: false) },
                chosen.isEmpty ? nil : "would delete the credentials of \(named(names, "user"))",
                as: options.output,
                isQuiet: options.isQuiet
            )
            return try batch.finish(in: context)
        }
        if names.count > 1 {
            try context.confirm(
                "delete the credentials of \(counted(names.count, "user"))",
                items: names,
                isAgreed: options.isAgreed
            )
        }
        if !chosen.isEmpty {
            try delete(chosen, options, connection, &batch, in: context)
        }
        try batch.finish(in: context)
    }

    private static func delete(
        _ chosen: [ScramCredential],
        _ options: Options,
        _ connection: Connection,
        _ batch: inout FailureCount,
        in context: Context
    ) throws(CommandError) {
        let failures: [String: KafkaError]
        do { failures = try connection.admin.delete(chosen) } catch {
            throw CommandError(error, users: "Alter on the cluster", on: connection.servers)
        }
        if let error = failures.values.first(where: { $0.kind == .refused }) {
            throw CommandError(error, "Alter on the cluster")
        }
        for (name, error) in failures.sorted(by: { $0.key < $1.key }) {
            batch.fail(CommandError(error, "user '\(name)'"), in: context)
        }
        let gone = chosen.filter { failures[$0.user] == nil }
        let names = Set(gone.map(\.user)).sorted()
        try context.result(
            gone.map { UserRow(credential: $0, isDone: true) },
            gone.isEmpty ? nil : "deleted the credentials of \(named(names, "user"))",
            as: options.output,
            isQuiet: options.isQuiet
        )
        guard options.waits, !gone.isEmpty else { return }
        try connection.waitUntilUsers(Set(gone.map(\.user)).sorted()) { now in
            !now.contains { there in
                gone.contains { $0.user == there.user && $0.mechanism == there.mechanism }
            }
        }
    }
}
