// A time as the value of an option.

package import Arguments

/// A time on the command line.
package struct TimeArgument: ArgumentValue {
    package let time: TimePoint
    package let argumentText: String

    package static var placeholder: String { "TIME" }

    package init(argument: String) throws(InvalidValue) {
        guard let time = TimePoint(argument) else {
            throw InvalidValue("not a time such as \(TimePoint.forms)")
        }
        self.time = time
        argumentText = argument
    }
}
