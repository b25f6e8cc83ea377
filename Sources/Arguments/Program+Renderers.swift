// Everything that is made from the rows besides help.
// Files that are committed with the sources and checked for drift.

extension Program {
    /// The manual: `kctl.1`, a page for each group and each command outside groups.
    public func manPages(version: String) -> [(name: String, text: String)] {
        ManPages(outline: outline, version: version).pages
    }

    /// The completion script for bash; needs bash 4.4 or newer and nothing else.
    public func bashCompletion() -> String { BashCompletion(outline: outline).text }

    /// The completion script for zsh, to be called `_kctl` in a folder of `fpath`.
    public func zshCompletion() -> String { ZshCompletion(outline: outline).text }

    /// The completion script for fish.
    public func fishCompletion() -> String { FishCompletion(outline: outline).text }

    /// The reference: one section for each command, in Markdown.
    public func reference() -> String { Reference(outline: outline).text }

    /// Everything that help says, as one JSON document with a line break at its end.
    public func helpJSON() -> String { HelpDocument(outline: outline).text }
}
