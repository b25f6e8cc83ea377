// Which records are wanted, and how they are told to a person.

import Testing

@testable import AliECS

@Suite struct EventSelectionTests {
    private func facts(_ name: String) throws -> (EventFacts, AliECSTopic) {
        let vector = try #require(Vector.all.first { $0.name == name })
        let topic = AliECSTopic(vector.topic ?? "")
        var decoder = Decoder()
        try decoder.open(vector.bytes.span.bytes, as: vector.type)
        return (decoder.facts(from: topic), topic)
    }

    /// Which of the samples are wanted.
    private func wanted(_ selection: EventSelection, of names: [String]) throws -> [String] {
        var selection = selection
        return try names.filter {
            let (facts, topic) = try facts($0)
            return selection.wants(facts, from: topic)
        }
    }

    private let names = [
        "nsn_sor_running", "nsn_configured_no_run", "nsn_error_state", "arl_three", "ev_run_sosor",
        "ev_run_go_error_started", "ev_env_leave_state_done_error_without_error", "ev_task",
        "ev_call_started", "ev_env_workflow_loaded_vars", "ev_run_stopped_by_timer",
    ]

    @Test func withoutAConditionAllAreWanted() throws {
        let selection = EventSelection()
        #expect(selection.isEmpty)
        #expect(try wanted(selection, of: names) == names)
    }

    @Test func byRun() throws {
        var selection = EventSelection()
        selection.runs = [517678]
        #expect(!selection.isEmpty)
        let found = try wanted(selection, of: names)
        #expect(found.contains("nsn_sor_running"))
        #expect(found.contains("arl_three"))
        #expect(!found.contains("nsn_configured_no_run"))
        #expect(!found.contains("ev_task"))
    }

    @Test func theConditionsOfAListHoldForOneOfIts() throws {
        var selection = EventSelection()
        selection.runs = [517680]
        selection.detectors = ["TRD"]
        #expect(try wanted(selection, of: ["arl_three"]) == ["arl_three"])
        selection.detectors = ["ITS"]
        #expect(try wanted(selection, of: ["arl_three"]).isEmpty)
    }

    @Test func detectorsAreRemembered() throws {
        var selection = EventSelection()
        selection.detectors = ["ITS"]
        // The task's record names no detector; its environment has been told before.
        #expect(try wanted(selection, of: ["ev_task"]).isEmpty)
        #expect(
            try wanted(selection, of: ["nsn_sor_running", "ev_task"])
                == ["nsn_sor_running", "ev_task"]
        )
    }

    @Test func errorsAreNotTheQuirkOfSteps() throws {
        var selection = EventSelection()
        selection.onlyErrors = true
        let found = try wanted(selection, of: names + ["ev_run_eosor_error"])
        #expect(!found.contains("ev_env_leave_state_done_error_without_error"))
        #expect(found.contains("ev_run_eosor_error"))
        #expect(found.contains("nsn_error_state"))
    }

    @Test func byTransitionUserAndKind() throws {
        var selection = EventSelection()
        selection.transitions = ["START_ACTIVITY"]
        #expect(try wanted(selection, of: names).contains("ev_run_sosor"))
        selection = EventSelection()
        selection.users = ["65"]
        #expect(try wanted(selection, of: names) == ["ev_run_stopped_by_timer"])
        selection = EventSelection()
        selection.kinds = [.task]
        #expect(try wanted(selection, of: names) == ["ev_task"])
        selection = EventSelection()
        selection.states = ["CONFIGURED"]
        #expect(try wanted(selection, of: names).contains("nsn_configured_no_run"))
    }

    @Test func payloadsTellRunsAndDetectors() {
        func facts(_ payload: String) -> EventFacts {
            var facts = EventFacts(.service)
            facts.payload = payload
            facts.takePayload()
            return facts
        }
        let trigger = facts(#"{"trgRequest":{"runn":100,"detector":"CTP"},"trgResponse":{"rc":0}}"#)
        #expect(trigger.run == 100)
        #expect(trigger.detectors == ["CTP"])
        let control = facts(#"{"dcsEvent":{},"runNumber":7,"detectors":["ITS","TPC"]}"#)
        #expect(control.run == 7)
        #expect(control.detectors == ["ITS", "TPC"])
        for other in ["", "{", "[1]", "{}", #"{"runNumber":-1}"#, #"{"runNumber":"x"}"#] {
            #expect(facts(other).run == nil)
        }
        #expect(facts(#"{"runNumber":4294967296}"#).run == nil)
    }

    @Test func memoryIsBounded() {
        var selection = EventSelection()
        selection.detectors = ["ITS"]
        for number in 0..<(2 * EventSelection.memoryLimit) {
            var facts = EventFacts(.enteredState)
            facts.environment = "e\(number)"
            facts.detectors = ["ITS"]
            let isWanted = selection.wants(facts, from: AliECSTopic("aliecs.env_state.RUNNING"))
            #expect(isWanted)
        }
        var last = EventFacts(.task)
        last.environment = "e\(2 * EventSelection.memoryLimit - 1)"
        let isRemembered = selection.wants(last, from: AliECSTopic("aliecs.task"))
        #expect(isRemembered)
        last.environment = "e0"
        let isStillWanted = selection.wants(last, from: AliECSTopic("aliecs.task"))
        #expect(!isStillWanted)
    }

    @Test func summaries() throws {
        #expect(try facts("nsn_sor_running").0.summary == "entered RUNNING PHYSICS ITS,MFT,TPC")
        #expect(try facts("arl_three").0.summary == "active: 517678, 517680, 517679")
        #expect(
            try facts("ev_run_sosor").0.summary
                == "START_ACTIVITY STARTED CONFIGURED by Ada Lovelace"
        )
        for vector in Vector.all where vector.json != nil && vector.type.isWhole {
            guard let (facts, _) = try? facts(vector.name) else { continue }
            #expect(!facts.summary.isEmpty)
        }
    }
}
