// What is odd about a stream of records, and no error: nothing of it stops anybody.

/// Something odd about runs or the records that report them.
public struct RunWarning: Hashable, Sendable {
    /// The kind of a warning; times are milliseconds since 1970.
    public enum Kind: Hashable, Sendable {
        /// Run numbers that no record reported.
        case gap(from: UInt32, through: UInt32)
        /// A signal came again, with another time.
        case doubled(RunSignal)
        /// A signal that must have been sent did not come.
        case missing(RunSignal)
        /// A run's end came, and nothing of its start.
        case endWithoutStart
        /// Era 1: a run was announced and never reached RUNNING.
        case neverStarted
        /// A record lies behind one that is later, in one partition and of one environment.
        case order(behind: Int64, time: Int64)
        /// The core started a second time.
        case coreStart(time: Int64, before: Int64)
        /// A record has no key, though the core that writes them sets keys (since v1.28.0).
        case nullKey
        /// Kafka's time of a record is far from the time in it.
        case distantTime(record: Int64, event: Int64)
        /// A list names a run as active that had ended.
        case listedAfterEnd(ended: Int64, listed: Int64)
        /// A record of a run came after the run had been reported.
        case late
        /// A record has no time, neither of its own nor Kafka's.
        case noTime
    }

    /// Its kind.
    public var kind: Kind
    /// The environment; empty when it is about none.
    public var environment: String
    /// The run, where it is about one.
    public var run: UInt32?
    /// The record, where it is about one.
    public var place: RecordPlace?

    /// Makes a warning.
    public init(
        _ kind: Kind,
        environment: String = "",
        run: UInt32? = nil,
        place: RecordPlace? = nil
    ) {
        self.kind = kind
        self.environment = environment
        self.run = run
        self.place = place
    }

    /// A word for programs that does not change between releases.
    public var code: String {
        switch kind {
        case .gap: "run-gap"
        case .doubled: "doubled-signal"
        case .missing: "missing-signal"
        case .endWithoutStart: "end-without-start"
        case .neverStarted: "never-started"
        case .order: "order"
        case .coreStart: "core-start"
        case .nullKey: "null-key"
        case .distantTime: "distant-time"
        case .listedAfterEnd: "listed-after-end"
        case .late: "late"
        case .noTime: "no-time"
        }
    }

    /// The oddity, on one line; names in it are foreign text.
    public var text: String {
        switch kind {
        case .gap(let first, let last):
            first == last
                ? "run \(first) is missing: no record mentions it"
                : "runs \(first) to \(last) are missing: no record mentions them"
        case .doubled(let signal):
            "\(subject): \(signal.rawValue) came more than once, with different times"
        case .missing(let signal):
            "\(subject): \(signal.rawValue) is missing"
        case .endWithoutStart:
            "\(subject): it ended, and no record reports its start"
        case .neverStarted:
            "\(subject): it was announced, and never reached RUNNING"
        case .order(let behind, let time):
            "\(subject)\(at): \(Self.seconds(behind, minus: time)) s earlier than a record before it"
        case .coreStart(let time, let before):
            "the core started again, \(Self.seconds(time, minus: before)) s after it had started\(at)"
        case .nullKey:
            "a record has no key, though this core sets keys\(at)"
        case .distantTime(let record, let event):
            "a record's time is \(Self.seconds(record, minus: event)) s from the time in it\(at)"
        case .listedAfterEnd(let ended, let listed):
            "\(subject): listed as active \(Self.seconds(listed, minus: ended)) s after its end\(at)"
        case .late:
            "\(subject): a record came after the run was reported\(at)"
        case .noTime:
            "\(subject): a record has no time\(at)"
        }
    }

    private var subject: String {
        let place = environment.isEmpty ? "" : "environment \(environment)"
        guard let run else { return place.isEmpty ? "a record" : place }
        return place.isEmpty ? "run \(run)" : "run \(run) of \(place)"
    }

    private var at: String { place.map { " (\($0.text))" } ?? "" }

    /// Returns a difference with three decimals; the largest there is when it cannot be expressed.
    private static func seconds(_ one: Int64, minus other: Int64) -> String {
        let (difference, overflow) = one.subtractingReportingOverflow(other)
        guard !overflow else { return "\(Int64.max / 1000)" }
        let rest = String(difference.magnitude % 1000)
        let zeros = String(repeating: "0", count: 3 - rest.utf8.count)
        return (difference < 0 ? "-" : "") + "\(difference.magnitude / 1000).\(zeros)\(rest)"
    }
}
