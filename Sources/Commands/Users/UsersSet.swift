// Sets a user's password.
// It is never an argument: others could see it.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor

/// `kctl users set`: gives a user a password for SCRAM.
enum UsersSet: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var name: String?
        var passwordFile: String?
        var mechanism = ScramMechanismArgument.sha512
        var iterations: Int32 = 8192
        var isDryRun = false
        var waits = true
        var isQuiet = false
    }

    static let spec = CommandSpec<Options>(
        "users set",
        "Set the SCRAM password of a user.",
        aliases: ["create", "add"],
        operands: [.required("NAME", "User to create or change.", \.name)],
        flags: [
            .optional(
                "password-file",
                "Read the password from this file; - is stdin.",
                \.passwordFile,
                placeholder: "FILE",
                completion: .files
            ),
            .value("mechanism", "SCRAM mechanism of the password.", \.mechanism, default: .sha512),
            .value(
                "iterations",
                "Number of hash iterations.",
                \.iterations,
                range: 4096...16384,
                default: 8192
            ),
            .toggle("dry-run", "Print what would be done, and change nothing.", \.isDryRun),
            .toggle("wait", "Wait until the broker reports the change.", \.waits).advanced(),
            .quiet(\.isQuiet),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example("kctl users set alice", "Ask for the password on the terminal."),
            Example(
                "kctl users set alice --password-file alice.txt",
                "Read the password from a file."
            ),
        ],
        sections: [
            Section(
                "Password",
                "Without --password-file, kctl asks for the password on the terminal, twice and"
                    + " hidden. The line end of a file is not part of the password. Setting the"
                    + " password of one mechanism does not change the other."
            ),
            UserHelp.library, UserRow.section, ExitStatus.section,
        ],
        json: [UserRow.json],
        validate: { options throws(UsageError) in try UserHelp.refuseEmpty([options.name ?? ""]) }
    )

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        guard let name = options.name else { return }
        let connection = try context.connectForUsers(options.cluster)
        let wanted = ScramCredential(
            name,
            options.mechanism.mechanism,
            iterations: options.iterations
        )
        let password = try context.newPassword(of: name, file: options.passwordFile)
        if options.isDryRun {
            let old: [ScramCredential]
            do {
                let answers = try connection.admin.scramCredentials(of: [name])
                old = answers.flatMap { (try? $0.result.get()) ?? [] }
            } catch {
                throw CommandError(
                    error,
                    users: "Describe on the cluster",
                    on: connection.servers
                )
            }
            let isThere = old.contains { $0.mechanism == wanted.mechanism }
            return try context.result(
                [UserRow(credential: wanted, isDone: false)],
                "would \(isThere ? "replace" : "set") the \(wanted.mechanism.word) password of"
                    + " user '\(name)'",
                as: options.output,
                isQuiet: options.isQuiet
            )
        }
        do { try connection.admin.setPassword(password, as: wanted) } catch {
            if error.kind == .refused { throw CommandError(error, "Alter on the cluster") }
            throw CommandError(error, "user '\(name)'")
        }
        try context.result(
            [UserRow(credential: wanted, isDone: true)],
            "set the \(wanted.mechanism.word) password of user '\(name)'",
            as: options.output,
            isQuiet: options.isQuiet
        )
        if options.waits {
            try connection.waitUntilUsers([name]) { $0.contains(wanted) }
        }
    }
}

extension Context {
    /// Returns a new password: from a file, or asked for twice.
    fileprivate func newPassword(of user: String, file: String?) throws(CommandError) -> [UInt8] {
        var password: [UInt8]
        if let file {
            if file != "-", Files.facts(of: file)?.isReadableByOthers == true {
                note("note: other users can read '\(file)' (chmod 600)")
            }
            password = try read(file, as: "the password file")
            if password.last == UInt8(ascii: "\n") { password.removeLast() }
            if password.last == UInt8(ascii: "\r") { password.removeLast() }
        } else {
            password = try ask("new password of '\(user)'")
            guard try ask("repeat the password") == password else {
                throw CommandError(.failure, "no password was set: the passwords differ")
            }
        }
        guard !password.isEmpty else { throw CommandError(.usage, "the password is empty") }
        guard String(validating: password, as: UTF8.self) != nil, !password.contains(0),
            !password.contains(UInt8(ascii: "\n"))
        else {
            throw CommandError(.badData, "the password must be one line of UTF-8")
        }
        return password
    }

    private func ask(_ what: String) throws(CommandError) -> [UInt8] {
        guard isInteractive else {
            throw CommandError(
                .usage,
                "missing --password-file, and there is no terminal to ask on",
                hint: "--password-file FILE, or - for stdin"
            )
        }
        let line: [UInt8]?
        do { line = try HiddenInput.line("kctl: \(what): ") } catch {
            throw CommandError(error, doing: "cannot ask for the password")
        }
        guard let line else {
            throw CommandError(.failure, "no password was set: no password given")
        }
        return line
    }
}
