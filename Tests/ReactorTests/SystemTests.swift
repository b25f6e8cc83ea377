// Files, descriptors and signals, on the real system.

import Glibc
import Reactor
import TestSupport
import Testing

struct FilesTests {
    private func contents(_ path: String) throws -> [UInt8] {
        try Descriptor.reading(path).readAll(limit: 1 << 20)
    }

    private func mode(_ path: String) -> mode_t {
        var facts = stat()
        stat(path, &facts)
        return facts.st_mode & 0o777
    }

    @Test func contentsAreReplaced() throws {
        let directory = try #require(TemporaryDirectory())
        let path = directory.path + "/file"
        for text in ["first, the longer one", "second", ""] {
            for isDurable in [false, true] {
                try Files.replace(path, with: Array(text.utf8), isDurable: isDurable)
                #expect(try contents(path) == Array(text.utf8))
            }
        }
        #expect(directory.names == ["file"])
    }

    @Test func othersReadOnlyWhatIsPublic() throws {
        let directory = try #require(TemporaryDirectory())
        let path = directory.path + "/file"
        try Files.replace(path, with: [1], isPublic: true)
        #expect(mode(path) & 0o022 == 0)
        try Files.replace(path, with: [1])
        #expect(mode(path) == 0o600)
    }

    @Test func aFailureLeavesWhatWasThere() throws {
        let directory = try #require(TemporaryDirectory())
        let path = directory.path + "/folder"
        try Files.makeDirectory(path + "/inside")
        #expect(throws: ReactorError(call: "open", code: EISDIR)) {
            try Files.replace(path, with: [1], isDurable: true)
        }
        #expect(directory.names == ["folder"])
        #expect(throws: ReactorError(call: "open", code: ENOENT)) {
            try Files.replace(directory.path + "/none/file", with: [1])
        }
    }

    @Test func linksStayAndDevicesAreWrittenTo() throws {
        let directory = try #require(TemporaryDirectory())
        let path = directory.path + "/file"
        let link = directory.path + "/link"
        try Files.replace(path, with: [1])
        #expect(symlink("file", link) == 0)
        try Files.replace(link, with: [2])
        #expect(try contents(path) == [2])
        #expect(directory.names == ["file", "link"])
        // To whom may do everything, even /dev/full could be replaced; so it is asked by a link.
        #expect(symlink("/dev/full", directory.path + "/full") == 0)
        #expect(throws: ReactorError(call: "write", code: ENOSPC)) {
            try Files.replace(directory.path + "/full", with: [3])
        }
        #expect(directory.names == ["file", "full", "link"])
    }

    @Test func whatIsToStayStays() throws {
        let directory = try #require(TemporaryDirectory())
        let path = directory.path + "/file"
        func replace(_ byte: UInt8) throws -> Bool {
            try Files.replace(path, with: [byte], isDurable: true, unless: { $0[0] > byte })
        }
        #expect(try replace(2))
        #expect(try contents(path) == [2])
        #expect(try replace(3))
        #expect(try !replace(2))
        #expect(try contents(path) == [3])
        #expect(directory.names == ["file"])
        // Written by another process between the look before and the move.
        var looks = 0
        let isReplaced = try Files.replace(
            path,
            with: [4],
            unless: { old in
                looks += 1
                if looks == 1 { _ = try? Files.replace(path, with: [9]) }
                return old[0] > 4
            }
        )
        #expect(!isReplaced && looks == 2)
        #expect(try contents(path) == [9])
        #expect(directory.names == ["file"])
    }

    @Test func aPlaceIsCheckedBeforehand() throws {
        let directory = try #require(TemporaryDirectory())
        try Files.replace(directory.path + "/file", with: [1])
        for path in ["\(directory.path)/file", "\(directory.path)/new", "/dev/null"] {
            try Files.checkPlace(path)
        }
        #expect(throws: ReactorError(call: "open", code: EISDIR)) {
            try Files.checkPlace(directory.path)
        }
        #expect(throws: ReactorError(call: "access", code: ENOENT)) {
            try Files.checkPlace(directory.path + "/none/file")
        }
        #expect(throws: ReactorError(call: "access", code: ENOTDIR)) {
            try Files.checkPlace(directory.path + "/file/file")
        }
        // What is appended to needs no folder that can be written to, and loses no neighbour.
        try Files.replace(directory.path + "/file.99999999.tmp", with: [1])
        for path in ["\(directory.path)/file", "\(directory.path)/new", "/proc/self/comm"] {
            try Files.checkPlace(path, isReplaced: false)
        }
        #expect(throws: ReactorError(call: "open", code: EISDIR)) {
            try Files.checkPlace(directory.path, isReplaced: false)
        }
        #expect(throws: ReactorError(call: "access", code: ENOENT)) {
            try Files.checkPlace(directory.path + "/none/file", isReplaced: false)
        }
        #expect(directory.names == ["file", "file.99999999.tmp"])
    }

    @Test func foldersAreMadeWithThoseAbove() throws {
        let directory = try #require(TemporaryDirectory())
        try Files.makeDirectory(directory.path + "/a/b//c/")
        try Files.makeDirectory(directory.path + "/a/b/c")
        try Files.replace(directory.path + "/a/b/c/file", with: [7])
        #expect(try contents(directory.path + "/a/b/c/file") == [7])
        #expect(throws: ReactorError(call: "mkdir", code: ENOTDIR)) {
            try Files.makeDirectory(directory.path + "/a/b/c/file/d")
        }
    }
}

/// Folders that others write to; only root can make another user's files.
@Suite(.enabled(if: geteuid() == 0, "only root can make another user's files"))
struct FileOwnershipTests {
    private let directory: TemporaryDirectory
    private var shared: String { directory.path + "/shared" }
    private var victim: String { directory.path + "/victim" }
    private let stranger: uid_t = 4711

    init() throws {
        directory = try #require(TemporaryDirectory())
        try Files.replace(directory.path + "/victim", with: [9])
        try Files.makeDirectory(directory.path + "/shared")
        try share(0o1777)
    }

    private func share(_ mode: mode_t) throws {
        try #require(chmod(shared, mode) == 0)
    }

    /// Everything that writes at a path, and whether it was refused.
    private func refusals(_ path: String) -> [Bool] {
        [
            isRefused { try Files.replace(path, with: [1]) },
            isRefused { try Files.checkPlace(path) },
            isRefused { _ = try Descriptor.writing(path) },
            isRefused { _ = try Descriptor.writing(path, isAppending: true) },
            isRefused { try Files.cut(path, to: 0) },
        ]
    }

    private func isRefused(_ write: () throws -> Void) -> Bool {
        do { try write() } catch { return (error as? ReactorError)?.code == EPERM }
        return false
    }

    private func expectRefusal(_ path: String) throws {
        #expect(refusals(path) == [true, true, true, true, true])
        #expect(try Descriptor.reading(victim).readAll(limit: 9) == [9])
    }

    @Test(arguments: [mode_t(0o1777), 0o777, 0o775])
    func anotherUsersLinkIsNotFollowed(mode: mode_t) throws {
        try share(mode)
        let link = shared + "/ck"
        try #require(symlink(victim, link) == 0)
        try #require(lchown(link, stranger, stranger) == 0)
        try expectRefusal(link)
        // One that leads to nothing would make a file wherever it points.
        let dangling = shared + "/new"
        try #require(symlink(directory.path + "/made", dangling) == 0)
        try #require(lchown(dangling, stranger, stranger) == 0)
        #expect(refusals(dangling).dropLast() == [true, true, true, true])
        #expect(directory.names == ["shared", "victim"])
    }

    @Test func anotherUsersLinkOnTheWayIsNotFollowed() throws {
        let link = shared + "/folder"
        try #require(symlink(directory.path, link) == 0)
        try #require(lchown(link, stranger, stranger) == 0)
        try expectRefusal(link + "/victim")
    }

    @Test func anotherUsersFileInAStickyFolderIsNotWrittenTo() throws {
        let path = shared + "/ck"
        try Files.replace(path, with: [5])
        try #require(chown(path, stranger, stranger) == 0)
        #expect(refusals(path) == [true, true, true, true, true])
        #expect(try Descriptor.reading(path).readAll(limit: 9) == [5])
        // A folder of a team's: the file may be meant.
        try share(0o775)
        #expect(refusals(path) == [false, false, false, false, false])
    }

    @Test func onesOwnLinksAreFollowedAndThoseOfTheFoldersOwnerAreNot() throws {
        let link = shared + "/ck"
        try #require(symlink(victim, link) == 0)
        #expect(refusals(link) == [false, false, false, false, false])
        try #require(lchown(link, stranger, stranger) == 0)
        try #require(chown(shared, stranger, stranger) == 0)
        for mode in [mode_t(0o1777), 0o755] {
            try share(mode)
            #expect(refusals(link) == [true, true, true, true, true])
        }
    }
}

struct TemporaryFileTests {
    @Test func whatKilledProcessesLeftIsRemoved() throws {
        let directory = try #require(TemporaryDirectory())
        // No process has a number above the largest there can be.
        let kept = [
            "ck", "ck.kctl-1-5.tmp", "ck.1.tmp", "ck.old.tmp", "other.99999999.tmp", "ck.tmp",
        ]
        for name in kept + ["ck.99999999.tmp", "ck.kctl-99999999-77.tmp"] {
            try Files.replace("\(directory.path)/\(name)", with: [1])
        }
        try Files.checkPlace("\(directory.path)/ck")
        #expect(directory.names == kept.sorted())
    }
}

struct DescriptorTests {
    /// A pipe's two ends.
    private func ends() -> (reader: Int32, writer: Int32) {
        var pipes: [Int32] = [0, 0]
        pipe(&pipes)
        return (pipes[0], pipes[1])
    }

    @Test func readsWhatIsThereIntoABlock() throws {
        let (readerNumber, writerNumber) = ends()
        let reader = Descriptor(readerNumber)
        var block = [UInt8](repeating: 0xaa, count: 8)
        do {
            let writer = Descriptor(writerNumber)
            let written = try writer.write(([1, 2, 3] as [UInt8]).span.bytes)
            #expect(written == 3)
            var span = block.mutableSpan
            var bytes = span.mutableBytes
            let count = try reader.read(into: &bytes)
            #expect(count == 3)
        }
        #expect(block == [1, 2, 3, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa])
        // The writer is gone: the end of the input.
        var span = block.mutableSpan
        var bytes = span.mutableBytes
        let count = try reader.read(into: &bytes)
        #expect(count == 0)
    }

    @Test func aBlockThatIsTooSmallTakesThePart() throws {
        let (readerNumber, writerNumber) = ends()
        let reader = Descriptor(readerNumber)
        let writer = Descriptor(writerNumber)
        _ = try writer.write(([1, 2, 3] as [UInt8]).span.bytes)
        var block = [UInt8](repeating: 0, count: 2)
        var counts: [Int] = []
        for _ in 0..<2 {
            var span = block.mutableSpan
            var bytes = span.mutableBytes
            counts.append(try reader.read(into: &bytes))
        }
        #expect(counts == [2, 1])
        #expect(block == [3, 2])
    }

    @Test func tooMuchIsAnErrorAndNotACut() throws {
        let directory = try #require(TemporaryDirectory())
        let path = directory.path + "/file"
        try Files.replace(path, with: [UInt8](repeating: 7, count: 100))
        let all = try Descriptor.reading(path).readAll(limit: 100)
        #expect(all.count == 100)
        #expect(throws: ReactorError(call: "read", code: EFBIG)) {
            _ = try Descriptor.reading(path).readAll(limit: 99)
        }
        #expect(throws: ReactorError(call: "open", code: ENOENT)) {
            _ = try Descriptor.reading(directory.path + "/none").readAll(limit: 1)
        }
    }

    @Test func aReaderThatIsGoneIsABrokenPipe() throws {
        Signal.ignoreBrokenPipes()
        let (readerNumber, writerNumber) = ends()
        let writer = Descriptor(writerNumber)
        close(readerNumber)
        do {
            let written = try writer.write(([1] as [UInt8]).span.bytes)
            Issue.record("written: \(written)")
        } catch {
            #expect(error.isBrokenPipe)
        }
    }

    @Test func aPipeIsReopenedWithoutWaitingAndTheFirstStaysAsItWas() throws {
        let (readerNumber, writerNumber) = ends()
        let reader = Descriptor(readerNumber)
        let writer = Descriptor(writerNumber)
        let reopened = writer.reopenedWithoutWaiting()
        guard let reopened else {
            Issue.record("a pipe can be opened again")
            return
        }
        #expect(fcntl(writer.number, F_GETFL) & O_NONBLOCK == 0)
        let block = [UInt8](repeating: 7, count: 65_536)
        var written = 0
        do {
            while written < 64 << 20 { written += try reopened.write(block.span.bytes) }
            Issue.record("a pipe without a reader took everything")
        } catch {
            #expect(error.isWouldBlock)
        }
        #expect(written > 0)
        let isTerminal = reader.isTerminal
        #expect(!isTerminal)
        let width = reader.terminalWidth
        #expect(width == nil)
    }
}

struct SignalTests {
    @Test func signalsArriveThroughTheDescriptor() throws {
        let wanted = [Signal(number: SIGUSR1), Signal(number: SIGUSR2)]
        // A second one that is not patient ends the process.
        let source = try SignalSource(wanted, patient: wanted)
        #expect(source.next() == nil)
        var loop = Loop<Int>(clock: SystemClock())
        loop.watch(source.number, for: .readable, as: 1)
        let isEarly = try loop.wait(until: SystemClock().now)
        #expect(!isEarly)
        for signal in wanted { pthread_kill(pthread_self(), signal.number) }
        let isReady = try loop.wait(until: SystemClock().now + .seconds(10))
        #expect(isReady)
        let arrived = [source.next(), source.next()]
        #expect(Set(arrived.compactMap { $0 }) == Set(wanted))
        #expect(source.next() == nil)
    }

    @Test func twoOfOneSignalAtOnceAreOne() throws {
        let wanted = [Signal(number: SIGUSR1)]
        let source = try SignalSource(wanted)
        for _ in 1...3 { pthread_kill(pthread_self(), SIGUSR1) }
        #expect(source.next() == wanted[0])
        #expect(source.next() == nil)
    }

    @Test(arguments: [
        (Signal.interrupt, "SIGINT"), (.terminate, "SIGTERM"), (.hangUp, "SIGHUP"),
        (Signal(number: SIGCHLD), "SIGCHLD"), (Signal(number: 40), "signal 40"),
    ])
    func signalsHaveNames(_ signal: Signal, _ name: String) {
        #expect(signal.name == name)
    }

    @Test func aChildThatASignalEndsSaysSo() throws {
        let child = try ChildProcess(
            arguments: ["sh", "-c", "kill -TERM $$"],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        let clock = SystemClock()
        let limit = clock.now + .seconds(10)
        var loop = Loop<Int>(clock: clock)
        var status: ChildStatus?
        while status == nil, clock.now < limit {
            status = try child.poll()
            if status == nil { try loop.wait(until: clock.now + .milliseconds(2)) }
        }
        #expect(status == .signalled(SIGTERM))
    }
}
