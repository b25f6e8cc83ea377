// The choice of the sink of facts for a goal.

import AliECS
import CommandKit
import Output

/// The sinks of facts.
enum FactsSinks {
    /// Returns the sink for a goal; nil when records are printed.
    static func make(
        _ goal: DecodeGoal,
        _ options: DecodeAliECS.Options,
        in context: Context
    ) -> (any FactsSink)? {
        let format = OutputFormat(options.form.isJSON ? .json : .text, isWide: options.form.isWide)
        let selection = options.selection.selection
        let lateness = options.order.lateness ?? DecodeOrder.standardLateness
        switch goal {
        case .records: return nil
        case .runs:
            let isEndless = !options.input.isGiven && !options.read.range.isBounded
            return RunsSink(
                .rows(format, isEndless: isEndless),
                selection,
                lateness: lateness,
                in: context
            )
        case .timeline:
            return RunsSink(
                .timeline(isASCII: options.runs.isASCII),
                selection,
                lateness: lateness,
                in: context
            )
        case .active: return ActiveSink(format, selection, in: context)
        case .latency: return LatencySink(format, lateness: lateness, in: context)
        case .startOfRun(let run): return WaitSink(.start, of: run, format, in: context)
        case .endOfRun(let run): return WaitSink(.end, of: run, format, in: context)
        }
    }
}
