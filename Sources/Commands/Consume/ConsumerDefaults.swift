// Properties of a reader that differ from librdkafka's own defaults, and why.

import KafkaCore

enum ConsumerDefaults {
    /// The properties for a read that ends, or for one that follows.
    static func rows(isBounded: Bool) -> [Property] {
        var rows: [Property] = []
        if Features.has(.fetchQueueBackoff) {
            // When the queue is full the library pauses fetching, by default for a second.
            rows.append(Property("fetch.queue.backoff.ms", "2"))
        }
        if isBounded {
            // The last fetch of a partition finds nothing new and waits this long for it.
            rows.append(Property("fetch.wait.max.ms", "10"))
            rows.append(Property("enable.partition.eof", "true"))
        }
        return rows
    }
}
