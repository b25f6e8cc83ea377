// A librdkafka configuration on its way to a client.

internal import CRdkafka

/// A property that librdkafka does not take.
public struct PropertyError: Error, Equatable, Sendable {
    /// The property's name as given.
    public let name: String

    /// Whether the name is unknown; otherwise the value is wrong.
    public let isUnknown: Bool

    /// Why, in librdkafka's words.
    public let reason: String
}

/// An owner of `rd_kafka_conf_t`; frees it unless a client took it over.
struct Configuration: ~Copyable {
    let raw: OpaquePointer

    init() {
        raw = rd_kafka_conf_new()
    }

    deinit {
        rd_kafka_conf_destroy(raw)
    }

    /// Sets one property.
    ///
    /// C: `rd_kafka_conf_set`.
    borrowing func set(_ name: String, _ value: String) throws(PropertyError) {
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: 512)
        defer { text.deallocate() }
        let result = rd_kafka_conf_set(raw, name, value, text, 512)
        guard result != RD_KAFKA_CONF_OK else { return }
        throw PropertyError(
            name: name,
            isUnknown: result == RD_KAFKA_CONF_UNKNOWN,
            reason: String(cString: text)
        )
    }

    /// Gives the configuration away: to `rd_kafka_new`, which frees it with the client.
    consuming func release() -> OpaquePointer {
        let raw = raw
        discard self
        return raw
    }

    /// Every property name that this librdkafka knows, sorted.
    static func knownNames() -> [String] {
        let configuration = Configuration()
        var count = 0
        guard let dump = rd_kafka_conf_dump(configuration.raw, &count) else { return [] }
        defer { rd_kafka_conf_dump_free(dump, count) }
        var names: Set<String> = []
        for index in stride(from: 0, to: count, by: 2) {
            if let name = dump[index] { names.insert(String(cString: name)) }
        }
        // Topic properties are set through the same call and are dumped apart.
        let topic = rd_kafka_topic_conf_new()
        defer { rd_kafka_topic_conf_destroy(topic) }
        var topicCount = 0
        if let topicDump = rd_kafka_topic_conf_dump(topic, &topicCount) {
            defer { rd_kafka_conf_dump_free(topicDump, topicCount) }
            for index in stride(from: 0, to: topicCount, by: 2) {
                if let name = topicDump[index] { names.insert(String(cString: name)) }
            }
        }
        return names.sorted()
    }
}

/// What librdkafka knows of properties, without a client.
public enum Properties {
    /// Every property name that the library in use knows, sorted.
    public static func knownNames() -> [String] {
        Configuration.knownNames()
    }

    /// Checks names and values as a client would, and makes none.
    ///
    /// - Throws: `PropertyError` for the first that is wrong.
    public static func check(_ properties: [Property]) throws(PropertyError) {
        let configuration = Configuration()
        for property in properties { try configuration.set(property.name, property.value) }
    }
}

/// One librdkafka property.
public struct Property: Equatable, Sendable {
    /// The name, as librdkafka spells it.
    public let name: String
    /// The value as text.
    public let value: String

    /// Makes a property.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
