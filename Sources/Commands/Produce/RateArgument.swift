// A rate on the command line: `100/s`, `5/m`, `1000/h`, or `100` a second.

import Arguments
import SendEngine

extension RecordRate: ArgumentValue {
    static var placeholder: String { "RATE" }

    init(argument: String) throws(InvalidValue) {
        let wanted = InvalidValue("not a rate such as 100/s, 30/m or 1000/h")
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let records = Int(first), parts.count <= 2 else {
            throw wanted
        }
        guard records > 0 else { throw InvalidValue("not above 0") }
        let period: Duration =
            switch parts.dropFirst().first {
            case nil, "s": .seconds(1)
            case "m": .seconds(60)
            case "h": .seconds(3600)
            default: throw wanted
            }
        self.init(records: records, period: period)
    }

    var argumentText: String {
        let unit = period == .seconds(1) ? "s" : period == .seconds(60) ? "m" : "h"
        return "\(records)/\(unit)"
    }
}
