// Sets and unsets channels that are to be monitored.

package import Arguments
package import CommandKit
import KafkaCore
import Output
import Settings

/// `kctl set-monitored`: writes commands to the command topic.
package enum SetMonitored: Command {
    package struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var channels: [String] = []
        var topic: String?
        var mask: MonitorMask?
        var outkey: String?
        var isUnset = false
        var commandTopic = CommandTopic.standardName
        var file: String?
        var sync: String?
        var isOlder = false
        var createsTopic = false
        var isDryRun = false
        var isAgreed = false

        package init() {}
    }

    package static let spec = CommandSpec<Options>(
        "set-monitored",
        "Set or unset EPICS channels to monitor.",
        flags: SetMonitoredOptions.flags
            + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example(
                "kctl set-monitored -c channel1 -t topic1 -m va",
                "Monitor values and alarms of a channel."
            ),
            Example("kctl set-monitored -c channel1 -t topic1 -u", "Stop monitoring it."),
            Example(
                "kctl set-monitored --sync channels.jsonl --dry-run",
                "Print the difference between a file and the live list."
            ),
        ],
        sections: SetMonitoredOptions.sections + [ExitStatus.section],
        json: [ChannelRow.changeJSON],
        validate: SetMonitoredOptions.validate
    )

    package static func run(
        _ options: Options,
        in context: inout Context
    ) throws(CommandError) {
        var entries: [ChannelEntry] = []
        if let path = options.file ?? options.sync {
            entries = try ChannelFile.entries(context.read(path, as: "the file"), path: path)
        } else {
            entries = options.channels.map { entry(of: $0, options) }
        }
        let connection = try context.connect(
            options.cluster,
            as: .producer,
            required: options.isDryRun ? [] : CommandTopic.required
        )
        let topic = CommandTopic(name: options.commandTopic, connection: connection)
        if options.createsTopic, !options.isDryRun, try topic.create() {
            context.note("created topic '\(topic.name)'")
        } else {
            try requireTopic(topic)
        }
        if options.sync != nil {
            let changes = try difference(entries, topic, options, in: &context)
            try confirmRemovals(changes, options, in: context)
            entries = changes
        }
        try write(entries, to: topic, options, in: context)
    }

    private static func entry(of channel: String, _ options: Options) -> ChannelEntry {
        let command = ChannelCommand(
            channel: channel,
            topic: options.topic ?? "",
            mask: options.mask ?? .value,
            outkey: options.outkey,
            isOlder: options.isOlder
        )
        return options.isUnset ? .unset(command.identity) : .set(command)
    }

    private static func requireTopic(_ topic: CommandTopic) throws(CommandError) {
        do throws(CommandError) { _ = try topic.connection.topic(topic.name) } catch {
            guard error.status.number == ExitStatus.notFound.number else { throw error }
            throw CommandError(
                .notFound,
                "topic '\(topic.name)' not found on \(topic.connection.servers)",
                hint: "--create-topic, or --command-topic for another name",
                topic: topic.name
            )
        }
    }

    /// Returns what has to be written for the live list to be as the file says.
    private static func difference(
        _ entries: [ChannelEntry],
        _ topic: CommandTopic,
        _ options: Options,
        in context: inout Context
    ) throws(CommandError) -> [ChannelEntry] {
        let reading = try context.connect(options.cluster, as: .consumer, showsNotes: false)
        var list = ChannelList()
        let source = CommandTopic(name: topic.name, connection: reading)
        _ = list.enter(try source.records(), of: topic, in: context)
        let wanted = entries.compactMap { entry -> ChannelCommand? in
            if case .set(let command) = entry { command } else { nil }
        }
        return list.changes(to: wanted).map { change in
            switch change {
            case .add(let command), .replace(_, let command): .set(command)
            case .remove(let command): .unset(command.identity)
            }
        }
    }

    private static func confirmRemovals(
        _ entries: [ChannelEntry],
        _ options: Options,
        in context: Context
    ) throws(CommandError) {
        let removed = entries.compactMap { entry -> String? in
            if case .unset(let identity) = entry { identity.channel } else { nil }
        }
        guard !removed.isEmpty, !options.isDryRun else { return }
        try context.confirm(
            "unset \(counted(removed.count, "channel"))",
            items: removed,
            isAgreed: options.isAgreed
        )
    }

    private static func write(
        _ entries: [ChannelEntry],
        to topic: CommandTopic,
        _ options: Options,
        in context: Context
    ) throws(CommandError) {
        var done = entries
        var failures = FailureCount("channels", total: entries.count)
        if !options.isDryRun {
            let records = entries.map { entry in
                switch entry {
                case .set(let command): command.record
                case .unset(let identity): identity.tombstone
                }
            }
            done = []
            for (entry, error) in zip(entries, try topic.send(records)) {
                guard let error else {
                    done.append(entry)
                    continue
                }
                let channel = entry.identity.channel
                failures.fail(CommandError(error, "channel '\(channel)'"), in: context)
            }
        }
        try print(done, of: topic, options, in: context)
        try failures.finish(in: context)
    }

    private static func print(
        _ entries: [ChannelEntry],
        of topic: CommandTopic,
        _ options: Options,
        in context: Context
    ) throws(CommandError) {
        if options.output.isJSON {
            try context.list(entries.map(row), as: options.output.format)
            return
        }
        var words: [String] = []
        // The past of both verbs is as the present: "would set", "set".
        for (verb, isSet) in [("set", true), ("unset", false)] {
            let count = entries.count { if case .set = $0 { isSet } else { !isSet } }
            if count > 0 { words.append("\(verb) \(counted(count, "channel"))") }
        }
        if options.isDryRun {
            for entry in entries {
                let command = row(entry).command
                let sign = if case .set = entry { "+" } else { "-" }
                try context.print("\(sign) \(command.channel) \(command.topic)\n")
            }
        }
        let text = words.isEmpty ? "nothing to change" : words.joined(separator: ", ")
        context.note(
            "\(options.isDryRun && !words.isEmpty ? "would " : "")\(text) in '\(topic.name)'"
        )
    }

    private static func row(_ entry: ChannelEntry) -> ChannelRow {
        switch entry {
        case .set(let command): return ChannelRow(command: command, change: "set")
        case .unset(let identity):
            let topic = if case .pair(_, let topic) = identity { topic } else { "" }
            let command = ChannelCommand(channel: identity.channel, topic: topic, mask: [])
            return ChannelRow(command: command, change: "unset")
        }
    }
}
