// The files that kctl keeps, where something else is in their place.

import Glibc
import TestSupport
import Testing

struct OwnFilesTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try #require(TemporaryDirectory())
    }

    /// Runs a script in the folder, with a cluster that has topic `t`; errors go to `errors`.
    private func run(_ script: String) throws -> Outcome {
        let topics = "--topic t:2"
        return try Kctl.bash(
            """
            cd \(directory.path) && cat > script && kctl sandbox \(topics) -- bash script
            """,
            input: .text(script)
        )
    }

    /// What is read is never written over, whatever it is called.
    @Test(arguments: [
        "--failed-to in --file in", "--receipt in --file in", "--failed-to link --file in",
        "--failed-to in < in", "--receipt ./in < in",
    ])
    func anInputIsNotWrittenOver(words: String) throws {
        let outcome = try run(
            """
            seq 3 > in; ln -s in link
            kctl produce t \(words); echo "status $?"; cat in
            """
        )
        #expect(outcome.text == "status 2\n1\n2\n3\n", "\(outcome.errors)")
        #expect(outcome.errors.contains("is the input"))
    }

    @Test func twoFilesOfItsOwnAreTwo() throws {
        let outcome = try run("seq 3 | kctl produce t --failed-to x --checkpoint x; echo $?; ls")
        #expect(outcome.text == "2\nscript\n")
        #expect(outcome.errors.contains("--checkpoint and --failed-to both name 'x'"))
    }

    /// A pipe that nobody writes to is not waited for.
    @Test(arguments: [
        "kctl produce t --checkpoint fifo --file in", "kctl consume t -e --output-dir out",
    ])
    func aPipeIsNoStateOfOurs(line: String) throws {
        let outcome = try run(
            """
            seq 3 > in; mkfifo fifo; mkdir out; mkfifo out/kctl-offsets.json
            \(line); echo $?
            """
        )
        #expect(outcome.text == "1\n")
        #expect(outcome.errors.contains("it is no regular file"), "\(outcome.errors)")
    }

    /// A link in the place of data leads out of the folder.
    @Test func aResumedReaderCutsNothingBehindALink() throws {
        let outcome = try run(
            """
            seq 9 | kctl produce t 2> sent
            kctl consume t -e --output-dir out 2> read
            echo precious > victim
            rm out/t-0; ln -s ../victim out/t-0
            kctl consume t -e --resume --output-dir out; echo $?; cat victim
            """
        )
        #expect(outcome.text == "1\nprecious\n", "\(outcome.errors)")
    }

    @Test func aFolderHasAName() throws {
        let outcome = try run("kctl consume t -e --output-dir ''")
        #expect(outcome.ending == .exited(2))
        #expect(outcome.errors.contains("--output-dir: the path is empty"))
    }

    /// More lines than there can be ran over when they were counted on.
    @Test func aCheckpointThatCannotBeIsNone() throws {
        let outcome = try run(
            """
            seq 3 > in; kctl produce t --checkpoint ck --file in 2> sent
            sed -i 's/"lines":3/"lines":9223372036854775807/' ck; echo 4 >> in
            kctl produce t --checkpoint ck --file in; echo $?
            """
        )
        #expect(outcome.text == "7\n")
        #expect(outcome.errors.contains("'ck' is not a checkpoint"), "\(outcome.errors)")
    }

    /// Behind a record that failed for good the place stays, and the rest is sent all the same.
    @Test func aFailureDoesNotHoldUpWhatComesBehind() throws {
        let outcome = try run(
            """
            name=$(head -c 600 /dev/zero | tr '\\0' x)
            (printf '{"topic":"%s","value":"b"}\\n' $name
             yes '{"topic":"t","value":"c"}' | head -20000) > in
            kctl produce --json --on-error skip --checkpoint ck --file in; echo $?
            """
        )
        #expect(outcome.text == "1\n")
        #expect(outcome.errors.contains("acknowledged 20000, failed 1"), "\(outcome.errors)")
    }

    /// One's own link is followed, also to mend what it leads to.
    @Test func failedRecordsMayBeBehindALink() throws {
        let outcome = try run(
            """
            printf '{"value":"a"}\\n{"val' > real; ln -s real link; seq 3 > in
            kctl produce t --file in --checkpoint ck 2> sent; echo BAD >> in
            kctl produce t -K : --file in --checkpoint ck --failed-to link; cat link
            """
        )
        #expect(outcome.lines.count == 2, "\(outcome.text) \(outcome.errors)")
        #expect(outcome.lines.first == #"{"value":"a"}"#)
    }

    @Test func copiesHaveNoPlace() throws {
        let outcome = try run("echo a > f; kctl produce t --repeat 2 --checkpoint ck --file f")
        #expect(outcome.ending == .exited(2))
        #expect(outcome.errors.contains("--repeat and --checkpoint do not go together"))
    }
}
