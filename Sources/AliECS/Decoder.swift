// From a record's bytes to a message: checked, then unpacked by libprotobuf-c.

internal import CAliECSEvents
internal import CProtobufC
internal import JSON

/// The style in which a message is written as JSON.
public struct MessageStyle: Sendable {
    /// True when fields that are at their defaults are written too.
    public var showsDefaults = false
    /// True when fields that the schema does not have are written too.
    public var showsUnknown = false
    /// True when texts that hold JSON are written as JSON.
    public var expandsJSON = false
    /// True when times are written as RFC 3339 in UTC instead of as numbers.
    public var readableTimes = false

    /// Canonical proto3 JSON.
    public init() {}
}

/// Decodes messages, one after another.
@safe public struct Decoder: ~Copyable {
    let arena = Arena()
    /// The message that `open` has unpacked; it lives in the arena.
    var message: UnsafeMutablePointer<ProtobufCMessage>?
    var shape = Schema.shared.shape(of: .event)
    /// The type that `open` was asked for.
    public private(set) var type = MessageType.event
    /// True when the opened message has fields that the schema does not have.
    public private(set) var hasUnknown = false

    /// Makes a decoder, which uses its memory again for each message.
    public init() {}

    /// Takes a message, in place of the one before.
    ///
    /// `isSure`: the user has named the type. Otherwise it comes from the topic, and a message that
    /// only makes sense as another one is an error. C: `protobuf_c_message_unpack`.
    /// - Throws: `DecodeError` when the bytes are not such a message; there is none to be read then.
    public mutating func open(
        _ bytes: RawSpan,
        as type: MessageType,
        isSure: Bool = true
    ) throws(DecodeError) {
        unsafe message = nil
        arena.empty()
        if type != self.type { shape = Schema.shared.shape(of: type) }
        self.type = type
        hasUnknown = false
        do throws(DecodeError) {
            var check = WireCheck()
            try check.check(bytes, as: shape)
            hasUnknown = check.hasUnknown
            let shape = shape
            unsafe message = bytes.withUnsafeBytes { bytes in
                unsafe arena.withAllocator {
                    unsafe protobuf_c_message_unpack(
                        shape.descriptor,
                        $0,
                        bytes.count,
                        // Of an empty message nothing is read: any address will do.
                        (bytes.baseAddress ?? UnsafeRawPointer(shape.descriptor))
                            .assumingMemoryBound(to: UInt8.self)
                    )
                }
            }
            guard unsafe message != nil else { throw DecodeError(.refused, at: 0) }
            if !isSure { try judge(check, bytes) }
        } catch {
            unsafe message = nil
            var error = error
            if error.looksLike == nil { error.looksLike = Self.form(of: bytes, insteadOf: type) }
            throw error
        }
    }

    /// Refuses a message that another type explains better.
    private func judge(
        _ check: borrowing WireCheck,
        _ bytes: RawSpan
    ) throws(DecodeError) {
        var fault: DecodeError?
        var other: String?
        switch type {
        case .newStateNotification:
            if let merged = check.merged {
                fault = DecodeError(.otherMessage, at: merged.position, field: merged.field)
                other = MessageType.activeRunsList.rawValue
            } else if isNanoseconds(unsigned(2)) {
                other = MessageType.event.rawValue
            }
        case .activeRunsList:
            if isNanoseconds(unsigned(2)) { other = MessageType.event.rawValue }
        case .event:
            let nanoseconds = unsigned(2)
            if unsigned(1) == 0, nanoseconds != 0, !isNanoseconds(nanoseconds) {
                other = MessageType.newStateNotification.rawValue
            }
        default: break
        }
        if let other {
            var error = fault ?? DecodeError(.otherMessage, at: 0)
            error.looksLike = other
            throw error
        }
        if check.hasUnknown, !check.hasKnown { throw DecodeError(.nothingKnown, at: 0) }
    }

    /// Returns the number of a field of the message as a whole; 0 when it is not there.
    private func unsigned(_ number: UInt32) -> UInt64 {
        var guess = Int(number) - 1
        guard let message = unsafe message, let field = shape.field(number, guess: &guess) else {
            return 0
        }
        return unsafe MessageValue(message, shape).bits(field) ?? 0
    }

    /// Returns true when a number is a time of our century in nanoseconds, and hence not in
    /// milliseconds.
    private func isNanoseconds(_ number: UInt64) -> Bool {
        number > 100_000_000_000_000_000
    }

    /// Returns the form that bytes have which are not the message that they should be.
    private static func form(of bytes: RawSpan, insteadOf type: MessageType) -> String? {
        func byte(_ index: Int) -> UInt8 {
            unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
        }
        guard bytes.byteCount > 1 else { return nil }
        if byte(0) == 0x1f, byte(1) == 0x8b { return "gzip" }
        if byte(0) == UInt8(ascii: "{") || byte(0) == UInt8(ascii: "[") {
            var reader = JSONReader(bytes)
            if (try? reader.rawValue()) != nil, (try? reader.end()) != nil { return "JSON" }
        }
        for other in [MessageType.event, .newStateNotification, .activeRunsList, .status]
        where other != type {
            if isMessage(bytes, other) { return other.rawValue }
        }
        if byte(0) == 0, bytes.byteCount > 6 {
            // A zero byte, the number of a schema, and where the message stands in it.
            for start in 5...7 where start < bytes.byteCount {
                if isMessage(bytes.extracting(start..<bytes.byteCount), type) {
                    return "\(type.rawValue) in a schema registry's frame"
                }
            }
        }
        return nil
    }

    private static func isMessage(_ bytes: RawSpan, _ type: MessageType) -> Bool {
        var check = WireCheck()
        guard (try? check.check(bytes, as: Schema.shared.shape(of: type))) != nil else {
            return false
        }
        return check.hasKnown && !check.hasUnknown && check.merged == nil
    }
}
