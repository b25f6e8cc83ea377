import Reactor
import Testing

@testable import CommandKit
@testable import Commands

/// One thing tried by a command, step by step: what happens, and what is to be done then.
struct AttemptsTests {
    enum Event {
        case begin
        case exit(Int32)
        case killed(Int32)
        case notStarted
        case tick
        case stop
        case drop
    }

    struct Case: CustomTestStringConvertible {
        var name: String
        var rules = AttemptRules()
        var steps: [(after: Duration, Event, Attempts.Action)]
        var testDescription: String { name }
    }

    private static func failure(_ cause: String, _ status: Int32?, _ attempts: Int)
        -> AttemptFailure
    {
        AttemptFailure(cause: cause, status: status, attempts: attempts)
    }

    private static let twice = AttemptRules(retries: 2, backoff: .seconds(1), limit: nil)
    private static let bounded = AttemptRules(retries: 1, backoff: .zero, limit: .seconds(10))

    static let cases: [Case] = [
        Case(
            name: "it succeeds at once, and the next begins with attempt 1",
            steps: [
                (.zero, .begin, .start(1)), (.seconds(100), .tick, .nothing),
                (.zero, .exit(0), .succeed), (.zero, .begin, .start(1)),
            ]
        ),
        Case(
            name: "without retries the first failure is the last",
            steps: [
                (.zero, .begin, .start(1)),
                (.zero, .exit(3), .giveUp(failure("exit status 3", 3, 1))),
            ]
        ),
        Case(
            name: "pauses double, and nothing begins before they are over",
            rules: twice,
            steps: [
                (.zero, .begin, .start(1)),
                (.zero, .exit(1), .pause(failure("exit status 1", 1, 1), .seconds(1))),
                (.milliseconds(999), .tick, .nothing), (.milliseconds(1), .tick, .start(2)),
                (.zero, .killed(9), .pause(failure("ended by SIGKILL", nil, 2), .seconds(2))),
                (.milliseconds(1999), .tick, .nothing), (.milliseconds(1), .tick, .start(3)),
                (.zero, .exit(1), .giveUp(failure("exit status 1", 1, 3))),
            ]
        ),
        Case(
            name: "a second attempt that succeeds is a success",
            rules: twice,
            steps: [
                (.zero, .begin, .start(1)),
                (.zero, .exit(1), .pause(failure("exit status 1", 1, 1), .seconds(1))),
                (.seconds(1), .tick, .start(2)), (.zero, .exit(0), .succeed),
            ]
        ),
        Case(
            name: "no such command is never tried again",
            rules: twice,
            steps: [
                (.zero, .begin, .start(1)),
                (.zero, .exit(127), .refuse(failure("exit status 127", 127, 1))),
            ]
        ),
        Case(
            name: "what cannot be started is never tried again",
            rules: twice,
            steps: [
                (.zero, .begin, .start(1)),
                (.zero, .notStarted, .refuse(failure("no memory", nil, 1))),
            ]
        ),
        Case(
            name:
                "what takes too long is asked to end, then killed, and has failed whatever it says",
            rules: bounded,
            steps: [
                (.zero, .begin, .start(1)), (.milliseconds(9999), .tick, .nothing),
                (.milliseconds(1), .tick, .terminate),
                (
                    .zero, .exit(0),
                    .pause(failure("not done within 10s (exit status 0)", 0, 1), .zero)
                ),
                (.zero, .tick, .start(2)), (.seconds(10), .tick, .terminate),
                (.milliseconds(4999), .tick, .nothing), (.milliseconds(1), .tick, .kill),
                (.seconds(60), .tick, .nothing),
                (
                    .zero, .killed(9),
                    .giveUp(failure("not done within 10s (ended by SIGKILL)", nil, 2))
                ),
            ]
        ),
        Case(
            name: "what runs when all is to stop may finish",
            rules: twice,
            steps: [
                (.zero, .begin, .start(1)), (.zero, .stop, .nothing),
                (.seconds(29), .tick, .nothing), (.zero, .exit(0), .succeed),
            ]
        ),
        Case(
            name: "what fails when all is to stop is left undone while attempts are left",
            rules: twice,
            steps: [
                (.zero, .begin, .start(1)), (.zero, .stop, .nothing), (.zero, .exit(1), .abandon),
            ]
        ),
        Case(
            name: "what does not end when all is to stop is ended, and left undone",
            steps: [
                (.zero, .begin, .start(1)), (.zero, .stop, .nothing),
                (.seconds(30), .tick, .terminate), (.seconds(5), .tick, .kill),
                (.zero, .killed(9), .abandon),
            ]
        ),
        Case(
            name: "a limit that comes sooner than the end of stopping holds",
            rules: bounded,
            steps: [
                (.zero, .begin, .start(1)), (.seconds(5), .stop, .nothing),
                (.seconds(5), .tick, .terminate), (.zero, .killed(15), .abandon),
            ]
        ),
        Case(
            name: "a pause is not waited for when all is to stop",
            rules: twice,
            steps: [
                (.zero, .begin, .start(1)),
                (.zero, .exit(1), .pause(failure("exit status 1", 1, 1), .seconds(1))),
                (.zero, .stop, .abandon), (.seconds(10), .tick, .nothing),
            ]
        ),
        Case(
            name: "what is dropped is killed, and is left undone even if it had succeeded",
            steps: [
                (.zero, .begin, .start(1)), (.zero, .stop, .nothing), (.zero, .drop, .kill),
                (.zero, .drop, .nothing), (.zero, .exit(0), .abandon),
            ]
        ),
    ]

    @Test(arguments: cases) func eachEventHasOneAnswer(_ test: Case) {
        let clock = ManualClock()
        var attempts = Attempts(test.rules)
        for (index, step) in test.steps.enumerated() {
            clock.advance(by: step.after)
            let action: Attempts.Action =
                switch step.1 {
                case .begin: attempts.begin(at: clock.now)
                case .exit(let status): attempts.ended(.ended(.exited(status)), at: clock.now)
                case .killed(let number): attempts.ended(.ended(.signalled(number)), at: clock.now)
                case .notStarted: attempts.ended(.notStarted(reason: "no memory"), at: clock.now)
                case .tick: attempts.tick(at: clock.now)
                case .stop: attempts.stop(at: clock.now)
                case .drop: attempts.drop()
                }
            #expect(action == step.2, "step \(index)")
        }
    }

    @Test func pausesAreCapped() {
        let rules = AttemptRules(retries: 99, backoff: .milliseconds(300), limit: nil)
        let pauses = (1...12).map { rules.pause(after: $0) }
        #expect(pauses.prefix(3) == [.milliseconds(300), .milliseconds(600), .milliseconds(1200)])
        #expect(pauses.last == .seconds(300))
        #expect(rules.pause(after: .max) == .seconds(300))
        #expect(AttemptRules(backoff: .seconds(900)).pause(after: 3) == .seconds(900))
        #expect(AttemptRules(backoff: .zero).pause(after: 3) == .zero)
    }
}
