// The groups that a command is about: names, a pattern, or all.

import Arguments
import CommandKit
import KafkaCore

/// Groups named one by one, by a pattern, or all there are.
struct GroupSelection: CommandOptions {
    var names: [String] = []
    var pattern: NamePattern?
    var globs: [NameGlob] = []
    var takesAll = false

    static let flags: [Flag<GroupSelection>] = [
        .list(
            "group",
            "g",
            "Group name, instead of the argument.",
            \.names,
            placeholder: "GROUP",
            completion: .groups
        )
        .advanced(),
        .optional("regex", "Take the groups whose full name matches.", \.pattern),
        .list("glob", "Take the groups that match: 'app-*'.", \.globs).advanced(),
        .toggle("all", "a", "Take all groups.", \.takesAll, negatable: false)
            .alias("all-groups"),
    ]

    /// Refuses a selection of nothing, and of all and some at a time.
    func validate() throws(UsageError) {
        if names.isEmpty, !isPattern, !takesAll {
            throw UsageError("missing GROUP", hint: "or --glob, --regex or --all")
        }
        if takesAll, !names.isEmpty || isPattern {
            throw UsageError("--all cannot be used with group names or a pattern")
        }
        if names.contains("") { throw UsageError("GROUP is empty") }
    }

    /// True when more than the named groups may be meant.
    var isOpen: Bool { takesAll || isPattern }

    private var isPattern: Bool { pattern != nil || !globs.isEmpty }

    /// Returns the names of the groups: those named in the order given, then those found by name.
    ///
    /// Brokers that did not answer for theirs are handed to `fail`.
    func choose(
        through connection: Connection,
        fail: (CommandError) -> Void
    ) throws(CommandError) -> [String] {
        var chosen: [String] = []
        for name in names where !chosen.contains(name) { chosen.append(name) }
        guard isOpen else { return chosen }
        let listings = try connection.groups(fail: fail)
        let found = isPattern ? try listings.matching(pattern, globs, by: \.id) : listings
        return chosen + found.map(\.id).filter { !chosen.contains($0) }
    }
}

extension Connection {
    /// Returns the groups of the cluster; the errors of brokers that did not answer are passed to
    /// `fail`.
    func groups(fail: (CommandError) -> Void) throws(CommandError) -> [GroupListing] {
        // An administrative call to a cluster that cannot be reached would take its whole time.
        _ = try metadata()
        let listings: GroupListings
        do { listings = try admin.groups() } catch { throw CommandError(error, on: servers) }
        for error in listings.errors {
            fail(CommandError(error, "cannot list the groups of a broker of \(servers)"))
        }
        return listings.groups
    }
}
