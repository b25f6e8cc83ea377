// Recorded records sent to a cluster again, by what sends the records of `produce`.

import Arguments
import CommandKit
import KafkaCore
import Reactor
import SendEngine

/// `kctl decode-aliecs --replay`.
enum Replay {
    static func run(
        _ path: String,
        _ options: DecodeAliECS.Options,
        in context: inout Context
    ) throws(CommandError) {
        var produce = Produce.Options()
        produce.cluster = options.read.cluster
        if let limit = options.runs.timeLimit { produce.cluster.timeout = limit }
        produce.input.isJSON = true
        produce.input.files = [path]
        produce.reports.isDryRun = options.recording.isDryRun
        let recording = options.recording
        produce.delivery.createsTopic = recording.createsTopics
        let prefix = recording.topicPrefix ?? ""
        let reader = ReplayReader(
            limit: produce.input.maxRecordBytes.bytes,
            topicPrefix: prefix,
            keepsPartitions: recording.keepsPartitions,
            start: recording.shiftTo?.time.milliseconds(now: context.clock.unixMilliseconds)
        )
        let pace: ReplayPace? =
            switch recording.speed {
            case .most: nil
            case .times(let factor): ReplayPace(factor: factor)
            case nil: ReplayPace(factor: 1)
            }
        try Produce.send(
            produce,
            Produce.Manner(
                reader: reader,
                topicPrefix: prefix,
                pace: pace,
                createFlag: "--create-topics"
            ),
            in: &context
        )
    }
}
