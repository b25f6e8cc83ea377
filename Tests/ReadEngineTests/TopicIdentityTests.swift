// Topics that are the ones that they were, and others under their names.

import Testing

@testable import ReadEngine

struct TopicIdentityTests {
    @Test func anotherIDIsAnotherTopic() {
        var topic = TopicIdentity(partitionCount: 1)
        #expect(topic.take(id: nil) == nil)
        #expect(topic.take(id: "a") == nil)
        #expect(topic.take(id: "a") == false)
        #expect(topic.take(id: nil) == nil)
        #expect(topic.take(id: "b") == true)
        #expect(topic.take(id: "b") == false)
    }

    @Test func partitionsOnlyGrow() {
        var topic = TopicIdentity(partitionCount: 3)
        #expect(topic.take(partitionCount: 3) == nil)
        #expect(topic.take(partitionCount: 5) == nil)
        #expect(topic.take(partitionCount: 3) == .partitions)
    }

    @Test func anEndBeforeWhatWasRead() {
        let topic = TopicIdentity(partitionCount: 2)
        #expect(topic.take(ends: [0: 100], positions: [0: 100, 1: 7]) == nil)
        #expect(
            topic.take(ends: [0: 100, 1: 6], positions: [0: 100, 1: 7])
                == .end(partition: 1, end: 6, position: 7)
        )
    }

    /// The case that nothing but the times shows: the new topic has grown past the old position.
    @Test func recordsThatBeginAnew() {
        var topic = TopicIdentity(partitionCount: 1)
        #expect(topic.take([0: .nowhere], mark: 0, bounds: [0: 100]) == nil)
        #expect(topic.take([0: .nowhere], mark: 0, bounds: [0: 100]) == nil)
        #expect(
            topic.take([0: .at(0)], mark: 0, bounds: [0: 150])
                == .time(partition: 0, offset: 0, floor: 100)
        )
    }

    @Test func aTopicThatGrowsIsTheSame() {
        var topic = TopicIdentity(partitionCount: 1)
        #expect(topic.take([0: .nowhere], mark: 0, bounds: [0: 100]) == nil)
        #expect(topic.take([0: .at(100)], mark: 0, bounds: [0: 120]) == nil)
        #expect(topic.take([0: .at(130)], mark: 0, bounds: [0: 140]) == nil)
        #expect(topic.take([0: .nowhere], mark: 0, bounds: [0: 140]) == nil)
        // Without a record of that time, the next one comes behind what was there.
        #expect(
            topic.take([0: .at(139)], mark: 0, bounds: [0: 150])
                == .time(partition: 0, offset: 139, floor: 140)
        )
    }

    @Test func recordsOfTheFutureAreNoSign() {
        var topic = TopicIdentity(partitionCount: 1)
        for _ in 0..<3 { #expect(topic.take([0: .at(5)], mark: 0, bounds: [0: 100]) == nil) }
        #expect(
            topic.take([0: .at(0)], mark: 0, bounds: [0: 100])
                == .time(partition: 0, offset: 0, floor: 5)
        )
    }

    @Test func whatIsNotKnownIsNoSign() {
        var topic = TopicIdentity(partitionCount: 2)
        #expect(topic.take([0: .nowhere], mark: 0, bounds: [:]) == nil)
        #expect(topic.take([0: .at(0)], mark: 0, bounds: [:]) == nil)
        // A partition that does not answer keeps what is known of it; each mark is for itself.
        #expect(topic.take([1: .nowhere], mark: 1, bounds: [1: 9]) == nil)
        #expect(topic.take([:], mark: 1, bounds: [1: 20]) == nil)
        #expect(topic.take([1: .at(3)], mark: 0, bounds: [:]) == nil)
        #expect(
            topic.take([1: .at(3)], mark: 1, bounds: [:])
                == .time(partition: 1, offset: 3, floor: 9)
        )
    }
}
