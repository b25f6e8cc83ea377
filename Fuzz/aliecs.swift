// Fuzzes the decoder of AliECS's messages: any bytes, taken for each message of the schemas, are
// decoded to JSON or refused with a place in them, and the same the second time.

import AliECS
import JSON

/// Every way of writing at once, beside the plain one.
private let verbose: MessageStyle = {
    var style = MessageStyle()
    style.showsDefaults = true
    style.showsUnknown = true
    style.expandsJSON = true
    style.readableTimes = true
    return style
}()

private let topics = ["aliecs.env_leave_state.RUNNING", "aliecs.run", "other"].map(AliECSTopic.init)

/// Reads one input.
///
/// libFuzzer calls it; failing is trapping.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    // One decoder for all, as in a read: what one message left behind must not reach the next.
    var decoder = Decoder()
    for type in MessageType.allCases {
        let first = text(of: bytes, as: type, by: &decoder, isSure: true)
        let doubted = text(of: bytes, as: type, by: &decoder, isSure: false)
        precondition(doubted == nil || doubted == first, "doubt changes no value")
        let second = text(of: bytes, as: type, by: &decoder, isSure: true)
        precondition(second == first, "the second time is as the first")
    }
    return 0
}

/// What a message is as JSON; nil when it is refused.
private func text(
    of bytes: [UInt8],
    as type: MessageType,
    by decoder: inout Decoder,
    isSure: Bool
) -> String? {
    do throws(DecodeError) {
        try decoder.open(bytes.span.bytes, as: type, isSure: isSure)
    } catch {
        precondition((0...bytes.count).contains(error.position), "an error is inside the message")
        precondition(!error.text.isEmpty, "an error says something")
        precondition(error.reason != .refused, "what the check lets pass is decoded")
        return nil
    }
    var buffer = ByteBuffer()
    decoder.appendJSON(to: &buffer, style: verbose)
    check(buffer)
    buffer.removeAll()
    decoder.appendJSON(to: &buffer)
    check(buffer)
    for topic in topics {
        let facts = decoder.facts(from: topic)
        precondition(type.isWhole || facts.environment.isEmpty, "a part says nothing")
    }
    return buffer.text
}

private func check(_ buffer: borrowing ByteBuffer) {
    guard case .object? = try? JSONValue(parsing: buffer.bytes) else {
        preconditionFailure("a message is an object")
    }
    let isOneLine = buffer.bytes.withUnsafeBytes { bytes in bytes.allSatisfy { $0 >= 0x20 } }
    precondition(isOneLine, "on one line")
}
