// What kctl prints with --json, held against the schemas that it publishes.

import JSON
import Testing

/// The schemas of every command, as `kctl help --json` has them.
enum Schemas {
    /// By the words of the command.
    static let all: [[String]: [JSONValue]] = {
        guard let text = try? Kctl.start(["help", "--json"]).finish().text,
            let document = try? JSONValue(parsing: text)
        else { return [:] }
        var found: [[String]: [JSONValue]] = [:]
        for command in document["commands"]?.array ?? [] {
            let path = command["path"]?.array?.compactMap(\.string) ?? []
            found[path] = command["output"]?.array?.compactMap { $0["schema"] }
        }
        return found
    }()

    /// Records an issue for each of the first lines that no schema of its command describes.
    static func check(
        _ outcome: Outcome,
        of arguments: [String],
        sourceLocation: SourceLocation
    ) {
        guard arguments.contains("--json"), case .exited = outcome.ending else { return }
        let words = arguments.prefix { !$0.hasPrefix("-") }
        guard let path = [2, 1].map({ Array(words.prefix($0)) }).first(where: { all[$0] != nil }),
            let schemas = all[path], path != ["produce"], path != ["help"]
        else { return }
        for line in outcome.lines.prefix(20) {
            guard let value = try? JSONValue(parsing: String(line)) else { continue }
            let problems = schemas.map { Self.problems(of: value, by: $0, at: "") }
            if !problems.contains([]) {
                Issue.record(
                    "\(arguments): not as its schema says: \(line): \(problems)",
                    sourceLocation: sourceLocation
                )
            }
        }
    }

    /// Returns what of a value is not as a schema says.
    static func problems(
        of value: JSONValue,
        by schema: JSONValue,
        at place: String
    ) -> [String] {
        if let choices = schema["anyOf"]?.array {
            let found = choices.map { Self.problems(of: value, by: $0, at: place) }
            return found.contains([]) ? [] : found.flatMap(\.self)
        }
        let types = schema["type"].map { $0.array?.compactMap(\.string) ?? [$0.string ?? ""] }
        if let types, !types.contains(where: { isValue(value, of: $0) }) {
            return ["\(place) is no \(types.joined(separator: " or "))"]
        }
        if let words = schema["enum"]?.array, !words.contains(value) {
            return ["\(place) is another word"]
        }
        switch value {
        case .array(let elements):
            guard let items = schema["items"] else { return [] }
            return elements.flatMap { problems(of: $0, by: items, at: place + "[]") }
        case .object(let members):
            return problems(of: members, by: schema, at: place)
        case .string, .number, .bool, .null: return []
        }
    }

    static func problems(
        of members: [JSONValue.Member],
        by schema: JSONValue,
        at place: String
    ) -> [String] {
        var found: [String] = []
        for name in schema["required"]?.array?.compactMap(\.string) ?? []
        where !members.contains(where: { $0.key == name }) {
            found.append("\(place).\(name) is missing")
        }
        for member in members {
            if let known = schema["properties"]?[member.key] {
                found += problems(of: member.value, by: known, at: "\(place).\(member.key)")
            } else if let other = schema["additionalProperties"] {
                if case .bool(let isOpen) = other {
                    if !isOpen { found.append("\(place).\(member.key) is unknown") }
                } else {
                    found += problems(of: member.value, by: other, at: "\(place).\(member.key)")
                }
            }
        }
        return found
    }

    private static func isValue(_ value: JSONValue, of type: String) -> Bool {
        switch value {
        case .object: type == "object"
        case .array: type == "array"
        case .string: type == "string"
        case .number: type == "number" || type == "integer" && value.int64 != nil
        case .bool: type == "boolean"
        case .null: type == "null"
        }
    }
}
