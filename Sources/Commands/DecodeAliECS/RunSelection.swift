// The choice of the runs that are reported, where runs are asked for in place of records.

import AliECS
import CommandKit

/// Conditions that a run has to meet, all of them.
struct RunSelection {
    private let selection: EventSelection
    private let people: Set<String>

    init(_ selection: EventSelection) {
        self.selection = selection
        // Runs name the user; the numbers of users that are no person have names of their own.
        people = selection.users.union(
            selection.users.compactMap { UInt32($0) }.map { number in
                switch number {
                case 60: "LHC"
                case 65: "TIMER"
                default: "user \(number)"
                }
            }
        )
    }

    /// True when there is no condition.
    var isEmpty: Bool { selection.isEmpty }

    /// Returns true when a run is reported.
    func wants(_ run: Run) -> Bool {
        guard wants(environment: run.environment, run: run.number, detectors: run.detectors) else {
            return false
        }
        if selection.onlyErrors, run.error == nil, run.endedBy != .goError { return false }
        return people.isEmpty
            || [run.startedBy, run.stoppedBy].contains { name in
                name.map { people.contains($0) } ?? false
            }
    }

    /// Returns true when an environment of a list is reported.
    func wants(_ note: EnvironmentNote) -> Bool {
        wants(environment: note.environment, run: note.run, detectors: note.detectors)
            && (selection.states.isEmpty || selection.states.contains(note.state.uppercased()))
    }

    /// Returns true when a warning is reported: one about no run only when all runs are asked for.
    func wants(_ warning: RunWarning) -> Bool {
        if isEmpty { return true }
        guard selection.detectors.isEmpty, !warning.environment.isEmpty || warning.run != nil else {
            return false
        }
        return wants(environment: warning.environment, run: warning.run, detectors: [])
    }

    private func wants(environment: String, run: UInt32?, detectors: [String]) -> Bool {
        if !selection.environments.isEmpty, !selection.environments.contains(environment) {
            return false
        }
        if !selection.runs.isEmpty {
            guard let run, selection.runs.contains(run) else { return false }
        }
        return selection.detectors.isEmpty || !selection.detectors.isDisjoint(with: detectors)
    }
}
