// An option as a row of data: what help says about it, and how it changes the command's options.
// The four kinds differ only in what happens at the end of a key path, so that the parser knows two
// cases: a word, or on and off.

/// The path to the place where an option or argument stores what was given.
public typealias OptionPath<Root, Value> = any WritableKeyPath<Root, Value> & Sendable

/// The input the user gave for an option: a value, or a toggle being on or off.
enum FlagInput {
    case value(String)
    case toggle(Bool)
}

/// One option of a command whose options are an `Options`.
public struct Flag<Options>: Sendable {
    /// The description that help shows.
    public internal(set) var description: FlagDescription

    /// Puts the default in place before anything is read: the default shown is the true one.
    let prepare: @Sendable (inout Options) -> Void
    /// Stores what was given; a toggle never fails.
    let apply: @Sendable (inout Options, FlagInput) throws(InvalidValue) -> Void
    /// Returns true when a toggle is on in fresh options.
    let isOn: @Sendable (Options) -> Bool
    /// Returns true when a toggle takes this word for its value.
    var takes: @Sendable (String) -> Bool = { _ in false }
    /// Refuses options that this one contradicts, when all of them are read.
    var check: (@Sendable (Options) throws(UsageError) -> Void)?

    /// Returns an option that is on or off; `--no-LONG` turns it off unless `negatable` is false.
    ///
    /// Its default is what the options hold before anything is read. A name that begins with `no-`
    /// is never negated again.
    public static func toggle(
        _ long: String,
        _ short: Character?,
        _ help: String,
        _ path: OptionPath<Options, Bool>,
        negatable: Bool = true
    ) -> Flag {
        var description = FlagDescription(long: long, short: short, help: help)
        description.isNegatable = negatable && !long.hasPrefix("no-")
        return Flag(
            description: description,
            prepare: { _ in },
            apply: { options, input throws(InvalidValue) in
                if case .toggle(let isOn) = input { options[keyPath: path] = isOn }
            },
            isOn: { $0[keyPath: path] }
        )
    }

    /// Returns an option that is on or off, and when it is on may be followed by a value.
    ///
    /// The next word is the value if it reads as one. Shown as `--LONG [PLACEHOLDER]`.
    public static func toggle<V: ArgumentValue>(
        _ long: String,
        _ short: Character?,
        _ help: String,
        _ path: OptionPath<Options, Bool>,
        value valuePath: OptionPath<Options, V>
    ) -> Flag {
        var description = FlagDescription(long: long, short: short, help: help)
        description.optionalPlaceholder = V.placeholder
        return Flag(
            description: description,
            prepare: { _ in },
            apply: { options, input throws(InvalidValue) in
                if case .value(let word) = input {
                    options[keyPath: valuePath] = try V(argument: word)
                }
                options[keyPath: path] = true
            },
            isOn: { $0[keyPath: path] },
            takes: { (try? V(argument: $0)) != nil }
        )
    }

    /// Returns an option with a value and a default, which help shows and which is put in place.
    ///
    /// `range` bounds whole numbers only.
    public static func value<V: ArgumentValue>(
        _ long: String,
        _ short: Character?,
        _ help: String,
        _ path: OptionPath<Options, V>,
        placeholder: String? = nil,
        range: ClosedRange<Int>? = nil,
        completion: Completion = .none,
        default standard: V
    ) -> Flag {
        var row = row(long, short, help, V.self, placeholder, completion)
        row.defaultText = standard.argumentText
        return Flag(
            description: row,
            range: range,
            prepare: { $0[keyPath: path] = standard },
            store: { (options, value: V) in options[keyPath: path] = value }
        )
    }

    /// Returns an option with a value that stays nil when it is not given.
    ///
    /// `defaultText` says what happens then, where that can be said like a value. `range` bounds
    /// whole numbers only. `merge` makes one value of an earlier one and a later one; the later one
    /// counts without it.
    public static func optional<V: ArgumentValue>(
        _ long: String,
        _ short: Character?,
        _ help: String,
        _ path: OptionPath<Options, V?>,
        placeholder: String? = nil,
        range: ClosedRange<Int>? = nil,
        completion: Completion = .none,
        defaultText: String? = nil,
        merge: (@Sendable (V, V) -> V)? = nil
    ) -> Flag {
        var row = row(long, short, help, V.self, placeholder, completion)
        row.defaultText = defaultText
        return Flag(
            description: row,
            range: range,
            prepare: { _ in },
            store: { (options, value: V) in
                if let merge, let old = options[keyPath: path] {
                    options[keyPath: path] = merge(old, value)
                } else {
                    options[keyPath: path] = value
                }
            }
        )
    }

    /// Returns an option that may be given again and again; the values are appended in the order
    /// given.
    ///
    /// `range` bounds whole numbers only.
    public static func list<V: ArgumentValue>(
        _ long: String,
        _ short: Character?,
        _ help: String,
        _ path: OptionPath<Options, [V]>,
        placeholder: String? = nil,
        range: ClosedRange<Int>? = nil,
        completion: Completion = .none
    ) -> Flag {
        var row = row(long, short, help, V.self, placeholder, completion)
        row.isRepeatable = true
        return Flag(
            description: row,
            range: range,
            prepare: { _ in },
            store: { (options, value: V) in options[keyPath: path].append(value) }
        )
    }

    private static func row<V: ArgumentValue>(
        _ long: String,
        _ short: Character?,
        _ help: String,
        _ type: V.Type,
        _ placeholder: String?,
        _ completion: Completion
    ) -> FlagDescription {
        var row = FlagDescription(long: long, short: short, help: help)
        row.placeholder = placeholder ?? V.placeholder
        row.choices = V.choices
        row.choicesWithWord = V.choicesWithWord
        row.completion = completion
        return row
    }
}

extension Flag {
    /// An option with a value of type `V`.
    private init<V: ArgumentValue>(
        description: FlagDescription,
        range: ClosedRange<Int>?,
        prepare: @escaping @Sendable (inout Options) -> Void,
        store: @escaping @Sendable (inout Options, V) -> Void
    ) {
        precondition(
            range == nil || V.self is any BinaryInteger.Type,
            "the range of --\(description.long) bounds a value that is not a whole number"
        )
        self.init(
            description: description,
            prepare: prepare,
            apply: { options, input throws(InvalidValue) in
                guard case .value(let word) = input else { return }
                if let range { try range.check(word, as: V.self) }
                store(&options, try V(argument: word))
            },
            isOn: { _ in false }
        )
    }

    /// Returns the same option of an outer options type that holds these at `path`.
    public func embedded<Outer>(at path: OptionPath<Outer, Options>) -> Flag<Outer> {
        let (prepare, apply, isOn, check) = (prepare, apply, isOn, check)
        var outer = Flag<Outer>(
            description: description,
            prepare: { prepare(&$0[keyPath: path]) },
            apply: { outer, input throws(InvalidValue) in
                try apply(&outer[keyPath: path], input)
            },
            isOn: { isOn($0[keyPath: path]) },
            takes: takes
        )
        if let check {
            outer.check = { options throws(UsageError) in try check(options[keyPath: path]) }
        }
        return outer
    }

    /// Returns the same option, checked by `body` when all options of the command are read.
    public func checked(
        by body: @escaping @Sendable (Options) throws(UsageError) -> Void
    ) -> Flag {
        var flag = self
        flag.check = body
        return flag
    }

    /// Returns the same option, listed under `heading`.
    public func grouped(_ heading: String) -> Flag {
        var flag = self
        flag.description.heading = heading
        return flag
    }

    /// Returns the same option, left out of the short help.
    public func advanced() -> Flag {
        var flag = self
        flag.description.isAdvanced = true
        return flag
    }

    /// Returns the same option, also accepted as `--LONG`; only the long help says so.
    public func alias(_ long: String) -> Flag {
        var flag = self
        flag.description.aliases.append(long)
        return flag
    }
}

extension ClosedRange<Int> {
    /// Refuses a whole number that is outside the range or that `type` cannot hold.
    ///
    /// Any other word passes: the type itself says what is wrong with it.
    fileprivate func check(_ word: String, as type: any ArgumentValue.Type) throws(InvalidValue) {
        guard word.isWholeNumber else { return }
        var range = self
        if let type = type as? any FixedWidthInteger.Type {
            range = clamped(to: Self(heldBy: type))
        }
        let number = Int(word)
        if let number, range.contains(number) { return }
        let isLess = number.map { $0 < lowerBound } ?? word.hasPrefix("-")
        if isLess, upperBound == .max { throw InvalidValue("less than \(lowerBound)") }
        throw InvalidValue("not between \(range.lowerBound) and \(range.upperBound)")
    }

    private init<T: FixedWidthInteger>(heldBy type: T.Type) {
        self = Int(clamping: T.min)...Int(clamping: T.max)
    }
}
