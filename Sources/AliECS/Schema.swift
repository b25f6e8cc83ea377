// The schemas as the descriptors define them, made ready for checking and printing.
// One table for all messages, so that no message has code of its own.
//
// The descriptors do not say all. They are made from proto2, where everything is optional, because
// protoc-c refuses optional fields of proto3; which fields are so in truth stands here. So does
// which numbers are times, and which texts usually hold JSON.

internal import CAliECSEvents
internal import CProtobufC

/// A field of a message.
///
/// Safe: it stands in the table for as long as the process lives.
@safe struct FieldShape {
    enum Kind: UInt8 { case text, message, map, choice, bool, int32, uint32, int64, uint64 }

    /// The meaning of a number as a time.
    enum TimeUnit: UInt8 { case none, milliseconds, nanoseconds }

    @unsafe struct Entry {
        let number: UInt32
        let kind: Kind
        let isRepeated: Bool
        let isOneof: Bool
        let hasPresence: Bool
        let unit: TimeUnit
        let holdsJSON: Bool
        let offset: Int
        let quantifier: Int
        let key: UnsafeRawBufferPointer
        let message: MessageShape?
        let choices: UnsafePointer<ProtobufCEnumDescriptor>?
    }

    fileprivate let entry: UnsafePointer<Entry>

    /// The number on the wire.
    var number: UInt32 { unsafe entry.pointee.number }
    /// Its kind.
    var kind: Kind { unsafe entry.pointee.kind }
    /// True when there may be several.
    var isRepeated: Bool { unsafe entry.pointee.isRepeated }
    /// True when it is one of several alternatives.
    var isOneof: Bool { unsafe entry.pointee.isOneof }
    /// True when absent and zero are different things.
    var hasPresence: Bool { unsafe entry.pointee.hasPresence }
    /// Of numbers: which time it is.
    var unit: TimeUnit { unsafe entry.pointee.unit }
    /// True when the text is usually JSON.
    var holdsJSON: Bool { unsafe entry.pointee.holdsJSON }
    /// The offset of the value in the C structure.
    var offset: Int { unsafe entry.pointee.offset }
    /// The offset of the count, the flag or the choice in it.
    var quantifier: Int { unsafe entry.pointee.quantifier }
    /// The name as it is printed, with quotes and colon.
    var key: RawSpan {
        @_lifetime(immortal)
        get {
            let span = unsafe RawSpan(_unsafeBytes: entry.pointee.key)
            return unsafe _overrideLifetime(span, copying: ())
        }
    }
    /// Of messages and maps.
    var message: MessageShape? { unsafe entry.pointee.message }
    /// Of choices.
    var choices: UnsafePointer<ProtobufCEnumDescriptor>? { unsafe entry.pointee.choices }

    /// The wire type that it has.
    var wireType: UInt32 {
        switch kind {
        case .text, .message, .map: 2
        case .choice, .bool, .int32, .uint32, .int64, .uint64: 0
        }
    }

    /// The name as it is printed.
    var name: String {
        unsafe key.extracting(1..<(key.byteCount - 2)).withUnsafeBytes { bytes in
            unsafe String(decoding: bytes, as: UTF8.self)
        }
    }
}

/// A message of the table.
///
/// Safe: as `FieldShape`.
@safe struct MessageShape {
    fileprivate let entries: UnsafePointer<FieldShape.Entry>
    /// The number of its fields.
    let count: Int
    /// The descriptor by which libprotobuf-c unpacks it.
    let descriptor: UnsafePointer<ProtobufCMessageDescriptor>

    /// A field by index; they stand in the order of their numbers, which is that of the schema.
    subscript(index: Int) -> FieldShape {
        precondition(index >= 0 && index < count, "a message's fields are counted from 0")
        return unsafe FieldShape(entry: entries + index)
    }

    /// Returns the field of a number.
    ///
    /// `guess` is the index to check first; afterwards the one after what was found.
    func field(_ number: UInt32, guess: inout Int) -> FieldShape? {
        if guess < count, unsafe entries[guess].number == number {
            guess += 1
            return self[guess - 1]
        }
        for index in 0..<count where unsafe entries[index].number == number {
            guess = index + 1
            return self[index]
        }
        return nil
    }
}

/// All messages.
///
/// Unchecked: everything is written once, before anybody gets to see it, and lives as long as the
/// process.
@safe final class Schema: @unchecked Sendable {
    /// The one table.
    static let shared = Schema()

    private var shapes: [String: MessageShape] = [:]

    private init() {
        guard var next = unsafe aliecs_messages() else { return }
        while let descriptor = unsafe next.pointee {
            _ = unsafe shape(of: descriptor)
            unsafe next += 1
        }
    }

    /// Returns a message's shape.
    func shape(of type: MessageType) -> MessageShape {
        guard let shape = shapes[type.rawValue] else {
            preconditionFailure("every message type stands in messages.c")
        }
        return shape
    }

    private func shape(of descriptor: UnsafePointer<ProtobufCMessageDescriptor>) -> MessageShape {
        // Its own short name has no underscores.
        let package = unsafe String(cString: descriptor.pointee.package_name)
        let full = unsafe String(cString: descriptor.pointee.name)
        let name = String(full.dropFirst(package.count + 1))
        if let known = shapes[name] { return known }
        let count = unsafe Int(descriptor.pointee.n_fields)
        let entries = UnsafeMutablePointer<FieldShape.Entry>.allocate(capacity: max(count, 1))
        for index in 0..<count {
            let entry = unsafe make(descriptor.pointee.fields[index], of: descriptor)
            unsafe (entries + index).initialize(to: entry)
        }
        let shape = unsafe MessageShape(entries: entries, count: count, descriptor: descriptor)
        shapes[name] = shape
        return shape
    }

    private func make(
        _ field: ProtobufCFieldDescriptor,
        of message: UnsafePointer<ProtobufCMessageDescriptor>
    ) -> FieldShape.Entry {
        let name = unsafe String(cString: field.name)
        let full = unsafe String(cString: message.pointee.name) + "." + name
        let isRepeated = unsafe field.label == PROTOBUF_C_LABEL_REPEATED
        var kind = unsafe Self.kind(field, full)
        var inner: MessageShape?
        var choices: UnsafePointer<ProtobufCEnumDescriptor>?
        if kind == .message, let descriptor = unsafe field.descriptor {
            let descriptor = unsafe descriptor.assumingMemoryBound(
                to: ProtobufCMessageDescriptor.self
            )
            inner = unsafe shape(of: descriptor)
            // Nothing marks a map but the name of its entries.
            let type = unsafe String(cString: descriptor.pointee.short_name)
            if isRepeated, type.hasSuffix("Entry") { kind = .map }
        }
        if kind == .choice, let descriptor = unsafe field.descriptor {
            unsafe choices = descriptor.assumingMemoryBound(to: ProtobufCEnumDescriptor.self)
        }
        return unsafe FieldShape.Entry(
            number: field.id,
            kind: kind,
            isRepeated: isRepeated,
            isOneof: field.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0,
            hasPresence: Self.present.contains(full),
            unit: Self.unit(name),
            holdsJSON: Self.holdingJSON.contains(full),
            offset: Int(field.offset),
            quantifier: Int(field.quantifier_offset),
            key: Self.key(Self.camelCase(name)),
            message: inner,
            choices: choices
        )
    }

    private static func kind(_ field: ProtobufCFieldDescriptor, _ name: String) -> FieldShape.Kind {
        switch unsafe field.type {
        case PROTOBUF_C_TYPE_STRING: return .text
        case PROTOBUF_C_TYPE_MESSAGE: return .message
        case PROTOBUF_C_TYPE_ENUM: return .choice
        case PROTOBUF_C_TYPE_BOOL: return .bool
        case PROTOBUF_C_TYPE_INT32: return .int32
        case PROTOBUF_C_TYPE_UINT32: return .uint32
        case PROTOBUF_C_TYPE_INT64: return .int64
        case PROTOBUF_C_TYPE_UINT64: return .uint64
        default: preconditionFailure("\(name): no schema has had a field of this type")
        }
    }

    /// Fields of which absent and zero are different things.
    private static let present: Set<String> = [
        "kafka.EnvInfo.runNumber", "kafka.EnvInfo.runType", "common.User.externalId",
        "common.User.id",
    ]

    /// Texts that usually hold JSON.
    private static let holdingJSON: Set<String> = [
        "events.Ev_IntegratedServiceEvent.payload", "events.Ev_EnvironmentEvent.VarsEntry.value",
    ]

    private static func unit(_ name: String) -> FieldShape.TimeUnit {
        switch name {
        case "timestamp", "enterStateTimestamp", "stableBeamsStart", "stableBeamsEnd":
            .milliseconds
        case "timestampNano", "timestamp_nano": .nanoseconds
        default: .none
        }
    }

    /// Names as canonical JSON has them.
    private static func camelCase(_ name: String) -> String {
        let parts = name.split(separator: "_")
        return parts.dropFirst().reduce(parts.first.map(String.init) ?? name) {
            $0 + $1.prefix(1).uppercased() + $1.dropFirst()
        }
    }

    private static func key(_ name: String) -> UnsafeRawBufferPointer {
        let bytes = Array("\"\(name)\":".utf8)
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        unsafe copy.copyBytes(from: bytes)
        return UnsafeRawBufferPointer(copy)
    }
}
