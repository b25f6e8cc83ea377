// Deletes the ACLs that match, after they were shown, and no others.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl acls delete`: deletes rules and shows them.
enum AclsDelete: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var acls = AclOptions()
        var principals: [PrincipalArgument] = []
        var isAgreed = false
        var isDryRun = false
        var waits = true
        var isQuiet = false
    }

    static let spec = CommandSpec<Options>(
        "acls delete",
        "Delete the ACLs that match.",
        aliases: ["rm", "remove"],
        flags: AclOptions.filterFlags.map { $0.embedded(at: \.acls) } + [
            .list("principal", "Match ACLs of this principal, allow or deny.", \.principals),
            .toggle("yes", "y", "Do not ask for confirmation.", \.isAgreed, negatable: false).alias(
                "force"
            ),
            .toggle("dry-run", "Print what would be deleted, and delete nothing.", \.isDryRun),
            .toggle("wait", "Wait until no broker lists the ACLs.", \.waits).advanced(),
            .quiet(\.isQuiet),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl acls delete --topic orders --dry-run", "Preview the deletion."),
            Example("kctl acls delete --principal User:bob --yes", "Delete all ACLs of a user."),
        ],
        sections: [
            Section(
                "Confirmation",
                "kctl lists the ACLs that match and asks for confirmation; without a terminal it"
                    + " requires --yes. It deletes exactly the ACLs listed."
            ),
            AclHelp.names, AclHelp.json, ExitStatus.section,
        ],
        json: [AclRow.json],
        validate: { options throws(UsageError) in
            try options.acls.validate()
            let hasHosts =
                !options.acls.allowedHosts.isEmpty || !options.acls.deniedHosts.isEmpty
            if !options.acls.hasThings, !options.acls.hasPrincipals, options.principals.isEmpty,
                !hasHosts
            {
                throw UsageError(
                    "missing the ACLs to delete",
                    hint: "--topic, --group, --cluster, --transactional-id or --principal"
                )
            }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let filters = try options.acls.filters(options.principals)
        let connection = try context.connect(options.cluster)
        let brokers = try connection.metadata().brokers
        let found = try connection.acls(filters)
        guard !found.isEmpty else { return context.note("no ACL matches") }
        var batch = FailureCount("ACLs", total: found.count)
        let bindings = found.filter(\.isKnown)
        if !options.isDryRun {
            try context.confirm(
                "delete \(counted(found.count, "ACL"))",
                items: found.map(\.phrase),
                isAgreed: options.isAgreed
            )
        }
        for binding in found where !binding.isKnown {
            let error = CommandError(
                .failure,
                "\(binding.phrase): librdkafka \(Features.libraryVersion) does not know this ACL",
                hint: "use a newer librdkafka, or kafka-acls"
            )
            batch.fail(error, in: context)
        }
        if options.isDryRun {
            try context.result(
                bindings.map { AclRow(binding: $0, isDone: false) },
                "would delete \(counted(bindings.count, "ACL"))",
                as: options.output,
                isQuiet: options.isQuiet
            )
            return try batch.finish(in: context)
        }
        try delete(bindings, options, brokers, connection, &batch, in: context)
        try batch.finish(in: context)
    }

    private static func delete(
        _ bindings: [AclBinding],
        _ options: Options,
        _ brokers: [Broker],
        _ connection: Connection,
        _ batch: inout FailureCount,
        in context: Context
    ) throws(CommandError) {
        guard !bindings.isEmpty else { return }
        let answers: [KafkaError?]
        do { answers = try connection.admin.delete(bindings) } catch {
            throw CommandError(error, acls: "Alter on the cluster", on: connection.servers)
        }
        let gone = try AclOutcome(bindings, answers, &batch, in: context).done
        try context.result(
            gone.map { AclRow(binding: $0, isDone: true) },
            gone.isEmpty ? nil : "deleted \(counted(gone.count, "ACL"))",
            as: options.output,
            isQuiet: options.isQuiet
        )
        if options.waits { try connection.waitUntil(gone, areListed: false, by: brokers) }
    }
}
