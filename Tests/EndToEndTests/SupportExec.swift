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
struct Gate {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Notes that it has begun, and when it has been let go, that it has ended.
    var line: String {
        let wait = "until [ -e '\(folder.path)/open' ]; do sleep 0.02; done"
        return "\(note("begun")); \(wait); \(note("ended"))"
    }

    /// Shell that notes the record at hand.
    func note(_ word: String) -> String {
        #"echo "\#(word) $KCTL_PARTITION@$KCTL_OFFSET" >>'\#(folder.path)/notes'"#
    }

    /// Lets commands go on.
    func open() throws { _ = try folder.file("open", "") }

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
