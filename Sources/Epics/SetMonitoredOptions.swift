// The options of set-monitored: those of epics2kafka's script, and kctl's own.

import Arguments
import CommandKit

/// Options, prose and rules of `kctl set-monitored`.
enum SetMonitoredOptions {
    static let flags: [Flag<SetMonitored.Options>] = [
        .list("channel", "c", "Channel to set or unset.", \.channels, placeholder: "NAME"),
        .optional(
            "topic",
            "t",
            "Topic that the events go to.",
            \.topic,
            placeholder: "TOPIC",
            completion: .topics
        ),
        .optional("mask", "m", "Events: letters of v, a, l and p.", \.mask),
        .optional(
            "outkey",
            "o",
            "Key of the records, by default the name of the channel.",
            \.outkey,
            placeholder: "KEY"
        ),
        .toggle("unset", "u", "Unset the channels.", \.isUnset, negatable: false),
        .optional(
            "file",
            "Set or unset the channels of this file; - is stdin.",
            \.file,
            placeholder: "FILE",
            completion: .files
        ),
        .optional(
            "sync",
            "Make the live list equal to this file; - is stdin.",
            \.sync,
            placeholder: "FILE",
            completion: .files
        ),
        .toggle("dry-run", "Print what would be done, and change nothing.", \.isDryRun),
        .toggle("yes", "y", "Unset channels of --sync without asking.", \.isAgreed),
        .value(
            "command-topic",
            "Topic with the commands.",
            \.commandTopic,
            placeholder: "TOPIC",
            completion: .topics,
            default: CommandTopic.standardName
        ).advanced(),
        .toggle("create-topic", "Create the command topic if it does not exist.", \.createsTopic)
            .advanced(),
        .toggle(
            "older-format",
            "Write commands in the form before epics2kafka 0.4.",
            \.isOlder
        ).advanced(),
    ]

    static let sections = [
        Section(
            "Events",
            "v: the value changed. a: the alarm status or severity changed. l: the value changed"
                + " enough for an archive. p: units, limits or labels changed. epics2kafka knows v"
                + " and a; l and p are in a header that it ignores."
        ),
        Section(
            "Files",
            "Each line is KEY=VALUE as list-monitored --raw prints it (null unsets), or"
                + " CHANNEL|TOPIC|MASK with an optional |OUTKEY, or a JSON object as list-monitored"
                + " --json prints it. Empty lines and lines with # at the beginning are skipped."
        ),
    ]

    @Sendable static func validate(_ options: SetMonitored.Options) throws(UsageError) {
        let sources = [!options.channels.isEmpty, options.file != nil, options.sync != nil]
        guard sources.count(where: \.self) == 1 else {
            throw UsageError("exactly one of --channel, --file and --sync is required")
        }
        if options.channels.isEmpty {
            if options.topic != nil || options.mask != nil || options.isUnset
                || options.outkey != nil || options.isOlder
            {
                throw UsageError("--topic, --mask, --outkey, --unset and --older-format require -c")
            }
            return
        }
        if options.channels.contains("") { throw UsageError("the name of the channel is empty") }
        guard let topic = options.topic, !topic.isEmpty else {
            throw UsageError("missing --topic")
        }
        if options.isUnset {
            if options.mask != nil || options.outkey != nil {
                throw UsageError("--mask and --outkey exclude --unset")
            }
        } else if options.mask == nil {
            throw UsageError("missing --mask", hint: "-m va")
        }
    }
}
