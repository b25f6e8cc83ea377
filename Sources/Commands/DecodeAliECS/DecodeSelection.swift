// The choice of the records that `decode-aliecs` prints, as options.

public import AliECS
public import Arguments

/// A kind of topic on the command line.
extension TopicKind: ArgumentChoice {}

/// The selection of `decode-aliecs`.
struct DecodeSelection: CommandOptions {
    var environments: [String] = []
    var runs: [Int] = []
    var detectors: [String] = []
    var states: [String] = []
    var transitions: [String] = []
    var users: [String] = []
    var errorsOnly = false
    var kinds: [TopicKind] = []

    static let flags = rows.map { $0.description.isAdvanced ? $0.grouped("Filter") : $0 }

    private static let rows: [Flag<DecodeSelection>] = [
        .list("env", "Print only records of this environment.", \.environments, placeholder: "ID")
            .advanced(),
        .list(
            "run",
            "Print only records of this run.",
            \.runs,
            placeholder: "RUN",
            range: 1...Int(UInt32.max)
        ),
        .list(
            "detector",
            "Print only records of environments with this detector.",
            \.detectors,
            placeholder: "NAME"
        )
        .advanced(),
        .list("state", "Print only records with this state.", \.states, placeholder: "STATE")
            .advanced(),
        .list(
            "transition",
            "Print only records of this transition.",
            \.transitions,
            placeholder: "NAME"
        )
        .advanced(),
        .list(
            "user",
            "Print only records of requests of this user (name or number).",
            \.users,
            placeholder: "NAME"
        )
        .advanced(),
        .toggle(
            "only-errors",
            "Print only records with an error.",
            \.errorsOnly,
            negatable: false
        ),
        .list("topic-kind", "Read only topics of this kind.", \.kinds, placeholder: "KIND")
            .advanced(),
    ]

    /// The selection that the options describe.
    var selection: EventSelection {
        var selection = EventSelection()
        selection.environments = Set(environments)
        selection.runs = Set(runs.map { UInt32(clamping: $0) })
        selection.detectors = Set(detectors)
        selection.states = Set(states.map { $0.uppercased() })
        selection.transitions = Set(transitions.map { $0.uppercased() })
        selection.users = Set(users)
        selection.onlyErrors = errorsOnly
        selection.kinds = Set(kinds)
        return selection
    }
}
