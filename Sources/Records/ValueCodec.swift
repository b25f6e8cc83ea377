// The seam for forms of keys and values: bytes to JSON, and JSON to bytes.

public import JSON

/// A form of keys and values that JSON can show.
///
/// `decode` and `encode` undo one another: what `decode` wrote, `encode` turns back into a value of
/// the same content.
public protocol ValueCodec: Sendable {
    /// Appends the JSON of a value, on one line and with no byte that a terminal acts on.
    ///
    /// - Throws: the place in the bytes and the reason; nothing has been appended then.
    func decode(_ bytes: RawSpan, into buffer: inout ByteBuffer) throws(ValueCodecError)

    /// Appends the bytes of the value that one JSON value stands for.
    ///
    /// - Throws: the place in the JSON and the reason; nothing has been appended then.
    func encode(_ json: RawSpan, into bytes: inout [UInt8]) throws(ValueCodecError)
}

/// A value that is not of a codec's form.
public struct ValueCodecError: Error, Equatable {
    /// The byte of the input at which it went wrong, counted from 0.
    public let offset: Int
    /// The reason, without the place.
    public let reason: String

    /// Makes an error.
    public init(at offset: Int, _ reason: String) {
        self.offset = offset
        self.reason = reason
    }
}

/// Values that are JSON themselves.
public struct JSONCodec: ValueCodec {
    /// Makes the codec.
    public init() {}

    /// Appends the JSON as it is, on one line.
    public func decode(
        _ bytes: RawSpan,
        into buffer: inout ByteBuffer
    ) throws(ValueCodecError) {
        do throws(JSONError) {
            try buffer.append(oneLineJSON: bytes)
        } catch {
            throw ValueCodecError(at: error.offset, error.reason)
        }
    }

    /// Appends the JSON's own text.
    public func encode(_ json: RawSpan, into bytes: inout [UInt8]) throws(ValueCodecError) {
        do throws(JSONError) {
            var reader = JSONReader(json)
            _ = try reader.rawValue()
            try reader.end()
        } catch {
            throw ValueCodecError(at: error.offset, error.reason)
        }
        json.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
}
