// One process at a time, as far as one process can show it: the lock belongs to the open file.

import Glibc
import Reactor
import Testing

struct FolderLockTests {
    private let path = "/tmp/kctl-lock-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"

    private func isLocked() throws -> Bool {
        do throws(ReactorError) { _ = try FolderLock(path) } catch {
            guard error.isWouldBlock else { throw error }
            return true
        }
        return false
    }

    @Test func aLockIsHeldUntilItsEnd() throws {
        defer { unlink(path) }
        #expect(FolderLock.holder(of: path) == nil)
        do {
            let lock = try FolderLock(path)
            #expect(try isLocked())
            #expect(FolderLock.holder(of: path) == Int(getpid()))
            withExtendedLifetime(lock) {}
        }
        #expect(try !isLocked())
    }

    @Test func aLinkIsNotFollowed() throws {
        let victim = path + "-victim"
        defer {
            unlink(path)
            unlink(victim)
        }
        let made = try Descriptor.making(victim)
        try made.writeAll(Array("kept".utf8).span.bytes)
        symlink(victim, path)
        #expect(throws: ReactorError.self) { _ = try isLocked() }
        #expect(try Descriptor.reading(victim).readAll(limit: 10) == Array("kept".utf8))
    }
}
