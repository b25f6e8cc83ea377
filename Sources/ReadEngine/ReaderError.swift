// Why a read cannot go on, as data: the words are made by the command that was called.

package import KafkaCore

/// The reason why a read ends.
package indirect enum ReaderError: Error, Equatable, Sendable {
    /// The partition does not hold the offset; `first` and `last` are nil when no broker tells them.
    case outOfRange(TopicPartition, offset: Int64, first: Int64?, last: Int64?)
    /// The group has committed no offset, or one (`deleted`) whose record is deleted.
    case noCommittedOffset(TopicPartition, deleted: Int64?)
    /// The topic has `count` partitions, and this is none of them.
    case missingPartition(Int32, topic: String, count: Int)
    /// A broker names a partition with a number that cannot be.
    case impossiblePartition(TopicPartition)
    /// The topic is deleted.
    case topicGone(String)
    /// The topic is deleted and made again; `isKeptApart` when the reader was told not to mix them.
    case topicReplaced(String, TopicReplacement, isKeptApart: Bool)
    /// The records at an offset are damaged.
    case corrupt(KafkaError, TopicPartition, offset: Int64)
    /// A topic cannot be read.
    case topic(KafkaError, String)
    /// A partition cannot be read, or does not answer.
    case partition(KafkaError, TopicPartition)
    /// The group refuses the member, or fails.
    case group(KafkaError)
    /// The group's committed offsets cannot be read.
    case committedOffsets(KafkaError)
    /// The partitions that the group assigned cannot be begun.
    case assignment(ReaderError)
    /// The cluster does not answer, or refuses.
    case cluster(KafkaError)
}
