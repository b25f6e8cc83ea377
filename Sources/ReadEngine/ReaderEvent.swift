// What a reader reports to its caller, as data.

package import KafkaCore
package import Reactor

/// An event of a read since the last step.
package enum ReaderEvent: Sendable {
    /// The group assigned these partitions, and the reader has begun them.
    case assigned([GroupStart])
    /// The group revokes these partitions: the caller settles what it has processed of them, and
    /// calls `Reader.release`, until `by` at the latest.
    case revoking([TopicPartition], by: Instant)
    /// The partitions are revoked; `failure` says why settled positions are not committed.
    case revoked([TopicPartition], failure: KafkaError?)
    /// The partitions belong to other members already: nothing of them is committed any more.
    case lost([TopicPartition])
    /// A commit failed, and not because the partitions are lost.
    case commitFailed(KafkaError)
    /// Everything before `offset` in the partition has been taken, for the moment.
    case partitionEnd(topicIndex: Int, partition: Int32)
    /// The connection to brokers has changed.
    case outage(Outage)
    /// A topic was deleted and made again; the new one is read from its beginning.
    case topicReplaced(String, TopicReplacement)
    /// Topics that match were made, and are read from their beginning.
    case topicsFound([Topic])
    /// The group reported an error that may pass.
    case groupError(KafkaError)
    /// The member polled too rarely, so that its partitions went to others; it joins again.
    case pollIntervalExceeded(Duration)
    /// The group has assigned nothing for some time.
    case waitingForAssignment
    /// The commit waits until the rebalance of the group is over.
    case waitingToCommit
    /// Everything that was planned has been taken.
    case ended
    /// The reader has left its group; `failure` says why settled positions are not committed.
    case closed(failure: KafkaError?)
}

/// A change in the connection to the brokers of a cluster.
package enum Outage: Equatable, Sendable {
    /// A broker that was connected cannot be reached any more.
    case lost(broker: String, reason: String)
    /// No broker can be reached.
    case unreachable(reason: String?)
    /// Records arrive again.
    case over
}
