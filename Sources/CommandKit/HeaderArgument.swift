// A header as it is given on the command line, to send and to filter by.

package import Arguments
package import KafkaCore

/// A header: by name, or by name and value.
package struct HeaderArgument: ArgumentValue {
    package let header: RecordHeader
    package let argumentText: String

    package static var placeholder: String { "NAME[=VALUE]" }

    package init(argument: String) throws(InvalidValue) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, !name.isEmpty else {
            throw InvalidValue("a header needs a name")
        }
        let value = parts.count == 2 ? [UInt8](parts[1].utf8) : nil
        header = RecordHeader(name: [UInt8](name.utf8), value: value)
        argumentText = argument
    }
}
