// The sinks that make more of records than a line each: runs, waits, latencies, lists.

import AliECS
import CommandKit

/// Takes what records say, in the order in which they come, and prints what it makes of that.
protocol FactsSink: AnyObject {
    /// The number of lines or objects emitted.
    var printed: Int { get }

    /// True when all facts asked for are known, so that the read may end.
    var isSatisfied: Bool { get }

    /// Returns true when the sink needs topics of a kind; other topics are not decoded.
    func wants(_ kind: TopicKind?) -> Bool

    /// Takes what a record says.
    func take(_ facts: EventFacts, at place: RecordPlace?)

    /// Prints what is final: all records up to `watermark` have come.
    ///
    /// Called before each wait, and after much has been taken; with the greatest time there is when
    /// all has been read.
    func advance(to watermark: EventTime) throws(CommandError)

    /// Finishes the output; `isWhole`: all that was asked for has been read.
    func finish(isWhole: Bool) throws(CommandError)
}

extension EventTime {
    /// Returns the first moment of which not all records have come, by a watermark; nil when all
    /// has been read, and what is open is reported as such in the end.
    static func first(after watermark: EventTime) -> EventTime? {
        guard watermark.nanoseconds < .max else { return nil }
        return EventTime(nanoseconds: watermark.nanoseconds + 1)
    }
}
