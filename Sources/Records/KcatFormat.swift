// kcat's format strings, as formats of ours.

/// The formats of kcat.
package enum KcatFormat {
    /// The text that kcat puts between headers.
    package static let headerSeparator = ","

    /// Returns the same format as `OutputTemplate` reads it.
    ///
    /// - Throws: `FormatError` when a token is none of kcat's.
    package static func translated(_ text: String) throws(FormatError) -> String {
        var made = ""
        var column = 0
        var rest = text[...]
        while let character = rest.popFirst() {
            column += 1
            guard character == "%" else {
                if character == "\\" {
                    // An escape is two characters at least; the second means nothing to us.
                    made.append(character)
                    if let next = rest.popFirst() {
                        made.append(next)
                        column += 1
                    }
                } else {
                    made.append(character)
                }
                continue
            }
            guard let token = rest.popFirst() else {
                throw FormatError(column, "a lone '%' at the end")
            }
            switch token {
            case "s": made += "%v"
            case "S": made += "%V"
            case "R": made += "%V{big32}"
            case "T": made += "%d"
            case "h": made += "%h{%k=%v}"
            case "k", "K", "t", "p", "o", "%": made += "%\(token)"
            default: throw FormatError(column, "kcat has no '%\(token)'")
            }
            column += 1
        }
        return made
    }
}
