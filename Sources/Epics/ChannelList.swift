// The channels that a command topic says are to be monitored: its records, folded.

/// The live commands.
struct ChannelList {
    private var commands: [ChannelIdentity: ChannelCommand] = [:]

    /// Makes an empty list.
    init() {}

    /// Enters a record: the last one of an identity counts, and a tombstone removes it.
    ///
    /// - Throws: `CommandRecordError`; the list is then as it was.
    mutating func enter(
        key: RawSpan?,
        value: RawSpan?,
        extendedMask: String?
    ) throws(CommandRecordError) {
        guard let key else { throw CommandRecordError("the record has no key") }
        let identity = try ChannelIdentity(key: key)
        guard let value else {
            commands[identity] = nil
            return
        }
        commands[identity] = try ChannelCommand(
            identity,
            value: value,
            extendedMask: extendedMask
        )
    }

    /// The live commands by channel, then by topic.
    var sorted: [ChannelCommand] {
        commands.values.sorted {
            ($0.channel, $0.topic, $0.identity.isOlder ? 1 : 0)
                < ($1.channel, $1.topic, $1.identity.isOlder ? 1 : 0)
        }
    }

    subscript(identity: ChannelIdentity) -> ChannelCommand? { commands[identity] }

    /// A step from one list to another.
    enum Change: Equatable {
        case add(ChannelCommand)
        case replace(ChannelCommand, with: ChannelCommand)
        case remove(ChannelCommand)
    }

    /// Returns the changes that make the list hold these commands and no others, by channel.
    ///
    /// A command in the older form is the same as one in the newer.
    func changes(to wanted: [ChannelCommand]) -> [Change] {
        var changes: [Change] = []
        var kept: Set<ChannelIdentity> = []
        for command in wanted {
            let older = commands[.channel(command.channel)]
            if let older, older.isSame(as: command) {
                kept.insert(older.identity)
            } else if let old = commands[command.identity] {
                kept.insert(old.identity)
                if old != command { changes.append(.replace(old, with: command)) }
            } else {
                changes.append(.add(command))
            }
        }
        for command in sorted where !kept.contains(command.identity) {
            changes.append(.remove(command))
        }
        return changes
    }
}

extension ChannelCommand {
    /// Returns true when another one, perhaps in the other form, asks for the same.
    fileprivate func isSame(as other: ChannelCommand) -> Bool {
        channel == other.channel && topic == other.topic && mask == other.mask
            && outkey == other.outkey
    }
}

extension ChannelIdentity {
    /// True in the form before epics2kafka 0.4.
    var isOlder: Bool { if case .channel = self { true } else { false } }
}
