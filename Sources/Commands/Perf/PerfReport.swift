// The results of load tests.

import CommandKit
import JSON
import Output
import Reactor
import SendEngine

/// The result of a load test with a producer.
struct PerfProduceReport: Report {
    let topic: String
    /// The number of records asked for.
    let records: Int
    let account: PerfAccount
    /// The time from enqueuing the first record to the last report.
    let time: Duration

    static let json = JSONShape(
        "produce test",
        "Result of a load test.",
        [
            JSONField("topic", .string, "Name of the topic."),
            JSONField("records", .integer, "Records to send."),
            JSONField("sent", .integer, "Records sent."),
            JSONField("acknowledged", .integer, "Records that the brokers acknowledged."),
            JSONField("failed", .integer, "Records that failed."),
            JSONField(
                "failures",
                .list(
                    .object([
                        JSONField("code", .string, "Name of the error."),
                        JSONField("records", .integer, "Records that failed with it."),
                    ])
                ),
                "Failed records by error."
            ),
            JSONField("bytes", .integer, "Bytes of keys and values that were acknowledged."),
            JSONField("seconds", .number, "Time from the first record to the last."),
            JSONField("recordsPerSecond", .number, "Records a second."),
            JSONField("bytesPerSecond", .number, "Bytes of keys and values a second."),
            JSONField(
                "latencyMs",
                .map(.number),
                "Latency from sending to the acknowledgement by percentile, in milliseconds."
            ).orNull,
        ]
    )

    func text(on page: Page) -> String {
        let tally = account.tally
        var text = counted(tally.acknowledged, "record") + ", " + ShortNumber.bytes(account.bytes)
        text += " in \(PerfNumber.seconds(time)) s: "
        text += "\(PerfNumber.perSecond(tally.acknowledged, time)) records/s, "
        text += ShortNumber.byteRate(account.bytes, over: time) + "\n"
        guard tally.acknowledged > 0 else { return text }
        let parts = quantiles.map { "\($0.words) \(DurationText.decimal($0.microseconds)) ms" }
        return text + "latency: " + parts.joined(separator: ", ") + "\n" + histogram
    }

    /// The share of records in each range of latencies, a bar each.
    private var histogram: String {
        var text = ""
        for (limit, count) in account.latencies.ranges {
            let share = Double(count) / Double(account.latencies.count)
            let percent = Int((share * 1000).rounded())
            let edge = Self.padded("\(DurationText.decimal(limit)) ms", 14)
            let number = Self.padded("\(percent / 10).\(percent % 10) %", 9)
            let bar = String(repeating: "#", count: Int((share * 40).rounded(.up)))
            text += "<= \(edge)\(number)  \(bar)\n"
        }
        return text
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }

    private var quantiles: [(key: StaticString, words: String, microseconds: Int)] {
        let latencies = account.latencies
        return [
            ("mean", "mean", latencies.mean),
            ("median", "p50", latencies.quantile(perMille: 500)),
            ("p95", "p95", latencies.quantile(perMille: 950)),
            ("p99", "p99", latencies.quantile(perMille: 990)),
            ("p999", "p99.9", latencies.quantile(perMille: 999)),
            ("max", "max", latencies.max),
        ]
    }

    func write(to json: inout JSONWriter) {
        let tally = account.tally
        json.beginObject()
        json.key("topic")
        json.string(topic)
        json.key("records")
        json.number(records)
        json.key("sent")
        json.number(tally.sent)
        json.key("acknowledged")
        json.number(tally.acknowledged)
        json.key("failed")
        json.number(tally.failed)
        json.key("failures")
        json.beginArray()
        for (cause, count) in tally.causes {
            json.beginObject()
            json.key("code")
            json.string(cause.text)
            json.key("records")
            json.number(count)
            json.endObject()
        }
        json.endArray()
        json.key("bytes")
        json.number(account.bytes)
        PerfNumber.write(records: tally.acknowledged, account.bytes, time, to: &json)
        json.key("latencyMs")
        if tally.acknowledged > 0 {
            json.beginObject()
            for quantile in quantiles {
                json.key(quantile.key)
                json.number(Double(quantile.microseconds) / 1000)
            }
            json.endObject()
        } else {
            json.null()
        }
        json.endObject()
    }
}

/// The result of a load test with a consumer.
struct PerfConsumeReport: Report {
    let topics: [String]
    let group: String?
    let end: ReadSummary.End
    /// The error that ended the load test, if one did.
    var failure: ReadSummary.Failure?
    let meter: ReadMeter

    static let json = JSONShape(
        "consume test",
        "Result of a read test.",
        [
            JSONField("topics", .list(.string), "Names of the topics."),
            JSONField("group", .string, "Name of the consumer group.").orNull,
            JSONField("ended", .string, "Reason why the read ended."),
            JSONField("status", .integer, "Exit status of the error that ended the read.").orAbsent,
            JSONField("code", .string, "Kind of the error that ended the read.").orAbsent,
            JSONField("records", .integer, "Records read."),
            JSONField("bytes", .integer, "Bytes of keys and values."),
            JSONField("seconds", .number, "Time from the first record to the last."),
            JSONField("recordsPerSecond", .number, "Records a second."),
            JSONField("bytesPerSecond", .number, "Bytes of keys and values a second."),
            JSONField("firstRecordMs", .number, "Time to the first record, in milliseconds.")
                .orNull,
        ]
    )

    func text(on page: Page) -> String {
        var text = counted(meter.records, "record") + ", " + ShortNumber.bytes(meter.bytes)
        text += " in \(PerfNumber.seconds(meter.time)) s: "
        text += "\(PerfNumber.perSecond(meter.records, meter.time)) records/s, "
        text += ShortNumber.byteRate(meter.bytes, over: meter.time) + "\n"
        guard let wait = meter.timeToFirst else { return text }
        return text
            + "first record after \(DurationText.decimal(PerfNumber.microseconds(wait))) ms\n"
    }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("topics")
        json.beginArray()
        for topic in topics { json.string(topic) }
        json.endArray()
        json.key("group")
        json.optional(group)
        json.key("ended")
        json.string(end.rawValue)
        failure?.write(to: &json)
        json.key("records")
        json.number(meter.records)
        json.key("bytes")
        json.number(meter.bytes)
        PerfNumber.write(records: meter.records, meter.bytes, meter.time, to: &json)
        json.key("firstRecordMs")
        if let wait = meter.timeToFirst {
            json.number(Double(PerfNumber.microseconds(wait)) / 1000)
        } else {
            json.null()
        }
        json.endObject()
    }
}

/// Numbers of both.
enum PerfNumber {
    static func microseconds(_ time: Duration) -> Int { Int(time.nanoseconds / 1000) }

    static func seconds(_ time: Duration) -> String {
        DurationText.decimal(microseconds(time) / 1000)
    }

    /// Returns the number per second; 0 when no time has passed.
    static func perSecond(_ count: Int, _ time: Duration) -> Int {
        guard time > .zero else { return 0 }
        return Int(exactly: (Double(count) / (time / .seconds(1))).rounded()) ?? .max
    }

    /// Writes the keys `seconds`, `recordsPerSecond` and `bytesPerSecond`.
    static func write(records: Int, _ bytes: Int, _ time: Duration, to json: inout JSONWriter) {
        json.key("seconds")
        json.number(Double(microseconds(time)) / 1_000_000)
        json.key("recordsPerSecond")
        json.number(perSecond(records, time))
        json.key("bytesPerSecond")
        json.number(perSecond(bytes, time))
    }
}
