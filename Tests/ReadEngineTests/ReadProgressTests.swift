// When a bounded read is complete, as a table of what arrives.

import Testing

@testable import ReadEngine

struct ReadProgressTests {
    private enum Step: Sendable {
        /// A record, and what is to be done with it.
        case record(Int64, RecordVerdict, topic: Int = 0, partition: Int32 = 0)
        /// The news of a partition's end.
        case end(Int64, topic: Int = 0, partition: Int32 = 0)
    }

    private struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var start: Int64 = 0
        var end: Int64 = 3
        var steps: [Step] = []
        let isComplete: Bool

        var testDescription: String { name }
    }

    private static let cases: [Case] = [
        Case(name: "empty", start: 0, end: 0, isComplete: true),
        Case(name: "empty behind deleted records", start: 7, end: 7, isComplete: true),
        Case(name: "start behind the end", start: 9, end: 7, isComplete: true),
        Case(name: "nothing came", isComplete: false),
        Case(
            name: "every record",
            steps: [.record(0, .take), .record(1, .take), .record(2, .take)],
            isComplete: true
        ),
        Case(
            name: "one missing",
            steps: [.record(0, .take), .record(1, .take)],
            isComplete: false
        ),
        Case(name: "a gap, then the last", steps: [.record(2, .take)], isComplete: true),
        Case(
            name: "the last ones are gone: the end is told",
            steps: [.record(0, .take), .end(3)],
            isComplete: true
        ),
        Case(name: "all gone: the end is told", steps: [.end(3)], isComplete: true),
        Case(name: "the end beyond the pinned one", steps: [.end(8)], isComplete: true),
        Case(
            name: "an end before the pinned one is old news",
            steps: [.record(0, .take), .end(1), .end(2)],
            isComplete: false
        ),
        Case(
            name: "a record behind the end, after a gap",
            steps: [.record(0, .take), .record(5, .skip)],
            isComplete: true
        ),
        Case(
            name: "records behind the end",
            steps: [.record(2, .take), .record(3, .skip), .record(4, .skip), .end(9)],
            isComplete: true
        ),
        Case(
            name: "the last possible offset",
            start: .max - 2,
            end: .max - 1,
            steps: [.record(.max, .skip)],
            isComplete: true
        ),
        Case(
            name: "a partition that is not read",
            steps: [.record(0, .skip, partition: 1), .end(9, partition: 1)],
            isComplete: false
        ),
        Case(
            name: "a topic that is not read, and numbers that are none",
            steps: [
                .record(0, .skip, topic: 1), .record(0, .skip, topic: -1),
                .record(0, .skip, partition: -1), .end(9, topic: -1), .end(9, partition: .max),
            ],
            isComplete: false
        ),
    ]

    @Test(arguments: cases)
    private func isCompleteAtThePinnedEnd(_ item: Case) {
        var read = ReadProgress()
        let hasRecords = read.add(topicIndex: 0, partition: 0, from: item.start, to: item.end)
        #expect(hasRecords == (item.start < item.end))
        for step in item.steps {
            switch step {
            case .record(let offset, let verdict, let topic, let partition):
                let given = read.record(topicIndex: topic, partition: partition, offset: offset)
                #expect(given == verdict)
            case .end(let offset, let topic, let partition):
                read.reachedEnd(topicIndex: topic, partition: partition, offset: offset)
            }
        }
        #expect(read.isComplete == item.isComplete)
        #expect(read.incomplete.isEmpty == item.isComplete)
    }

    @Test func nothingToReadIsComplete() {
        #expect(ReadProgress().isComplete)
    }

    @Test func partitionsOfSeveralTopicsAreKeptApart() {
        var read = ReadProgress()
        _ = read.add(topicIndex: 1, partition: 2, from: 0, to: 1)
        _ = read.add(topicIndex: 0, partition: 2, from: 0, to: 1)
        _ = read.add(topicIndex: 0, partition: 0, from: 5, to: 5)
        func open() -> [String] { read.incomplete.map { "\($0.topicIndex)/\($0.partition)" } }
        #expect(open() == ["0/2", "1/2"])
        #expect(read.record(topicIndex: 0, partition: 2, offset: 0) == .take)
        #expect(open() == ["1/2"])
        // Told twice, counted once.
        read.reachedEnd(topicIndex: 0, partition: 2, offset: 1)
        #expect(!read.isComplete)
        read.reachedEnd(topicIndex: 1, partition: 2, offset: 1)
        #expect(read.isComplete)
    }

    /// What is committed for a group: never more than was handed on, and nothing that was not read.
    @Test func onlyWhatWasHandedOnCountsAsSuch() {
        var progress = ReadProgress()
        _ = progress.add(topicIndex: 0, partition: 0, from: 5, to: nil)
        _ = progress.add(topicIndex: 0, partition: 1, from: nil, to: nil)
        progress.settle()
        #expect(progress[0, 0]?.settled == nil)
        _ = progress.record(topicIndex: 0, partition: 0, offset: 5)
        #expect(progress[0, 0]?.settled == nil)
        progress.settle()
        #expect(progress[0, 0]?.settled == 6)
        _ = progress.record(topicIndex: 0, partition: 0, offset: 6)
        #expect(progress[0, 0]?.settled == 6)
        progress.reachedEnd(topicIndex: 0, partition: 0, offset: 9)
        progress.reachedEnd(topicIndex: 0, partition: 1, offset: 4)
        progress.settle()
        #expect(progress[0, 0]?.settled == 9)
        #expect(progress[0, 1]?.settled == nil)
    }

    /// A limit on records completes a partition, and does not bring it to its end.
    @Test func theEndIsReachedOnlyAtThePinnedEnd() throws {
        var limited = ReadProgress(limit: 1)
        _ = limited.add(topicIndex: 0, partition: 0, from: 0, to: 2)
        _ = limited.record(topicIndex: 0, partition: 0, offset: 0)
        let part = try #require(limited[0, 0])
        #expect(part.isComplete)
        #expect(!part.hasReachedEnd)
        var endless = ReadProgress()
        _ = endless.add(topicIndex: 0, partition: 0, from: nil, to: nil)
        endless.reachedEnd(topicIndex: 0, partition: 0, offset: 5)
        #expect(endless[0, 0]?.isAtEnd == true)
        #expect(endless[0, 0]?.hasReachedEnd == false)
        _ = endless.record(topicIndex: 0, partition: 0, offset: 5)
        #expect(endless[0, 0]?.isAtEnd == false)
    }
}
