// The outcomes of ACLs to create or delete, each with an answer of its own.

import CommandKit
import KafkaCore

/// The rules by their outcomes.
struct AclOutcome {
    /// Created, or deleted.
    private(set) var done: [AclBinding] = []

    /// Sorts `bindings` by their answers, and reports each failure.
    ///
    /// - Throws: `CommandError` when all were refused: that is one failure, and not one each.
    init(
        _ bindings: [AclBinding],
        _ answers: [KafkaError?],
        _ batch: inout FailureCount,
        in context: Context
    ) throws(CommandError) {
        let refusals = answers.count { $0?.kind == .refused }
        if refusals == bindings.count, let error = answers.first ?? nil {
            throw CommandError(error, "Alter on the cluster")
        }
        for (index, binding) in bindings.enumerated() {
            // An answer that is missing is no success.
            let error =
                index < answers.count
                ? answers[index] : KafkaError(.other, "the broker did not report a result")
            if let error {
                batch.fail(CommandError(error, binding.phrase), in: context)
            } else {
                done.append(binding)
            }
        }
    }
}
