// The input that an earlier run has done, on its way past: read again, and measured.

/// What is passed before anything is cut.
struct PassedInput {
    /// The place to begin at.
    let place: Checkpoint.Place
    /// True once that is reached.
    private(set) var isComplete = false

    private let path: String
    private var input = 0
    private var passed = 0

    /// `path`: the checkpoint's, for messages.
    init(_ place: Checkpoint.Place, path: String) {
        self.place = place
        self.path = path
    }

    /// Begins the next input; true when nothing of it is to be passed.
    mutating func begin(input: Int) -> Bool {
        self.input = input
        passed = 0
        isComplete = input == place.input && place.offset == 0
        return isComplete
    }

    /// Passes bytes that were read; how many of them.
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
            throw CommandError(
                .failure,
                "\(name) has \(counted(passed, "byte")), and \(size) of it are done"
                    + " by the checkpoint '\(path)'",
                hint: CheckpointFile.hint
            )
        }
        isComplete = input == place.input && passed == place.offset
        return taken
    }

    /// The error when the bytes are others than they were.
    func refusal(_ name: String) -> CommandError {
        CommandError(
            .failure,
            "'\(path)' is the checkpoint of another input: the first"
                + " \(counted(place.digest.bytes, "byte")) of what is read now differ,"
                + " as far as \(name)",
            hint: CheckpointFile.hint
        )
    }
}
