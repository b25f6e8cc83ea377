// Creates ACLs from options, or from a file.

import Arguments
import CommandKit
import KafkaCore
import Output

/// `kctl acls create`: makes rules and shows them.
enum AclsCreate: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var acls = AclOptions()
        var file: String?
        var isDryRun = false
        var waits = true
        var isQuiet = false
    }

    static let spec = CommandSpec<Options>(
        "acls create",
        "Create ACLs that allow or deny operations.",
        aliases: ["add"],
        flags: AclOptions.flags.map { $0.embedded(at: \.acls) } + [
            .optional(
                "from-file",
                "f",
                "Create the ACLs in this file of 'acls list --json' output; - is stdin.",
                \.file,
                placeholder: "FILE",
                completion: .files
            )
            .advanced(),
            .toggle("dry-run", "Print what would be created, and create nothing.", \.isDryRun),
            .toggle("wait", "Wait until all brokers list the ACLs.", \.waits).advanced(),
            .quiet(\.isQuiet),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example(
                "kctl acls create --allow-principal User:al --operation Read -t orders",
                "Allow a user to read a topic."
            ),
            Example(
                "kctl acls create --allow-principal User:bob --consumer -t orders -g g",
                "Allow all that a consumer needs."
            ),
            Example(
                "kctl acls create --from-file acls.jsonl --dry-run",
                "Preview the ACLs of a file."
            ),
        ],
        sections: [AclHelp.names, AclHelp.json, ExitStatus.section],
        json: [AclRow.json],
        validate: { options throws(UsageError) in
            try options.acls.validate()
            if options.file != nil {
                if options.acls.hasThings || options.acls.hasPrincipals {
                    throw UsageError("--from-file cannot be used with options that describe ACLs")
                }
                return
            }
            if !options.acls.hasThings {
                throw UsageError(
                    "missing the resource of the ACL",
                    hint: "--topic, --group, --cluster or --transactional-id"
                )
            }
            if !options.acls.hasPrincipals {
                throw UsageError("missing --allow-principal or --deny-principal")
            }
            if options.acls.pattern == .any || options.acls.pattern == .match {
                throw UsageError("--resource-pattern-type of a new ACL must be literal or prefixed")
            }
            if options.acls.allowed.isEmpty, !options.acls.allowedHosts.isEmpty {
                throw UsageError("--allow-host requires --allow-principal")
            }
            if options.acls.denied.isEmpty, !options.acls.deniedHosts.isEmpty {
                throw UsageError("--deny-host requires --deny-principal")
            }
        }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let bindings: [AclBinding]
        if let file = options.file {
            let bytes = try context.read(file, as: "the ACLs file")
            bindings = try AclFile.bindings(in: bytes, path: file)
        } else {
            bindings = try options.acls.bindings()
        }
        do { try Admin.requireKinds(of: bindings) } catch { throw CommandError(error, on: "") }
        let connection = try context.connect(options.cluster)
        let brokers = try connection.metadata().brokers
        if options.isDryRun {
            let there = Set(try connection.acls([AclFilter()]))
            let count = bindings.count { there.contains($0) }
            if count > 0, !options.isQuiet {
                context.note(
                    "\(count) of \(counted(bindings.count, "ACL")) \(count == 1 ? "exists" : "exist") already"
                )
            }
            return try context.result(
                bindings.map { AclRow(binding: $0, isDone: false) },
                "would create \(counted(bindings.count, "ACL"))",
                as: options.output,
                isQuiet: options.isQuiet
            )
        }
        let answers: [KafkaError?]
        do { answers = try connection.admin.create(bindings) } catch {
            throw CommandError(error, acls: "Alter on the cluster", on: connection.servers)
        }
        var batch = FailureCount("ACLs", total: bindings.count)
        let made = try AclOutcome(bindings, answers, &batch, in: context).done
        try context.result(
            made.map { AclRow(binding: $0, isDone: true) },
            made.isEmpty ? nil : "created \(counted(made.count, "ACL"))",
            as: options.output,
            isQuiet: options.isQuiet
        )
        if options.waits { try connection.waitUntil(made, areListed: true, by: brokers) }
        try batch.finish(in: context)
    }
}
