// Which sink of facts a goal has.

/// The sinks of facts.
enum FactsSinks {
    /// The sink for a goal; nil when records are printed.
    static func make(
        _ goal: DecodeGoal,
        _ options: DecodeAliECS.Options,
        in context: Context
    ) throws(CommandError) -> (any FactsSink)? {
        switch goal {
        case .records: return nil
        case .runs, .timeline, .active, .latency, .startOfRun, .endOfRun:
            throw CommandError(.failure, "runs cannot be told yet")
        }
    }
}
