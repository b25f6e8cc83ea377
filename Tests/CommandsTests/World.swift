// A command's world made of memory: what it prints, what it says, and the status it ends with.

import Glibc
import Output
import Reactor
import Testing

@testable import CommandKit
@testable import Commands

/// What became of a run.
struct Outcome: Equatable {
    var status: Int32
    var output = ""
    var errors = ""
}

/// The outside world of the commands of one test.
struct World {
    var environment: [String: String] = [:]
    var input = ""
    var isTerminal = false
    var isInteractive = false
    var clock: any Clock = SystemClock()

    /// Runs kctl with these words.
    func run(_ words: [String]) -> Outcome {
        with { context in Kctl.run(words, in: &context).number }
    }

    /// Runs kctl with the words of `line`, which hold no blanks.
    func run(_ line: String) -> Outcome {
        run(line.split(separator: " ").map(String.init))
    }

    /// Does `body` in this world.
    func with(_ body: (inout Context) -> Int32) -> Outcome {
        var pipes: [Int32] = [0, 0]
        pipe(&pipes)
        let reader = Descriptor(pipes[0])
        do {
            // What a test types fits into the pipe, so this does not wait for a reader.
            let writer = Descriptor(pipes[1])
            let count = try? writer.write(input.utf8.span.bytes)
            #expect(count == input.utf8.count)
        }
        let output = MemorySink(isTerminal: isTerminal)
        let errors = MemorySink(isTerminal: isTerminal)
        var context = Context(
            output: OutputStream(output),
            errors: OutputStream(errors),
            input: reader.number,
            environment: environment,
            clock: clock,
            isInteractive: isInteractive
        )
        let status = body(&context)
        try? context.output.flush()
        return Outcome(status: status, output: output.text, errors: errors.text)
    }

    /// Does `body` in this world, and tells the error that it throws.
    func failure(_ body: (inout Context) throws(CommandError) -> Void) -> CommandError? {
        var failure: CommandError?
        _ = with { context in
            do throws(CommandError) { try body(&context) } catch { failure = error }
            return 0
        }
        return failure
    }
}
