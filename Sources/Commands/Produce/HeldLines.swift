// The lines of a transaction's records, held until it is known whether they are wanted.
//
// 1. There is one line for each serial number from the first on, in their order.
// 2. A few MiB are held in memory; more goes into a file without a name.

import JSON
import Reactor

/// Lines by serial number.
final class HeldLines {
    private let folder: String
    private var first = 0
    private var count = 0
    private var memory: [UInt8] = []
    private var spool: Spool?
    private var replaced: [Int: [UInt8]] = [:]

    private static let memoryLimit = 8 << 20
    private static let readSize = 262_144

    /// Holds nothing; `folder` is where a file is made when there is more than fits into memory.
    init(folder: String) {
        self.folder = folder
    }

    /// True when no line is held.
    var isEmpty: Bool { count == 0 }

    /// Holds the next line, or another one in place of the one with this serial number.
    func add(_ serial: Int, _ line: RawSpan) throws(ReactorError) {
        if count > 0, serial < first + count {
            replaced[serial] = line.withUnsafeBytes { [UInt8]($0) }
            return
        }
        if count == 0 { first = serial }
        count += 1
        line.withUnsafeBytes { memory.append(contentsOf: $0) }
        guard memory.count > Self.memoryLimit else { return }
        if spool == nil { spool = try Spool(in: folder) }
        let full = memory
        memory = []
        try spool?.append(full.span.bytes)
    }

    /// Forgets all lines.
    func removeAll() {
        count = 0
        memory.removeAll()
        spool = nil
        replaced.removeAll()
    }

    /// Passes all lines to `body` in order, several at a time.
    func forEach(_ body: (RawSpan) -> Void) throws(ReactorError) {
        var serial = first
        var rest: [UInt8] = []
        var offset = 0
        while let size = spool?.size, offset < size {
            let chunk = try spool?.read(upTo: Self.readSize, at: offset) ?? []
            if chunk.isEmpty { break }
            offset += chunk.count
            rest += chunk
            let done = emit(rest.span.bytes, &serial, body)
            rest.removeFirst(done)
        }
        rest += memory
        _ = emit(rest.span.bytes, &serial, body)
    }

    /// Passes the whole lines at the beginning to `body`; returns the number of their bytes.
    private func emit(_ bytes: RawSpan, _ serial: inout Int, _ body: (RawSpan) -> Void) -> Int {
        var start = 0
        while let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start) {
            if let line = replaced[serial] {
                body(line.span.bytes)
            } else {
                body(bytes.extracting(start...end))
            }
            serial += 1
            start = end + 1
        }
        return start
    }
}
