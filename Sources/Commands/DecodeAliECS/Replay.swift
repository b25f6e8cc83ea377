// Recorded records sent to a cluster again, by what sends the records of `produce`.

import Arguments
import CommandKit
import KafkaCore
import Reactor
import Records
import SendEngine

/// `kctl decode-aliecs --replay`.
enum Replay {
    static func run(
        _ path: String,
        _ options: DecodeAliECS.Options,
        in context: inout Context
    ) throws(CommandError) {
        let recording = options.recording
        let prefix = recording.topicPrefix ?? ""
        var request = ProduceRequest(
            reader: ReplayReader(
                limit: ProduceInput.standardMaxRecordBytes.bytes,
                topicPrefix: prefix,
                keepsPartitions: recording.keepsPartitions,
                start: recording.shiftTo?.time.milliseconds(now: context.clock.unixMilliseconds)
            )
        )
        request.cluster = options.read.cluster
        if let limit = options.runs.timeLimit { request.cluster.timeout = limit }
        request.paths = [path]
        request.fixed.topicPrefix = prefix
        request.pace =
            switch recording.speed {
            case .most: nil
            case .times(let factor): ReplayPace(factor: factor)
            case nil: ReplayPace(factor: 1)
            }
        request.delivery.createsTopic = recording.createsTopics
        request.reports.isDryRun = recording.isDryRun
        request.createFlag = "--create-topics"
        try Produce.send(request, in: &context)
    }
}
