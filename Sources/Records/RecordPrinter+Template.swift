// Records by a format: its steps one after the other, straight into the block.
//
// 1. A number that does not fit its form is cut, as others do it, and counted: what reads it back
//    would read another number. All bits set is the form of -1, so a number of that form is one.

import JSON
import Output

/// The facts printed of a record besides its bytes.
struct RecordFacts {
    var topic: Int
    var partition: Int32
    var offset: Int64
    var leaderEpoch: Int32
    var timestamp: (milliseconds: Int64, kind: TimestampKind)?
}

extension RecordPrinter {
    mutating func print(
        by template: OutputTemplate,
        _ facts: RecordFacts,
        key: RawSpan?,
        value: RawSpan?
    ) {
        runningNumber += 1
        let layout = template.layout
        let steps = layout.steps
        let literals = layout.parts.literals
        for index in steps.indices {
            let step = steps[index]
            let colour = isColoured ? Self.colour(of: step) : nil
            if let colour { buffer.append(colour) }
            switch step {
            case .literal(let start, let end):
                buffer.append(literals.span.bytes.extracting(start..<end))
            case .text(.value, let form):
                append(value, as: form, layout)
            case .text(.key, let form):
                append(key, as: form, layout)
            case .text(.topic, let form):
                let name = names[facts.topic]
                append(name.span.bytes, as: form, layout)
            case .number(let field, let form):
                append(number(field, facts, key?.byteCount, value?.byteCount), as: form)
            case .time(let number):
                if let time = facts.timestamp?.milliseconds {
                    layout.parts.times[number].append(time, to: &buffer)
                }
            case .headers(let number):
                appendHeaders(by: layout.parts.headers[number], layout)
            }
            if colour != nil { buffer.append("\u{1b}[0m") }
        }
    }

    private func number(
        _ field: FormatTemplate.NumberField,
        _ facts: RecordFacts,
        _ keySize: Int?,
        _ valueSize: Int?
    ) -> Int64 {
        switch field {
        case .topicSize: return Int64(names[facts.topic].count)
        case .keySize: return Int64(keySize ?? -1)
        case .valueSize: return Int64(valueSize ?? -1)
        case .headerCount: return Int64(headers.count)
        case .partition: return Int64(facts.partition)
        case .offset: return facts.offset
        case .leaderEpoch: return Int64(facts.leaderEpoch)
        case .timestamp: return facts.timestamp?.milliseconds ?? -1
        case .runningNumber: return runningNumber
        case .timestampType:
            switch facts.timestamp?.kind {
            case .create: return 0
            case .logAppend: return 1
            case nil: return -1
            }
        case .producerID, .producerEpoch, .logStart, .lastStable, .highWatermark, .deliveryCount,
            .acquisitionDeadline, .compression, .transactionalBit, .controlBit:
            preconditionFailure("what cannot be printed is refused by OutputTemplate")
        }
    }

    private mutating func appendHeaders(
        by steps: [OutputTemplate.Step],
        _ layout: OutputTemplate.Layout
    ) {
        // Taken out for the loop: the body changes the buffer beside it.
        let headers = self.headers
        let literals = layout.parts.literals
        let separator = layout.parts.headerSeparator
        var isFirst = true
        headers.forEach { name, value in
            if !isFirst { buffer.append(separator.span.bytes) }
            isFirst = false
            for step in steps {
                switch step {
                case .literal(let start, let end):
                    buffer.append(literals.span.bytes.extracting(start..<end))
                case .text(.key, let form): append(name, as: form, layout)
                case .text(_, let form): append(value, as: form, layout)
                case .number(.keySize, let form): append(Int64(name.byteCount), as: form)
                case .number(_, let form): append(Int64(value?.byteCount ?? -1), as: form)
                case .time, .headers: continue
                }
            }
        }
    }

    // MARK: - Colours

    /// Returns the colour that sets a step off: whatever is no value and no text of the format.
    private static func colour(of step: OutputTemplate.Step) -> StaticString? {
        switch step {
        case .text(.key, _): "\u{1b}[36m"
        case .headers: "\u{1b}[35m"
        case .text(.topic, _), .number, .time: "\u{1b}[90m"
        case .literal, .text(.value, _): nil
        }
    }

    // MARK: - Text

    private mutating func append(
        _ bytes: RawSpan?,
        as form: OutputTemplate.TextForm,
        _ layout: OutputTemplate.Layout
    ) {
        guard let bytes else {
            if case .json = form { buffer.append("null") }
            return
        }
        switch form {
        case .plain: appendPlain(bytes)
        case .hex: buffer.appendHex(bytes)
        case .base64: buffer.appendBase64(bytes)
        case .base64raw:
            buffer.appendBase64(bytes)
            let rest = bytes.byteCount % 3
            if rest > 0 { buffer.truncate(to: buffer.count - (3 - rest)) }
        case .json:
            let before = buffer.count
            buffer.append(UInt8(ascii: "\""))
            if buffer.appendEscaped(bytes) {
                buffer.append(UInt8(ascii: "\""))
                makeFit(from: before)
            } else {
                buffer.truncate(to: before)
                buffer.append("{\"base64\":\"")
                buffer.appendBase64(bytes)
                buffer.append("\"}")
            }
        case .unpacked(let number): append(bytes, unpacked: layout.parts.unpacked[number])
        }
    }

    private mutating func append(_ bytes: RawSpan, unpacked items: [FormatTemplate.Unpacked]) {
        var index = 0
        var last: FormatTemplate.Unpacked?
        // Numbers run into one another: a space keeps them apart where the format has none at all.
        let isSpaced = items.contains(.space)
        for item in items {
            let left = bytes.byteCount - index
            if !isSpaced, let last, last.isNumber, item.runsOn {
                buffer.append(UInt8(ascii: " "))
            }
            last = item
            switch item {
            case .space: buffer.append(UInt8(ascii: " "))
            case .rest:
                appendPlain(bytes.extracting(index..<bytes.byteCount))
                index = bytes.byteCount
            case .end:
                if left > 0 { appendRemark(left, "too many") }
            case .character:
                guard left > 0 else { return appendRemark(1, "too few") }
                appendPlain(bytes.extracting(index..<index + 1))
                index += 1
            case .number(let count, let isSigned, let isBigEndian):
                guard left >= count else { return appendRemark(count - left, "too few") }
                var number: UInt64 = 0
                for offset in 0..<count {
                    let place = index + (isBigEndian ? offset : count - 1 - offset)
                    let byte = bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self)
                    number = number << 8 | UInt64(byte)
                }
                index += count
                if isSigned {
                    let unused = UInt64(64 - 8 * count)
                    buffer.append(decimal: Int64(bitPattern: number << unused) >> Int64(unused))
                } else {
                    buffer.append(decimal: number)
                }
            }
        }
    }

    /// Appends a remark in the middle of what is printed, where the data are not what they should
    /// be.
    private mutating func appendRemark(_ count: Int, _ text: StaticString) {
        buffer.append("(")
        buffer.append(decimal: Int64(count))
        if count == 1 { buffer.append(" byte ") } else { buffer.append(" bytes ") }
        buffer.append(text)
        buffer.append(")")
    }

    // MARK: - Numbers

    private mutating func append(_ number: Int64, as form: FormatTemplate.NumberForm) {
        let bits = UInt64(bitPattern: number)
        switch form {
        case .ascii: buffer.append(decimal: number)
        case .hex: buffer.append(hex: bits, digits: nil)
        case .hexDigits(let count):
            buffer.append(hex: bits, digits: count)
            note(number, fitsIn: 4 * count)
        case .big(let count):
            for place in 0..<count { appendBinary(bits, 8 * (count - 1 - place)) }
            note(number, fitsIn: 8 * count)
        case .little(let count):
            for place in 0..<count { appendBinary(bits, 8 * place) }
            note(number, fitsIn: 8 * count)
        case .bool:
            if number == 0 { buffer.append("false") } else { buffer.append("true") }
        case .constant: preconditionFailure("what cannot be printed is refused by OutputTemplate")
        }
    }

    private mutating func note(_ number: Int64, fitsIn bits: Int) {
        guard bits < 64, number != -1 else { return }
        // A negative number is larger than all of these.
        if UInt64(bitPattern: number) >= (1 << UInt64(bits)) - 1 { cutNumbers += 1 }
    }

    private mutating func appendBinary(_ bits: UInt64, _ shift: Int) {
        let byte = UInt8(truncatingIfNeeded: bits >> UInt64(shift))
        if isForTerminal, !(0x20..<0x7f).contains(byte) {
            buffer.append("\\x")
            buffer.append(hex: UInt64(byte), digits: 2)
        } else {
            buffer.append(byte)
        }
    }
}
