// Properties of a reader that differ from librdkafka's own defaults, and why.

import KafkaCore

enum ConsumerDefaults {
    /// Returns the properties for a read that ends, or for one that follows.
    static func rows(isBounded: Bool, joinsGroup: Bool) -> [Property] {
        // When records are deleted before they were read, the library would by default jump to the
        // end and leave out the records that still exist. A group continues with those; a reader
        // without a group reports the loss as an error.
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

    /// Returns the settings that a read with an end requires: the event at a partition's end, the
    /// only sign of it where compaction or transactions left no last record.
    static func required(isBounded: Bool) -> [Property] {
        isBounded ? [Property("enable.partition.eof", "true")] : []
    }
}
