// The way in which `produce` sends, as options.

import Arguments
import KafkaCore
import Reactor
import SendEngine
import Settings

/// The compression of records.
enum Compression: String, ArgumentChoice {
    case none
    case gzip
    case snappy
    case lz4
    case zstd
}

/// The replicas whose acknowledgement is waited for.
enum Acknowledgements: String, ArgumentChoice {
    case all
    case leader
    case none
    case allNumber = "-1"
    case leaderNumber = "1"
    case noneNumber = "0"

    /// The value of the property `acks`.
    var property: String {
        switch self {
        case .all, .allNumber: "all"
        case .leader, .leaderNumber: "1"
        case .none, .noneNumber: "0"
        }
    }
}

/// The consequence of a failed record for those behind it.
enum ErrorPolicy: String, ArgumentChoice {
    case stop
    case skip
}

/// The delivery of `produce`.
struct ProduceDelivery: CommandOptions {
    var compression: Compression?
    var acks: Acknowledgements?
    var linger: Duration?
    var rate: RecordRate?
    var deliveryTimeout: Duration?
    var flushTimeout: Duration?
    var transactionalID: String?
    var transactionSize: Int?
    var createsTopic = false
    var partitions: Int32?
    var onError: ErrorPolicy?

    /// The ones of every day come first, in one list; the others stand under a heading.
    static let flags = rows.map { $0.description.isAdvanced ? $0.grouped("Delivery") : $0 }

    private static let rows: [Flag<ProduceDelivery>] = [
        .optional("compression", "z", "Compress records.", \.compression, defaultText: "none"),
        .toggle(
            "create-topic",
            "Make the topic if it is missing.",
            \.createsTopic,
            negatable: false
        )
        .advanced(),
        .optional(
            "partitions",
            "Partitions of the topic to be made.",
            \.partitions,
            range: 1...1_000_000,
            defaultText: "the cluster's"
        )
        .advanced(),
        .optional("acks", "Whose confirmation to wait for.", \.acks, defaultText: "all").advanced(),
        .optional("linger", "Wait this long for a batch to fill.", \.linger, defaultText: "5ms")
            .advanced(),
        .optional("rate", "Send no more records than this.", \.rate).advanced(),
        .optional(
            "delivery-timeout",
            "Give a record up when it was not stored after this long.",
            \.deliveryTimeout,
            defaultText: "5m"
        )
        .advanced(),
        .optional(
            "flush-timeout",
            "Wait this long for what is under way at the end.",
            \.flushTimeout,
            defaultText: "as --delivery-timeout; 10s after a signal"
        )
        .advanced(),
        .optional(
            "transactional-id",
            "Send in a transaction: all of it becomes visible, or nothing.",
            \.transactionalID,
            placeholder: "ID"
        )
        .advanced(),
        .optional(
            "transaction-size",
            "Commit after this many records, again and again.",
            \.transactionSize,
            range: 1...1_000_000_000,
            defaultText: "all"
        )
        .advanced(),
        .optional(
            "on-error",
            "Stop at a record that fails, or go on with the next.",
            \.onError,
            defaultText: "go on when it is the record's own fault"
        )
        .advanced(),
    ]

    /// Refuses options that contradict one another.
    func validate() throws(UsageError) {
        if partitions != nil, !createsTopic {
            throw UsageError("--partitions is for a topic to be made", hint: "--create-topic")
        }
        if transactionSize != nil, transactionalID == nil {
            throw UsageError(
                "--transaction-size needs a transaction",
                hint: "--transactional-id ID"
            )
        }
        if let transactionalID, transactionalID.isEmpty {
            throw UsageError("--transactional-id: an empty name is none")
        }
        if transactionalID != nil, let acks, acks.property != "all" {
            throw UsageError("--acks and --transactional-id do not go together")
        }
        for (name, time) in [
            ("--delivery-timeout", deliveryTimeout), ("--flush-timeout", flushTimeout),
        ] {
            if let time, time <= .zero { throw UsageError("\(name): no time at all") }
        }
    }

    /// Returns the options that are properties of the client.
    func settings() -> [Setting] {
        var settings: [Setting] = []
        func set(_ name: String, _ value: String?, _ flag: String) {
            if let value { settings.append(Setting(name, value, origin: .flag(flag))) }
        }
        set("compression.type", compression?.rawValue, "--compression")
        set("acks", acks?.property, "--acks")
        if let acks, acks.property != "all" {
            // The library makes idempotence and anything less than all a contradiction.
            set("enable.idempotence", "false", "--acks")
        }
        set("linger.ms", linger.map { "\($0.milliseconds)" }, "--linger")
        set(
            "delivery.timeout.ms",
            deliveryTimeout.map { "\($0.milliseconds)" },
            "--delivery-timeout"
        )
        set("transactional.id", transactionalID, "--transactional-id")
        return settings
    }
}

extension Duration {
    /// Whole milliseconds, rounded up.
    fileprivate var milliseconds: Int64 { (nanoseconds + 999_999) / 1_000_000 }
}
