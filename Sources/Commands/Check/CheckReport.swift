// A line for each link, printed as soon as it is known.

import CommandKit
import JSON
import Output
import Probe

/// A link of the chain from the settings to a topic.
enum CheckLink: String {
    case settings, name, connection, tls, `protocol`, login, cluster, brokers, clock, topic, group
    case library

    init(_ link: NetworkWalk.Link) {
        switch link {
        case .name: self = .name
        case .connection: self = .connection
        case .tls: self = .tls
        case .protocol: self = .protocol
        case .login: self = .login
        }
    }
}

/// Prints what is found out.
struct CheckReport {
    private enum State: String {
        case ok, note, broken

        /// Its colour.
        var paint: Paint {
            switch self {
            case .ok: .green
            case .note: .yellow
            case .broken: .red
            }
        }
    }

    private let format: OutputFormat
    private let output: OutputStream
    private let isColoured: Bool

    init(_ format: OutputFormat, to output: OutputStream, isColoured: Bool) {
        self.isColoured = isColoured
        self.format = format
        self.output = output
    }

    static let json = JSONShape(
        "link",
        "A link of the chain from the settings to a topic.",
        [
            JSONField("link", .string, "Name of the link."),
            JSONField("state", .string, "State of the link: ok, note or broken."),
            JSONField("message", .string, "The finding in words."),
            JSONField("hint", .string, "Remedy.").orNull,
        ]
    )

    /// Writes a link that holds.
    func ok(_ link: CheckLink, _ text: String) throws(CommandError) {
        try write(.ok, link, text, nil)
    }

    /// Writes a note: a finding that is no fault but useful to know.
    func note(_ link: CheckLink, _ text: String, _ remedy: String? = nil) throws(CommandError) {
        try write(.note, link, text, remedy)
    }

    /// Writes the link that is broken.
    ///
    /// - Returns: the error to throw; it has been reported.
    func broken(
        _ link: CheckLink,
        _ text: String,
        _ remedy: String,
        _ status: ExitStatus
    ) throws(CommandError) -> CommandError {
        try write(.broken, link, text, remedy)
        return .reported(status)
    }

    /// Writes the link at which an error came up.
    func broken(_ link: CheckLink, _ error: CommandError) throws(CommandError) -> CommandError {
        guard let report = error.report else { return error }
        return try broken(
            link,
            report.message,
            report.hint ?? "'kctl check -v' shows the log of librdkafka",
            error.status
        )
    }

    /// Reports each link below the library.
    func walk(_ network: NetworkWalk) throws(CommandError) -> Greeting {
        do throws(NetworkWalk.Break) {
            return try network.walk { event in
                // An output that is gone is noticed at the next link.
                switch event {
                case .ok(let link, let text): try? ok(CheckLink(link), text)
                case .note(let link, let text, let remedy):
                    try? note(CheckLink(link), text, remedy)
                }
            }
        } catch {
            throw try broken(CheckLink(error.link), error.text, error.remedy, .unreachable)
        }
    }

    private func write(
        _ state: State,
        _ link: CheckLink,
        _ text: String,
        _ remedy: String?
    ) throws(CommandError) {
        do {
            switch format.kind {
            case .text, .yaml, .name:
                let word = state.rawValue.padded(to: 8)
                let line = link.rawValue.padded(to: 12) + text + (remedy.map { " (\($0))" } ?? "")
                let start = isColoured ? state.paint.on(word) : word
                try output.write(start + output.escape(line) + "\n")
            case .json:
                try output.writeJSON { json in
                    json.beginObject()
                    json.key("link")
                    json.string(link.rawValue)
                    json.key("state")
                    json.string(state.rawValue)
                    json.key("message")
                    json.string(text)
                    json.key("hint")
                    json.optional(remedy)
                    json.endObject()
                }
            }
            try output.flush()
        } catch {
            throw CommandError(error)
        }
    }
}

extension String {
    /// Returns the text with blanks behind it, at least one.
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(width - count, 1))
    }
}
