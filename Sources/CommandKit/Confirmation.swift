// Asking before something is destroyed.

import Output
import Reactor

extension Context {
    /// Lists the items of an action and asks for confirmation, unless `isAgreed` says it was given.
    ///
    /// `action`: a verb and its object, such as `delete 5 topics`.
    ///
    /// - Throws: `CommandError` of status `usage` when no user can be asked, `failure` when the
    ///   answer is not yes.
    package func confirm(
        _ action: String,
        items: [String],
        isAgreed: Bool
    ) throws(CommandError) {
        if isAgreed { return }
        for item in items { note("  " + item) }
        guard isInteractive else {
            throw CommandError(
                .usage,
                "refusing to \(action) without a terminal; use --yes or --dry-run"
            )
        }
        try? errors.write("\(action.capitalizedFirst)? [y/N] ")
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
            throw CommandError(.failure, "cancelled: not confirmed")
        }
    }
}

extension String {
    /// The text with a capital first letter, to begin a question.
    package var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
