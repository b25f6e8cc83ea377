// Checks the bytes of a message strictly, in front of libprotobuf-c.
// That library accepts texts that are not UTF-8, cuts them at a zero byte, keeps the last of an
// alternative where the reference merges, and does not say what it refuses.
//
// What passes here is decoded by libprotobuf-c to what the reference decoders make of it.

import JSON

/// One pass over a message's bytes.
struct WireCheck: ~Copyable {
    /// True when there were fields that the schema does not have.
    private(set) var hasUnknown = false
    /// True when the message as a whole has a field that the schema has.
    private(set) var hasKnown = false
    /// The first message within that stood twice where there is one, and was merged.
    private(set) var merged: (position: Int, field: String)?

    /// Checks all of it.
    mutating func check(
        _ bytes: RawSpan,
        as shape: MessageShape
    ) throws(DecodeError) {
        try message(bytes, 0, bytes.byteCount, shape, isWhole: true)
    }

    private mutating func message(
        _ bytes: RawSpan,
        _ start: Int,
        _ end: Int,
        _ shape: MessageShape,
        isWhole: Bool
    ) throws(DecodeError) {
        var at = start
        var guess = 0
        var alternative: UInt32 = 0
        var seen: UInt64 = 0
        while at < end {
            let place = at
            let tag = try Self.tag(bytes, &at, end)
            let number = tag >> 3
            let type = tag & 7
            guard let field = shape.field(number, guess: &guess) else {
                hasUnknown = true
                try Self.skip(bytes, type, &at, end, place, number)
                continue
            }
            if isWhole { hasKnown = true }
            guard type == field.wireType else {
                var reason = DecodeError.Reason.wrongWireType(
                    found: type,
                    expected: field.wireType
                )
                if type == 3 || type == 4 { reason = .group }
                if type > 5 { reason = .wireType(type) }
                throw DecodeError(reason, at: place, field: field.name)
            }
            if type == 0 {
                try Self.pass(bytes, number: &at, end, named: field.name)
                continue
            }
            let length = try Self.length(bytes, &at, end, place, field)
            switch field.kind {
            case .text:
                try Self.text(bytes, at..<(at + length), field, start, place)
            default:
                if field.isOneof {
                    guard alternative != number else {
                        throw DecodeError(
                            .alternativeTwice,
                            at: place,
                            field: field.name
                        )
                    }
                    alternative = number
                } else if !field.isRepeated, number < 64 {
                    if seen & (1 << number) != 0, merged == nil {
                        merged = (place, field.name)
                    }
                    seen |= 1 << number
                }
                guard let inner = field.message else { break }
                do throws(DecodeError) {
                    try message(bytes, at, at + length, inner, isWhole: false)
                } catch {
                    let name = Self.name(of: field, in: bytes, from: start, to: place)
                    throw error.inside(name)
                }
            }
            at += length
        }
    }

    /// Returns the name of a field, with its index where it is repeated.
    private static func name(
        of field: FieldShape,
        in bytes: RawSpan,
        from start: Int,
        to place: Int
    ) -> String {
        let name = field.name
        guard field.isRepeated else { return name }
        // Everything before it has been passed over without a fault.
        var at = start
        var index = 0
        while at < place {
            let before = at
            guard let tag = try? tag(bytes, &at, place) else { break }
            if tag >> 3 == field.number { index += 1 }
            guard (try? skip(bytes, tag & 7, &at, place, before, tag >> 3)) != nil else { break }
        }
        return "\(name)[\(index)]"
    }

    private static func text(
        _ bytes: RawSpan,
        _ range: Range<Int>,
        _ field: FieldShape,
        _ start: Int,
        _ place: Int
    ) throws(DecodeError) {
        let fault = bytes.firstNonUTF8(in: range)
        let zero = bytes.extracting(range).firstIndex(of: 0).map { $0 + range.lowerBound }
        guard let position = [fault, zero].compactMap(\.self).min() else { return }
        throw DecodeError(
            position == fault ? .notUTF8 : .zeroByte,
            at: position,
            field: name(of: field, in: bytes, from: start, to: place)
        )
    }

    /// Reads a tag: at most 5 bytes, and a field number that is not 0.
    private static func tag(_ bytes: RawSpan, _ at: inout Int, _ end: Int) throws(DecodeError)
        -> UInt32
    {
        let place = at
        let first = byte(bytes, at)
        at += 1
        var tag = UInt64(first)
        if first >= 0x80 {
            tag &= 0x7f
            var shift: UInt64 = 7
            while true {
                guard at < end else { throw DecodeError(.unfinishedNumber, at: place) }
                let next = byte(bytes, at)
                at += 1
                tag |= UInt64(next & 0x7f) << shift
                if next < 0x80 { break }
                shift += 7
                guard shift < 35 else { throw DecodeError(.longNumber(limit: 5), at: place) }
            }
        }
        guard let tag = UInt32(exactly: tag) else {
            throw DecodeError(.longNumber(limit: 5), at: place)
        }
        guard tag >= 8 else { throw DecodeError(.numberZero, at: place) }
        return tag
    }

    /// Passes over a number of at most 10 bytes.
    private static func pass(
        _ bytes: RawSpan,
        number at: inout Int,
        _ end: Int,
        named name: @autoclosure () -> String
    ) throws(DecodeError) {
        let place = at
        while at < end {
            let isLast = byte(bytes, at) < 0x80
            at += 1
            if isLast { return }
            guard at - place < 10 else {
                throw DecodeError(.longNumber(limit: 10), at: place, field: name())
            }
        }
        throw DecodeError(.unfinishedNumber, at: place, field: name())
    }

    /// Reads a length, which what is left of the message must hold.
    private static func length(
        _ bytes: RawSpan,
        _ at: inout Int,
        _ end: Int,
        _ place: Int,
        _ field: FieldShape?,
        number: UInt32 = 0
    ) throws(DecodeError) -> Int {
        let start = at
        var length: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard at < end else {
                throw DecodeError(.unfinishedNumber, at: start, field: name(field, number))
            }
            let next = byte(bytes, at)
            at += 1
            // More than 9 bytes do not fit, and are refused below.
            if shift < 63 { length |= UInt64(next & 0x7f) << shift }
            if next < 0x80 { break }
            shift += 7
            guard shift < 70 else {
                throw DecodeError(
                    .longNumber(limit: 10),
                    at: start,
                    field: name(field, number)
                )
            }
        }
        if shift >= 63, length == 0 || byte(bytes, at - 1) != 0 { length = .max }
        guard length <= UInt64(end - at) else {
            throw DecodeError(
                .truncated(needed: length, left: end - at),
                at: place,
                field: name(field, number)
            )
        }
        guard shift < 35 else {
            // libprotobuf-c reads no more than 5 bytes of a length.
            throw DecodeError(.longNumber(limit: 5), at: start, field: name(field, number))
        }
        return Int(length)
    }

    private static func name(_ field: FieldShape?, _ number: UInt32) -> String {
        field?.name ?? "field \(number)"
    }

    /// Passes over the value of a field that the schema does not have.
    private static func skip(
        _ bytes: RawSpan,
        _ type: UInt32,
        _ at: inout Int,
        _ end: Int,
        _ place: Int,
        _ number: UInt32
    ) throws(DecodeError) {
        switch type {
        case 0: try pass(bytes, number: &at, end, named: "field \(number)")
        case 1, 5:
            let size = type == 1 ? 8 : 4
            guard end - at >= size else {
                throw DecodeError(
                    .truncated(needed: UInt64(size), left: end - at),
                    at: place,
                    field: "field \(number)"
                )
            }
            at += size
        case 2: at += try length(bytes, &at, end, place, nil, number: number)
        case 3, 4: throw DecodeError(.group, at: place, field: "field \(number)")
        default: throw DecodeError(.wireType(type), at: place, field: "field \(number)")
        }
    }

    @inline(__always)
    private static func byte(_ bytes: RawSpan, _ at: Int) -> UInt8 {
        unsafe bytes.unsafeLoad(fromByteOffset: at, as: UInt8.self)
    }
}
