// The client of commands that send many records.

import CommandKit
import KafkaCore
import Output
import Settings

/// Makes clients for sending.
enum ProducerClient {
    /// The settings of a run unless the user gives others.
    private static let defaults = [
        // A library that queues a moment longer fills larger batches; at the end nothing waits.
        Property("linger.ms", "5"),
        // As Java's. While the library waits to connect again it gives no record up, so that with
        // its own 10 s a time for delivery could be exceeded by as much.
        Property("reconnect.backoff.max.ms", "1000"),
    ]

    /// Records are counted by their reports, so the good ones have to be reported too.
    private static let required = [Property("delivery.report.only.error", "false")]

    /// Makes a client that sends records of at most `largestRecord` bytes.
    ///
    /// `batchSize`: a second client, for a topic that takes no larger batches.
    static func connect(
        _ cluster: ClusterOptions,
        _ delivery: ProduceDelivery,
        largestRecord: Int,
        batchSize: Int? = nil,
        in context: inout Context
    ) throws(CommandError) -> Connection {
        let batches = batchSize.map { [Property("batch.size", "\($0)")] } ?? []
        return try context.connect(
            cluster,
            as: .producer,
            flags: delivery.settings(),
            defaults: defaults + sizes(largestRecord) + batches,
            required: required,
            showsNotes: batchSize == nil
        )
    }

    /// Returns the settings for the sizes that the library has to know.
    ///
    /// Its queue is bounded so that memory stays flat when a broker stops answering, and takes the
    /// largest record.
    private static func sizes(_ largestRecord: Int) -> [Property] {
        let overhead = 1 << 20
        let largest = largestRecord + overhead
        return [
            Property("message.max.bytes", "\(min(largest, 1_000_000_000))"),
            Property("queue.buffering.max.kbytes", "\(max(largest / 1024 + 1, 65_536))"),
        ]
    }
}
