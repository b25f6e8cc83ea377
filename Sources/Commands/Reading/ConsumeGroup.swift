// The consumer group of `consume`, as options.

import Arguments
import KafkaCore
import Settings

/// The times at which a group's offsets are committed.
enum CommitMode: String, ArgumentChoice {
    /// Commits records that have been written to standard output.
    case afterPrint = "after-print"
    /// Commits records that the command of `--exec` has processed, before it gets the next.
    case afterExec = "after-exec"
    /// Commits records taken from the library, at intervals: Kafka's automatic commit.
    case auto
    /// Nothing.
    case none
}

/// The group of `consume`.
struct ConsumeGroup: CommandOptions {
    var name: String?
    var commits: CommitMode?
    var instanceID: String?

    static let flags: [Flag<ConsumeGroup>] = [
        .optional(
            "group",
            "g",
            "Read as a member of this consumer group.",
            \.name,
            placeholder: "GROUP",
            completion: .groups
        ),
        .optional(
            "commit",
            "Commit offsets at this time.",
            \.commits,
            defaultText: "after-print; after-exec with --exec"
        )
        .grouped("Group").advanced(),
        .optional(
            "instance-id",
            "Join as a static member with this id (group.instance.id).",
            \.instanceID,
            placeholder: "ID"
        )
        .grouped("Group").advanced(),
    ]

    /// Refuses what a group decides, and what only a group has.
    func validate(_ range: ConsumeRange) throws(UsageError) {
        guard let name else {
            if commits != nil { throw UsageError("--commit needs --group") }
            if instanceID != nil { throw UsageError("--instance-id needs --group") }
            if range.offset?.ranges.contains(where: { $0.begin == .stored }) == true {
                throw UsageError("--offset stored needs --group")
            }
            return
        }
        if name.isEmpty { throw UsageError("--group: the name is empty") }
        if instanceID?.isEmpty == true { throw UsageError("--instance-id: the id is empty") }
        if range.partitions != nil {
            throw UsageError(
                "--group and --partition do not go together",
                hint: "the group assigns the partitions"
            )
        }
        if range.last != nil {
            throw UsageError(
                "--group and --last do not go together",
                hint: "a group starts at its committed offsets"
            )
        }
        if let offset = range.offset, offset.partitions.count > 0 || offset.all?.begin != .stored {
            throw UsageError(
                "--group starts at the committed offsets, not at --offset"
                    + " \(offset.argumentText)",
                hint: "--offset-reset sets the start where nothing is committed"
            )
        }
        if range.fromBeginning, range.reset != nil {
            throw UsageError(
                "--from-beginning and --offset-reset do not go together",
                hint: "with --group, --from-beginning means --offset-reset earliest"
            )
        }
    }

    /// Returns the options that are properties of the client, and those of its range that are.
    func settings(_ range: ConsumeRange) -> [Setting] {
        var settings: [Setting] = []
        if let name { settings.append(Setting("group.id", name, origin: .flag("--group"))) }
        if let instanceID {
            settings.append(
                Setting("group.instance.id", instanceID, origin: .flag("--instance-id"))
            )
        }
        // For offsets that go out of range later on, which the library sees to.
        if let reset = range.reset?.reset {
            settings.append(
                Setting(OffsetResetChoice.name, reset.property, origin: .flag("--offset-reset"))
            )
        } else if name != nil, range.fromBeginning {
            let reset = OffsetResetChoice.earliest
            settings.append(
                Setting(OffsetResetChoice.name, reset.property, origin: .flag("--from-beginning"))
            )
        }
        return settings
    }

    /// The settings that the member requires.
    var required: [Property] {
        guard name != nil else { return [] }
        let isAuto = commits == .auto ? "true" : "false"
        return [
            // Also the only sign that everything behind the last record has been processed.
            Property("enable.partition.eof", "true"),
            Property("enable.auto.commit", isAuto),
            Property("enable.auto.offset.store", isAuto),
        ]
    }

    /// The properties that a member has unless the user says otherwise.
    var defaults: [Property] {
        // Little is printed again after a crash, and a broker hardly notices.
        name != nil && commits != .auto ? [Property("auto.commit.interval.ms", "1000")] : []
    }

    /// Returns where the group begins when it has committed nothing; nil when no option or setting
    /// says.
    ///
    /// `setting`: the property `auto.offset.reset`, which counts where no option has been given.
    static func reset(_ range: ConsumeRange, setting: Setting?) -> GroupReset? {
        if let reset = range.reset {
            return GroupReset(reset.reset, "--offset-reset \(reset.argumentText)")
        }
        if range.fromBeginning { return GroupReset(.earliest, "--from-beginning") }
        guard let setting, setting.origin != .builtIn,
            let reset = OffsetResetChoice(property: setting.value)
        else { return nil }
        return GroupReset(reset, "\(OffsetResetChoice.name) \(setting.value)")
    }
}

extension OffsetResetChoice {
    /// The library's property for it.
    static let name = "auto.offset.reset"

    /// Reads a value of the property, in any case; nil for one that the library does not take.
    init?(property: String) {
        switch property.lowercased() {
        case "smallest", "earliest", "beginning": self = .earliest
        case "largest", "latest", "end": self = .latest
        case "error": self = .error
        default: return nil
        }
    }

    /// The value of the property: of a time the library knows nothing, and begins with what is left.
    var property: String {
        switch self {
        case .earliest, .time: "earliest"
        case .latest: "latest"
        case .error: "error"
        }
    }
}

/// The start of a group that has committed nothing, and the option or setting that says so.
struct GroupReset {
    let reset: OffsetResetChoice
    /// The words that it was said with.
    let words: String

    init(_ reset: OffsetResetChoice, _ words: String) {
        self.reset = reset
        self.words = words
    }
}
