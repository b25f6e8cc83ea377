// Asking before something is destroyed.

import Output
import Reactor

extension Context {
    /// Lists what is about to happen and asks for consent, unless `isAgreed` says it was given.
    ///
    /// - Throws: `CommandError` of status `usage` when no user can be asked, `failure` when the
    ///   answer is not yes.
    package func confirm(
        _ question: String,
        items: [String],
        isAgreed: Bool
    ) throws(CommandError) {
        if isAgreed { return }
        for item in items { note("  " + item) }
        guard isInteractive else {
            throw CommandError(
                .usage,
                "\(question.lowercasedFirst) needs consent, and nobody can be asked",
                hint: "add --yes, or look first with --dry-run"
            )
        }
        try? errors.write("\(question)? [y/N] ")
        try? errors.flush()
        let answer: [UInt8]
        do {
            answer = try Descriptor(input, isOwned: false).read(upTo: 64) { span in
                span.withUnsafeBytes { [UInt8]($0) }
            }
        } catch {
            throw CommandError(error, doing: "cannot read the answer")
        }
        let word = answer.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: " ") }
        guard ["y", "Y", "yes", "Yes", "YES"].contains(String(decoding: word, as: UTF8.self)) else {
            throw CommandError(.failure, "nothing was done: not confirmed")
        }
    }
}

extension String {
    /// The text with its first letter small, to stand inside a sentence.
    package var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
