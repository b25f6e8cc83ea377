// Lists the ACLs.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor

/// `kctl acls list`: one row an ACL.
enum AclsList: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = ListOptions()
        var acls = AclOptions()
        var principals: [PrincipalArgument] = []
    }

    static let spec = CommandSpec<Options>(
        "acls list",
        "List ACLs.",
        aliases: ["ls"],
        flags: AclOptions.filterFlags.map { $0.embedded(at: \.acls) } + [
            .list("principal", "List ACLs of this principal, allow or deny.", \.principals)
        ] + ListOptions.flags(for: AclRow.columns).map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl acls list", "List all ACLs."),
            Example(
                "kctl acls list --topic orders --resource-pattern-type match",
                "List ACLs that apply to a topic, with prefixes and *."
            ),
            Example("kctl acls list --json > acls.jsonl", "Save ACLs for acls create --from-file."),
        ],
        sections: [AclHelp.names, AclHelp.json, ExitStatus.section],
        json: [AclRow.json],
        validate: { options throws(UsageError) in try options.acls.validate() }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let filters = try options.acls.filters(options.principals)
        let connection = try context.connect(options.cluster)
        _ = try connection.metadata()
        let bindings = try connection.acls(filters)
        let unknown = bindings.count { !$0.isKnown }
        if unknown > 0 {
            context.note(
                "note: \(counted(unknown, "ACL")) with values that librdkafka"
                    + " \(Features.libraryVersion) does not know, shown as 'unknown'"
            )
        }
        if bindings.isEmpty { context.note("no ACL matches") }
        try context.list(bindings.map { AclRow(binding: $0) }, as: options.output.format)
    }
}

/// The help that these commands share.
enum AclHelp {
    static let names = Section(
        "Names",
        "--resource-pattern-type literal selects ACLs of exactly this name (the name * means all"
            + " resources), prefixed selects ACLs of this prefix, any selects both, and match"
            + " selects every ACL that applies to the name (default: literal).",
        "Operations are All, Read, Write, Create, Delete, Alter, Describe, ClusterAction,"
            + " DescribeConfigs, AlterConfigs and IdempotentWrite."
    )

    static let json = Section(
        "JSON",
        "One object per ACL. resourceType is topic, group, cluster, transactional-id or unknown;"
            + " patternType literal or prefixed; permission allow or deny."
    )
}

extension Connection {
    /// Returns the rules that pass any of the filters.
    func acls(_ filters: [AclFilter]) throws(CommandError) -> [AclBinding] {
        do { return try admin.acls(filters) } catch {
            throw CommandError(error, acls: "Describe on the cluster", on: servers)
        }
    }

    /// Waits until every broker lists rules, or none does.
    ///
    /// - Throws: `CommandError` of status `incomplete` when the time is over.
    func waitUntil(
        _ bindings: [AclBinding],
        areListed: Bool,
        by brokers: [Broker]
    ) throws(CommandError) {
        guard !bindings.isEmpty else { return }
        let deadline = clock.now + timeout
        let filters = bindings.count > 16 ? [AclFilter()] : bindings.map { AclFilter($0) }
        var waiting = brokers.map(\.id)
        while let broker = waiting.last {
            do {
                let listed = try admin.acls(filters, reportedBy: broker)
                if bindings.allSatisfy({ listed.contains($0) == areListed }) {
                    waiting.removeLast()
                    continue
                }
            } catch {
                throw CommandError(error, acls: "Describe on the cluster", on: servers)
            }
            guard clock.now < deadline else {
                throw CommandError(
                    .incomplete,
                    "accepted, but brokers \(areListed ? "do not list the ACLs yet" : "still list the ACLs")",
                    hint: "wait longer with --timeout"
                )
            }
            client.serve(waiting: .milliseconds(20))
        }
    }
}

extension CommandError {
    /// Makes the error of a call about ACLs, for which `right` is needed.
    init(_ error: KafkaError, acls right: String, on servers: String) {
        if error.kind == .refused {
            self.init(error, right)
        } else {
            self.init(error, on: servers)
        }
    }
}
