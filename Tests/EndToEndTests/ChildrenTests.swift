// The commands that kctl runs: what they have of it, and that nothing of them outlives their end.

import Glibc
import JSON
import Testing

/// Processes that a command has left, by the numbers that they wrote down.
struct Leftovers {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let file = "\(folder.path)/pid"
        let script = "trap '' TERM HUP INT\necho $$ >\(file)-\nmv \(file)- \(file)\nsleep 600\n"
        _ = try folder.file("script", script)
    }

    /// Where a process writes its number.
    var file: String { "\(folder.path)/pid" }

    /// Shell that starts a process which ignores what it may, in a session of its own, and goes on
    /// when that has written its number.
    var line: String {
        "setsid sh \(folder.path)/script & until [ -e \(file) ]; do sleep 0.02; done"
    }

    var hasBegun: Bool { (try? folder.text("pid")) != nil }

    /// Whether the process is gone; one that only waits to be reaped by the system is.
    func isGone() throws -> Bool {
        let pid = try #require(pid_t(try folder.text("pid").filter(\.isNumber)))
        guard kill(pid, 0) == 0 else { return errno == ESRCH }
        let status = (try? readFile("/proc/\(pid)/stat")) ?? ") Z"
        return status.contains(") Z")
    }

    /// Waits until it is gone, for half a minute at most.
    func waitUntilGone() throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            if try isGone() { return true }
            poll(nil, 0, 5)
        }
        return false
    }
}

struct ChildrenTests {
    /// A sandbox with one record.
    private func sandbox() throws -> SandboxServer {
        let sandbox = try SandboxServer(["--topic", "t:1"])
        let sent = try Kctl.run(["produce", "t"], input: .text("x\n"), on: sandbox.address)
        #expect(sent.ending == .exited(0), "\(sent.errors)")
        return sandbox
    }

    private func exec(_ line: String, _ more: String...) -> [String] {
        ["consume", "t", "-e", "--exec", line] + more
    }

    @Test func nothingOfAnAttemptLivesWhenTheNextBegins() throws {
        let left = try Leftovers()
        let sandbox = try sandbox()
        // As long as the first one has not begun what it leaves behind, it comes again.
        let line = """
            if [ -e \(left.file) ]; then kill -0 $(cat \(left.file)) && echo alive; exit 0; fi
            \(left.line); sleep 600
            """
        let more = ["--retries", "20", "--backoff", "0s", "--exec-timeout", "2s"]
        let run = try Kctl.run(exec(line) + more, on: sandbox.address, within: .seconds(300))
        #expect(run.ending == .exited(0), "\(run.errors)")
        #expect(run.output.isEmpty, "\(run.text)")
        #expect(try left.isGone())
    }

    @Test func whatACommandLeavesEndsWithIt() throws {
        let left = try Leftovers()
        let sandbox = try sandbox()
        let run = try Kctl.run(exec("\(left.line); echo done"), on: sandbox.address)
        #expect(run.ending == .exited(0), "\(run.errors)")
        #expect(run.text == "done\n")
        #expect(try left.isGone())
    }

    @Test(arguments: [[SIGKILL], [SIGABRT], [SIGTERM, SIGTERM]])
    func nothingLivesOnBehindTheEnd(_ signals: [Int32]) throws {
        let left = try Leftovers()
        let sandbox = try sandbox()
        let run = try Kctl.start(exec("\(left.line); sleep 600"), on: sandbox.address)
        run.watchState("work") { _ in left.hasBegun }
        for (index, signal) in signals.enumerated() {
            if index > 0 { run.wait(forErrors: "waiting for the command to end") }
            run.signal(signal)
        }
        #expect(run.finish().ending == .signalled(signals[0]))
        #expect(try left.waitUntilGone())
    }

    @Test(arguments: [SIGKILL, SIGTERM])
    func theCommandOfASandboxEndsWithIt(_ signal: Int32) throws {
        let left = try Leftovers()
        let run = try Kctl.start(["sandbox", "--", "sh", "-c", "\(left.line); sleep 600"])
        run.watchState("work") { _ in left.hasBegun }
        run.signal(signal)
        let outcome = run.finish()
        // SIGTERM is passed on, and what becomes of the command is the status.
        #expect(outcome.ending == (signal == SIGKILL ? .signalled(SIGKILL) : .exited(143)))
        #expect(try left.waitUntilGone())
    }

    @Test func aValuesCommandEndsWithKctl() throws {
        let left = try Leftovers()
        let home = try Home()
        _ = try home.folder.file("value", "\(left.line)\nsleep 600\n")
        _ = try home.folder.file("c.properties", "client.id=${exec:sh ./value}\n")
        let run = try Kctl.startBash(
            "cd '\(home.path)' && exec kctl topics list -b 127.0.0.1:1 -F c.properties",
            environment: ["HOME": home.path]
        )
        run.watchState("work") { _ in left.hasBegun }
        run.signal(SIGKILL)
        #expect(run.finish().ending == .signalled(SIGKILL))
        #expect(try left.waitUntilGone())
    }

    @Test func noDescriptorOfOursIsTheirs() throws {
        let sandbox = try sandbox()
        // 3 is the folder that `ls` itself looks through.
        let run = try Kctl.run(exec("exec ls /proc/self/fd"), on: sandbox.address)
        #expect(run.lines == ["0", "1", "2", "3"], "\(run.errors)")
        let inside = try Kctl.run(["sandbox", "--", "ls", "/proc/self/fd"])
        #expect(inside.lines == ["0", "1", "2", "3"], "\(inside.errors)")
    }

    @Test func secretsOfOursReachACommandOnlyWhenNamed() throws {
        let sandbox = try sandbox()
        let environment = [
            "KCTL_X_SASL_PASSWORD": "p1", "KCTL_X_SSL_KEY_PASSWORD": "p2",
            "KCTL_X_CLIENT_ID": "me", "PASSWORD": "theirs",
        ]
        let line =
            "echo ${KCTL_X_SASL_PASSWORD-no} ${KCTL_X_SSL_KEY_PASSWORD-no}"
            + " $KCTL_X_CLIENT_ID $PASSWORD"
        let run = try Kctl.run(exec(line), on: sandbox.address, environment: environment)
        #expect(run.text == "no no me theirs\n", "\(run.errors)")
        let named = try Kctl.run(
            exec(line, "--exec-env", "KCTL_X_SASL_PASSWORD"),
            on: sandbox.address,
            environment: environment
        )
        #expect(named.text == "p1 no me theirs\n", "\(named.errors)")
        let inside = try Kctl.run(["sandbox", "--", "sh", "-c", line], environment: environment)
        #expect(inside.text == "no no me theirs\n", "\(inside.errors)")
        let alone = try Kctl.run(["consume", "t", "--exec-env", "A"], on: sandbox.address)
        #expect(alone.ending == .exited(2))
    }

    @Test func theSandboxHasNoController() throws {
        let sandbox = try sandbox()
        let described = try Kctl.run(["cluster", "describe", "--json"], on: sandbox.address)
        #expect(described.ending == .exited(0), "\(described.errors)")
        #expect(try described.json().first?["controller"] == .null)
        let health = try Kctl.run(["cluster", "health"], on: sandbox.address)
        #expect(health.ending == .exited(0), "\(health.errors)")
    }

    /// The library does not come back from ending a transaction with a broker that stalls.
    @Test func aSecondSignalEndsWhatIsStuckInTheLibrary() throws {
        let sandbox = try sandbox()
        let words = ["produce", "t", "--transactional-id", "x", "--timeout", "200s", "--print"]
        let run = try Kctl.start(words, input: .held, on: sandbox.address, within: .seconds(300))
        run.send("a\n")
        run.wait(forOutput: "partition 0 offset 1\n")
        sandbox.signal(SIGSTOP)
        defer { sandbox.signal(SIGCONT) }
        run.send("b\n")
        run.waitUntilInputIsTaken()
        run.signal(SIGTERM)
        run.waitForSignals(toBeTaken: SIGTERM)
        let asked = ContinuousClock.now
        run.signal(SIGTERM)
        #expect(run.finish().ending == .signalled(SIGTERM))
        #expect(ContinuousClock.now - asked < .seconds(60))
    }

    /// A member that leaves waits for its commit, here one that never comes: a second signal does not.
    @Test func aSecondSignalEndsAtOnce() throws {
        let sandbox = try sandbox()
        let words = ["consume", "t", "-g", "g", "--from-beginning", "--timeout", "100s"]
        let member = try Kctl.start(words, on: sandbox.address, within: .seconds(200))
        member.wait(forOutput: "x\n")
        sandbox.signal(SIGSTOP)
        defer { sandbox.signal(SIGCONT) }
        member.signal(SIGTERM)
        member.waitForSignals(toBeTaken: SIGTERM)
        let asked = ContinuousClock.now
        member.signal(SIGTERM)
        #expect(member.finish().ending == .signalled(SIGTERM))
        #expect(ContinuousClock.now - asked < .seconds(30))
    }
}
