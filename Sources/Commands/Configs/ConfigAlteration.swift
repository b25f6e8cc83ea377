// A plan of changes carried out, by whichever call the library in use has.

import CommandKit
import KafkaCore

extension Connection {
    /// Has the changes of a plan made, or with `isDryRun` checked by the broker.
    ///
    /// An older library replaces all that is set, which is noted.
    func alter(
        _ plan: ConfigPlan,
        isDryRun: Bool,
        isQuiet: Bool = false,
        in context: Context
    ) throws(CommandError) {
        let resource = plan.resource
        let isWhole = !Admin.canAlterIncrementally
        let entries = isWhole ? try plan.replacement() : []
        if isWhole, !isDryRun, !isQuiet {
            context.note(
                "note: librdkafka \(Features.libraryVersion) replaces the whole configuration of"
                    + " \(resource.phrase): a concurrent change of another client may be lost"
            )
        }
        do throws(KafkaError) {
            if isWhole {
                try admin.replaceConfigs(of: resource, with: entries, validateOnly: isDryRun)
            } else {
                try admin.alter(resource, plan.changes, validateOnly: isDryRun)
            }
        } catch {
            throw CommandError(error, "AlterConfigs", of: resource, on: servers)
        }
    }

    /// Reports entries outside a plan that other clients changed while it was carried out.
    ///
    /// Only an older library can have lost it.
    func noteDisturbances(of plan: ConfigPlan, in now: [ResourceConfig], in context: Context) {
        guard !Admin.canAlterIncrementally else { return }
        for name in plan.disturbed(in: now) {
            let place = plan.resource.phrase
            context.note("note: another client changed '\(name)' of \(place) meanwhile")
        }
    }
}
