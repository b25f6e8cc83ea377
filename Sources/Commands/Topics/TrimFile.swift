// The file that Kafka's own kafka-delete-records reads: partitions, and the first offset to keep.

import CommandKit
import JSON
import KafkaCore

enum TrimFile {
    /// Returns the partitions that the text names, in order.
    ///
    /// `{"partitions":[{"topic":"t","partition":0,"offset":5}],"version":1}`; the version may be
    /// left out, and -1 is the end.
    /// - Throws: `CommandError` of status `badData` with file, line and column.
    static func requests(in bytes: [UInt8], path: String) throws(CommandError) -> [TrimRequest] {
        let span = bytes.span.bytes
        do throws(JSONError) {
            let file = try JSONValue(parsing: span)
            if let version = file["version"], version.int64 != 1 {
                throw JSONError(at: 0, "'version' must be 1")
            }
            guard let items = file["partitions"]?.array else {
                throw JSONError(at: 0, "the key 'partitions' with an array is missing")
            }
            var requests: [TrimRequest] = []
            var seen: Set<TopicPartition> = []
            for (index, item) in items.enumerated() {
                let request = try request(item, number: index + 1)
                guard seen.insert(request.partition).inserted else {
                    throw JSONError(
                        at: 0,
                        "topic '\(request.partition.topic)' partition \(request.partition.partition) is"
                            + " listed twice"
                    )
                }
                requests.append(request)
            }
            return requests
        } catch {
            throw CommandError(error, in: path, text: span)
        }
    }

    private static func request(_ value: JSONValue, number: Int) throws(JSONError) -> TrimRequest {
        guard let topic = value["topic"]?.string,
            let partition = value["partition"]?.int64.flatMap({ Int32(exactly: $0) }),
            partition >= 0, let offset = value["offset"]?.int64, offset >= -1
        else {
            throw JSONError(
                at: 0,
                "entry \(number) of 'partitions' lacks topic, partition or offset"
            )
        }
        return TrimRequest(
            partition: TopicPartition(topic, partition),
            position: offset == -1 ? .end(minus: 0) : .offset(offset)
        )
    }
}
