// The report of a failed record, and its consequence for those behind it.

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

    /// The words for the fault.
    var text: String {
        switch reason {
        case .tooLarge(let limit):
            "record of \(counted(size, "byte")) exceeds the limit of \(limit)"
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
    /// Reports input that could not be sent.
    mutating func report(_ part: PendingRecords.Unsendable) {
        switch part.cause {
        case .header(let index):
            // No record, and none behind it can be read.
            end(CommandError(feed.batch.refusals[index], at: feed.inputs))
        case .refusal(let index):
            let refusal = feed.batch.refusals[index]
            let error = CommandError(refusal, at: feed.inputs)
            let input = refusal.input.map { feed.batch.bytes(of: $0, feed.block.bytes) }
            reports.failed?.add(refusal, input: input, serial: part.serial)
            fail(part.serial, refusal.code, error, isOwnFault: true, wasSent: false)
        case .topic(let index, let error):
            let topic = feed.batch.topics[feed.batch.records[index].topic]
            reports.failed?.add(
                feed.batch.record(index, of: feed.block.bytes),
                topic: topic,
                line: part.line,
                serial: part.serial,
                code: error.codeName,
                reason: error.reason
            )
            var shown = CommandError(error, topic: topic, on: connection.servers)
            shown.prefix(feed.inputs.place(part.line))
            if error.kind == .notFound, !request.delivery.createsTopic {
                shown.replaceHint(request.createFlag ?? "kctl topics create \(topic)")
            }
            let isOwnFault = error.kind == .notFound
            fail(part.serial, error.codeName, shown, isOwnFault: isOwnFault, wasSent: false)
        }
    }

    /// Keeps a record that the library refused, while its bytes are still there.
    func keepRefused(_ failure: DeliveryBook.Failure) {
        guard let failed = reports.failed, let entry = sender.book.ledger[failure.serial],
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

    /// Reports a record that the library or a broker did not take.
    mutating func report(_ failure: DeliveryBook.Failure) {
        guard let entry = sender.book.ledger[failure.serial] else { return }
        let (scope, error) = sender.explanation(of: failure.error)
        if scope == .dropped { return drop(failure) }
        let code = error.codeName.isEmpty ? error.reason : error.codeName
        let topic = reports.topics[Int(entry.topic)]
        let place = feed.inputs.place(entry.line)
        var shown = CommandError(error, place, topic: topic)
        if error.kind == .tooLarge, failure.partition >= 0 {
            let (text, hint) = excess(of: failure.size, topic)
            shown.replaceMessage("\(place): \(text)", hint: hint)
        }
        if error.isInvalidRecord, failure.isKeyless {
            shown.replaceMessage(
                "\(place): topic '\(topic)' refuses a record without a key; it may be compacted",
                hint: "set keys with -k KEY or -K SEPARATOR"
            )
        }
        let isOwnFault = scope == .record
        fail(failure.serial, code, shown, isOwnFault: isOwnFault, wasSent: failure.wasSent)
    }

    /// Counts a record that was dropped.
    private mutating func drop(_ failure: DeliveryBook.Failure) {
        let isAborted =
            signal != nil && request.isTransactional || sender.transaction?.hasFailed == true
        let cause: FailureCause =
            isAborted ? .aborted : failure.wasSent ? .notAcknowledged : .notSent
        status = status ?? (isAborted ? .failure : .incomplete)
        sender.fail(failure.serial, cause, isDone: false, wasSent: failure.wasSent)
    }

    /// Returns the text and the hint for a record that a broker found too large.
    private mutating func excess(of size: Int, _ topic: String) -> (text: String, hint: String) {
        let limit = limits.limit(of: topic, through: connection)
        let option = "max.message.bytes of topic '\(topic)'"
        // A record needs few bytes beside its own, unless it has many headers.
        if let limit, size + 1024 < limit {
            return (
                "the batch of this record exceeds \(option), \(limit)",
                "-X batch.size=\(limit)"
            )
        }
        return (
            "record of \(counted(size, "byte")) exceeds \(option)"
                + (limit.map { ", \($0)" } ?? ""),
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
        sender.fail(serial, .code(reason), isDone: isDone, wasSent: wasSent)
        reportFailure(error)
        let isHopeless = connection.client.fatalError != nil
        let stops =
            switch request.delivery.onError {
            case .stop: true
            case .skip: isHopeless
            case nil: !isOwnFault
            }
        if request.isTransactional {
            // The library holds back what a transaction that failed has not sent yet, and would
            // until the time for its delivery is over.
            purge()
        } else if stops {
            end(nil)
        }
    }

    /// Finds the topics of a new batch's records.
    mutating func resolveTopics() {
        guard !sender.destinations.isSingle else { return }
        while sender.destinations.known.count < feed.batch.topics.count {
            let name = feed.batch.topics[sender.destinations.known.count]
            if request.delivery.createsTopic {
                // A topic that cannot be created is missing, and its records say so too.
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
                let number = try sender.addTopic(name)
                reports.topics.append(name)
                sender.destinations.known.append(.success(number))
            } catch {
                sender.destinations.known.append(.failure(error))
            }
        }
    }
}
