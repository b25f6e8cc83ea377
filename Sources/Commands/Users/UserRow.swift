// The credentials of users, as they are printed.

import Arguments
import JSON
import KafkaCore
import Output

/// A mechanism of a user's.
struct UserRow: Row {
    let credential: ScramCredential
    /// True when it has been set or deleted; nil in a list.
    var isDone: Bool?

    static let columns = [
        Column("USER"), Column("MECHANISM"), Column("ITERATIONS", .right, need: .useful),
    ]

    var cells: [String] {
        [credential.user, credential.mechanism.word, "\(credential.iterations)"]
    }

    static let json = JSONShape(
        "credential",
        "A SCRAM credential of a user.",
        [
            JSONField("user", .string, "Name of the user."),
            JSONField("mechanism", .string, "SCRAM mechanism."),
            JSONField("iterations", .integer, "Number of iterations."),
            JSONField("done", .boolean, "True when it was done, false with --dry-run.")
                .orAbsent,
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("user")
        json.string(credential.user)
        json.key("mechanism")
        json.string(credential.mechanism.word)
        json.key("iterations")
        json.number(credential.iterations)
        if let isDone {
            json.key("done")
            json.bool(isDone)
        }
        json.endObject()
    }

    /// Its keys, for help.
    static let section = Section(
        "JSON",
        "One object per user and mechanism."
    )
}

extension ScramMechanism {
    /// Its name among SASL's mechanisms.
    var word: String {
        switch self {
        case .unknown: "unknown"
        case .sha256: "SCRAM-SHA-256"
        case .sha512: "SCRAM-SHA-512"
        }
    }
}

/// A mechanism on the command line.
enum ScramMechanismArgument: String, ArgumentChoice {
    case sha256 = "SCRAM-SHA-256"
    case sha512 = "SCRAM-SHA-512"

    /// The mechanism itself.
    var mechanism: ScramMechanism {
        switch self {
        case .sha256: .sha256
        case .sha512: .sha512
        }
    }
}
