// Files by descriptor: written, appended to, and read at any place.

import Glibc
import Reactor
import TestSupport
import Testing

struct DescriptorFileTests {
    private func contents(_ path: String) throws -> [UInt8] {
        try Descriptor.reading(path).readAll(limit: 1 << 24)
    }

    private func mode(_ path: String) -> mode_t {
        var facts = stat()
        stat(path, &facts)
        return facts.st_mode & 0o777
    }

    private func write(_ bytes: [UInt8], to path: String, isAppending: Bool = false) throws {
        let file = try Descriptor.writing(path, isAppending: isAppending)
        try write(bytes, to: file)
    }

    private func write(_ bytes: [UInt8], to file: borrowing Descriptor) throws(ReactorError) {
        try file.writeAll(bytes.span.bytes)
    }

    @Test func aFileIsEmptiedUnlessItIsAppendedTo() throws {
        let directory = try #require(TemporaryDirectory())
        let path = directory.path + "/file"
        try write([1, 2, 3], to: path, isAppending: true)
        #expect(try contents(path) == [1, 2, 3])
        try write([4, 5], to: path, isAppending: true)
        #expect(try contents(path) == [1, 2, 3, 4, 5])
        try write([6], to: path)
        #expect(try contents(path) == [6])
        try write([], to: path)
        #expect(try contents(path) == [])
    }

    @Test func whatIsAppendedGoesToTheEndWhateverElseWasWritten() throws {
        let directory = try #require(TemporaryDirectory())
        let path = directory.path + "/file"
        let first = try Descriptor.writing(path, isAppending: true)
        let second = try Descriptor.writing(path, isAppending: true)
        try write([1], to: first)
        try write([2], to: second)
        try first.seek(to: 0)
        try write([3], to: first)
        #expect(try contents(path) == [1, 2, 3])
    }

    @Test func othersReadOnlyWhatIsPublic() throws {
        let directory = try #require(TemporaryDirectory())
        let path = directory.path + "/file"
        _ = try Descriptor.writing(path + "1")
        #expect(mode(path + "1") & 0o022 == 0)
        #expect(mode(path + "1") & 0o600 == 0o600)
        _ = try Descriptor.writing(path + "2", isPublic: false)
        #expect(mode(path + "2") == 0o600)
    }

    @Test func aChildDoesNotInheritTheFile() throws {
        let directory = try #require(TemporaryDirectory())
        let file = try Descriptor.writing(directory.path + "/file")
        #expect(fcntl(file.number, F_GETFD) & FD_CLOEXEC != 0)
    }

    @Test func aFileThatCannotBeOpenedSaysWhy() throws {
        let directory = try #require(TemporaryDirectory())
        #expect(throws: ReactorError(call: "open", code: ENOENT)) {
            _ = try Descriptor.writing(directory.path + "/none/file")
        }
        #expect(throws: ReactorError(call: "open", code: EISDIR)) {
            _ = try Descriptor.writing(directory.path)
        }
    }

    @Test func aFullDeviceIsAnError() throws {
        #expect(throws: ReactorError(call: "write", code: ENOSPC)) {
            try write([1], to: "/dev/full")
        }
        try write([], to: "/dev/full")
    }

    // The first write takes what fits into the pipe; a second one follows for the rest.
    @Test func whatIsLeftOfAPartIsWrittenAgain() throws {
        var pipes: [Int32] = [0, 0]
        try #require(pipe(&pipes) == 0)
        let reader = Descriptor(pipes[0])
        let writer = Descriptor(pipes[1])
        let reopened = writer.reopenedWithoutWaiting()
        guard let reopened else {
            Issue.record("a pipe can be opened again")
            return
        }
        let block = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 / 251) }
        do {
            try reopened.writeAll(block.span.bytes)
            Issue.record("a pipe took a mebibyte")
        } catch {
            #expect(error.isWouldBlock)
        }
        let taken = try reader.read(upTo: 1 << 20) { span in
            span.withUnsafeBytes { [UInt8]($0) }
        }
        #expect(!taken.isEmpty)
        #expect(taken == Array(block.prefix(taken.count)))
    }

    @Test func sizeAndPositionFollowWhatIsWritten() throws {
        let directory = try #require(TemporaryDirectory())
        let path = directory.path + "/file"
        let file = try Descriptor.writing(path)
        let before = (file.size, file.position)
        #expect(before == (0, 0))
        try write([1, 2, 3, 4], to: file)
        let after = (file.size, file.position)
        #expect(after == (4, 4))
        try file.seek(to: 1)
        let moved = file.position
        #expect(moved == 1)
        try write([9], to: file)
        #expect(try contents(path) == [1, 9, 3, 4])
        // Behind the end there is a hole, which reads as zeros.
        try file.seek(to: 6)
        try write([7], to: file)
        #expect(try contents(path) == [1, 9, 3, 4, 0, 0, 7])
    }

    @Test func aPipeHasNeitherSizeNorPosition() throws {
        var pipes: [Int32] = [0, 0]
        try #require(pipe(&pipes) == 0)
        let reader = Descriptor(pipes[0])
        let writer = Descriptor(pipes[1])
        try write([1], to: writer)
        let facts = (reader.size, reader.position)
        #expect(facts == (nil, nil))
        do {
            try reader.seek(to: 0)
            Issue.record("a pipe was rewound")
        } catch {
            #expect(error == ReactorError(call: "lseek", code: ESPIPE))
        }
        do {
            try reader.read(upTo: 1, at: 0) { _ in }
            Issue.record("a pipe was read at a place")
        } catch {
            #expect(error == ReactorError(call: "pread", code: ESPIPE))
        }
        let folder = try Descriptor.reading("/")
        let size = folder.size
        #expect(size == nil)
    }

    @Test func anyPlaceCanBeReadAndThePositionStays() throws {
        let directory = try #require(TemporaryDirectory())
        let path = directory.path + "/file"
        try write([10, 11, 12, 13, 14], to: path)
        let file = try Descriptor.reading(path)
        try file.seek(to: 2)
        for (offset, limit, expected) in [
            (0, 2, [10, 11]), (3, 10, [13, 14]), (5, 10, []), (1_000, 1, []), (1, 0, []),
        ] as [(Int, Int, [UInt8])] {
            let bytes = try file.read(upTo: limit, at: offset) { span in
                span.withUnsafeBytes { [UInt8]($0) }
            }
            #expect(bytes == expected)
        }
        let position = file.position
        #expect(position == 2)
        do {
            try file.read(upTo: 1, at: -1) { _ in }
            Issue.record("a place before the beginning was read")
        } catch {
            #expect(error == ReactorError(call: "pread", code: EINVAL))
        }
    }
}
