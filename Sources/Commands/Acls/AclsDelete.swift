// Deleting rules: those that match, after they were shown, and no others.

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
    }

    static let spec = CommandSpec<Options>(
        "acls delete",
        "Delete the ACLs that match.",
        aliases: ["rm", "remove"],
        flags: AclOptions.filterFlags.map { $0.embedded(at: \.acls) } + [
            .list("principal", "Whose ACLs, whether they allow or deny.", \.principals),
            .toggle("yes", "y", "Do not ask.", \.isAgreed, negatable: false).alias("force"),
            .toggle("dry-run", "Show what would be deleted, and delete nothing.", \.isDryRun),
            .toggle("wait", "Return when the ACLs are gone.", \.waits).advanced(),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl acls delete --topic orders --dry-run", "See what would go."),
            Example("kctl acls delete --principal User:bob --yes", "All of Bob's."),
        ],
        sections: [
            Section(
                "Consent",
                "More than one ACL is listed first. On a terminal kctl asks; elsewhere --yes is"
                    + " needed. What was listed is deleted, and nothing else."
            ),
            AclHelp.names, AclHelp.json, ExitStatus.section,
        ],
        validate: { options throws(UsageError) in
            try options.acls.validate()
            let hasHosts =
                !options.acls.allowedHosts.isEmpty || !options.acls.deniedHosts.isEmpty
            if !options.acls.hasThings, !options.acls.hasPrincipals, options.principals.isEmpty,
                !hasHosts
            {
                throw UsageError(
                    "missing what to delete",
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
        if !options.isDryRun, found.count > 1 {
            try context.confirm(
                "Deleting \(counted(found.count, "ACL"))",
                items: found.map(\.phrase),
                isAgreed: options.isAgreed
            )
        }
        for binding in found where !binding.isKnown {
            let error = CommandError(
                .failure,
                "\(binding.phrase): librdkafka \(Features.libraryVersion) does not know all of it",
                hint: "a newer librdkafka, or Kafka's own tool"
            )
            batch.fail(error, in: context)
        }
        if options.isDryRun {
            try context.list(bindings.map { AclRow(binding: $0) }, as: options.output.format)
            context.note("nothing was deleted: --dry-run")
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
        try context.list(gone.map { AclRow(binding: $0) }, as: options.output.format)
        if options.waits { try connection.waitUntil(gone, areListed: false, by: brokers) }
    }
}
