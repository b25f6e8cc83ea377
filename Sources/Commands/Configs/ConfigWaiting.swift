// A resource's configuration as all brokers know it.
// Each learns of a change by itself, a moment after another.
//
// 1. Nothing is replaced as a whole before all brokers report the same: an entry that a late one
//    does not know yet would be lost.
// 2. A change is visible when every broker that answers reports it: the next command may ask any.

import CommandKit
import KafkaCore
import Reactor

extension Connection {
    /// Returns the configuration to start from, before it is changed.
    ///
    /// - Throws: `CommandError` of status `incomplete` when it is to be replaced as a whole, and
    ///   the brokers do not come to report the same.
    func settledConfigs(
        of resource: ConfigResource,
        _ brokers: [Int32],
        isWhole: Bool
    ) throws(CommandError) -> [ResourceConfig] {
        try wait("brokers report different configurations of \(resource.phrase)") {
            () throws(CommandError) in
            let all = try configs(of: resource, isWhole ? brokers : Array(brokers.prefix(1)))
            guard let first = all.first else { return nil }
            func set(_ configs: [ResourceConfig]) -> [ConfigEntry] {
                configs.filter(\.isOverridden).map(\.entry)
            }
            return all.allSatisfy { set($0) == set(first) } ? first : nil
        }
    }

    /// Waits until every broker that answers reports the change; returns what one of them reports.
    ///
    /// - Throws: `CommandError` of status `incomplete` when the time is over.
    func waitUntilVisible(
        _ plan: ConfigPlan,
        _ brokers: [Int32]
    ) throws(CommandError) -> [ResourceConfig] {
        try wait("accepted, but not all brokers report the change yet: \(plan.resource.phrase)") {
            () throws(CommandError) in
            let all = try configs(of: plan.resource, brokers)
            return all.allSatisfy { plan.isVisible(in: $0) } ? all.first : nil
        }
    }

    /// Returns the answer of each broker that answers; throws when none does.
    private func configs(
        of resource: ConfigResource,
        _ brokers: [Int32]
    ) throws(CommandError) -> [[ResourceConfig]] {
        do throws(KafkaError) {
            let results = try admin.configs(of: resource, reportedBy: brokers)
            let answers = results.compactMap { try? $0.get() }
            // A refusal is an answer, and so is "not found"; a broker that does not answer gives
            // none.
            for result in results {
                guard case .failure(let error) = result else { continue }
                if answers.isEmpty || !error.isRetriable { throw error }
            }
            return answers
        } catch {
            throw CommandError(error, "DescribeConfigs", of: resource, on: servers)
        }
    }

    private func wait<Value>(
        _ problem: String,
        for value: () throws(CommandError) -> Value?
    ) throws(CommandError) -> Value {
        let deadline = clock.now + timeout
        while true {
            if let value = try value() { return value }
            guard clock.now < deadline else {
                throw CommandError(.incomplete, problem, hint: "wait longer with --timeout")
            }
            client.serve(waiting: .milliseconds(20))
        }
    }
}
