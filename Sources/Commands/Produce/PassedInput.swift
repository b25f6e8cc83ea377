// The input that an earlier run has done, on its way past: read again, and measured.
//
// Where only the end of the input had ended the last record, what stands there now decides:
// nothing, or what ends that record as it was. Anything else would make it another one, of which a
// part was sent.

import CommandKit
import JSON

/// The input that is skipped before anything is cut.
struct PassedInput {
    /// The place to begin at.
    let place: Checkpoint.Place
    /// True once that is reached, and what stands behind it can be read from there.
    private(set) var isComplete = false

    private let path: String
    private let closings: [[UInt8]]
    private var input = 0
    private var passed = 0

    /// Passes nothing yet.
    ///
    /// `path`: the checkpoint's, for errors. `closings`: as a reader says.
    init(_ place: Checkpoint.Place, path: String, closings: [[UInt8]]) {
        self.place = place
        self.path = path
        self.closings = closings
    }

    private var isReached: Bool { input == place.input && passed == place.offset }

    /// Begins the next input; true when nothing of it is to be passed.
    mutating func begin(input: Int) -> Bool {
        self.input = input
        passed = 0
        isComplete = isReached && place.openEnd == nil
        return isComplete
    }

    /// Passes bytes that were read; returns the number of bytes passed.
    ///
    /// `isAtEnd`: the input called `name` has no more.
    /// - Throws: `CommandError` when the input has another size than it had.
    mutating func pass(
        _ count: Int,
        isAtEnd: Bool,
        _ name: String
    ) throws(CommandError) -> Int {
        let size = input < place.input ? place.sizes?[input] : place.offset
        let taken = input < place.input ? count : min(count, place.offset - passed)
        passed += taken
        if let size, input < place.input ? isAtEnd && passed != size : isAtEnd && passed < size {
            throw refusal(
                "\(name) has only \(counted(passed, "byte")), but the checkpoint"
                    + " '\(path)' covers \(size)"
            )
        }
        isComplete = isReached && place.openEnd == nil
        return taken
    }

    /// Passes what ends the last record that is done, when that had no end of its own.
    ///
    /// To be called behind `pass`; `rest` is what has been read behind the place.
    /// - Returns: the number of its bytes that are skipped.
    /// - Throws: `CommandError` when the record may be another one now.
    mutating func passEnd(
        _ rest: RawSpan,
        isAtEnd: Bool,
        _ name: String
    ) throws(CommandError) -> Int {
        guard isReached, !isComplete, let openEnd = place.openEnd else { return 0 }
        let expected = openEnd.size - place.offset
        if rest.byteCount <= expected, !isAtEnd { return 0 }
        if rest.byteCount < expected {
            let size = counted(place.offset + rest.byteCount, "byte")
            throw refusal(
                "\(name) has \(size), but had \(openEnd.size) at the checkpoint '\(path)'"
            )
        }
        if rest.byteCount == expected {
            isComplete = true
            return 0
        }
        if openEnd.kind == .lost {
            throw refusal(
                "\(name) cannot be read after byte \(openEnd.size), the place of checkpoint"
                    + " '\(path)': the last record there was invalid and had no end"
            )
        }
        if expected == 0 {
            if let closing = closings.first(where: { rest.has($0, at: 0) }) {
                isComplete = true
                return closing.count
            }
            let isBeginning = closings.contains { closing in
                rest.byteCount < closing.count
                    && rest.withUnsafeBytes { closing.starts(with: $0) }
            }
            if isBeginning, !isAtEnd { return 0 }
        }
        throw refusal(
            "the last record of \(name) was incomplete at byte \(openEnd.size), the place of"
                + " checkpoint '\(path)', and has grown since"
        )
    }

    /// Returns the error when the bytes are others than they were.
    func otherInput(_ name: String) -> CommandError {
        refusal(
            "'\(path)' is the checkpoint of another input: the first"
                + " \(counted(place.digest.bytes, "byte")) differ, up to \(name)"
        )
    }

    private func refusal(_ text: String) -> CommandError {
        CommandError(.failure, text, hint: CheckpointFile.hint)
    }
}
