// Carries out a plan of offsets: keeps the old ones first, then changes all at once.
// The answer of each partition is reported.

import CommandKit
import KafkaCore
import Output
import Reactor

/// The one way in which offsets of a group are changed.
struct OffsetChanges {
    let connection: Connection
    /// The command, for the list of what was saved: `groups reset`.
    let command: String
    /// True when overwritten offsets are saved.
    let saves: Bool

    /// Shows what changes, and unless it is a dry run makes it; all failures end the command.
    func carryOut(
        _ changes: [OffsetChange],
        for group: String,
        isDryRun: Bool,
        as options: OutputOptions,
        isQuiet: Bool,
        _ batch: consuming FailureCount,
        in context: Context
    ) throws(CommandError) {
        var batch = batch
        let made =
            isDryRun ? MadeChanges() : try make(changes, for: group, &batch, in: context)
        let note = isDryRun ? planNote : made.text(group)
        try context.result(
            isDryRun
                ? changes.map { OffsetChangeRow(group: group, change: $0) }
                : made.rows(changes, group),
            note,
            as: options,
            isQuiet: isQuiet
        )
        try batch.finish(in: context)
    }

    /// Changes the offsets of one group; partitions that fail are failures of `batch`.
    ///
    /// - Returns: the changes that the broker has confirmed.
    func make(
        _ changes: [OffsetChange],
        for group: String,
        _ batch: inout FailureCount,
        in context: Context
    ) throws(CommandError) -> MadeChanges {
        guard !changes.isEmpty else { return MadeChanges() }
        let id = try save(changes, of: group, in: context)
        let servers = connection.servers
        var outcomes: [PartitionOutcome] = []
        do {
            let committed = changes.compactMap { change in
                change.new.map {
                    CommittedOffset(
                        PartitionOffset(change.partition, $0),
                        metadata: change.metadata
                    )
                }
            }
            outcomes += try connection.admin.commit(committed, for: group)
            let forgotten = changes.filter { $0.new == nil && $0.old != nil }.map(\.partition)
            outcomes += try connection.admin.deleteOffsets(of: forgotten, for: group)
        } catch {
            throw CommandError(error, group: group, on: servers)
        }
        // A member that came meanwhile is the same word for every partition.
        if let error = outcomes.first?.error, error.isGroupInUse,
            outcomes.allSatisfy({ $0.error == error })
        {
            throw CommandError(error, group: group, on: servers)
        }
        for outcome in outcomes {
            guard let error = outcome.error else { continue }
            batch.fail(CommandError(error, group: group, of: outcome.partition), in: context)
        }
        let done = outcomes.filter { $0.error == nil }.map(\.partition)
        return MadeChanges(partitions: Set(done), savedState: id)
    }

    /// The note under a plan.
    private var planNote: String {
        command == "groups restore"
            ? Self.planNote : "no offset was changed: --dry-run"
    }

    /// The note under a plan that --execute applies.
    static let planNote = "no offset was changed: this is the plan; --execute applies it"

    /// Returns the end of a sentence: how to bring back what was kept.
    static func undo(_ group: String, _ id: String) -> String {
        "; undo: kctl groups restore \(ShellWord.quoted(group)) \(id) --execute"
    }

    /// Keeps what is about to be overwritten; the id under which it is found, nil without `saves`.
    func save(
        _ changes: [OffsetChange],
        of group: String,
        in context: Context
    ) throws(CommandError) -> String? {
        guard saves else { return nil }
        // A restore is always kept: there is no other way back from it.
        let hint = command == "groups restore" ? nil : "--no-save skips the backup"
        guard let folder = SavedOffsetsFolder(context.environment) else {
            throw CommandError(
                .failure,
                "cannot save the old offsets: set HOME or XDG_STATE_HOME",
                hint: hint
            )
        }
        let saved = SavedOffsets(
            group: group,
            cluster: connection.client.clusterID ?? "",
            time: context.clock.unixMilliseconds,
            command: command,
            offsets: changes.map { ($0.partition, $0.old) }
        )
        do { return try folder.save(saved) } catch {
            var failure = CommandError(error, doing: "cannot save the old offsets")
            if let hint { failure.addHint(hint) }
            throw failure
        }
    }
}

/// The changes of a group's offsets that the broker has confirmed.
struct MadeChanges {
    var partitions: Set<TopicPartition> = []
    /// The id of the saved offsets; nil when none were saved.
    var savedState: String?

    /// Returns the rows of those among `changes` that were made.
    func rows(_ changes: [OffsetChange], _ group: String) -> [OffsetChangeRow] {
        changes.filter { partitions.contains($0.partition) }.map {
            OffsetChangeRow(group: group, change: $0, isDone: true, savedState: savedState)
        }
    }

    /// Returns the line for a person; nil when nothing was changed.
    func text(_ group: String) -> String? {
        guard !partitions.isEmpty else { return nil }
        let text = "changed \(counted(partitions.count, "offset")) of group '\(group)'"
        return text + (savedState.map { OffsetChanges.undo(group, $0) } ?? "")
    }
}

extension GroupFacts {
    /// Refuses a group that has members, naming them.
    func checkInactive() throws(CommandError) {
        if memberError != nil {
            throw CommandError(
                .failure,
                "group '\(id)' is active (\(listedState ?? ""))",
                hint: "stop the members of the group first"
            )
        }
        guard let description, !description.isInactive else { return }
        let names = description.members.prefix(3).map { member in
            "\(member.clientID) at \(member.host)"
        }
        let more = description.members.count > 3 ? " and \(description.members.count - 3) more" : ""
        let who = names.isEmpty ? "" : ": " + names.joined(separator: ", ") + more
        throw CommandError(
            .failure,
            "group '\(id)' is active (\(description.state ?? "state unknown"),"
                + " \(counted(description.members.count, "member"))\(who))",
            hint: "stop the members of the group first"
        )
    }
}
