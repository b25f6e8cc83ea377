// The one topic that a command is about, as an argument or, as Kafka's own tools have it, an option.

package import Arguments

extension Operand {
    /// The topic as an argument that may be missing.
    package static func optionalTopic(_ path: OptionPath<Options, String?>, _ help: String)
        -> Operand
    {
        .optional("TOPIC", help, path, orFlag: "topic", completion: .topics)
    }

    /// The topic as an argument.
    package static func topic(_ path: OptionPath<Options, String?>, name: String = "TOPIC")
        -> Operand
    {
        .required(name, "The topic.", path, orFlag: "topic", completion: .topics)
    }
}

extension Flag {
    /// The topic as an option.
    package static func topic(_ path: OptionPath<Options, String?>, name: String = "TOPIC") -> Flag
    {
        .optional(
            "topic",
            "t",
            "The topic, in place of the argument.",
            path,
            placeholder: name,
            completion: .topics
        )
        .advanced()
    }
}

extension CommandError {
    /// A partition that the topic does not have.
    package static func missingPartition(_ number: Int32, of topic: String, count: Int)
        -> CommandError
    {
        CommandError(
            .notFound,
            "topic '\(topic)' has no partition \(number)",
            hint: "it has \(count)",
            topic: topic,
            partition: number
        )
    }
}
