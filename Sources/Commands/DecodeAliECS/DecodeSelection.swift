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

    static let flags = rows.map { $0.description.isAdvanced ? $0.grouped("Selecting") : $0 }

    private static let rows: [Flag<DecodeSelection>] = [
        .list("env", "Records of this environment only.", \.environments, placeholder: "ID")
            .advanced(),
        .list(
            "run",
            "Records of this run only.",
            \.runs,
            placeholder: "RUN",
            range: 1...Int(UInt32.max)
        ),
        .list(
            "detector",
            "Records of environments with this detector only.",
            \.detectors,
            placeholder: "NAME"
        )
        .advanced(),
        .list("state", "Records with this state only.", \.states, placeholder: "STATE").advanced(),
        .list(
            "transition",
            "Records of this transition only.",
            \.transitions,
            placeholder: "NAME"
        )
        .advanced(),
        .list(
            "user",
            "Records of what this user asked for only, by name or number.",
            \.users,
            placeholder: "NAME"
        )
        .advanced(),
        .list("topic-kind", "Read topics of this kind only.", \.kinds, placeholder: "KIND")
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
