// What ends a command early: a status, and what is to be said about it.

package import Arguments
package import Crypto
package import JSON
package import KafkaCore
package import Output
package import Reactor
package import Settings

/// An error on its way to standard error and the process's status.
public struct CommandError: Error {
    /// The status that the process ends with.
    package var status: ExitStatus
    /// The report to print; nil when it has been printed already.
    package var report: ErrorReport?

    /// Returns an error that was reported where it happened; only the status is left to report.
    package static func reported(_ status: ExitStatus) -> CommandError {
        CommandError(status: status, report: nil)
    }

    package init(status: ExitStatus, report: ErrorReport?) {
        self.status = status
        self.report = report
    }

    /// An error that kctl itself found.
    package init(
        _ status: ExitStatus,
        _ message: String,
        hint: String? = nil,
        topic: String? = nil,
        partition: Int32? = nil
    ) {
        self.status = status
        report = ErrorReport(
            code: Self.code(status),
            message: message,
            topic: topic,
            partition: partition,
            hint: hint
        )
    }

    package init(_ error: UsageError) {
        status = .usage
        report = ErrorReport(
            code: UsageError.code,
            message: error.message,
            hint: error.hint,
            usage: error.usage
        )
    }

    package init(_ error: SettingsError) {
        self.init(error.isMissing ? .notFound : .usage, error.message, hint: error.hint)
        report?.excerpt = error.excerpt.map { ErrorExcerpt(line: $0.line, column: $0.column) }
        if error.needsTrust { report?.code = Self.untrusted }
    }

    /// The code of an error about a file that is not trusted.
    package static let untrusted = "untrusted"

    /// Standard output could not be written, or it has no reader any more.
    ///
    /// A reader that went away is no failure of a command that only reads.
    package init(_ error: OutputError) {
        switch error {
        case .closed:
            self = .reported(.success)
        case .failed(let reason):
            self.init(.failure, "cannot write to standard output: \(reason)")
        case .interrupted(let signal):
            self = .reported(.signalled(signal))
        }
    }

    /// Standard output could not be written, though something is to be done beside writing it.
    package init(endingTheReading error: OutputError) {
        guard case .closed = error else {
            self.init(error)
            return
        }
        self.init(.failure, "standard output was closed, the reading ends")
    }

    /// A system call failed; `doing` says what it was for.
    package init(_ error: ReactorError, doing: String) {
        self.init(error.isNotFound ? .notFound : .failure, "\(doing): \(error.reason)")
    }

    /// JSON that cannot be used: file, line, column and reason.
    package init(_ error: JSONError, in path: String, text: borrowing RawSpan) {
        let (line, column) = error.place(in: text)
        self.init(.badData, "\(path):\(line):\(column): \(error.reason)")
    }

    /// OpenSSL failed at what it always can, such as making a digest.
    package init(_ error: CryptoError) {
        self.init(.failure, "OpenSSL: \(error.call): \(error.reason)")
    }

    /// A broker or librdkafka refused; `subject` says what was asked of whom.
    package init(
        _ error: KafkaError,
        _ subject: String,
        topic: String? = nil,
        partition: Int32? = nil
    ) {
        status = Self.status(error.kind)
        report = ErrorReport(
            code: Self.code(status),
            kafkaCode: error.codeName.isEmpty ? nil : error.codeName,
            message: "\(subject): \(error.reason)",
            topic: topic,
            partition: partition,
            isRetriable: error.isRetriable,
            hint: error.remedy?.text
        )
    }

    /// The error as it concerns a topic of the cluster at `servers`.
    package init(_ error: KafkaError, topic: String, on servers: String) {
        switch error.kind {
        case .notFound:
            self.init(error, "", topic: topic)
            report?.message = "topic '\(topic)' not found on \(servers)"
            report?.hint = "kctl topics list"
            report?.showsKafkaCode = false
        case .alreadyExists:
            self.init(error, "", topic: topic)
            report?.message = "topic '\(topic)' already exists on \(servers)"
            report?.hint = "--if-not-exists"
        case .unreachable:
            self.init(error, on: servers)
        default:
            self.init(error, "topic '\(topic)'", topic: topic)
        }
    }

    /// The error as it concerns one partition.
    package init(_ error: KafkaError, of partition: TopicPartition) {
        self.init(
            error,
            "topic '\(partition.topic)' partition \(partition.partition)",
            topic: partition.topic,
            partition: partition.partition
        )
    }

    /// The error as it concerns the cluster at `servers` as a whole.
    package init(_ error: KafkaError, on servers: String) {
        let subject: String
        switch error.kind {
        case .unreachable: subject = "no broker reachable at \(servers)"
        case .refused: subject = "refused by \(servers)"
        default: subject = servers
        }
        self.init(error, subject)
        if error.kind == .unreachable { report?.showsKafkaCode = false }
        // What the library or the sandbox cannot do says so by itself.
        if error.kind == .unsupported, error.codeName.isEmpty { report?.message = error.reason }
    }

    /// Puts where it happened in front.
    package mutating func prefix(_ place: String) {
        guard let message = report?.message else { return }
        report?.message = "\(place): \(message)"
    }

    /// Says what to do, unless that is said.
    package mutating func addHint(_ hint: String) {
        if report?.hint == nil { report?.hint = hint }
    }

    /// Says what to do instead of what was said.
    package mutating func replaceHint(_ hint: String) {
        report?.hint = hint
    }

    /// Says it in better words.
    package mutating func replaceMessage(_ message: String, hint: String?) {
        report?.message = message
        report?.hint = hint
    }

    /// Returns the exit status of a command that fails for such a reason.
    package static func status(_ kind: KafkaError.Kind) -> ExitStatus {
        switch kind {
        case .notFound: .notFound
        case .unreachable: .unreachable
        case .refused: .refused
        case .timedOut: .incomplete
        case .alreadyExists, .invalid, .unsupported, .tooLarge, .other: .failure
        }
    }

    /// Returns the word for a status where nothing more is known.
    package static func code(_ status: ExitStatus) -> String {
        switch status {
        case .success: "success"
        case .failure, .child: "failed"
        case .usage: UsageError.code
        case .notFound: "not-found"
        case .unreachable: "unreachable"
        case .refused: "refused"
        case .incomplete: "incomplete"
        case .badData: "bad-data"
        case .signalled: "signalled"
        }
    }
}
