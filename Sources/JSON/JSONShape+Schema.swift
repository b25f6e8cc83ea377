// The form of an object as JSON Schema (draft 2020-12), for programs that check what they read.

extension JSONWriter {
    /// Writes the schema of an object.
    public mutating func schema(_ shape: JSONShape) {
        beginObject()
        key("$schema")
        string("https://json-schema.org/draft/2020-12/schema")
        key("title")
        string(shape.name)
        key("description")
        string("\(shape.summary) Printed by \(shape.option).")
        members(shape.fields)
        endObject()
    }

    private mutating func members(_ fields: [JSONField]) {
        type("object", isNullable: false)
        key("properties")
        beginObject()
        for field in fields {
            key(text: field.name)
            beginObject()
            key("description")
            string(field.meaning)
            self.kind(field.kind, isNullable: field.isNullable)
            endObject()
        }
        endObject()
        key("required")
        beginArray()
        for field in fields where !field.isOptional { string(field.name) }
        endArray()
        key("additionalProperties")
        bool(false)
    }

    /// Writes the members of a schema that say which values there are.
    private mutating func kind(_ kind: JSONType, isNullable: Bool) {
        switch kind {
        case .any: break
        case .string: type("string", isNullable: isNullable)
        case .integer: type("integer", isNullable: isNullable)
        case .number: type("number", isNullable: isNullable)
        case .boolean: type("boolean", isNullable: isNullable)
        case .word(let words):
            type("string", isNullable: isNullable)
            key("enum")
            beginArray()
            for word in words { string(word) }
            if isNullable { null() }
            endArray()
        case .list(let element):
            type("array", isNullable: isNullable)
            key("items")
            beginObject()
            self.kind(element, isNullable: false)
            endObject()
        case .map(let element):
            type("object", isNullable: isNullable)
            key("additionalProperties")
            beginObject()
            self.kind(element, isNullable: true)
            endObject()
        case .object(let fields):
            guard isNullable else { return members(fields) }
            key("anyOf")
            beginArray()
            beginObject()
            members(fields)
            endObject()
            beginObject()
            type("null", isNullable: false)
            endObject()
            endArray()
        }
    }

    private mutating func type(_ name: String, isNullable: Bool) {
        key("type")
        guard isNullable else { return string(name) }
        beginArray()
        string(name)
        string("null")
        endArray()
    }
}
