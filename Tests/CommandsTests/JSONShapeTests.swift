// The JSON of all commands together: documented, and one type for one name.

import Arguments
import CommandKit
import JSON
import Testing

@testable import Commands

struct JSONShapeTests {
    /// Commands whose `--json` reads, or prints something else than rows.
    private static let others = [["produce"], ["help"], ["groups", "watch"]]

    private var commands: [CommandDescription] {
        func all(_ node: CommandTree<AnyCommand>) -> [CommandDescription] {
            switch node {
            case .command(let command, _): [command]
            case .group(_, let nodes): nodes.flatMap(all)
            }
        }
        return program.nodes.flatMap(all)
    }

    @Test func everyCommandThatPrintsJSONSaysItsMembers() {
        for command in commands where !Self.others.contains(command.path) {
            let printsJSON = command.flags.contains { $0.long == "json" }
            #expect(printsJSON != command.json.isEmpty, "\(command.path)")
        }
    }

    @Test func aNameHasOneType() {
        var types: [String: Set<String>] = [:]
        func enter(_ fields: [JSONField]) {
            for field in fields {
                types[field.name, default: []].insert(Self.name(field.kind))
                enter(members(field.kind))
            }
        }
        func members(_ kind: JSONType) -> [JSONField] {
            switch kind {
            case .object(let fields): fields
            case .list(let element), .map(let element): members(element)
            case .any, .string, .word, .integer, .number, .boolean: []
            }
        }
        for shape in commands.flatMap(\.json) + program.json() { enter(shape.fields) }
        // A record's key and value are what --key-format and --value-format make of them.
        types["value"]?.remove("any")
        #expect(types.filter { $0.value.count > 1 }.isEmpty)
    }

    private static func name(_ kind: JSONType) -> String {
        switch kind {
        case .any: "any"
        case .string, .word: "string"
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        case .list: "array"
        case .object, .map: "object"
        }
    }
}
