// kcat's format strings and options, in our own words.

import Arguments
import Output
import Records

/// Formats of kcat.
enum KcatFormat {
    /// What kcat puts between headers.
    static let headerSeparator = ","

    /// Its options that mean nothing here.
    static let options = [
        ForeignOption("c", of: "kcat", value: "-n *"),
        ForeignOption("G", of: "kcat", value: "-g *"),
        ForeignOption("J", of: "kcat", "--json"),
        ForeignOption("s", of: "kcat", value: "-f '%v{unpack[*]}\\n'"),
        ForeignOption("d", of: "kcat", value: "-v -X debug=*"),
        ForeignOption("q", of: "kcat", "--summary none"),
        ForeignOption("Z", of: "kcat", "--json"),
        ForeignOption("L", of: "kcat", "'kctl topics list'"),
        ForeignOption("Q", of: "kcat", "'kctl topics offsets'"),
        ForeignOption("P", of: "kcat", "'kctl produce'"),
        ForeignOption("C", of: "kcat", nil), ForeignOption("u", of: "kcat", nil),
        ForeignOption("E", of: "kcat", nil), ForeignOption("O", of: "kcat", nil),
    ]

    /// The same format as `OutputTemplate` reads it.
    ///
    /// - Throws: when a token is none of kcat's.
    static func translated(_ text: String) throws(FormatError) -> String {
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
