// Deleting the oldest records of a topic: what kafka-delete-records does, by time too.

import Arguments
import CommandKit
import KafkaCore
import Output
import ReadEngine
import Reactor

/// `kctl topics trim`: deletes the records before an offset or a time.
enum TopicsTrim: Command {
    struct Options: CommandOptions {
        var cluster = ClusterOptions()
        var output = OutputOptions()
        var name: String?
        var before: TrimPoint?
        var partitions: PartitionNumbers?
        var file: String?
        var isAgreed = false
        var isDryRun = false
        var isQuiet = false
    }

    static let spec = CommandSpec<Options>(
        "topics trim",
        "Delete the oldest records of a topic.",
        operands: [.optionalTopic(\.name, "Topic to trim.")],
        flags: [
            .topic(\.name),
            .optional("before", "Delete records before this offset or time.", \.before),
            .optional("partition", "p", "Take only these partitions.", \.partitions),
            .optional(
                "from-file",
                "Read partitions and offsets from a kafka-delete-records file; - is stdin.",
                \.file,
                placeholder: "FILE",
                completion: .files
            )
            .alias("offset-json-file").advanced(),
            .toggle("yes", "y", "Do not ask for confirmation.", \.isAgreed, negatable: false),
            .toggle("dry-run", "Print what would be deleted, and delete nothing.", \.isDryRun),
            .quiet(\.isQuiet),
        ] + OutputOptions.flags.map { $0.embedded(at: \.output) }
            + ClusterOptions.flags.map { $0.embedded(at: \.cluster) },
        examples: [
            Example(
                "kctl topics trim orders --before -7d --dry-run",
                "Preview the deletion of records older than a week."
            ),
            Example(
                "kctl topics trim orders --before 1500 -p 0 --yes",
                "Delete records before offset 1500 of partition 0."
            ),
            Example("kctl topics trim orders --before end --yes", "Delete all current records."),
        ],
        sections: [
            Section(
                "Offsets and times",
                "An offset is 42, end, end-10 or -10 (all but the last ten), or start+10. A time is"
                    + " -5m, 2026-01-31, 2026-01-31T12:00:00Z or, in digits, @1769860800. With a"
                    + " time: delete every record before the first one at or after it; if there is"
                    + " none, delete all records.",
                "Partitions that already start there are skipped. RECORDS counts offsets: the"
                    + " maximum number of records, because compaction and transactions leave offsets"
                    + " without a record.",
                "Brokers refuse to trim topics with cleanup.policy=compact."
            ),
            Section(
                "Confirmation",
                "kctl lists the partitions and asks for confirmation; without a terminal it"
                    + " requires --yes."
            ),
            ExitStatus.section,
        ],
        json: [TrimRow.json],
        validate: validate
    )

    private static func validate(_ options: Options) throws(UsageError) {
        if options.file != nil {
            if options.name != nil || options.before != nil || options.partitions != nil {
                throw UsageError("--from-file already sets the topics, partitions and offsets")
            }
        } else if options.name == nil {
            throw UsageError("missing TOPIC", hint: "or --from-file")
        } else if options.before == nil {
            throw UsageError("missing --before", hint: "an offset, end, or a time such as -7d")
        }
    }

    static func run(_ options: Options, in context: inout Context) throws(CommandError) {
        var fileRequests: [TrimRequest] = []
        if let file = options.file {
            let bytes = try context.read(file, as: "the offsets file")
            fileRequests = try TrimFile.requests(in: bytes, path: file)
        }
        // The end is the log's own, as the broker's is.
        let connection = try context.connect(
            options.cluster,
            defaults: [Property("isolation.level", "read_uncommitted")]
        )
        let metadata = try connection.metadata()
        let requests =
            options.file != nil
            ? fileRequests : try requests(options, metadata, connection)
        var batch = FailureCount("partitions", total: requests.count)
        let led = led(requests, metadata, connection, &batch, in: context)
        let steps = try plan(led, connection, &batch, in: context)
        if steps.isEmpty {
            if !batch.hasFailed, !options.isQuiet { context.note("no records to delete") }
        } else if options.isDryRun {
            let rows = steps.map { TrimRow(step: $0, reached: nil) }
            try context.result(
                rows,
                "would delete " + TrimRow.summary(rows),
                as: options.output,
                isQuiet: options.isQuiet
            )
        } else {
            try context.confirm(
                "delete records of \(counted(steps.count, "partition"))",
                items: steps.map(\.text),
                isAgreed: options.isAgreed
            )
            let rows = try delete(steps, connection, &batch, in: context)
            try context.result(
                rows,
                rows.isEmpty ? nil : "deleted " + TrimRow.summary(rows),
                as: options.output,
                isQuiet: options.isQuiet
            )
        }
        try batch.finish(in: context)
    }

    /// Returns the partitions that the command line names.
    private static func requests(
        _ options: Options,
        _ metadata: Metadata,
        _ connection: Connection
    ) throws(CommandError) -> [TrimRequest] {
        guard let name = options.name, let before = options.before else { return [] }
        guard let topic = metadata.topics.first(where: { $0.name == name }) else {
            throw connection.absence(of: name)
        }
        let numbers = options.partitions?.numbers ?? topic.partitions.map(\.id)
        return numbers.map {
            TrimRequest(partition: TopicPartition(name, $0), position: before.position)
        }
    }

    /// Returns the requests whose partition exists and has a leader; the others fail.
    private static func led(
        _ requests: [TrimRequest],
        _ metadata: Metadata,
        _ connection: Connection,
        _ batch: inout FailureCount,
        in context: Context
    ) -> [TrimRequest] {
        var topics: [String: Topic] = [:]
        for topic in metadata.topics { topics[topic.name] = topic }
        return requests.filter { request in
            let (name, number) = (request.partition.topic, request.partition.partition)
            guard let topic = topics[name] else {
                batch.fail(connection.absence(of: name), in: context)
                return false
            }
            guard let partition = topic.partitions.first(where: { $0.id == number }) else {
                batch.fail(
                    .missingPartition(number, of: name, count: topic.partitions.count),
                    in: context
                )
                return false
            }
            if partition.leader == nil {
                batch.fail(.leaderless(request.partition), in: context)
                return false
            }
            return true
        }
    }

    /// Returns the plan of the requests, in their order.
    private static func plan(
        _ requests: [TrimRequest],
        _ connection: Connection,
        _ batch: inout FailureCount,
        in context: Context
    ) throws(CommandError) -> [TrimStep] {
        let partitions = requests.map(\.partition)
        let now = context.clock.unixMilliseconds
        var book = OffsetBook()
        do throws(ReaderError) {
            try book.ask(.earliest, of: partitions, through: connection.access)
            try book.ask(.latest, of: partitions, through: connection.access)
            for request in requests {
                book.want(request.position.resolved(now: now), of: request.partition)
            }
            try book.askWanted(through: connection.access)
        } catch {
            throw CommandError(error, connection)
        }
        var steps: [TrimStep] = []
        for request in requests {
            let first = book.offset(.earliest, of: request.partition)
            let last = max(book.offset(.latest, of: request.partition), first)
            let offset = book.resolve(
                request.position.resolved(now: now),
                of: request.partition,
                first: first,
                last: last
            )
            do throws(CommandError) {
                let step = try TrimStep(request.partition, to: offset, first: first, last: last)
                if let step { steps.append(step) }
            } catch {
                batch.fail(error, in: context)
            }
        }
        return steps
    }

    private static func delete(
        _ steps: [TrimStep],
        _ connection: Connection,
        _ batch: inout FailureCount,
        in context: Context
    ) throws(CommandError) -> [TrimRow] {
        let outcomes: [TrimOutcome]
        do {
            outcomes = try connection.admin.deleteRecords(
                before: steps.map { PartitionOffset($0.partition, $0.newStart) }
            )
        } catch {
            throw CommandError(error, on: connection.servers)
        }
        var reached: [TopicPartition: Int64] = [:]
        for outcome in outcomes.sorted(by: { $0.partition < $1.partition }) {
            reached[outcome.partition] = outcome.start
            guard let error = outcome.error else { continue }
            var failure = CommandError(error, of: outcome.partition)
            if error.kind == .refused {
                failure.addHint("grant Delete on topic '\(outcome.partition.topic)'")
            } else if error.isPolicyViolation {
                failure.addHint(
                    "set cleanup.policy=compact,delete to delete records of a compacted topic"
                )
            }
            batch.fail(failure, in: context)
        }
        return steps.compactMap { step in
            reached[step.partition].map { TrimRow(step: step, reached: $0) }
        }
    }
}

extension CommandError {
    /// Returns the error of a partition that has no leader for the moment.
    static func leaderless(_ partition: TopicPartition) -> CommandError {
        CommandError(
            .failure,
            "topic '\(partition.topic)' partition \(partition.partition) has no leader",
            hint: "kctl cluster health",
            topic: partition.topic,
            partition: partition.partition
        )
    }
}
