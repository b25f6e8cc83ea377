// A format as records stand in an input.

/// The form of each record in an input, checked.
package struct InputFormat: Sendable {
    package let template: FormatTemplate

    /// Reads a format.
    ///
    /// - Throws: `FormatError` when no input can be read by it.
    package init(_ text: String) throws(FormatError) {
        template = try FormatTemplate(text)
        // Made once more by each reader: a regular expression is not to be passed about.
        _ = try InputTemplate(template)
    }

    /// Returns what reads records of this format.
    package func reader(_ rules: PieceRules, _ limit: Int, needsTopic: Bool) -> TemplateReader {
        do throws(FormatError) {
            let ready = try InputTemplate(template)
            return TemplateReader(ready, rules: rules, limit: limit, needsTopic: needsTopic)
        } catch {
            preconditionFailure("a format is checked when it is read: \(error)")
        }
    }

    /// Returns true when the format has a field at its top level.
    package func has(_ field: FormatTemplate.TextField) -> Bool {
        template.pieces.contains { piece in
            if case .text(field, _) = piece.content { true } else { false }
        }
    }
}
