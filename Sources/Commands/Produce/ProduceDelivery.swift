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
        .optional(
            "compression",
            "z",
            "Compress record batches.",
            \.compression,
            placeholder: "CODEC",
            defaultText: "none"
        ),
        .toggle(
            "create-topic",
            "Create the topic if it does not exist.",
            \.createsTopic,
            negatable: false
        )
        .advanced(),
        .optional(
            "partitions",
            "Number of partitions of a created topic.",
            \.partitions,
            range: 1...1_000_000,
            defaultText: "the broker's default"
        )
        .advanced(),
        .optional(
            "acks",
            "Wait for acknowledgements of these replicas.",
            \.acks,
            defaultText: "all"
        )
        .advanced(),
        .optional("linger", "Wait this long for a full batch.", \.linger, defaultText: "5ms")
            .advanced(),
        .optional("rate", "Send at most this many records (100/s, 30/m).", \.rate)
            .advanced(),
        .optional(
            "delivery-timeout",
            "Fail a record that is not acknowledged after this long.",
            \.deliveryTimeout,
            defaultText: "5m"
        )
        .advanced(),
        .optional(
            "flush-timeout",
            "Wait this long for records in flight at the end.",
            \.flushTimeout,
            defaultText: "--delivery-timeout; 10s after a signal"
        )
        .advanced(),
        .optional(
            "transactional-id",
            "Send all records in one transaction with this id.",
            \.transactionalID,
            placeholder: "ID"
        )
        .advanced(),
        .optional(
            "transaction-size",
            "Commit a transaction after every N records.",
            \.transactionSize,
            range: 1...1_000_000_000,
            defaultText: "all"
        )
        .advanced(),
        .optional(
            "on-error",
            "After a failed record: stop, or skip it and continue.",
            \.onError,
            defaultText: "skip a record that is invalid itself, else stop"
        )
        .advanced(),
    ]

    /// Refuses options that contradict one another.
    func validate() throws(UsageError) {
        if partitions != nil, !createsTopic {
            throw UsageError("--partitions needs --create-topic")
        }
        if transactionSize != nil, transactionalID == nil {
            throw UsageError(
                "--transaction-size needs --transactional-id",
                hint: "--transactional-id ID"
            )
        }
        if let transactionalID, transactionalID.isEmpty {
            throw UsageError("--transactional-id: the id is empty")
        }
        if transactionalID != nil, let acks, acks.property != "all" {
            throw UsageError("--acks and --transactional-id do not go together")
        }
        for (name, time) in [
            ("--delivery-timeout", deliveryTimeout), ("--flush-timeout", flushTimeout),
        ] {
            if let time, time <= .zero { throw UsageError("\(name): not above 0") }
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
