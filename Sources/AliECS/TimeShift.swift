// The times in a message, all moved by the same span, with every other byte as it was.
//
// The message is not decoded: fields that the schema does not know, orders and encodings stay. Only
// numbers that are times are written anew, and the lengths of what they stand in.

/// Moves the times that messages hold.
public struct TimeShift: Sendable {
    /// The span, in milliseconds.
    public let milliseconds: Int64

    /// Moves by so many milliseconds.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Returns a message's own time, in milliseconds since 1970; nil when it has none or is no
    /// message.
    public static func time(of bytes: RawSpan, as type: MessageType) -> Int64? {
        let shape = Schema.shared.shape(of: type)
        var index = 0
        var guess = 0
        var found: UInt64?
        while index < bytes.byteCount {
            guard let tag = number(bytes, &index) else { return nil }
            switch tag & 7 {
            case 0:
                guard let value = number(bytes, &index) else { return nil }
                let unit = field(tag, of: shape, &guess)?.unit ?? .none
                switch unit {
                case .milliseconds where value > 0: found = found ?? value
                case .nanoseconds where value > 0: found = value / 1_000_000
                case .milliseconds, .nanoseconds, .none: break
                }
            case 1: index += 8
            case 5: index += 4
            case 2:
                guard let count = number(bytes, &index), count <= UInt64(bytes.byteCount - index)
                else { return nil }
                index += Int(count)
            default: return nil
            }
            guard index <= bytes.byteCount else { return nil }
        }
        return found.map { Int64(clamping: $0) }
    }

    /// Returns the same message with its times moved; nil when it is none.
    public func shifted(_ bytes: RawSpan, as type: MessageType) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.byteCount + 8)
        return write(bytes, Schema.shared.shape(of: type), to: &result) ? result : nil
    }

    private func write(
        _ bytes: RawSpan,
        _ shape: MessageShape,
        to result: inout [UInt8]
    ) -> Bool {
        var index = 0
        var guess = 0
        while index < bytes.byteCount {
            let start = index
            guard let tag = Self.number(bytes, &index) else { return false }
            let field = Self.field(tag, of: shape, &guess)
            switch tag & 7 {
            case 0:
                guard let value = Self.number(bytes, &index) else { return false }
                guard let unit = field?.unit, unit != .none else { break }
                Self.append(tag, to: &result)
                Self.append(value == 0 ? 0 : moved(value, unit), to: &result)
                continue
            case 1: index += 8
            case 5: index += 4
            case 2:
                guard let length = Self.number(bytes, &index),
                    let count = Int(exactly: length), count <= bytes.byteCount - index
                else { return false }
                if field?.kind == .message, let inner = field?.message {
                    var part: [UInt8] = []
                    let body = bytes.extracting(index..<index + count)
                    guard write(body, inner, to: &part) else { return false }
                    Self.append(tag, to: &result)
                    Self.append(UInt64(part.count), to: &result)
                    result += part
                    index += count
                    continue
                }
                index += count
            default: return false
            }
            guard index <= bytes.byteCount else { return false }
            unsafe bytes.extracting(start..<index).withUnsafeBytes {
                unsafe result.append(contentsOf: $0)
            }
        }
        return true
    }

    /// Numbers that would not fit any more wrap round, as they would in the field.
    private func moved(_ value: UInt64, _ unit: FieldShape.TimeUnit) -> UInt64 {
        var span = milliseconds
        if unit == .nanoseconds { span = span.multipliedReportingOverflow(by: 1_000_000).0 }
        return value &+ UInt64(bitPattern: span)
    }

    /// Returns the field of a tag, where the schema has it.
    private static func field(
        _ tag: UInt64,
        of shape: MessageShape,
        _ guess: inout Int
    ) -> FieldShape? {
        UInt32(exactly: tag >> 3).flatMap { shape.field($0, guess: &guess) }
    }

    private static func number(_ bytes: RawSpan, _ index: inout Int) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard index < bytes.byteCount else { return nil }
            let byte = unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            index += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }

    private static func append(_ number: UInt64, to result: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            result.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        result.append(UInt8(rest))
    }
}
