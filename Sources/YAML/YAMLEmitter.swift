// Writes one YAML document with libyaml, event by event.
//
// 1. `emitter` and `output` are this value's alone, from `init` to `deinit`: libyaml keeps pointers
//    to both.
// 2. A text is written so that every reader takes it for the same text, and a number digit by digit
//    as it was given. No line is folded.

internal import CYAML

/// libyaml's emitter of one document.
@safe public struct YAMLEmitter: ~Copyable {
    private let emitter: UnsafeMutablePointer<yaml_emitter_t>
    private let output: UnsafeMutablePointer<[UInt8]>
    private var isWorking = true

    /// Begins a document; `isASCII`: every other character is written as an escape.
    ///
    /// C: `yaml_emitter_initialize`, `yaml_emitter_set_output`.
    public init(isASCII: Bool = false) throws(YAMLError) {
        let made = UnsafeMutablePointer<yaml_emitter_t>.allocate(capacity: 1)
        guard unsafe yaml_emitter_initialize(made) == 1 else {
            unsafe made.deallocate()
            throw YAMLError("no memory for the emitter", at: YAMLPlace(line: 1, column: 1))
        }
        unsafe emitter = unsafe made
        unsafe output = .allocate(capacity: 1)
        unsafe output.initialize(to: [])
        unsafe yaml_emitter_set_output(
            emitter,
            { data, bytes, count in
                guard let data = unsafe data, let bytes = unsafe bytes else { return 0 }
                let output = unsafe data.assumingMemoryBound(to: [UInt8].self)
                unsafe output.pointee.append(
                    contentsOf: UnsafeBufferPointer(start: bytes, count: count)
                )
                return 1
            },
            output
        )
        unsafe yaml_emitter_set_unicode(emitter, isASCII ? 0 : 1)
        unsafe yaml_emitter_set_width(emitter, -1)
        unsafe emit { event in unsafe yaml_stream_start_event_initialize(event, YAML_UTF8_ENCODING)
        }
        unsafe emit { event in unsafe yaml_document_start_event_initialize(event, nil, nil, nil, 1)
        }
    }

    deinit {
        unsafe yaml_emitter_delete(emitter)
        unsafe emitter.deallocate()
        unsafe output.deinitialize(count: 1)
        unsafe output.deallocate()
    }

    /// Begins a list; its values follow, then `endList`.
    public mutating func beginList() {
        unsafe emit { event in
            unsafe yaml_sequence_start_event_initialize(
                event,
                nil,
                nil,
                1,
                YAML_BLOCK_SEQUENCE_STYLE
            )
        }
    }

    /// Ends a list.
    public mutating func endList() {
        unsafe emit { event in unsafe yaml_sequence_end_event_initialize(event) }
    }

    /// Begins a mapping; its keys and values follow in turn, then `endMapping`.
    public mutating func beginMapping() {
        unsafe emit { event in
            unsafe yaml_mapping_start_event_initialize(
                event,
                nil,
                nil,
                1,
                YAML_BLOCK_MAPPING_STYLE
            )
        }
    }

    /// Ends a mapping.
    public mutating func endMapping() {
        unsafe emit { event in unsafe yaml_mapping_end_event_initialize(event) }
    }

    /// Writes a text, as a key or a value.
    public mutating func text(_ text: String) {
        switch YAML.form(of: text) {
        case .plain where YAMLValue(plain: text) == .string:
            scalar(text, YAML_PLAIN_SCALAR_STYLE)
        case .plain, .single: scalar(text, YAML_SINGLE_QUOTED_SCALAR_STYLE)
        case .double: scalar(text, YAML_DOUBLE_QUOTED_SCALAR_STYLE)
        }
    }

    /// Writes a number, `true`, `false` or `null`, as it stands.
    public mutating func word(_ text: String) { scalar(text, YAML_PLAIN_SCALAR_STYLE) }

    /// Ends the document and returns its bytes.
    ///
    /// - Throws: when libyaml ran out of memory or refused the order of the calls.
    public mutating func finish() throws(YAMLError) -> [UInt8] {
        unsafe emit { event in unsafe yaml_document_end_event_initialize(event, 1) }
        unsafe emit { event in unsafe yaml_stream_end_event_initialize(event) }
        guard isWorking else {
            throw YAMLError("the emitter failed", at: YAMLPlace(line: 1, column: 1))
        }
        return unsafe output.pointee
    }

    private mutating func scalar(_ text: String, _ style: yaml_scalar_style_t) {
        var text = text
        text.withUTF8 { bytes in
            unsafe emit { event in
                unsafe yaml_scalar_event_initialize(
                    event,
                    nil,
                    nil,
                    bytes.baseAddress,
                    Int32(bytes.count),
                    1,
                    1,
                    style
                )
            }
        }
    }

    /// Makes an event and emits it; libyaml frees it, also when it fails.
    ///
    /// C: `yaml_emitter_emit`.
    private mutating func emit(_ make: (UnsafeMutablePointer<yaml_event_t>) -> Int32) {
        guard isWorking else { return }
        var event = unsafe yaml_event_t()
        guard unsafe withUnsafeMutablePointer(to: &event, { unsafe make($0) }) == 1,
            unsafe yaml_emitter_emit(emitter, &event) == 1
        else {
            isWorking = false
            return
        }
    }
}
