// The inputs of a run, one after the other, and how to name a place in them.

import CommandKit
import JSON
import Reactor

/// Standard input, or files in the order given.
struct InputQueue: ~Copyable {
    /// The files; `-` is standard input.
    let paths: [String]
    /// The index of the input being read; −1 before the first.
    private(set) var index = -1
    /// The size of all inputs in bytes, once checked; nil unless all are regular files.
    private(set) var totalSize: Int?

    private let standardInput: Int32
    private var current = Descriptor(-1, isOwned: false)
    private var firstLines: [Int] = []

    /// Makes a queue; no file is opened yet.
    init(_ paths: [String], standardInput: Int32) {
        self.paths = paths.isEmpty ? ["-"] : paths
        self.standardInput = standardInput
    }

    /// Finds files that cannot be read before anything is sent, and the size of all inputs.
    mutating func check() throws(CommandError) {
        var total: Int? = 0
        for path in paths {
            let size: Int?
            if path == "-" {
                size = Descriptor(standardInput, isOwned: false).size
            } else {
                do { size = try Descriptor.reading(path).size } catch {
                    throw CommandError(error, doing: "cannot read '\(path)'")
                }
            }
            total = size.flatMap { size in total.map { $0 + size } }
        }
        totalSize = total
    }

    /// Returns true when one of the inputs is the file at `path`.
    func reads(_ path: String) -> Bool {
        paths.contains { input in
            input == "-"
                ? Files.isOneFile(path, descriptor: standardInput) : Files.isOneFile(path, input)
        }
    }

    /// Opens the next input; false when there is none.
    ///
    /// `firstLine` is the number that its first line has, counted through all inputs.
    mutating func openNext(firstLine: Int) throws(CommandError) -> Bool {
        guard index + 1 < paths.count else { return false }
        index += 1
        firstLines.append(firstLine)
        let path = paths[index]
        if path == "-" {
            current = Descriptor(standardInput, isOwned: false)
            return true
        }
        do { current = try Descriptor.reading(path) } catch {
            throw CommandError(error, doing: "cannot read '\(path)'")
        }
        return true
    }

    /// Returns the number of an input's first line, counted through all inputs.
    func firstLine(of input: Int) -> Int {
        firstLines.indices.contains(input) ? firstLines[input] : 1
    }

    /// Sets the number of the first line of the input just opened.
    mutating func setFirstLine(_ line: Int) {
        guard !firstLines.isEmpty else { return }
        firstLines[firstLines.count - 1] = line
    }

    /// The name of the input that is read, for errors.
    var name: String {
        guard paths.indices.contains(index), paths[index] != "-" else { return "standard input" }
        return "'\(paths[index])'"
    }

    /// True when records are read from a terminal, on which a person types.
    var readsTerminal: Bool {
        paths.contains("-") && Descriptor(standardInput, isOwned: false).isTerminal
    }

    /// The descriptor to wait for.
    var number: Int32 { current.number }

    /// Reads what is there behind the contents of `block`; 0 is the end of this input.
    func read(into block: inout ByteBuffer, atMost limit: Int) throws(CommandError) -> Int {
        do {
            return try block.append(atMost: limit) { room throws(ReactorError) in
                try current.read(into: &room)
            }
        } catch {
            throw CommandError(error, doing: "cannot read \(name)")
        }
    }

    /// Returns the place of a line, counted through all inputs from 1: `line 7`, or `orders.txt:7`.
    func place(_ line: Int, column: Int? = nil) -> String {
        guard let input = firstLines.lastIndex(where: { $0 <= line }), paths[input] != "-" else {
            return column.map { "line \(line), column \($0)" } ?? "line \(line)"
        }
        let own = "\(paths[input]):\(line - firstLines[input] + 1)"
        return column.map { "\(own):\($0)" } ?? own
    }
}
