import KafkaCore
import Testing

@testable import ReadEngine

/// What is committed when: nothing in flight, nothing twice, nothing of others.
struct CommitBookTests {
    private let first = TopicPartition("orders", 0)
    private let second = TopicPartition("orders", 1)

    @Test func settledOffsetsAreDueOnce() {
        var book = CommitBook()
        book.add(first, committed: nil)
        book.add(second, committed: 7)
        #expect(book.isSettled)
        book.settle(PartitionOffset(second, 7))
        #expect(!book.isDue)
        book.settle(PartitionOffset(first, 3))
        book.settle(PartitionOffset(second, 9))
        #expect(book.takeDue().offsets == [PartitionOffset(first, 3), PartitionOffset(second, 9)])
        #expect(book.takeDue().offsets.isEmpty)
        #expect(book.isWaiting)
        book.answered(CommitAnswer(PartitionOffset(first, 3), error: nil))
        book.answered(CommitAnswer(PartitionOffset(second, 9), error: nil))
        #expect(book.isSettled)
    }

    @Test func whatComesMeanwhileIsDueAfterTheAnswer() {
        var book = CommitBook()
        book.add(first, committed: nil)
        book.settle(PartitionOffset(first, 3))
        _ = book.takeDue()
        book.settle(PartitionOffset(first, 5))
        #expect(book.takeDue().offsets.isEmpty)
        #expect(!book.isSettled)
        book.answered(CommitAnswer(PartitionOffset(first, 3), error: nil))
        #expect(book.takeDue().offsets == [PartitionOffset(first, 5)])
    }

    @Test func whatFailedIsDueAgain() {
        var book = CommitBook()
        book.add(first, committed: nil)
        book.settle(PartitionOffset(first, 3))
        _ = book.takeDue()
        let error = KafkaError(.timedOut, "no answer")
        book.answered(CommitAnswer(PartitionOffset(first, 3), error: error))
        #expect(book.takeDue().offsets == [PartitionOffset(first, 3)])
        book.giveUpWaiting()
        #expect(book.takeDue().offsets == [PartitionOffset(first, 3)])
    }

    @Test func whatIsNotOursIsLeftAlone() {
        var book = CommitBook()
        book.add(first, committed: nil)
        book.settle(PartitionOffset(first, 3))
        _ = book.takeDue()
        book.remove(first)
        #expect(book.isSettled)
        // It came back, with what another has committed; the old answer is not about that.
        book.add(first, committed: 8)
        book.answered(CommitAnswer(PartitionOffset(first, 3), error: nil))
        book.settle(PartitionOffset(first, 8))
        #expect(book.isSettled)
        book.settle(PartitionOffset(second, 1))
        #expect(book.isSettled)
    }

    @Test func metadataGoesWithItsOffset() {
        var book = CommitBook()
        book.add(first, committed: nil)
        book.add(second, committed: nil)
        book.settle(PartitionOffset(first, 3), metadata: "work order 17")
        book.settle(PartitionOffset(second, 4))
        let due = book.takeDue()
        #expect(due.offsets == [PartitionOffset(first, 3), PartitionOffset(second, 4)])
        #expect(due.metadata == [first: "work order 17"])
    }
}
