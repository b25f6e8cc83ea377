// Values that mean something else to Java than to librdkafka.

/// Conversions of single values; the rows of `PropertyRule` name them.
enum PropertyConversion {
    /// Converts bytes to kibibytes, rounded up: less memory than asked for would be a surprise.
    static func kibibytes(_ source: PropertySource) -> PropertyOutcome {
        let target = "queue.buffering.max.kbytes"
        guard let bytes = Int(source.value), bytes > 0 else {
            return .failed(
                target,
                "'\(source.name)' is '\(source.value)', not a number of bytes",
                hint: "buffer.memory=33554432"
            )
        }
        let (whole, rest) = bytes.quotientAndRemainder(dividingBy: 1024)
        return .set(target, String(whole + (rest > 0 ? 1 : 0)))
    }

    /// Translates Java's partitioner classes to librdkafka's names.
    static func partitioner(_ source: PropertySource) -> PropertyOutcome {
        let name = lastComponent(source.value)
        if name.isEmpty { return .dropped("it has no class name") }
        if let partitioner = partitioners[name] { return .set("partitioner", partitioner) }
        return .failed(
            "partitioner",
            "partitioner class '\(source.value)' is Java code and cannot run here",
            hint: "use partitioner=murmur2_random, the default of Java clients"
        )
    }

    private static let partitioners = [
        "DefaultPartitioner": "murmur2_random",
        "UniformStickyPartitioner": "random",
        // Both spread records evenly and look at no key.
        "RoundRobinPartitioner": "random",
    ]

    /// Translates Java's assignor classes to librdkafka's names; a list of librdkafka's own names
    /// stays.
    static func assignors(_ source: PropertySource) -> PropertyOutcome {
        let words = source.value.split(separator: ",").map(trimmed).filter { !$0.isEmpty }
        guard words.contains(where: { $0.contains(".") || assignorNames[$0] != nil }) else {
            return .set(source.name, source.value)
        }
        var names: [String] = []
        for word in words {
            let known = assignorNames[lastComponent(word)] ?? (word.contains(".") ? nil : word)
            guard let name = known else {
                return .failed(
                    source.name,
                    "assignor class '\(word)' has no counterpart in librdkafka",
                    hint: "partition.assignment.strategy=range, roundrobin or cooperative-sticky"
                )
            }
            names.append(name)
        }
        // Java offers eager and cooperative assignors together and the group settles on an eager
        // one; librdkafka refuses the mixture.
        let eager = names.filter { $0 != cooperative }
        return .set(source.name, (eager.isEmpty ? names : eager).joined(separator: ","))
    }

    private static let cooperative = "cooperative-sticky"
    private static let assignorNames = [
        "RangeAssignor": "range",
        "RoundRobinAssignor": "roundrobin",
        "CooperativeStickyAssignor": cooperative,
    ]

    /// Java's `none` is librdkafka's `error`; what only newer Java clients know is refused.
    static func offsetReset(_ source: PropertySource) -> PropertyOutcome {
        let value = source.value.lowercased()
        if value == "none" { return .set(source.name, "error") }
        guard value.hasPrefix("by_duration") else { return .set(source.name, source.value) }
        return .failed(
            source.name,
            "librdkafka does not support auto.offset.reset '\(source.value)'",
            hint: "read from a time with -o @-1h"
        )
    }

    /// Returns PEM text as OpenSSL reads it: Java also takes it all on one line.
    static func pem(_ text: String) -> String {
        guard !text.contains(where: \.isNewline) else { return text }
        var lines: [String] = []
        var body: [UInt8] = []
        func endBody(_ lines: inout [String]) {
            for start in stride(from: 0, to: body.count, by: 64) {
                lines.append(
                    String(decoding: body[start..<min(start + 64, body.count)], as: UTF8.self)
                )
            }
        }
        var rest = text[...]
        while let open = rest.firstRange(of: "-----") {
            guard let close = rest[open.upperBound...].firstRange(of: "-----") else { break }
            body = rest[..<open.lowerBound].utf8.filter { $0 > 0x20 }
            endBody(&lines)
            lines.append(String(rest[open.lowerBound..<close.upperBound]))
            rest = rest[close.upperBound...]
        }
        body = rest.utf8.filter { $0 > 0x20 }
        endBody(&lines)
        return lines.joined(separator: "\n") + "\n"
    }

    /// Returns the class name without its package.
    static func lastComponent(_ name: String) -> String {
        name.split(separator: ".").last.map(trimmed) ?? ""
    }
}
