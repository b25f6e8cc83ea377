// Foreign words inside a message of ours: quoted, on one line, harmless on a terminal.

/// Quotes a user's word for a message: `'word'`, one line, harmless on a terminal.
///
/// Control characters, line separators and the characters that reverse the reading direction are
/// escaped; a word longer than 100 characters is cut, which the closing `…` shows.
public func quoted(_ word: String) -> String {
    var text = "'"
    var count = 0
    for scalar in word.unicodeScalars {
        guard count < 100 else { return text + "'…" }
        count += 1
        switch scalar.value {
        case 0x00...0x1f, 0x7f...0x9f:
            let digits = String(scalar.value, radix: 16)
            text += "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
        case _ where scalar.isFormatControl:
            text += "\\u{" + String(scalar.value, radix: 16) + "}"
        default:
            text.unicodeScalars.append(scalar)
        }
    }
    return text + "'"
}
