// Files that kctl makes in a folder where other users have put theirs.

import Glibc
import TestSupport
import Testing

/// Only root can make another user's link.
@Suite(.enabled(if: geteuid() == 0, "only root can make another user's files"))
struct SharedFolderTests {
    private let directory: TemporaryDirectory
    private var shared: String { directory.path + "/shared" }
    private var victim: String { directory.path + "/victim" }

    init() throws {
        directory = try #require(TemporaryDirectory())
        try #require(mkdir(shared, 0o700) == 0)
        try #require(chmod(shared, 0o1777) == 0)
        let outcome = try Kctl.bash("echo precious > \(victim)")
        try #require(outcome.ending == .exited(0))
    }

    /// Every option that has a file made, with the name that another user has taken.
    @Test(arguments: [
        ("produce t --checkpoint FOLDER/file --file in", "file"),
        ("produce t --receipt FOLDER/file --file in", "file"),
        ("produce t --failed-to FOLDER/file --file in", "file"),
        ("consume t -e --output-dir FOLDER", "kctl-offsets.json"),
        ("consume t -e --output-dir FOLDER/sub", "sub"),
        ("decode-aliecs t -e --type Event --record FOLDER/file", "file"),
    ])
    func aLinkOfAnotherUserIsNotFollowed(_ line: String, name: String) throws {
        let link = "\(shared)/\(name)"
        let target = name == "sub" ? directory.path : victim
        try #require(symlink(target, link) == 0)
        try #require(lchown(link, 4711, 4711) == 0)
        let words = line.replacing("FOLDER", with: shared)
        let outcome = try Kctl.bash(
            """
            cd \(directory.path) && echo x > in && echo y > seed
            kctl sandbox --topic t:1 -- bash -c 'kctl produce t --file seed 2> seeded && kctl \(words)'
            """
        )
        #expect(outcome.ending != .exited(0))
        #expect(outcome.errors.contains("belongs to another user"), "\(outcome.errors)")
        #expect(outcome.errors.contains("'\(link)"), "\(outcome.errors)")
        #expect(directory.names == ["in", "seed", "seeded", "shared", "victim"])
        #expect(try Kctl.bash("cat \(victim)").text == "precious\n")
    }

    /// The link may be another user's: nobody can tell.
    @Test(arguments: [
        ("produce t --checkpoint FOLDER/file --file in", "file"),
        ("produce t --receipt FOLDER/file --file in", "file"),
        ("produce t --failed-to FOLDER/file --file in", "file"),
        ("consume t -e --output-dir FOLDER", "kctl-offsets.json"),
        ("consume t -e --output-dir FOLDER", "kctl.lock"),
        ("decode-aliecs t -e --type Event --record FOLDER/file", "file"),
    ])
    func aHardLinkIsNotWrittenTo(_ line: String, name: String) throws {
        try #require(Glibc.link(victim, "\(shared)/\(name)") == 0)
        let words = line.replacing("FOLDER", with: shared)
        let outcome = try Kctl.bash(
            """
            cd \(directory.path) && echo x > in && echo y > seed
            kctl sandbox --topic t:1 -- bash -c 'kctl produce t --file seed 2> seeded && kctl \(words)'
            """
        )
        #expect(outcome.ending != .exited(0))
        #expect(outcome.errors.contains("is a hard link"), "\(outcome.errors)")
        #expect(outcome.errors.contains("'\(shared)/\(name)"), "\(outcome.errors)")
        #expect(try Kctl.bash("cat \(victim)").text == "precious\n")
    }

    @Test func whatAKilledRunLeftIsRemoved() throws {
        let outcome = try Kctl.bash(
            """
            cd \(directory.path) && seq 10 > in
            touch ck.99999999.tmp ck.kctl-99999999-12.tmp ck.mine.tmp
            kctl sandbox --topic t:1 -- kctl produce t --checkpoint ck --file in && ls
            """
        )
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.text == "ck\nck.mine.tmp\nin\nshared\nvictim\n")
    }
}
