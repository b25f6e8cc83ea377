// What is made of records beside printing each: runs, waits, latencies, lists.

import AliECS
import CommandKit

/// Takes what records say, in the order in which they come, and prints what it makes of that.
protocol FactsSink: AnyObject {
    /// How many lines or objects have come out.
    var printed: Int { get }

    /// Whether all is known that was asked for, so that the read may end.
    var isSatisfied: Bool { get }

    /// Whether topics of a kind say anything to it; what does not is not decoded.
    func wants(_ kind: TopicKind?) -> Bool

    /// Takes what a record says.
    func take(_ facts: EventFacts, at place: RecordPlace?)

    /// All records up to `watermark` have come: the time to print what is final.
    ///
    /// Called before each wait, and after much has been taken; with the greatest time there is when
    /// all has been read.
    func advance(to watermark: EventTime) throws(CommandError)

    /// Nothing more comes; `isWhole`: all that was asked for has been read.
    func finish(isWhole: Bool) throws(CommandError)
}

extension EventTime {
    /// The first moment of which not all records have come, by a watermark; nil when all has been
    /// read, and what is open is told as such in the end.
    static func first(after watermark: EventTime) -> EventTime? {
        guard watermark.nanoseconds < .max else { return nil }
        return EventTime(nanoseconds: watermark.nanoseconds + 1)
    }
}
