// The same four kinds of option without a one-letter name.
// Swift cannot leave out an unlabelled argument in the middle, so each kind has a second spelling
// that passes nil.

extension Flag {
    /// Returns an option that is on or off, without a one-letter name.
    public static func toggle(
        _ long: String,
        _ help: String,
        _ path: OptionPath<Options, Bool>,
        negatable: Bool = true
    ) -> Flag {
        toggle(long, nil, help, path, negatable: negatable)
    }

    /// Returns an option with a value and a default, without a one-letter name.
    public static func value<V: ArgumentValue>(
        _ long: String,
        _ help: String,
        _ path: OptionPath<Options, V>,
        placeholder: String? = nil,
        range: ClosedRange<Int>? = nil,
        completion: Completion = .none,
        default standard: V
    ) -> Flag {
        value(
            long,
            nil,
            help,
            path,
            placeholder: placeholder,
            range: range,
            completion: completion,
            default: standard
        )
    }

    /// Returns an option with a value that stays nil when it is not given, without a one-letter
    /// name.
    public static func optional<V: ArgumentValue>(
        _ long: String,
        _ help: String,
        _ path: OptionPath<Options, V?>,
        placeholder: String? = nil,
        range: ClosedRange<Int>? = nil,
        completion: Completion = .none,
        defaultText: String? = nil
    ) -> Flag {
        optional(
            long,
            nil,
            help,
            path,
            placeholder: placeholder,
            range: range,
            completion: completion,
            defaultText: defaultText
        )
    }

    /// Returns an option that may be given again and again, without a one-letter name.
    public static func list<V: ArgumentValue>(
        _ long: String,
        _ help: String,
        _ path: OptionPath<Options, [V]>,
        placeholder: String? = nil,
        range: ClosedRange<Int>? = nil,
        completion: Completion = .none
    ) -> Flag {
        list(
            long,
            nil,
            help,
            path,
            placeholder: placeholder,
            range: range,
            completion: completion
        )
    }
}
