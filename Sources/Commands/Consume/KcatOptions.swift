// The options of kcat that `consume` spells in another way.

import Arguments

/// kcat's options.
enum KcatOptions {
    /// Those that mean nothing here, and what to write instead.
    static let all = [
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
}
