// Properties of a reader that differ from librdkafka's own defaults, and why.

import KafkaCore

enum ConsumerDefaults {
    /// The properties for a read that ends, or for one that follows.
    static func rows(isBounded: Bool, joinsGroup: Bool) -> [Property] {
        // When records are deleted before they were read, the library would by default jump to the
        // end and leave out what is still there. A group goes on with what is left; a reader of its
        // own is told what it will never see.
        var rows = [Property("auto.offset.reset", joinsGroup ? "earliest" : "error")]
        // Kafka's own consumers refuse damaged records; the processor has an instruction for it.
        rows.append(Property("check.crcs", "true"))
        if Features.has(.fetchQueueBackoff) {
            // When the queue is full the library pauses fetching, by default for a second.
            rows.append(Property("fetch.queue.backoff.ms", "2"))
        }
        // A fetch that finds nothing waits this long, and with it partitions that join later: the
        // end of a bounded read, and the beginning of one that follows.
        rows.append(Property("fetch.wait.max.ms", isBounded ? "10" : "100"))
        return rows
    }

    /// What a read that ends cannot do without: the news that a partition's end has been reached,
    /// the only sign of it where compaction or transactions left no last record.
    static func required(isBounded: Bool) -> [Property] {
        isBounded ? [Property("enable.partition.eof", "true")] : []
    }
}
