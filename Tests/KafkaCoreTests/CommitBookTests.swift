import KafkaCore
import Testing

/// What is committed when: nothing that is under way, nothing twice, nothing of others.
struct CommitBookTests {
    private let first = TopicPartition("orders", 0)
    private let second = TopicPartition("orders", 1)

    @Test func whatWasDealtWithIsDueOnce() {
        var book = CommitBook()
        book.add(first, committed: nil)
        book.add(second, committed: 7)
        #expect(book.isSettled)
        book.dealtWith(second, before: 7)
        #expect(!book.isDue)
        book.dealtWith(first, before: 3)
        book.dealtWith(second, before: 9)
        #expect(book.takeDue() == [PartitionOffset(first, 3), PartitionOffset(second, 9)])
        #expect(book.takeDue().isEmpty)
        #expect(book.isWaiting)
        book.answered(CommitAnswer(PartitionOffset(first, 3), error: nil))
        book.answered(CommitAnswer(PartitionOffset(second, 9), error: nil))
        #expect(book.isSettled)
    }

    @Test func whatComesMeanwhileIsDueAfterTheAnswer() {
        var book = CommitBook()
        book.add(first, committed: nil)
        book.dealtWith(first, before: 3)
        _ = book.takeDue()
        book.dealtWith(first, before: 5)
        #expect(book.takeDue().isEmpty)
        #expect(!book.isSettled)
        book.answered(CommitAnswer(PartitionOffset(first, 3), error: nil))
        #expect(book.takeDue() == [PartitionOffset(first, 5)])
    }

    @Test func whatFailedIsDueAgain() {
        var book = CommitBook()
        book.add(first, committed: nil)
        book.dealtWith(first, before: 3)
        _ = book.takeDue()
        let error = KafkaError(.timedOut, "no answer")
        book.answered(CommitAnswer(PartitionOffset(first, 3), error: error))
        #expect(book.takeDue() == [PartitionOffset(first, 3)])
        book.giveUpWaiting()
        #expect(book.takeDue() == [PartitionOffset(first, 3)])
    }

    @Test func whatIsNotOursIsLeftAlone() {
        var book = CommitBook()
        book.add(first, committed: nil)
        book.dealtWith(first, before: 3)
        _ = book.takeDue()
        book.remove(first)
        #expect(book.isSettled)
        // It came back, with what another has committed; the old answer is not about that.
        book.add(first, committed: 8)
        book.answered(CommitAnswer(PartitionOffset(first, 3), error: nil))
        book.dealtWith(first, before: 8)
        #expect(book.isSettled)
        book.dealtWith(second, before: 1)
        #expect(book.isSettled)
    }
}
