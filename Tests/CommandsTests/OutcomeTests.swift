// Statuses, counts and consent: what decides how a command ends.

import Arguments
import Output
import Testing

@testable import CommandKit
@testable import Commands
@testable import KafkaCore

// Testing has an ExitStatus too.
typealias Status = CommandKit.ExitStatus

struct OutcomeTests {
    @Test(
        arguments: [
            (Status.success, 0), (.failure, 1), (.usage, 2), (.notFound, 3), (.unreachable, 4),
            (.refused, 5), (.incomplete, 6), (.badData, 7), (.signalled(2), 130),
            (.signalled(15), 143),
            (.child(42), 42), (.child(0), 0),
        ] as [(Status, Int32)]
    )
    func statusesAreTheDocumentedNumbers(_ status: Status, _ number: Int32) {
        #expect(status.number == number)
        let row = "\(number > 128 ? "128+n" : "\(number)"): "
        let isDocumented = Status.section.paragraphs.contains { $0.hasPrefix(row) }
        #expect(isDocumented || status == .child(42))
    }

    @Test(arguments: [
        (KafkaError.Kind.notFound, Status.notFound), (.unreachable, .unreachable),
        (.refused, .refused), (.timedOut, .incomplete), (.alreadyExists, .failure),
        (.invalid, .failure), (.unsupported, .failure), (.tooLarge, .failure), (.other, .failure),
    ])
    func kindsOfTroubleDecideTheStatus(_ kind: KafkaError.Kind, _ status: Status) {
        let error = CommandError(KafkaError(kind, "it broke", remedy: .checkPort), "thing 'x'")
        #expect(error.status == status)
        #expect(error.report?.message == "thing 'x': it broke")
        #expect(error.report?.hint == "check the port")
    }

    @Test func aReaderThatWentAwayIsNoFailure() {
        #expect(CommandError(OutputError.closed).status == .success)
        #expect(CommandError(OutputError.closed).report == nil)
        #expect(CommandError(OutputError.failed("no space left")).status == .failure)
        #expect(CommandError(OutputError.interrupted(signal: 2)).status == .signalled(2))
    }

    @Test func theFirstFailureDecidesAndTheLastLineCounts() {
        let outcome = World().with { context in
            var batch = FailureCount("topics", total: 3)
            batch.fail(CommandError(.notFound, "no a"), in: context)
            batch.fail(CommandError(.failure, "no b"), in: context)
            do throws(CommandError) { try batch.finish(in: context) } catch {
                #expect(error.report == nil)
                return error.status.number
            }
            return 0
        }
        #expect(
            outcome
                == Outcome(
                    status: 3,
                    errors: "kctl: no a\nkctl: no b\nkctl: 2 of 3 topics failed\n"
                )
        )
    }

    @Test func oneThingAloneIsNotCounted() {
        let failed = World().failure { context throws(CommandError) in
            var batch = FailureCount("topics", total: 1)
            batch.fail(CommandError(.refused, "no a"), in: context)
            try batch.finish(in: context)
        }
        #expect(failed?.status == .refused)
        let fine = World().failure { context throws(CommandError) in
            try FailureCount("topics", total: 1).finish(in: context)
        }
        #expect(fine == nil)
    }

    @Test func nobodyThereMeansNoConsent() {
        let outcome = World(input: "y\n").with { context in
            do throws(CommandError) {
                try context.confirm("delete 2 topics", items: ["a", "b\u{1b}"], isAgreed: false)
            } catch {
                context.report(error)
                return error.status.number
            }
            return 0
        }
        #expect(outcome.status == 2)
        #expect(
            outcome.errors == """
                kctl:   a
                kctl:   b\\x1b
                kctl: refusing to delete 2 topics without a terminal; use --yes or --dry-run

                """
        )
    }

    @Test(arguments: [
        ("y\n", true), ("Y\n", true), ("yes\n", true), ("YES\n", true), ("y", true), ("n\n", false),
        ("\n", false), ("", false), ("yess\n", false), ("no\n", false), ("\u{1b}y\n", false),
    ])
    func consentIsAskedForOnATerminal(_ answer: String, _ isGiven: Bool) {
        let world = World(input: answer, isTerminal: true, isInteractive: true)
        let failure = world.failure { context throws(CommandError) in
            try context.confirm("Deleting 'a'", items: ["a"], isAgreed: false)
        }
        #expect((failure == nil) == isGiven)
        if !isGiven { #expect(failure?.status == .failure) }
    }

    @Test func consentGivenBeforehandAsksNobody() {
        let outcome = World(isInteractive: true).with { context in
            do throws(CommandError) {
                try context.confirm("Deleting", items: ["a"], isAgreed: true)
                return 0
            } catch { return error.status.number }
        }
        #expect(outcome == Outcome(status: 0))
    }
}
