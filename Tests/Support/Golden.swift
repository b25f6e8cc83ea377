// Compares a text with the one under Tests/Golden. With KCTL_RECORD=1 the file is rewritten and the
// text counts as different all the same, so that a recording cannot pass by accident.
//
// Without Swift Testing: a release build makes this target too, and has no such module.

import Glibc

/// The texts that output is compared with.
public enum Golden {
    /// Whether the texts are rewritten instead of compared.
    public static var isRecording: Bool { getenv("KCTL_RECORD") != nil }

    /// The text of the file at `path` below Tests/Golden; nil when there is none.
    public static func text(_ path: String) -> String? {
        Repository.text("Tests/Golden/\(path)")
    }

    /// The first line in which `text` differs from the file at `path` below Tests/Golden; nil when it
    /// is what the file holds.
    public static func difference(_ text: String, _ path: String) -> String? {
        if isRecording {
            let isWritten = Repository.write(text, to: "Tests/Golden/\(path)")
            return "\(isWritten ? "recorded" : "cannot write") \(path)"
        }
        guard let golden = Golden.text(path) else { return "no golden text \(path); record it" }
        guard golden != text else { return nil }
        let old = golden.split(separator: "\n", omittingEmptySubsequences: false)
        let new = text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = zip(old, new).prefix { $0 == $1 }.count
        let was = line < old.count ? String(old[line]) : "(end)"
        let now = line < new.count ? String(new[line]) : "(end)"
        return "\(path):\(line + 1)\n- \(was)\n+ \(now)"
    }
}
