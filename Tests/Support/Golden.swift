// Compares a text with the one under Tests/Golden. With KCTL_RECORD=1 the file is rewritten and the
// test fails all the same, so that a recording cannot pass by accident.

import Glibc
public import Testing

/// The texts that output is compared with.
public enum Golden {
    /// Whether the texts are rewritten instead of compared.
    public static var isRecording: Bool { getenv("KCTL_RECORD") != nil }

    /// The text of the file at `path` below Tests/Golden; nil when there is none.
    public static func text(_ path: String) -> String? {
        Repository.text("Tests/Golden/\(path)")
    }
}

/// Expects `text` to be what the file at `path` below Tests/Golden holds.
public func expectGolden(
    _ text: String,
    _ path: String,
    at location: SourceLocation = #_sourceLocation
) {
    if Golden.isRecording {
        let isWritten = Repository.write(text, to: "Tests/Golden/\(path)")
        Issue.record("\(isWritten ? "recorded" : "cannot write") \(path)", sourceLocation: location)
        return
    }
    guard let golden = Golden.text(path) else {
        Issue.record("no golden text \(path); record it", sourceLocation: location)
        return
    }
    guard golden != text else { return }
    let old = golden.split(separator: "\n", omittingEmptySubsequences: false)
    let new = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = zip(old, new).prefix { $0 == $1 }.count
    let was = line < old.count ? String(old[line]) : "(end)"
    let now = line < new.count ? String(new[line]) : "(end)"
    Issue.record("\(path):\(line + 1)\n- \(was)\n+ \(now)", sourceLocation: location)
}
