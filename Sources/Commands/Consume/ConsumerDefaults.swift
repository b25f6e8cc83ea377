// Properties of a reader that differ from librdkafka's own defaults, and why.

import KafkaCore

enum ConsumerDefaults {
    /// The properties for a read that ends, or for one that follows.
    static func rows(isBounded: Bool) -> [Property] {
        // A queue that holds many records, bounded in bytes: when it is full, the library pauses
        // fetching for as long as the back-off below, which by default is half a second.
        var rows = [
            Property("queued.min.messages", "1000000"),
            Property("queued.max.messages.kbytes", "65536"),
        ]
        if Features.has(.fetchQueueBackoff) {
            rows.append(Property("fetch.queue.backoff.ms", "5"))
        } else {
            rows.append(Property("fetch.error.backoff.ms", "20"))
        }
        if isBounded {
            // The last fetch of a partition finds nothing new and waits this long for it.
            rows.append(Property("fetch.wait.max.ms", "10"))
            rows.append(Property("enable.partition.eof", "true"))
        }
        return rows
    }
}
