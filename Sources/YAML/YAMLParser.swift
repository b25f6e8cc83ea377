// Reads a YAML text with libyaml, event by event, into a tree.
//
// 1. `parser` is this value's alone, from `init` to `deinit`, and `bytes` stay where they are for as
//    long: libyaml keeps a pointer to them.
// 2. Hostile input costs little: size, depth and the number of values are bounded, and an alias
//    counts as all the values it stands for.
// 3. No error quotes the text. Reasons are libyaml's own sentences or ours.

internal import CYAML

/// The limits to how much of a text is taken.
public struct YAMLLimits: Sendable {
    /// The most bytes of a text.
    public var bytes = 1 << 20
    /// The deepest nesting of lists and mappings.
    public var depth = 32
    /// The most values, those behind aliases counted each time.
    public var values = 20_000

    /// The usual limits, far above what settings need.
    public init() {}
}

/// Reads YAML.
public enum YAML {
    /// Returns the one document of a text; nil when it holds nothing but blanks and comments.
    ///
    /// - Throws: `YAMLError` with the place of the first thing that is wrong.
    public static func parse(
        _ bytes: [UInt8],
        limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLError) -> YAMLNode? {
        let start = YAMLPlace(line: 1, column: 1)
        guard bytes.count <= limits.bytes else {
            throw YAMLError("the text has more than \(limits.bytes) bytes", at: start)
        }
        try YAMLText.check(bytes)
        // A copy without its byte order mark, so that columns count characters of the text.
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        var parser = try YAMLParser(hasMark ? Array(bytes.dropFirst(3)) : bytes, limits)
        return try parser.document()
    }
}

/// libyaml's parser over one text, and the anchors met so far.
@safe struct YAMLParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeMutableBufferPointer<UInt8>
    private let limits: YAMLLimits
    private var anchors: [String: YAMLNode] = [:]
    private var values = 0

    /// Hands the text to libyaml.
    ///
    /// C: `yaml_parser_initialize`, `yaml_parser_set_input_string`, `yaml_parser_set_encoding`.
    init(_ bytes: [UInt8], _ limits: YAMLLimits) throws(YAMLError) {
        self.limits = limits
        let made = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard unsafe yaml_parser_initialize(made) == 1 else {
            unsafe made.deallocate()
            throw YAMLError("no memory for the parser", at: YAMLPlace(line: 1, column: 1))
        }
        unsafe parser = unsafe made
        unsafe text = .allocate(capacity: max(bytes.count, 1))
        _ = unsafe text.initialize(from: bytes)
        unsafe yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe text.deallocate()
    }

    /// Reads the whole text.
    mutating func document() throws(YAMLError) -> YAMLNode? {
        var root: YAMLNode?
        var count = 0
        while true {
            let event = try next()
            switch event.kind {
            case .streamStart, .documentEnd: break
            case .documentStart:
                count += 1
                guard count == 1 else {
                    throw YAMLError("a second document begins; one is read", at: event.place)
                }
            case .streamEnd: return root
            case .scalar, .alias, .sequenceStart, .mappingStart:
                root = try node(event, depth: 0)
            case .sequenceEnd, .mappingEnd, .none: return root
            }
        }
    }

    private mutating func node(_ event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
        let content: YAMLNode.Content
        var end = event.end
        var weight = 1
        try count(1, at: event.place)
        switch event.kind {
        case .alias:
            guard let target = anchors[event.anchor ?? ""] else {
                throw YAMLError("the alias names no anchor before it", at: event.place)
            }
            try count(target.weight, at: event.place)
            return YAMLNode(
                content: target.content,
                place: event.place,
                end: event.end,
                weight: target.weight
            )
        case .scalar:
            content = .scalar(try scalar(event))
        case .sequenceStart:
            try check(event, depth: depth, tag: "seq")
            var items: [YAMLNode] = []
            while true {
                let item = try next()
                if item.kind == .sequenceEnd {
                    end = item.end
                    break
                }
                items.append(try node(item, depth: depth + 1))
            }
            weight += items.reduce(0) { $0 + $1.weight }
            content = .sequence(items)
        case .mappingStart:
            try check(event, depth: depth, tag: "map")
            let (pairs, last) = try self.pairs(depth: depth)
            end = last
            weight += pairs.reduce(0) { $0 + $1.key.weight + $1.value.weight }
            content = .mapping(pairs)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd,
            .none:
            throw YAMLError("a value is missing", at: event.place)
        }
        let node = YAMLNode(content: content, place: event.place, end: end, weight: weight)
        if let anchor = event.anchor { anchors[anchor] = node }
        return node
    }

    private mutating func pairs(
        depth: Int
    ) throws(YAMLError) -> (pairs: [YAMLNode.Pair], end: YAMLPlace) {
        var pairs: [YAMLNode.Pair] = []
        var seen: Set<String> = []
        while true {
            let event = try next()
            if event.kind == .mappingEnd { return (pairs, event.end) }
            let key = try node(event, depth: depth + 1)
            guard let scalar = key.scalar else {
                throw YAMLError("\(key.kind) cannot be a key", at: key.place)
            }
            guard seen.insert(scalar.text).inserted else {
                throw YAMLError("the key is given twice", at: key.place)
            }
            pairs.append(YAMLNode.Pair(key: key, value: try node(next(), depth: depth + 1)))
        }
    }

    private mutating func count(_ more: Int, at place: YAMLPlace) throws(YAMLError) {
        values += more
        guard values <= limits.values else {
            throw YAMLError(
                "the text has more than \(limits.values) values, those behind aliases counted",
                at: place
            )
        }
    }

    private func check(_ event: Event, depth: Int, tag: String) throws(YAMLError) {
        guard depth < limits.depth else {
            throw YAMLError("nested more than \(limits.depth) levels deep", at: event.place)
        }
        guard let given = event.tag, given != "!", given != Self.tagPrefix + tag else { return }
        throw YAMLError("the tag is not one of the core schema", at: event.place)
    }

    private func scalar(_ event: Event) throws(YAMLError) -> YAMLScalar {
        var value = event.isPlain ? YAMLValue(plain: event.text) : .string
        if let tag = event.tag {
            let typed = YAMLValue(plain: event.text)
            switch tag {
            case "!", Self.tagPrefix + "str": value = .string
            case Self.tagPrefix + "null", Self.tagPrefix + "bool", Self.tagPrefix + "int",
                Self.tagPrefix + "float":
                let name: String
                switch typed {
                case .null: name = "null"
                case .bool: name = "bool"
                case .int: name = tag.hasSuffix("float") ? "float" : "int"
                case .float: name = "float"
                case .string: name = ""
                }
                guard tag == Self.tagPrefix + name else {
                    throw YAMLError("the value is not what its tag says", at: event.place)
                }
                value = typed
            default: throw YAMLError("the tag is not one of the core schema", at: event.place)
            }
        }
        return YAMLScalar(text: event.text, isPlain: event.isPlain, value: value)
    }

    private static let tagPrefix = "tag:yaml.org,2002:"
}

extension YAMLParser {
    /// An event of libyaml, copied out of it.
    fileprivate struct Event {
        enum Kind {
            case none, streamStart, streamEnd, documentStart, documentEnd
            case scalar, alias, sequenceStart, sequenceEnd, mappingStart, mappingEnd
        }

        var kind = Kind.none
        var place: YAMLPlace
        var end: YAMLPlace
        var text = ""
        var isPlain = false
        var anchor: String?
        var tag: String?
    }

    /// Returns the next event.
    ///
    /// C: `yaml_parser_parse`, `yaml_event_delete`.
    private func next() throws(YAMLError) -> Event {
        var raw = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &raw) == 1 else { throw failure() }
        defer { unsafe yaml_event_delete(&raw) }
        var event = unsafe Event(place: Self.place(raw.start_mark), end: Self.place(raw.end_mark))
        switch unsafe raw.type {
        case YAML_STREAM_START_EVENT: event.kind = .streamStart
        case YAML_STREAM_END_EVENT: event.kind = .streamEnd
        case YAML_DOCUMENT_START_EVENT: event.kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: event.kind = .documentEnd
        case YAML_ALIAS_EVENT:
            event.kind = .alias
            unsafe event.anchor = Self.text(raw.data.alias.anchor)
        case YAML_SCALAR_EVENT:
            event.kind = .scalar
            let scalar = unsafe raw.data.scalar
            unsafe event.anchor = Self.text(scalar.anchor)
            unsafe event.tag = Self.text(scalar.tag)
            event.isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
            event.text = unsafe String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
                as: UTF8.self
            )
        case YAML_SEQUENCE_START_EVENT:
            event.kind = .sequenceStart
            unsafe event.anchor = Self.text(raw.data.sequence_start.anchor)
            unsafe event.tag = Self.text(raw.data.sequence_start.tag)
        case YAML_SEQUENCE_END_EVENT: event.kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            event.kind = .mappingStart
            unsafe event.anchor = Self.text(raw.data.mapping_start.anchor)
            unsafe event.tag = Self.text(raw.data.mapping_start.tag)
        case YAML_MAPPING_END_EVENT: event.kind = .mappingEnd
        default: event.kind = .none
        }
        return event
    }

    /// Returns libyaml's complaint in its own words, which quote nothing.
    private func failure() -> YAMLError {
        let problem = unsafe parser.pointee.problem
        var reason = unsafe problem.map { unsafe String(cString: $0) } ?? "the text is no YAML"
        var place = unsafe Self.place(parser.pointee.problem_mark)
        switch unsafe parser.pointee.error {
        case YAML_MEMORY_ERROR: reason = "no memory for the parser"
        case YAML_READER_ERROR:
            let offset = unsafe min(parser.pointee.problem_offset, text.count)
            place = unsafe YAMLText.place(of: offset, in: Array(text))
        default: break
        }
        // What was begun and not ended is reported by where it began.
        if unsafe parser.pointee.context_mark.line < parser.pointee.problem_mark.line,
            let context = unsafe parser.pointee.context
        {
            let line = unsafe parser.pointee.context_mark.line + 1
            reason += unsafe " \(String(cString: context)) that begins in line \(line)"
        }
        // An end that came too early is shown behind the last word, not in an empty line.
        let lines = unsafe YAMLText(Array(text)).lines
        while place.line > 1, lines.count < place.line || lines[place.line - 1].isEmpty {
            let before = lines.indices.contains(place.line - 2) ? lines[place.line - 2] : ""
            place = YAMLPlace(line: place.line - 1, column: before.unicodeScalars.count + 1)
        }
        return YAMLError(reason, at: place)
    }

    private static func place(_ mark: yaml_mark_t) -> YAMLPlace {
        YAMLPlace(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
    }

    private static func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        unsafe bytes.map { unsafe String(cString: $0) }
    }
}
