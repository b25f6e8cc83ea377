// A message that libprotobuf-c has unpacked: what its fields hold, by the table.

internal import CProtobufC

/// A view of a message in the arena.
///
/// Not to be kept beyond the next message.
@safe struct MessageValue {
    let shape: MessageShape
    private let base: UnsafeRawPointer
    private let raw: UnsafePointer<ProtobufCMessage>

    /// Looks at `message`, which was unpacked as `shape` says.
    init(_ message: UnsafePointer<ProtobufCMessage>, _ shape: MessageShape) {
        unsafe raw = message
        unsafe base = UnsafeRawPointer(message)
        self.shape = shape
    }

    init(_ message: UnsafeMutablePointer<ProtobufCMessage>, _ shape: MessageShape) {
        unsafe self.init(UnsafePointer(message), shape)
    }

    /// Returns the bits of a number, extended to 64 with its sign; nil when it is not there.
    func bits(_ field: FieldShape) -> UInt64? {
        guard isSet(field) else { return nil }
        switch field.kind {
        case .bool:
            return load(field.offset, as: protobuf_c_boolean.self) == 0 ? 0 : 1
        case .choice, .int32:
            let number = load(field.offset, as: Int32.self)
            return UInt64(bitPattern: Int64(number))
        case .uint32: return UInt64(load(field.offset, as: UInt32.self))
        case .int64, .uint64: return load(field.offset, as: UInt64.self)
        case .text, .message, .map: return nil
        }
    }

    /// Returns a text; nil when it is not there.
    func text(_ field: FieldShape) -> UnsafePointer<CChar>? {
        guard !field.isOneof || isSet(field) else { return nil }
        return unsafe load(field.offset, as: UnsafePointer<CChar>?.self)
    }

    /// Returns a message within; nil when it is not there.
    func message(_ field: FieldShape) -> MessageValue? {
        guard !field.isOneof || isSet(field), let inner = field.message,
            let message = unsafe load(field.offset, as: UnsafePointer<ProtobufCMessage>?.self)
        else { return nil }
        return unsafe MessageValue(message, inner)
    }

    /// Returns the number of values of a field that may be there several times.
    func count(_ field: FieldShape) -> Int {
        load(field.quantifier, as: Int.self)
    }

    /// Returns one of several texts.
    func text(_ field: FieldShape, at index: Int) -> UnsafePointer<CChar>? {
        unsafe load(field.offset, as: UnsafePointer<UnsafePointer<CChar>?>?.self)?[index]
    }

    /// Returns one of several messages.
    func message(_ field: FieldShape, at index: Int) -> MessageValue? {
        guard let inner = field.message,
            let all = unsafe load(
                field.offset,
                as: UnsafePointer<UnsafePointer<ProtobufCMessage>?>?.self
            ), let message = unsafe all[index]
        else { return nil }
        return unsafe MessageValue(message, inner)
    }

    /// The number of fields that the schema does not have.
    var unknownCount: Int { unsafe Int(raw.pointee.n_unknown_fields) }

    /// Returns a field that the schema does not have; of `LEN` the bytes begin with their length.
    func unknown(_ index: Int) -> (number: UInt32, wireType: UInt32, bytes: UnsafeRawBufferPointer)
    {
        let field = unsafe raw.pointee.unknown_fields[index]
        return unsafe (
            field.tag, field.wire_type.rawValue,
            UnsafeRawBufferPointer(start: field.data, count: field.len)
        )
    }

    /// Returns true when a single value is there.
    private func isSet(_ field: FieldShape) -> Bool {
        let mark = load(field.quantifier, as: UInt32.self)
        return field.isOneof ? mark == field.number : mark != 0
    }

    private func load<Value>(_ offset: Int, as type: Value.Type) -> Value {
        unsafe base.loadUnaligned(fromByteOffset: offset, as: type)
    }
}
