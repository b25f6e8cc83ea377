// A librdkafka configuration on its way to a client.

internal import CRdkafka
import Glibc

/// A property that librdkafka does not take.
public struct PropertyError: Error, Equatable, Sendable {
    /// The property's name as given.
    public let name: String

    /// True when the name is unknown; otherwise the value is wrong.
    public let isUnknown: Bool

    /// The reason, in librdkafka's words.
    public let reason: String
}

/// An owner of `rd_kafka_conf_t`; frees it unless a client took it over.
@safe struct Configuration: ~Copyable {
    let raw: OpaquePointer

    init() {
        unsafe raw = unsafe rd_kafka_conf_new()
    }

    deinit {
        unsafe rd_kafka_conf_destroy(raw)
    }

    /// Sets one property.
    ///
    /// C: `rd_kafka_conf_set`.
    borrowing func set(_ name: String, _ value: String) throws(PropertyError) {
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: 512)
        defer { unsafe text.deallocate() }
        let result = unsafe rd_kafka_conf_set(raw, name, value, text, 512)
        guard result != RD_KAFKA_CONF_OK else { return }
        throw unsafe PropertyError(
            name: name,
            isUnknown: result == RD_KAFKA_CONF_UNKNOWN,
            reason: Self.withoutName(String(cString: text))
        )
    }

    /// Returns librdkafka's reason without the property's name, which may be an alias of the one
    /// given.
    ///
    /// `Invalid value for configuration property "queue.buffering.max.ms"` is an invalid value.
    static func withoutName(_ text: String) -> String {
        let text = text.hasSuffix("\n") ? String(text.dropLast()) : text
        let marker = "onfiguration property \""
        var start = Substring(text)
        while !start.isEmpty, !start.hasPrefix(marker) { start.removeFirst() }
        guard !start.isEmpty,
            let end = start.dropFirst(marker.count).firstIndex(of: "\"")
        else { return text }
        let before = text[..<start.startIndex].dropLast()  // The letter that may be a capital.
        let after = text[text.index(after: end)...]
        let front = before.hasSuffix(" for ") ? before.dropLast(5) : before
        let reason = front + (front.isEmpty ? after.drop { $0 == " " } : after)
        return reason.isEmpty ? text : reason.prefix(1).lowercased() + reason.dropFirst()
    }

    /// Gives the configuration away: to `rd_kafka_new`, which frees it with the client.
    consuming func release() -> OpaquePointer {
        let raw = unsafe raw
        discard self
        return unsafe raw
    }

    /// Returns every property name that this librdkafka knows, aliases too, sorted.
    ///
    /// A dump of a configuration leaves out aliases and what is unset, so the names are read from
    /// the library's own table. C: `rd_kafka_conf_properties_show`, `open_memstream`.
    static func knownNames() -> [String] {
        var text: UnsafeMutablePointer<CChar>?
        var size = 0
        guard let stream = unsafe open_memstream(&text, &size) else { return [] }
        unsafe rd_kafka_conf_properties_show(stream)
        unsafe fclose(stream)
        guard let text = unsafe text else { return [] }
        defer { unsafe free(text) }
        var names: Set<String> = []
        for line in unsafe String(cString: text).split(separator: "\n") {
            // A row is `name | scope | …`; headings and rules have no dot in their first word.
            let word = line.prefix { $0 != " " && $0 != "|" }
            if word.contains(".") || line.contains(" | ") && word.allSatisfy(isNameCharacter) {
                names.insert(String(word))
            }
        }
        names.remove("Property")
        names.remove("")
        return names.sorted()
    }
}

/// Returns true when a property's name may hold `character`.
private func isNameCharacter(_ character: Character) -> Bool {
    character.isLetter && character.isASCII || character == "." || character == "_"
}

/// The facts librdkafka has of properties, without a client.
public enum Properties {
    /// Returns every property name that the library in use knows, sorted.
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
