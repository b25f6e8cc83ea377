// JSON compared as values: the order of members is no part of them.

public import JSON

extension JSONValue {
    /// The same with the members of all objects in the order of their keys.
    public var sorted: JSONValue {
        switch self {
        case .object(let members):
            .object(
                members.map { Member(key: $0.key, value: $0.value.sorted) }
                    .sorted { $0.key < $1.key }
            )
        case .array(let elements): .array(elements.map(\.sorted))
        default: self
        }
    }
}
