// The value of `--format`.

package import Arguments
package import Records

extension InputFormat: ArgumentValue {
    package static var placeholder: String { "FORMAT" }

    package init(argument: String) throws(InvalidValue) {
        do throws(FormatError) { try self.init(argument) } catch {
            throw InvalidValue("column \(error.column): \(error.reason)")
        }
    }

    package var argumentText: String { template.text }
}
