// What tests of `consume --exec` have in common: workers, and commands that wait to be let go.

import Glibc
import Testing

extension Kafka {
    /// Words that have a group's member work on a topic.
    static func worker(
        _ topic: String,
        _ group: String,
        _ line: String,
        _ more: [String] = []
    ) -> [String] {
        member(topic, group, ["--exec", line, "--commit", "after-exec"] + more)
    }
}

/// Commands that say when they have begun and go on when they are let, and a record of what ran.
final class Gate {
    let folder: TemporaryFolder
    private var writer: Int32 = -1
    private var path: String { "\(folder.path)/open" }

    init() throws {
        folder = try TemporaryFolder()
        guard mkfifo(path, 0o600) == 0 else { throw HarnessError.system("mkfifo") }
    }

    deinit {
        if writer >= 0 { close(writer) }
    }

    /// Notes that it has begun, and when it has been let go, that it has ended.
    var line: String {
        // To open a named pipe for reading takes until somebody has it open for writing.
        "\(note("begun")); : <'\(path)'; \(note("ended"))"
    }

    /// Shell that notes the record at hand.
    func note(_ word: String) -> String {
        #"echo "\#(word) $KCTL_PARTITION@$KCTL_OFFSET" >>'\#(folder.path)/notes'"#
    }

    /// Lets commands go on, now and from then on.
    func open() throws {
        writer = Glibc.open(path, O_RDWR | O_CLOEXEC)
        guard writer >= 0 else { throw HarnessError.system("open of a gate") }
    }

    /// The lines noted by now.
    var notes: [Substring] {
        ((try? folder.text("notes")) ?? "").split(separator: "\n")
    }

    /// The records noted with a word by now, in order.
    func places(_ word: String) -> [Place] {
        notes.compactMap { line in
            let parts = line.split { " @".contains($0) }
            guard parts.count == 3, parts[0] == word, let partition = Int64(parts[1]),
                let offset = Int64(parts[2])
            else { return nil }
            return Place(partition: partition, offset: offset)
        }
    }
}
