// The users with SCRAM credentials.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor

/// `kctl users list`: a mechanism of a user's a line.
enum UsersList: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = ListOptions()
        var names: [String] = []
    }

    static let spec = CommandSpec<Options>(
        "users list",
        "List users with SCRAM credentials.",
        aliases: ["ls", "describe"],
        operands: [.repeated("NAME", "Users to list (default: all).", \.names)],
        flags: ListOptions.flags(for: UserRow.columns).map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl users list", "List all users."),
            Example("kctl users list alice --json", "Print one user as JSON."),
        ],
        sections: [UserHelp.library, UserRow.section, ExitStatus.section],
        json: [UserRow.json],
        validate: { options throws(UsageError) in try UserHelp.refuseEmpty(options.names) }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        let connection = try context.connectForUsers(options.cluster)
        var batch = FailureCount("users", total: Set(options.names).count)
        let found = try connection.credentials(of: options.names, &batch, in: context)
        if found.isEmpty, options.names.isEmpty { context.note("no user has SCRAM credentials") }
        try context.list(found.map { UserRow(credential: $0) }, as: options.output.format)
        try batch.finish(in: context)
    }
}

/// The help that these commands share.
enum UserHelp {
    static let library = Section(
        "Library",
        "Requires librdkafka 2.2 and Kafka 2.7 or newer."
    )

    static func refuseEmpty(_ names: [String]) throws(UsageError) {
        if names.contains("") { throw UsageError("NAME is empty") }
    }
}

extension Context {
    /// Returns a connection to a cluster that has answered; throws first when the library cannot do
    /// anything about users.
    mutating func connectForUsers(_ options: ClusterOptions) throws(CommandError) -> Connection {
        do { try Features.require(.scramCredentials) } catch {
            throw CommandError(error, on: "")
        }
        let connection = try connect(options)
        _ = try connection.metadata()
        return connection
    }
}

extension Connection {
    /// Returns the credentials of users, sorted; of all users when none is named.
    ///
    /// Each named user that is missing is a failure of `batch`.
    func credentials(
        of names: [String],
        _ batch: inout FailureCount,
        in context: Context
    ) throws(CommandError) -> [ScramCredential] {
        var taken: Set<String> = []
        let users = names.filter { taken.insert($0).inserted }
        var found: [ScramCredential] = []
        do {
            let answers = try admin.scramCredentials(of: users)
            for answer in answers.sorted(by: { $0.user < $1.user }) {
                switch answer.result {
                case .success(let credentials): found += credentials
                case .failure(let error) where error.kind == .notFound:
                    batch.fail(.missingUser(answer.user, on: servers), in: context)
                case .failure(let error):
                    batch.fail(CommandError(error, "user '\(answer.user)'"), in: context)
                }
            }
        } catch {
            throw CommandError(error, users: "Describe on the cluster", on: servers)
        }
        return found
    }

    /// Waits until `isDone` finds the credentials of users as they should be.
    ///
    /// - Throws: `CommandError` of status `incomplete` when the time is over.
    func waitUntilUsers(
        _ names: [String],
        are isDone: ([ScramCredential]) -> Bool
    ) throws(CommandError) {
        let deadline = clock.now + timeout
        while true {
            do {
                let answers = try admin.scramCredentials(of: names)
                if isDone(answers.flatMap { (try? $0.result.get()) ?? [] }) { return }
            } catch {
                throw CommandError(error, users: "Describe on the cluster", on: servers)
            }
            guard clock.now < deadline else {
                throw CommandError(
                    .incomplete,
                    "accepted, but the broker does not report the change yet",
                    hint: "wait longer with --timeout"
                )
            }
            client.serve(waiting: .milliseconds(20))
        }
    }
}

extension CommandError {
    /// Returns the error of a user that does not exist.
    static func missingUser(_ name: String, on servers: String) -> CommandError {
        CommandError(
            .notFound,
            "user '\(name)' has no SCRAM credentials on \(servers)",
            hint: "kctl users list"
        )
    }

    /// Makes the error of a call about users, for which `right` is needed.
    init(_ error: KafkaError, users right: String, on servers: String) {
        if error.kind == .refused {
            self.init(error, right)
        } else {
            self.init(error, on: servers)
        }
    }
}
