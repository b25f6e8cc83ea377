// Every sample: the value that the reference decoders give, or an error that names the place.

import JSON
import TestSupport
import Testing

@testable import AliECS

@Suite struct DecoderTests {
    @Test func thereAreSamples() {
        #expect(Vector.all.count >= 96)
    }

    @Test(arguments: Vector.all)
    func sample(_ vector: Vector) throws {
        var decoder = Decoder()
        do throws(DecodeError) {
            try decoder.open(vector.bytes.span.bytes, as: vector.type)
        } catch {
            #expect(vector.json == nil || vector.differs, "\(error)")
            #expect((0...vector.bytes.count).contains(error.position))
            #expect(!error.text.isEmpty)
            return
        }
        let expected = try #require(vector.json, "decoded: \(decoder.text())")
        let found = try JSONValue(parsing: decoder.text())
        #expect(found.sorted == expected.sorted)
        let hasUnknown = decoder.hasUnknown
        #expect(hasUnknown == vector.hasUnknown)
    }

    @Test func theTypeIsKnownByTheTopic() {
        for vector in Vector.all {
            guard let topic = vector.topic else { continue }
            #expect(AliECSTopic(topic).type == vector.type, "\(topic)")
        }
        #expect(AliECSTopic("p2.aliecs.env_list.RUNNING").type == .activeRunsList)
        #expect(AliECSTopic("aliecs.env_leave_state.RUNNING").detail == "RUNNING")
        #expect(AliECSTopic("aliecs.after_start_activity").type == .newStateNotification)
        #expect(AliECSTopic("orders").type == nil)
        #expect(AliECSTopic("aliecs").type == nil)
        #expect(AliECSTopic("mirror.dip.lhc.beam_mode").kind == .beamMode)
        #expect(AliECSTopic("aliecs.something_new").type == .event)
    }

    @Test func everySampleOfATopicMakesSenseThere() throws {
        for vector in Vector.all where vector.topic != nil && vector.json != nil {
            var decoder = Decoder()
            try decoder.open(vector.bytes.span.bytes, as: vector.type, isSure: false)
        }
    }

    private func fault(_ hex: String, _ type: MessageType, isSure: Bool = true) -> DecodeError? {
        var decoder = Decoder()
        do throws(DecodeError) {
            try decoder.open(Vector.bytes(ofHex: hex).span.bytes, as: type, isSure: isSure)
        } catch {
            #expect(decoder.text() == "null")
            return error
        }
        return nil
    }

    @Test func faultsHaveTheirPlaces() {
        // activeRuns[1].state holds a byte that is not UTF-8.
        let text = fault("0a022200" + "0a0422024fff", .activeRunsList)
        #expect(text?.reason == .notUTF8)
        #expect(text?.position == 9)
        #expect(text?.field == "activeRuns[1].state")
        // envInfo.detectors[2] holds a zero byte.
        let zero = fault("0a0b" + "2a0141" + "2a0142" + "2a03410042", .newStateNotification)
        #expect(zero?.reason == .zeroByte)
        #expect(zero?.position == 11)
        #expect(zero?.field == "envInfo.detectors[2]")
        let type = fault("0a00" + "1100000000000000ff", .newStateNotification)
        #expect(type?.reason == .wrongWireType(found: 1, expected: 0))
        #expect(type?.position == 2)
        #expect(type?.field == "timestamp")
        let cut = fault("0a05" + "0a0541", .newStateNotification)
        #expect(cut?.reason == .truncated(needed: 5, left: 3))
        #expect(cut?.position == 0)
        #expect(fault("0b0c", .newStateNotification)?.reason == .group)
        #expect(fault("9b019c01", .newStateNotification)?.field == "field 19")
        #expect(fault("5a005a00", .event)?.reason == .alternativeTwice)
        #expect(fault("10", .event)?.reason == .unfinishedNumber)
        #expect(fault("10ffffffffffffffffffff01", .event)?.reason == .longNumber(limit: 10))
        #expect(fault("ffffffff7f00", .event)?.reason == .longNumber(limit: 5))
    }

    @Test func otherMessagesAreNamed() {
        let json = fault("7b2261223a317d", .newStateNotification)
        #expect(json?.looksLike == "JSON")
        #expect(fault("1f8b08000000", .activeRunsList)?.looksLike == "gzip")
        // A state notification where an event is expected, and the reverse.
        let note = "0a0422024f4b" + "10fb86b99e9430"
        #expect(fault(note, .event)?.looksLike == "NewStateNotification")
        let event = "0880e0f4bf873210" + "8080b0adb1dcaaef17"
        #expect(fault(event, .newStateNotification)?.looksLike == "Event")
        #expect(fault("0000000007" + "00" + note, .newStateNotification)?.looksLike != nil)
    }

    @Test func aTopicsTypeIsDoubted() {
        // Three environments where one is expected; milliseconds where nanoseconds are.
        let three = "0a0422024f4b0a0422024f4b10fb86b99e9430"
        #expect(fault(three, .newStateNotification) == nil)
        let doubted = fault(three, .newStateNotification, isSure: false)
        #expect(doubted?.reason == .otherMessage)
        #expect(doubted?.field == "envInfo")
        #expect(doubted?.looksLike == "ActiveRunsList")
        #expect(fault("10fb86b99e9430", .event, isSure: false)?.looksLike == "NewStateNotification")
        #expect(fault("10fb86b99e9430", .event) == nil)
        #expect(fault("9a010141", .event, isSure: false)?.reason == .nothingKnown)
        #expect(fault("9a010141", .event) == nil)
        #expect(fault("", .event, isSure: false) == nil)
    }

    @Test func styles() throws {
        var decoder = Decoder()
        var style = MessageStyle()
        style.showsDefaults = true
        try decoder.open([UInt8]().span.bytes, as: .envInfo)
        #expect(
            decoder.text(style)
                == #"{"environmentId":"","state":"","detectors":[],"enterStateTimestamp":"0"}"#
        )
        try decoder.open([UInt8]().span.bytes, as: .status)
        #expect(
            decoder.text(style)
                == #"{"timestampNano":"0","detectorInfo":[],"clock":"NULL","clockTransitionExpected":0,"ready":false}"#
        )
        style = MessageStyle()
        style.showsUnknown = true
        let unknown = Vector.bytes(
            ofHex: "9a010141" + "a00196ff03" + "ad0101000000" + "10fb86b99e9430"
        )
        try decoder.open(unknown.span.bytes, as: .newStateNotification)
        let hasUnknown = decoder.hasUnknown
        #expect(hasUnknown)
        #expect(decoder.text() == #"{"timestamp":"1654700000123"}"#)
        #expect(
            decoder.text(style)
                == #"{"timestamp":"1654700000123","unknownFields":[{"number":19,"wireType":"LEN","valueBase64":"QQ=="},{"number":20,"wireType":"VARINT","value":"65430"},{"number":21,"wireType":"I32","value":"1"}]}"#
        )
        style = MessageStyle()
        style.readableTimes = true
        #expect(decoder.text(style) == #"{"timestamp":"2022-06-08T14:53:20.123Z"}"#)
    }

    @Test func textsThatHoldJSONAreExpanded() throws {
        // payload {"a":[1]} with a line end in it, and one that is no JSON.
        let good = Array(#"{"a":\#n[1.50]}"#.utf8)
        var decoder = Decoder()
        var style = MessageStyle()
        style.expandsJSON = true
        try decoder.open(
            ([0x42, UInt8(good.count)] + good).span.bytes,
            as: .integratedServiceEvent
        )
        #expect(decoder.text(style) == #"{"payload":{"a": [1.50]}}"#)
        #expect(decoder.text() == #"{"payload":"{\"a\":\n[1.50]}"}"#)
        try decoder.open(
            ([0x42, 2, 0x7b, 0x5d] as [UInt8]).span.bytes,
            as: .integratedServiceEvent
        )
        #expect(decoder.text(style) == #"{"payload":"{]"}"#)
    }

    @Test func factsOfSamples() throws {
        func facts(_ name: String) throws -> EventFacts {
            let vector = try #require(Vector.all.first { $0.name == name })
            var decoder = Decoder()
            try decoder.open(vector.bytes.span.bytes, as: vector.type)
            return decoder.facts(from: AliECSTopic(vector.topic ?? ""))
        }
        let start = try facts("nsn_sor_running")
        #expect(start.kind == .enteredState)
        #expect(start.run == 517678)
        #expect(start.detectors == ["ITS", "MFT", "TPC"])
        #expect(start.milliseconds == 1_654_700_000_123)
        #expect(start.enteredMilliseconds == 1_654_699_996_123)
        let list = try facts("arl_three")
        #expect(list.active.map(\.run) == [517678, 517680, 517679])
        let run = try facts("ev_run_sosor")
        #expect(run.kind == .run)
        #expect(run.status == .started)
        #expect(run.transition == "START_ACTIVITY")
        #expect(!run.user.isEmpty)
        #expect(try facts("ev_run_user_external_id_zero").userNumber == 0)
        let quirk = try facts("ev_env_leave_state_done_error_without_error")
        #expect(quirk.status == .doneError)
        #expect(!quirk.isError)
        #expect(try facts("ev_run_era_without_nano").time != nil)
        let loaded = try facts("ev_env_workflow_loaded_vars")
        #expect(!loaded.detectors.isEmpty || !loaded.runType.isEmpty, "\(loaded)")
    }
}
