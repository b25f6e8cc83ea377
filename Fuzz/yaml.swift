// Fuzzes the YAML reader: any bytes become a tree or an error with a place in the text, and a tree
// is within the limits and holds nothing but what the text has.

import YAML

/// Reads one input.
///
/// libFuzzer calls it; failing is trapping.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let text = YAMLText(bytes)
    var limits = YAMLLimits()
    limits.depth = 8
    limits.values = 500
    do throws(YAMLError) {
        guard let root = try YAML.parse(bytes, limits: limits) else { return 0 }
        var values = 0
        check(root, in: text, depth: 0, values: &values)
        precondition(values <= limits.values, "the values are bounded")
    } catch {
        check(error.place, in: text)
        precondition(!error.reason.isEmpty, "an error says something")
        precondition(error.reason.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "on one line")
    }
    return 0
}

private func check(_ node: YAMLNode, in text: YAMLText, depth: Int, values: inout Int) {
    precondition(depth <= 8, "the depth is bounded")
    values += 1
    check(node.place, in: text)
    switch node.content {
    case .scalar(let scalar):
        precondition(!scalar.isPlain || scalar.text.isEmpty || !node.kind.isEmpty, "it has a kind")
    case .sequence(let items):
        for item in items { check(item, in: text, depth: depth + 1, values: &values) }
    case .mapping(let pairs):
        let keys = pairs.compactMap { $0.key.scalar?.text }
        precondition(keys.count == pairs.count && Set(keys).count == keys.count, "keys differ")
        for pair in pairs {
            check(pair.key, in: text, depth: depth + 1, values: &values)
            check(pair.value, in: text, depth: depth + 1, values: &values)
        }
    }
}

private func check(_ place: YAMLPlace, in text: YAMLText) {
    // What is missing at the end is where a next line would begin.
    if place == YAMLPlace(line: text.lines.count + 1, column: 1) { return }
    precondition(place.line >= 1 && place.line <= text.lines.count, "the line is there")
    let length = text[place.line].unicodeScalars.count
    precondition(place.column >= 1 && place.column <= length + 1, "the column is there")
}
