// Everything that is made from the rows besides help.
// Files that are committed with the sources and checked for drift.

extension Program {
    /// Returns the manual: `kctl.1`, and a page for each group and each command.
    public func manPages(version: String) -> [(name: String, text: String)] {
        ManPages(outline: outline, version: version).pages
    }

    /// Returns the completion script for bash; needs bash 4.4 or newer and nothing else.
    public func bashCompletion() -> String { BashCompletion(outline: outline).text }

    /// Returns the completion script for zsh, to be called `_kctl` in a folder of `fpath`.
    public func zshCompletion() -> String { ZshCompletion(outline: outline).text }

    /// Returns the completion script for fish.
    public func fishCompletion() -> String { FishCompletion(outline: outline).text }

    /// Returns the reference: one section for each command, in Markdown.
    public func reference() -> String { Reference(outline: outline).text }

    /// Returns the documents on JSON: `json.md` and a schema for each object of each command.
    public func jsonReference() -> [(name: String, text: String)] {
        JSONReference(outline: outline).files
    }

    /// Returns everything that help says, as one JSON document with a line break at its end.
    public func helpJSON() -> String { HelpDocument(outline: outline).text }
}
