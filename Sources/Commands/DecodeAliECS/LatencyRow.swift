// A line of `decode-aliecs --latency`.

import JSON
import Output

/// The duration of an action, over all times that it was done.
struct LatencyRow: Row {
    let subject: LatencyTable.Subject
    let latencies: LatencyCount
    let failed: Int

    static let columns = [
        Column("WHAT"), Column("OPERATION"), Column("STEP", need: .useful), Column("COUNT", .right),
        Column("FAILED", .right, need: .useful), Column("MEDIAN-MS", .right),
        Column("P95-MS", .right, need: .useful),
        Column("MAX-MS", .right),
    ]

    private var median: Int { latencies.quantile(perMille: 500) }
    private var p95: Int { latencies.quantile(perMille: 950) }

    var cells: [String] {
        [
            subject.what, subject.operation, subject.step, "\(latencies.count)", "\(failed)",
            DurationText.decimal(median), DurationText.decimal(p95),
            DurationText.decimal(latencies.max),
        ]
    }

    static let json = JSONShape(
        "latency",
        "Latency of an operation.",
        option: "--latency --json",
        [
            JSONField("kind", .string, "Kind of the operation."),
            JSONField("operation", .string, "Name of the operation."),
            JSONField("step", .string, "Step of the operation.").orNull,
            JSONField("count", .integer, "Number of operations."),
            JSONField("failed", .integer, "Operations that failed."),
            JSONField("medianMs", .number, "Median, in milliseconds."),
            JSONField("p95Ms", .number, "95th percentile, in milliseconds."),
            JSONField("maxMs", .number, "Longest, in milliseconds."),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("kind")
        json.string(subject.what)
        json.key("operation")
        json.string(subject.operation)
        json.key("step")
        json.optional(subject.step.isEmpty ? nil : subject.step)
        json.key("count")
        json.number(latencies.count)
        json.key("failed")
        json.number(failed)
        json.key("medianMs")
        json.number(Double(median) / 1000)
        json.key("p95Ms")
        json.number(Double(p95) / 1000)
        json.key("maxMs")
        json.number(Double(latencies.max) / 1000)
        json.endObject()
    }
}
