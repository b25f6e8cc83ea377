// Topics of a group that are made later, or deleted and made again.
//
// 1. Whatever a group has committed of a topic that was deleted is of another log: the new one is read
//    from its beginning, and committed from there.

import KafkaCore

extension GroupSession {
    /// Joins for topics that were made meanwhile, which are read from their beginning.
    func add(_ topics: [Topic]) throws(ReaderError) {
        for topic in topics { expectNew(topic.name) }
        subscribed += topics.map(\.name).filter { !subscribed.contains($0) }
        do { try member.subscribe(subscribed) } catch { throw .group(error) }
    }

    /// Has a topic read from its beginning when it comes, and nothing of it is committed.
    func expectNew(_ topic: String) { rule.partitionCounts[topic] = 0 }

    /// Reads a topic from its beginning that is not the one that it was.
    func restart(
        _ topic: String,
        _ progress: inout ReadProgress,
        index: [String],
        except known: Int32?
    ) {
        expectNew(topic)
        guard let number = index.firstIndex(of: topic) else { return }
        let mine = assigned.filter { $0.topic == topic && $0.partition != known }.sorted()
        for place in mine {
            _ = progress.add(topicIndex: number, partition: place.partition, from: nil, to: nil)
            commits.book.remove(place)
            commits.add(GroupStart(partition: place, start: .beginning))
        }
        member.rewind(mine)
    }
}
