// The reason bytes are not the message that they are said to be.

/// A fault of a message, and where it is.
public struct DecodeError: Error, Equatable, Sendable {
    /// The reason of the error.
    public enum Reason: Equatable, Sendable {
        /// The field's `needed` bytes are not there.
        case truncated(needed: UInt64, left: Int)
        /// The tag or number does not end within the message.
        case unfinishedNumber
        /// A tag, a length or a number with more bytes than it can have.
        case longNumber(limit: Int)
        /// Field numbers begin with 1.
        case numberZero
        /// Wire types 6 and 7 do not exist.
        case wireType(UInt32)
        /// A group, which no version of the schemas has.
        case group
        /// The field is of another kind.
        case wrongWireType(found: UInt32, expected: UInt32)
        /// The text is not UTF-8.
        case notUTF8
        /// The text holds a zero byte, where C ends it.
        case zeroByte
        /// The same alternative twice, which would have to be merged.
        case alternativeTwice
        /// Valid, but what it says only makes sense as another message.
        case otherMessage
        /// Nothing in it is known.
        case nothingKnown
        /// libprotobuf-c refuses what seemed right.
        case refused
    }

    /// The reason.
    public var reason: Reason
    /// The byte that it begins at, from 0.
    public var position: Int
    /// The field, such as `activeRuns[2].state`; empty for the message as a whole.
    public var field: String
    /// The form that the bytes have instead, when they have one.
    public var looksLike: String?

    init(_ reason: Reason, at position: Int, field: String = "") {
        self.reason = reason
        self.position = position
        self.field = field
    }

    /// Returns the same fault, seen from the message around.
    func inside(_ outer: String) -> DecodeError {
        var copy = self
        copy.field = field.isEmpty ? outer : "\(outer).\(field)"
        return copy
    }

    /// The reason in words.
    public var text: String {
        switch reason {
        case .truncated(let needed, let left):
            "\(needed) \(needed == 1 ? "byte is" : "bytes are") announced, \(left) left"
        case .unfinishedNumber: "the message ends within a number"
        case .longNumber(let limit): "a number of more than \(limit) bytes"
        case .numberZero: "field number 0"
        case .wireType(let type): "wire type \(type) does not exist"
        case .group: "a group, which is not supported"
        case .wrongWireType(let found, let expected):
            "wire type \(Self.name(found)) instead of \(Self.name(expected))"
        case .notUTF8: "the text is not UTF-8"
        case .zeroByte: "the text holds a zero byte"
        case .alternativeTwice: "the same alternative twice"
        case .otherMessage: "another message than this topic has"
        case .nothingKnown: "no field is known"
        case .refused: "libprotobuf-c refuses it"
        }
    }

    /// Returns the name of a wire type.
    static func name(_ wireType: UInt32) -> String {
        switch wireType {
        case 0: "VARINT"
        case 1: "I64"
        case 2: "LEN"
        case 3, 4: "GROUP"
        case 5: "I32"
        default: "\(wireType)"
        }
    }
}
