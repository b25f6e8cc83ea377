// The values of the options that pick records: a header, a share.

package import Arguments
import JSON
package import Records

extension HeaderMatch: ArgumentValue {
    package static var placeholder: String { "NAME[=VALUE|~RE]" }

    package init(argument: String) throws(InvalidValue) {
        do throws(Fault) { try self.init(argument) } catch {
            switch error {
            case .noName: throw InvalidValue("a header needs a name")
            case .pattern(let mistake): throw InvalidValue(mistake.reason)
            }
        }
    }

    package var argumentText: String { text }
}

/// Every how many-th record is printed: `1/100`.
struct SampleRate: ArgumentValue, Equatable {
    let every: Int

    static var placeholder: String { "1/N" }

    init(argument: String) throws(InvalidValue) {
        guard argument.hasPrefix("1/"), let every = Int(argument.dropFirst(2)), every > 0 else {
            throw InvalidValue("not a share such as 1/100")
        }
        self.every = every
    }

    var argumentText: String { "1/\(every)" }
}
