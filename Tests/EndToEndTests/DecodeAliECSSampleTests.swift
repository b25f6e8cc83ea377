// Every sample of AliECS through the built binary.

import JSON
import TestSupport
import Testing

@Suite struct DecodeAliECSSampleTests {
    @Test func allSamplesAreThere() {
        #expect(AliECSSample.all.count == 96)
        #expect(AliECSSequence.all.count == 10)
    }

    @Test(arguments: AliECSSample.all)
    func sample(_ sample: AliECSSample) throws {
        let outcome = try Kctl.run([
            "decode-aliecs", "--hex", sample.hex, "--type", sample.type, "--flat",
        ])
        guard outcome.ending == .exited(0) else {
            #expect(sample.json == nil || sample.differs, "\(outcome.errors)")
            #expect(outcome.ending == .exited(7))
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("byte "))
            return
        }
        let expected = try #require(sample.json, "decoded: \(outcome.lines)")
        #expect(try outcome.json().map(\.sorted) == [expected.sorted])
    }

    @Test func theWorkedExample() throws {
        let hex = try #require(AliECSSample.all.first { $0.name == "nsn_sor_running" }).hex
        let outcome = try Kctl.run([
            "decode-aliecs", "--hex", hex, "--type", "NewStateNotification",
        ])
        #expect(outcome.ending == .exited(0))
        let envInfo =
            #"{"environmentId":"2oDvieFrVTi","runNumber":517678,"runType":"PHYSICS","#
            + #""state":"RUNNING","detectors":["ITS","MFT","TPC"],"#
            + #""enterStateTimestamp":"1654699996123"}"#
        #expect(
            outcome.lines == [
                #"{"type":"NewStateNotification","value":{"envInfo":\#(envInfo),"#
                    + #""timestamp":"1654700000123"}}"#
            ]
        )
    }

    @Test func allSamplesInOneStream() throws {
        for type in Set(AliECSSample.all.map(\.type)) {
            // A line without digits is no message.
            let samples = AliECSSample.all.filter { $0.type == type && !$0.hex.isEmpty }
            let good = try Kctl.run(
                ["decode-aliecs", "--input", "hex", "--type", type, "--flat"],
                input: .text(samples.map { $0.hex + "\n" }.joined())
            )
            let bad = samples.count - good.lines.count
            #expect(good.ending == .exited(bad > 0 ? 7 : 0))
            let must = samples.filter { $0.json == nil }.count
            let may = samples.filter { $0.json == nil || $0.differs }.count
            #expect((must...may).contains(bad), "\(type): \(good.errors)")
        }
    }

    @Test(arguments: AliECSSequence.all)
    func sequence(_ sequence: AliECSSequence) throws {
        let lines = sequence.entries.enumerated().map { $1.line(prefix: "", offset: $0) }
        let outcome = try Kctl.run(
            ["decode-aliecs", "--input", "jsonl", "--runs", "--json"],
            input: .text(lines.joined())
        )
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(try sequence.differences(from: outcome.json()).isEmpty)
    }
}
