// The offsets to read, as users write them: a position, a range, or one for each partition.
//
// Times hold colons. So in a range that begins with a time only `:@`, `:end` or a colon at the very
// end separates the two sides.
//
// kcat's spellings are taken too: beg, s@MS for the first record of a time, and e@MS for the end.

import Arguments
import CommandKit
import ReadEngine

/// A place in a partition.
enum OffsetPosition: Equatable, Sendable {
    /// This many offsets behind the first one that is still there.
    case start(plus: Int64)
    /// This many offsets before the end.
    case end(minus: Int64)
    /// This offset.
    case offset(Int64)
    /// The offset that the group has committed.
    case stored
    /// The first record at or after this time.
    case time(TimePoint)

    /// Reads a place; `@` stands before a time.
    init?(_ text: Substring) {
        switch text {
        case "start", "beginning", "beg", "earliest", "smallest":
            self = .start(plus: 0)
            return
        case "end", "latest", "largest":
            self = .end(minus: 0)
            return
        case "stored":
            self = .stored
            return
        default: break
        }
        if text.hasPrefix("@") {
            guard let time = TimePoint(String(text.dropFirst())) else { return nil }
            self = .time(time)
        } else if text.hasPrefix("start+") {
            guard let count = Self.count(text.dropFirst(6)) else { return nil }
            self = .start(plus: count)
        } else if text.hasPrefix("end-") {
            guard let count = Self.count(text.dropFirst(4)) else { return nil }
            self = .end(minus: count)
        } else if text.hasPrefix("+") {
            guard let count = Self.count(text.dropFirst()) else { return nil }
            self = .start(plus: count)
        } else if text.hasPrefix("-") {
            guard let count = Self.count(text.dropFirst()) else { return nil }
            self = .end(minus: count)
        } else {
            guard let offset = Self.count(text) else { return nil }
            self = .offset(offset)
        }
    }

    /// Returns the position as a reader takes it, when now is `now` in milliseconds since 1970.
    func resolved(now: Int64) -> ReadPosition {
        switch self {
        case .start(let plus): .earliest(plus: plus)
        case .end(let minus): .latest(minus: minus)
        case .offset(let offset): .offset(offset)
        // Only a group has one, and it decides by itself.
        case .stored: .earliest(plus: 0)
        case .time(let time): .time(time.milliseconds(now: now))
        }
    }

    private static func count(_ digits: Substring) -> Int64? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(digits)
    }
}

/// The offsets at which reading a partition begins and, when it does, ends.
struct OffsetRange: Equatable, Sendable {
    /// The first offset to read.
    var begin: OffsetPosition
    /// The first offset that is not read any more; nil to go on for ever.
    var end: OffsetPosition?

    /// Reads a range, or the place where an endless one begins.
    init?(_ text: Substring) {
        if let kcat = KcatOffset(text) {
            begin = kcat.isEnd ? .start(plus: 0) : .time(kcat.time)
            end = kcat.isEnd ? .time(kcat.time) : nil
            return
        }
        let (left, right) = Self.sides(text)
        if left.isEmpty {
            guard right != nil else { return nil }
            begin = .start(plus: 0)
        } else {
            guard let position = OffsetPosition(left) else { return nil }
            begin = position
        }
        guard let right, !right.isEmpty else {
            // `:` alone names neither side.
            guard !left.isEmpty else { return nil }
            end = nil
            return
        }
        guard let position = OffsetPosition(right), position != .stored else { return nil }
        end = position
    }

    /// Returns the range as a reader takes it, when now is `now` in milliseconds since 1970.
    func resolved(now: Int64) -> ReadRange {
        ReadRange(from: begin.resolved(now: now), to: end?.resolved(now: now))
    }

    init(from begin: OffsetPosition, to end: OffsetPosition? = nil) {
        self.begin = begin
        self.end = end
    }

    /// Returns the two sides; the right one is nil when there is no colon between them.
    private static func sides(_ text: Substring) -> (left: Substring, right: Substring?) {
        guard text.hasPrefix("@") else {
            guard let colon = text.firstIndex(of: ":") else { return (text, nil) }
            return (text[..<colon], text[text.index(after: colon)...])
        }
        for separator in [":@", ":end", ":latest"] {
            guard let found = text.lastRange(of: separator) else { continue }
            return (text[..<found], text[text.index(after: found)...])
        }
        return text.hasSuffix(":") ? (text.dropLast(), "") : (text, nil)
    }
}

extension Substring {
    /// Returns the index of the last `word`.
    fileprivate func lastRange(of word: String) -> Index? {
        indices.reversed().first { self[$0...].hasPrefix(word) }
    }
}

/// kcat's way to name a time: `s@MS` where reading begins, `e@MS` where it ends.
struct KcatOffset {
    let isEnd: Bool
    let time: TimePoint

    /// Reads one; nil when it is none.
    ///
    /// Digits are milliseconds, however many there are.
    init?(_ text: Substring) {
        guard text.hasPrefix("s@") || text.hasPrefix("e@") else { return nil }
        isEnd = text.hasPrefix("e@")
        let rest = String(text.dropFirst(2))
        if !rest.isEmpty, rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            guard let milliseconds = Int64(rest) else { return nil }
            time = .absolute(milliseconds)
        } else {
            guard let point = TimePoint(rest) else { return nil }
            time = point
        }
    }
}

/// The value of `--offset`.
struct OffsetSpec: ArgumentValue, Equatable {
    /// The range of every partition that has none of its own.
    var all: OffsetRange?
    /// The ranges of single partitions; only these are read when `all` is nil.
    var partitions: [Int32: OffsetRange] = [:]
    let argumentText: String

    static var placeholder: String { "OFFSET" }

    static let forms = "start, end, 42, -10, 5:8, :end, @-5m, @2026-01-31:@2026-02-01 or 0=10,1=end"

    init(argument: String) throws(InvalidValue) {
        argumentText = argument
        let wanted = "not an offset such as \(Self.forms)"
        guard argument.contains("=") else {
            guard let range = OffsetRange(argument[...]) else { throw InvalidValue(wanted) }
            all = range
            return
        }
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, let number = Int32(sides[0]), number >= 0,
                let range = OffsetRange(sides[1])
            else { throw InvalidValue("'\(part)' is not a partition and its offset, such as 0=10") }
            guard partitions.updateValue(range, forKey: number) == nil else {
                throw InvalidValue("partition \(number) is named twice")
            }
        }
    }

    /// Of two that were given the later one counts, but for kcat's beginning and end, which go together.
    @Sendable static func merged(_ old: OffsetSpec, _ new: OffsetSpec) -> OffsetSpec {
        func isEnd(_ spec: OffsetSpec) -> Bool? {
            KcatOffset(spec.argumentText[...])?.isEnd
        }
        guard let wasEnd = isEnd(old), let isEnd = isEnd(new), wasEnd != isEnd else { return new }
        let (first, last) = isEnd ? (old, new) : (new, old)
        var both = OffsetSpec(argumentText: "\(first.argumentText) \(last.argumentText)")
        both.all = OffsetRange(from: first.all?.begin ?? .start(plus: 0), to: last.all?.end)
        return both
    }

    private init(argumentText: String) {
        self.argumentText = argumentText
    }

    /// A range of our own for every partition.
    init(_ range: OffsetRange) {
        all = range
        argumentText = ""
    }

    /// Returns the range of a partition; nil when it is not read.
    func range(of partition: Int32) -> OffsetRange? { partitions[partition] ?? all }

    /// Gives every range an end.
    mutating func end(at position: OffsetPosition) {
        all?.end = position
        for number in partitions.keys { partitions[number]?.end = position }
    }

    /// Every range there is.
    var ranges: [OffsetRange] { (all.map { [$0] } ?? []) + partitions.values }

    /// True when reading every partition comes to an end.
    var isBounded: Bool { ranges.allSatisfy { $0.end != nil } }
}
