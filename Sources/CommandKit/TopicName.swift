// A topic's name, and the one topic that a command is about, as an argument or an option.

package import Arguments

/// The rules for the name of a topic.
package enum TopicName {
    /// Returns true for what Kafka takes as a topic's name.
    package static func isValid(_ text: Substring) -> Bool {
        (1...249).contains(text.utf8.count) && text != "." && text != ".."
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension Operand {
    /// Returns the topic as an argument that may be missing.
    package static func optionalTopic(_ path: OptionPath<Options, String?>, _ help: String)
        -> Operand
    {
        .optional("TOPIC", help, path, orFlag: "topic", completion: .topics)
    }

    /// Returns the topic as an argument.
    package static func topic(_ path: OptionPath<Options, String?>, name: String = "TOPIC")
        -> Operand
    {
        .required(name, "Topic name.", path, orFlag: "topic", completion: .topics)
    }
}

extension Flag {
    /// Returns the topic as an option.
    package static func topic(_ path: OptionPath<Options, String?>, name: String = "TOPIC") -> Flag
    {
        .optional(
            "topic",
            "t",
            "Topic name, instead of the argument.",
            path,
            placeholder: name,
            completion: .topics
        )
        .advanced()
    }
}

extension CommandError {
    /// Returns the error of a partition that the topic does not have.
    package static func missingPartition(_ number: Int32, of topic: String, count: Int)
        -> CommandError
    {
        CommandError(
            .notFound,
            "topic '\(topic)' has no partition \(number)",
            hint: "it has \(counted(count, "partition"))",
            topic: topic,
            partition: number
        )
    }
}
