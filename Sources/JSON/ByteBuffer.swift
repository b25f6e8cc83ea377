// One growing block of raw bytes: what is printed is put together here and nowhere else.
//
// Invariants:
// 1. `count <= capacity`; bytes from `count` on are uninitialised and never read.
// 2. Capacity only grows, so a buffer that is emptied and filled again allocates nothing.
// 3. Nothing outside this target sees the block except as a `RawSpan` borrowed from the buffer.

import Glibc

/// A growable byte buffer with one owner, freed when the owner goes away.
///
/// Appending copies; no call keeps a reference to what was handed in. Running out of memory ends
/// the process, as `malloc` failure does everywhere in Swift.
public struct ByteBuffer: ~Copyable {
    @usableFromInline var base: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int

    /// Bytes in the buffer.
    public var count: Int { length }

    @usableFromInline var length: Int

    /// Makes an empty buffer.
    ///
    /// - Parameter capacity: bytes set aside at once; at least 64 are.
    public init(capacity: Int = 4096) {
        self.capacity = max(capacity, 64)
        base = UnsafeMutableRawPointer.allocate(byteCount: self.capacity, alignment: 16)
        length = 0
    }

    deinit {
        base.deallocate()
    }

    /// True when the buffer holds nothing.
    public var isEmpty: Bool { count == 0 }

    /// The bytes, for as long as the buffer is neither changed nor gone.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = RawSpan(_unsafeStart: base, byteCount: count)
            return _overrideLifetime(span, borrowing: self)
        }
    }

    /// The contents as text; bytes that are not UTF-8 become replacement characters.
    public var text: String {
        String(decoding: UnsafeRawBufferPointer(start: base, count: count), as: UTF8.self)
    }

    /// Forgets the contents and keeps the block.
    public mutating func removeAll() {
        length = 0
    }

    /// Forgets everything after the first `newCount` bytes.
    public mutating func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= count, "a buffer is only ever cut shorter")
        length = newCount
    }

    /// Forgets the first `length` bytes and moves the rest to the front.
    public mutating func removeFirst(_ length: Int) {
        precondition(length >= 0 && length <= count, "no more is removed than there is")
        memmove(base, base + length, count - length)
        self.length -= length
    }

    /// Makes room for `extra` more bytes.
    @inlinable
    public mutating func reserve(_ extra: Int) {
        if capacity - length < extra { grow(by: extra) }
    }

    @usableFromInline @inline(never)
    mutating func grow(by extra: Int) {
        let wanted = max(capacity * 2, length + extra)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
        larger.copyMemory(from: base, byteCount: length)
        base.deallocate()
        base = larger
        capacity = wanted
    }

    /// Appends one byte.
    @inlinable
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: length, as: UInt8.self)
        length += 1
    }

    /// Appends bytes.
    @inlinable
    public mutating func append(_ span: RawSpan) {
        span.withUnsafeBytes { append($0) }
    }

    /// Appends a literal; its length is known where it is written, so copying it is a few stores.
    @inlinable @inline(__always)
    public mutating func append(_ literal: StaticString) {
        reserve(literal.utf8CodeUnitCount)
        (base + length).copyMemory(
            from: literal.utf8Start,
            byteCount: literal.utf8CodeUnitCount
        )
        length += literal.utf8CodeUnitCount
    }

    /// Appends the UTF-8 of `text`.
    public mutating func append(text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Appends `number` in decimal digits.
    public mutating func append(decimal number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(decimal: number.magnitude)
    }

    /// Appends `number` in decimal digits.
    public mutating func append(decimal number: UInt64) {
        if number < 10 {
            return append(UInt8(truncatingIfNeeded: number) + UInt8(ascii: "0"))
        }
        // Written from the back, two digits at a time, behind where they belong; then moved there.
        let room = 24
        reserve(2 * room)
        let start = base + length
        var position = 2 * room
        var rest = number
        while rest >= 100 {
            let pair = Int(truncatingIfNeeded: rest % 100)
            rest /= 100
            position -= 2
            start.storeBytes(of: digitPair(pair), toByteOffset: position, as: UInt16.self)
        }
        if rest >= 10 {
            position -= 2
            let pair = digitPair(Int(truncatingIfNeeded: rest))
            start.storeBytes(of: pair, toByteOffset: position, as: UInt16.self)
        } else {
            position -= 1
            let digit = UInt8(truncatingIfNeeded: rest) + UInt8(ascii: "0")
            start.storeBytes(of: digit, toByteOffset: position, as: UInt8.self)
        }
        start.copyMemory(from: start + position, byteCount: 2 * room - position)
        length += 2 * room - position
    }

    /// Lets `body` write at most `limit` bytes behind the contents.
    ///
    /// `body` returns how many it wrote; they are then part of the contents.
    /// - Throws: what `body` throws, with nothing added.
    @discardableResult
    public mutating func append<Failure: Error>(
        atMost limit: Int,
        _ body: (inout MutableRawSpan) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        reserve(limit)
        var room = MutableRawSpan(
            _unsafeBytes: UnsafeMutableRawBufferPointer(start: base + count, count: limit)
        )
        let written = try body(&room)
        precondition(written >= 0 && written <= limit, "no more is written than there is room for")
        length += written
        return written
    }

    /// Returns where `byte` first stands at or behind `start`; nil when it does not.
    ///
    /// C: `memchr`.
    public func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        precondition(start >= 0 && start <= count, "the search begins inside the buffer")
        guard let found = memchr(base + start, Int32(byte), count - start) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    @usableFromInline
    mutating func append(_ source: UnsafeRawBufferPointer) {
        guard let start = source.baseAddress, source.count > 0 else { return }
        reserve(source.count)
        (base + length).copyMemory(from: start, byteCount: source.count)
        length += source.count
    }

    /// Takes over `added` bytes that were written behind the contents, into reserved room.
    mutating func commit(_ added: Int) {
        length += added
    }
}

/// Returns two decimal digits as they stand in memory, the first one first.
@inline(__always)
private func digitPair(_ value: Int) -> UInt16 {
    let tens = UInt16(truncatingIfNeeded: (value &* 103) >> 10)
    let ones = UInt16(truncatingIfNeeded: value) &- tens &* 10
    return (0x3030 | ones << 8 | tens).littleEndian
}
