// Topic ids, which librdkafka reports from 2.3 on: its functions are found at run time.

internal import CRdkafka

extension Admin {
    /// Returns the ids of topics by name, in Kafka's URL-safe Base64; a topic that is gone is left
    /// out.
    ///
    /// C: `rd_kafka_DescribeTopics`, librdkafka 2.3 or newer.
    /// - Throws: `KafkaError`, of kind `unsupported` with an older library.
    public func topicIDs(_ names: [String]) throws(KafkaError) -> [String: String] {
        try Features.require(.describeTopics)
        try requireRealCluster("DescribeTopics")
        guard let library = DescribeTopicsFunctions() else {
            throw KafkaError(.unsupported, "this librdkafka lacks the functions for topic ids")
        }
        var texts: [UnsafePointer<CChar>?] = unsafe CStrings.copies(of: names)
        defer { unsafe CStrings.free(texts) }
        guard let collection = unsafe library.collection(&texts, texts.count) else {
            throw KafkaError(.other, "no collection of topics")
        }
        defer { unsafe library.destroyCollection(collection) }
        return try unsafe call(
            DescribeTopicsFunctions.operation,
            waitForCompletion: false,
            submit: { options, queue in
                unsafe library.describe(client.raw, collection, options, queue)
            },
            read: { event in
                var ids: [String: String] = [:]
                var count = 0
                let topics = unsafe library.topics(library.result(event), &count)
                for index in 0..<count {
                    guard let topic = unsafe topics?[index], let name = unsafe library.name(topic),
                        let id = unsafe library.id(topic), let text = unsafe library.text(id)
                    else { continue }
                    let value = unsafe Self.urlSafe(String(cString: text))
                    // The zero id: a broker that knows none, or a topic that is gone.
                    if value != "AAAAAAAAAAAAAAAAAAAAAA" {
                        unsafe ids[String(cString: name)] = value
                    }
                }
                return ids
            }
        )
    }
}

extension Admin {
    /// librdkafka writes ids in plain Base64; Kafka and its tools write `-` and `_`.
    private static func urlSafe(_ id: String) -> String {
        String(
            id.map { character in
                switch character {
                case "+": "-"
                case "/": "_"
                default: character
                }
            }
        )
    }
}

/// The functions of librdkafka 2.3 that describe topics, with the types of its header.
@safe private struct DescribeTopicsFunctions {
    /// `RD_KAFKA_ADMIN_OP_DESCRIBETOPICS`, which the header that kctl is built with lacks.
    static let operation = rd_kafka_admin_op_t(rawValue: 19)

    typealias Names = UnsafeMutablePointer<UnsafePointer<CChar>?>
    typealias Topics = UnsafeMutablePointer<OpaquePointer?>

    let collection: @convention(c) (Names, Int) -> OpaquePointer?
    let destroyCollection: @convention(c) (OpaquePointer) -> Void
    let describe:
        @convention(c) (OpaquePointer, OpaquePointer, OpaquePointer, OpaquePointer) -> Void
    let result: @convention(c) (OpaquePointer) -> OpaquePointer?
    let topics: @convention(c) (OpaquePointer?, UnsafeMutablePointer<Int>) -> Topics?
    let name: @convention(c) (OpaquePointer) -> UnsafePointer<CChar>?
    let id: @convention(c) (OpaquePointer) -> OpaquePointer?
    let text: @convention(c) (OpaquePointer) -> UnsafePointer<CChar>?

    init?() {
        func find<Function>(_ name: String, _ type: Function.Type) -> Function? {
            Features.function("rd_kafka_" + name, as: type)
        }
        guard
            let collection = unsafe find(
                "TopicCollection_of_topic_names",
                (@convention(c) (Names, Int) -> OpaquePointer?).self
            ),
            let destroyCollection = unsafe find(
                "TopicCollection_destroy",
                (@convention(c) (OpaquePointer) -> Void).self
            ),
            let describe = unsafe find(
                "DescribeTopics",
                (@convention(c) (OpaquePointer, OpaquePointer, OpaquePointer, OpaquePointer)
                    -> Void).self
            ),
            let result = unsafe find(
                "event_DescribeTopics_result",
                (@convention(c) (OpaquePointer) -> OpaquePointer?).self
            ),
            let topics = unsafe find(
                "DescribeTopics_result_topics",
                (@convention(c) (OpaquePointer?, UnsafeMutablePointer<Int>) -> Topics?).self
            ),
            let name = unsafe find(
                "TopicDescription_name",
                (@convention(c) (OpaquePointer) -> UnsafePointer<CChar>?).self
            ),
            let id = unsafe find(
                "TopicDescription_topic_id",
                (@convention(c) (OpaquePointer) -> OpaquePointer?).self
            ),
            let text = unsafe find(
                "Uuid_base64str",
                (@convention(c) (OpaquePointer) -> UnsafePointer<CChar>?).self
            )
        else { return nil }
        unsafe self.collection = unsafe collection
        unsafe self.destroyCollection = unsafe destroyCollection
        unsafe self.describe = unsafe describe
        unsafe self.result = unsafe result
        unsafe self.topics = unsafe topics
        unsafe self.name = unsafe name
        unsafe self.id = unsafe id
        unsafe self.text = unsafe text
    }
}
