// `kctl help --json`: everything that help says, for programs.
// Key order and names are part of the interface.

import JSON

/// Writes the JSON document of all commands.
struct HelpDocument {
    let outline: Outline

    var text: String {
        var json = JSONWriter()
        json.beginObject()
        json.key("name")
        json.string(outline.name)
        json.key("summary")
        json.string(outline.summary)
        json.key("groups")
        json.beginArray()
        for case .group(let group, _) in outline.nodes { json.group(group) }
        json.endArray()
        json.key("commands")
        json.beginArray()
        for command in outline.commands { json.command(command) }
        json.endArray()
        json.output(outline.json())
        json.sections(outline.allSections)
        json.endObject()
        json.endLine()
        return json.text
    }
}

extension JSONWriter {
    fileprivate mutating func group(_ group: GroupDescription) {
        beginObject()
        key("name")
        string(group.name)
        key("aliases")
        strings(group.aliases)
        key("summary")
        string(group.summary)
        sections(group.sections)
        endObject()
    }

    fileprivate mutating func command(_ command: CommandDescription) {
        beginObject()
        key("path")
        strings(command.path)
        key("aliases")
        strings(command.aliases)
        key("summary")
        string(command.summary)
        key("usage")
        string(command.usage)
        key("operands")
        beginArray()
        for operand in command.operands { self.operand(operand) }
        endArray()
        key("options")
        beginArray()
        for flag in command.flags { option(flag) }
        endArray()
        key("examples")
        beginArray()
        for example in command.examples { self.example(example) }
        endArray()
        output(command.json)
        sections(command.sections)
        endObject()
    }

    fileprivate mutating func output(_ shapes: [JSONShape]) {
        key("output")
        beginArray()
        for shape in shapes {
            beginObject()
            key("option")
            string(shape.option)
            key("schema")
            schema(shape)
            endObject()
        }
        endArray()
    }

    private mutating func operand(_ operand: OperandDescription) {
        beginObject()
        key("name")
        string(operand.name)
        key("help")
        string(operand.help)
        key("required")
        bool(operand.isRequired)
        key("repeated")
        bool(operand.isRepeated)
        key("trailing")
        bool(operand.arity == .trailing)
        key("orOption")
        optional(operand.orFlag)
        endObject()
    }

    private mutating func option(_ flag: FlagDescription) {
        beginObject()
        key("long")
        string(flag.long)
        key("short")
        optional(flag.short.map(String.init))
        key("aliases")
        strings(flag.aliases)
        key("placeholder")
        optional(flag.valueLabel)
        key("choices")
        strings(flag.choices)
        key("default")
        if flag.takesValue { optional(flag.defaultText) } else { bool(flag.isOnByDefault) }
        key("repeatable")
        bool(flag.isRepeatable)
        key("negatable")
        bool(flag.isNegatable)
        key("advanced")
        bool(flag.isAdvanced)
        key("heading")
        string(flag.heading)
        key("help")
        string(flag.help)
        endObject()
    }

    private mutating func example(_ example: Example) {
        beginObject()
        key("command")
        string(example.command)
        key("explanation")
        string(example.explanation)
        endObject()
    }

    fileprivate mutating func sections(_ sections: [Section]) {
        key("sections")
        beginArray()
        for section in sections {
            beginObject()
            key("title")
            string(section.title)
            key("paragraphs")
            strings(section.paragraphs)
            endObject()
        }
        endArray()
    }

    private mutating func strings(_ texts: [String]) {
        beginArray()
        for text in texts { string(text) }
        endArray()
    }

    private mutating func optional(_ text: String?) {
        if let text { string(text) } else { null() }
    }
}
