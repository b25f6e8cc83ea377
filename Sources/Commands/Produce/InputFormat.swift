// The value of `--format`.

import Arguments
import Output
import Records

/// How each record stands in the input, on the command line.
struct InputFormat: ArgumentValue {
    let template: FormatTemplate

    static var placeholder: String { "FORMAT" }

    init(argument: String) throws(InvalidValue) {
        do throws(FormatError) {
            template = try FormatTemplate(argument)
            // Made once more by whoever reads: a regular expression is not to be passed about.
            _ = try InputTemplate(template)
        } catch {
            throw InvalidValue("column \(error.column): \(error.reason)")
        }
    }

    var argumentText: String { template.text }

    /// What reads records of this format.
    func reader(_ rules: PieceRules, _ limit: Int, needsTopic: Bool) -> TemplateReader {
        do throws(FormatError) {
            let ready = try InputTemplate(template)
            return TemplateReader(ready, rules: rules, limit: limit, needsTopic: needsTopic)
        } catch {
            preconditionFailure("a format is checked when it is read: \(error)")
        }
    }

    /// Whether the format has a field at its top level.
    func has(_ field: FormatTemplate.TextField) -> Bool {
        template.pieces.contains { piece in
            if case .text(field, _) = piece.content { true } else { false }
        }
    }
}
