// Rules as they are printed, and as `acls create --from-file` takes them back.

import CommandKit
import JSON
import KafkaCore
import Output

/// A rule.
struct AclRow: Row {
    let binding: AclBinding
    /// True when it has been created or deleted; nil in a list.
    var isDone: Bool?

    static let columns = [
        Column("RESOURCE"), Column("NAME"), Column("PATTERN", need: .useful), Column("PRINCIPAL"),
        Column("HOST", need: .useful),
        Column("OPERATION"), Column("PERMISSION"),
    ]

    var identity: String { binding.name }

    var cells: [String] {
        [
            binding.kind.word, binding.name, binding.pattern.word, binding.principal, binding.host,
            binding.operation.word, binding.permission.word,
        ]
    }

    static let json = JSONShape(
        "ACL",
        "An access control entry.",
        [
            JSONField("resourceType", .string, "Type of the resource."),
            JSONField("resourceName", .string, "Name or prefix of the resource."),
            JSONField("patternType", .string, "Type of the pattern: literal or prefixed."),
            JSONField("principal", .string, "Principal, such as User:alice."),
            JSONField("host", .string, "Host of the client; * for any."),
            JSONField("operation", .string, "Operation."),
            JSONField("permission", .string, "Permission: allow or deny."),
            JSONField("done", .boolean, "True when it was done, false with --dry-run.")
                .orAbsent,
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("resourceType")
        json.string(binding.kind.word)
        json.key("resourceName")
        json.string(binding.name)
        json.key("patternType")
        json.string(binding.pattern.word)
        json.key("principal")
        json.string(binding.principal)
        json.key("host")
        json.string(binding.host)
        json.key("operation")
        json.string(binding.operation.word)
        json.key("permission")
        json.string(binding.permission.word)
        if let isDone {
            json.key("done")
            json.bool(isDone)
        }
        json.endObject()
    }
}

/// Rules in a file, as `acls list --json` prints them.
enum AclFile {
    /// Returns the rules that the text describes, in order.
    ///
    /// `patternType`, `host` and `permission` may be left out: literal, any, allow. Unknown keys
    /// are ignored.
    /// - Throws: `CommandError` of status `badData` with file, line and column.
    static func bindings(in bytes: [UInt8], path: String) throws(CommandError) -> [AclBinding] {
        let span = bytes.span.bytes
        var bindings: [AclBinding] = []
        do {
            var reader = JSONReader(span)
            while try reader.peekKind() != .end {
                let place = reader.offset
                let value = try JSONValue(from: &reader)
                for item in value.array ?? [value] { bindings.append(try binding(item, at: place)) }
            }
        } catch {
            throw CommandError(error, in: path, text: span)
        }
        if bindings.isEmpty { throw CommandError(.badData, "\(path): the file describes no ACL") }
        return bindings
    }

    private static func binding(_ value: JSONValue, at place: Int) throws(JSONError) -> AclBinding {
        guard case .object = value else {
            throw JSONError(at: place, "an ACL must be a JSON object")
        }
        func text(_ key: String, _ standard: String?) throws(JSONError) -> String {
            guard let member = value[key], !member.isNull else {
                if let standard { return standard }
                throw JSONError(at: place, "an ACL lacks the key '\(key)'")
            }
            guard let text = member.string, !text.isEmpty else {
                throw JSONError(at: place, "'\(key)' of an ACL must be a string")
            }
            return text
        }
        func known<Word>(_ word: Word?, _ key: String) throws(JSONError) -> Word {
            guard let word else {
                let text = value[key]?.string ?? ""
                throw JSONError(at: place, "unknown '\(key)' of an ACL: '\(text)'")
            }
            return word
        }
        let kind = try text("resourceType", nil)
        let pattern = try text("patternType", "literal")
        let permission = try text("permission", "allow")
        let operation = try text("operation", nil)
        return AclBinding(
            try known(
                AclResourceKind.allCases.first { $0 != .unknown && $0.word == kind },
                "resourceType"
            ),
            try text("resourceName", kind == "cluster" ? AclBinding.clusterName : nil),
            try known(
                AclPattern.allCases.first { $0 != .unknown && $0.word == pattern },
                "patternType"
            ),
            principal: try text("principal", nil),
            host: try text("host", "*"),
            try known(AclOperation(word: operation), "operation"),
            try known(
                AclPermission.allCases.first { $0 != .unknown && $0.word == permission },
                "permission"
            )
        )
    }
}
