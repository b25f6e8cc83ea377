// What becomes of the records of a read.
// The read itself is the same for all commands: `ConsumeRun` takes records, `Intake` says which are
// part of it, and one of these does the rest.
//
// 1. A run is made for one kind of sink, so that a record costs no dynamic call.
// 2. What a sink has gathered is handed on when `isFull` and before every wait.

import CommandKit
import KafkaCore
import Reactor

/// Where the records of a read go.
protocol RecordSink: ~Copyable {
    /// How many records have come out, which is what a limit on records counts.
    var printed: Int { get }

    /// How many of them are known to be where they go.
    var written: Int { get }

    /// Makes the next topic known: they count 0, 1, 2, …
    mutating func addTopic(_ name: String)

    /// Takes note of a partition of which records will come, before the first of any does.
    ///
    /// A group's partitions are in the progress of `look` only.
    mutating func began(topicIndex: Int, partition: Int32)

    /// Takes a record that is part of the read and wanted.
    mutating func take(_ record: borrowing Record)

    /// Takes note of a record that is part of the read and not wanted.
    mutating func passOver(_ record: borrowing Record)

    /// Takes note that all there is of a partition has been taken, for the moment.
    ///
    /// Comes for reads that end, for groups, and where `ReadOptions.connect` was asked for it.
    mutating func reachedEnd(topicIndex: Int, partition: Int32)

    /// Whether so much is gathered that it has to be handed on before more is taken.
    var isFull: Bool { get }

    /// Whether so much is gathered that a look is due before more is taken.
    var isCrowded: Bool { get }

    /// Hands on what is gathered.
    mutating func handOn() throws(CommandError)

    /// Looks what there is to do before a wait: all that had arrived has been taken and handed on.
    ///
    /// What comes out here is to be handed on here. `progress`: how far each partition is.
    mutating func look(
        _ progress: borrowing ReadProgress,
        at now: Instant,
        hasArrivals: Bool
    ) throws(CommandError)

    /// What the sink wants of a partition next, after a look; nil for nothing.
    mutating func nextFlow() -> RecordFlow?

    /// When to look again though nothing came; nil for no such time.
    var deadline: Instant? { get }

    /// Whether nothing more is wanted, however much is to come.
    var isSatisfied: Bool { get }

    /// Whether everything taken has come out, so that positions may be handed on.
    var hasSettledAll: Bool { get }

    /// How many records were looked at and are not wanted.
    var passedOver: Int { get }

    /// How many numbers did not fit the form they are printed in.
    var cutNumbers: Int { get }

    /// Whether only the newest of the records taken come out, when all have been taken.
    var isTail: Bool { get }

    /// What came out of a partition, where only the newest do.
    func shown(topicIndex: Int, _ partition: Int32) -> ReadSummary.ShownPart?

    /// Takes away what is shown of the progress, since a line is about to be printed.
    mutating func hideProgress()

    /// The command that gets the records; nil when none does.
    var exec: ExecRun? { get }
}

extension RecordSink where Self: ~Copyable {
    var written: Int { printed }
    mutating func began(topicIndex: Int, partition: Int32) {}
    mutating func passOver(_ record: borrowing Record) {}
    mutating func reachedEnd(topicIndex: Int, partition: Int32) {}
    var isFull: Bool { false }
    var isCrowded: Bool { false }
    mutating func handOn() throws(CommandError) {}
    mutating func look(
        _ progress: borrowing ReadProgress,
        at now: Instant,
        hasArrivals: Bool
    ) throws(CommandError) {}
    mutating func nextFlow() -> RecordFlow? { nil }
    var deadline: Instant? { nil }
    var isSatisfied: Bool { false }
    var hasSettledAll: Bool { true }
    var passedOver: Int { 0 }
    var cutNumbers: Int { 0 }
    var isTail: Bool { false }
    func shown(topicIndex: Int, _ partition: Int32) -> ReadSummary.ShownPart? { nil }
    mutating func hideProgress() {}
    var exec: ExecRun? { nil }
}

/// A partition that is to be read on later, or now.
struct RecordFlow {
    var topicIndex: Int
    var partition: Int32
    /// Whether nothing more is to be taken of it for now.
    var isHeld: Bool
}
