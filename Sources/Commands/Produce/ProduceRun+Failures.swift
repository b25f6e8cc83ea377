// What a failed record is told as, and what it means for those behind it.

import CommandKit
import JSON
import KafkaCore
import Records
import SendEngine

/// The largest record of each topic, asked for once when a broker finds one too large.
struct TopicLimits {
    private var known: [String: Int?] = [:]

    mutating func limit(of topic: String, through connection: Connection) -> Int? {
        if let limit = known[topic] { return limit }
        let limit = connection.largestBatch(of: topic, within: connection.timeout)
        known[topic] = limit
        return limit
    }
}

extension Refusal {
    /// A word for what is wrong.
    var code: String {
        switch reason {
        case .tooLarge: "MSG_SIZE_TOO_LARGE"
        case .malformed, .header: "MALFORMED"
        case .kept(let code, _): code
        }
    }

    /// What is wrong.
    var text: String {
        switch reason {
        case .tooLarge(let limit): "\(size) bytes, and a record may have \(limit)"
        case .malformed(let text, _), .header(let text, _): text
        case .kept(_, let text): text
        }
    }
}

extension CommandError {
    /// Input that could not become a record.
    init(_ refusal: Refusal, at inputs: borrowing InputQueue) {
        switch refusal.reason {
        case .tooLarge:
            self.init(
                .failure,
                "\(inputs.place(refusal.place.line)): \(refusal.text)",
                hint: "--max-record-bytes"
            )
        case .malformed(_, let column), .header(_, let column):
            let place = inputs.place(refusal.place.line, column: column)
            self.init(.badData, "\(place): \(refusal.text)")
        case .kept(let code, _):
            let status = code == "MALFORMED" ? ExitStatus.badData : .failure
            self.init(status, "\(inputs.place(refusal.place.line)): \(refusal.text)")
        }
    }
}

extension ProduceRun {
    /// Input that could not be sent.
    mutating func tell(_ refused: PendingRecords.Refused) {
        switch refused.cause {
        case .header(let index):
            // No record, and none behind it can be read.
            end(CommandError(feed.batch.refusals[index], at: feed.inputs))
        case .refusal(let index):
            let refusal = feed.batch.refusals[index]
            let error = CommandError(refusal, at: feed.inputs)
            let input = refusal.input.map { feed.batch.bytes(of: $0, feed.block.bytes) }
            reports.failed?.add(refusal, input: input, serial: refused.serial)
            fail(refused.serial, refusal.code, error, isOwnFault: true, wasSent: false)
        case .topic(let index, let error):
            let topic = feed.batch.topics[feed.batch.records[index].topic]
            reports.failed?.add(
                feed.batch.record(index, of: feed.block.bytes),
                topic: topic,
                line: refused.line,
                serial: refused.serial,
                code: error.codeName,
                reason: error.reason
            )
            var told = CommandError(error, topic: topic, on: connection.servers)
            told.prefix(feed.inputs.place(refused.line))
            if error.kind == .notFound, !options.delivery.createsTopic {
                told.replaceHint(createFlag ?? "kctl topics create \(topic)")
            }
            let isOwnFault = error.kind == .notFound
            fail(refused.serial, error.codeName, told, isOwnFault: isOwnFault, wasSent: false)
        }
    }

    /// Keeps a record that the library refused, while its bytes are still there.
    func keepRefused(_ failure: DeliveryBook.Failure) {
        guard let failed = reports.failed, let entry = books.entry(failure.serial),
            let index = feed.batch.places.firstIndex(where: { $0.line == entry.line })
        else { return }
        failed.add(
            feed.batch.record(index, of: feed.block.bytes),
            topic: reports.topics[Int(entry.topic)],
            line: entry.line,
            serial: failure.serial,
            code: failure.error.codeName,
            reason: failure.error.reason
        )
    }

    /// A record that the library or a broker did not take.
    mutating func tell(_ failure: DeliveryBook.Failure) {
        guard let entry = books.entry(failure.serial) else { return }
        var error = failure.error
        if error.isPurged, !hasGivenUp, let fatal = connection.client.fatalError {
            // The library drops what it has when it can do no more; this is why.
            error = fatal
        }
        let code = error.codeName.isEmpty ? error.reason : error.codeName
        if error.isPurged {
            if signal != nil && transaction != nil || transaction?.hasFailed == true {
                drop(failure, .aborted, .failure)
            } else {
                drop(failure, failure.wasSent ? .notAcknowledged : .notSent, .incomplete)
            }
            transaction?.hasFailed = true
            return
        }
        let topic = reports.topics[Int(entry.topic)]
        let place = feed.inputs.place(entry.line)
        var told = CommandError(error, place, topic: topic)
        if error.kind == .tooLarge, failure.partition >= 0 {
            let (text, hint) = excess(of: failure.size, topic)
            told.replaceMessage("\(place): \(text)", hint: hint)
        }
        if error.isInvalidRecord, failure.isKeyless {
            told.replaceMessage(
                "\(place): topic '\(topic)' takes no record without a key: is it compacted?",
                hint: "-k KEY, or -K SEPARATOR"
            )
        }
        let isOwnFault =
            switch error.kind {
            case .tooLarge, .invalid: true
            case .notFound: error.isMissingPartition
            default: false
            }
        fail(failure.serial, code, told, isOwnFault: isOwnFault, wasSent: failure.wasSent)
    }

    /// Counts a record that was given up.
    private mutating func drop(
        _ failure: DeliveryBook.Failure,
        _ cause: FailureCause,
        _ status: ExitStatus
    ) {
        self.status = self.status ?? status
        books.fail(failure.serial, cause, isDone: false, wasSent: failure.wasSent)
    }

    /// What a broker found too large, and what to do.
    private mutating func excess(of size: Int, _ topic: String) -> (text: String, hint: String) {
        let limit = limits.limit(of: topic, through: connection)
        let option = "max.message.bytes of topic '\(topic)'"
        // What a record costs beside its bytes is little, unless it has many headers.
        if let limit, size + 1024 < limit {
            return (
                "in a batch with others of more than \(option), \(limit) bytes",
                "-X batch.size=\(limit)"
            )
        }
        return (
            "\(size) bytes, and " + (limit.map { "\(option) is \($0)" } ?? "\(option) is less"),
            "kctl configs alter topic \(topic) --set max.message.bytes=\(size + 1024)"
        )
    }

    private mutating func fail(
        _ serial: Int,
        _ reason: String,
        _ error: CommandError,
        isOwnFault: Bool,
        wasSent: Bool
    ) {
        let isDone = isOwnFault || reports.failed != nil
        status = status ?? error.status
        books.fail(serial, .code(reason), isDone: isDone, wasSent: wasSent)
        reportFailure(error)
        let isHopeless = connection.client.fatalError != nil
        let stops =
            switch options.delivery.onError {
            case .stop: true
            case .skip: isHopeless
            case nil: !isOwnFault
            }
        if transaction != nil {
            transaction?.hasFailed = true
            // The library holds back what a transaction that failed has not sent yet, and would
            // until the time for its delivery is over.
            giveUp()
        } else if stops {
            end(nil)
        }
    }

    /// Finds out where the records of a new batch go.
    mutating func resolveTopics() {
        guard !destinations.isSingle else { return }
        while destinations.known.count < feed.batch.topics.count {
            let name = feed.batch.topics[destinations.known.count]
            if options.delivery.createsTopic {
                // What cannot be made is not there, and its records say so too.
                do throws(CommandError) {
                    _ = try ProduceTarget.made(name, nil, through: connection, in: context)
                } catch {
                    report(error)
                }
            }
            do throws(KafkaError) {
                _ = try connection.client.topic(
                    name,
                    timeout: connection.timeout,
                    clock: connection.clock
                )
                let number = try producer.addTopic(name)
                reports.topics.append(name)
                destinations.known.append(.success(number))
            } catch {
                destinations.known.append(.failure(error))
            }
        }
    }
}
