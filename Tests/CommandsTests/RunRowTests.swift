import AliECS
import JSON
import Output
import Testing

@testable import Commands

/// Runs, active runs and latencies as they are printed.
struct RunRowTests {
    private static let origin: Int64 = 1_720_000_000_000

    private var whole: Run {
        var run = Run(number: 100, environment: "2oDvieFrVTi")
        run.type = "PHYSICS"
        run.detectors = ["ITS", "TPC"]
        run.sosor = Self.origin
        run.eosor = Self.origin + 5_000
        run.soeor = Self.origin + 60_000
        run.eoeor = Self.origin + 64_000
        run.startedBy = "Ada Lovelace"
        run.stoppedBy = "LHC"
        run.endedBy = .stop
        return run
    }

    private func json(_ row: some Row) -> String {
        var writer = JSONWriter()
        row.write(to: &writer)
        return writer.text
    }

    @Test func aRunAsARow() {
        let text = Table.text(columns: RunRow.columns, rows: [RunRow(whole).cells])
        #expect(
            text == """
                RUN  ENVIRONMENT  TYPE     DETECTORS  SOSOR                 EOSOR      SOEOR      \
                EOEOR      LENGTH  STARTED-BY    STOPPED-BY  ENDED
                100  2oDvieFrVTi  PHYSICS  ITS,TPC    2024-07-03T09:46:40Z  09:46:45Z  09:47:40Z  \
                09:47:44Z    1m0s  Ada Lovelace  LHC         STOP

                """
        )
    }

    @Test func aRunAsAnObject() {
        #expect(
            json(RunRow(whole)) == """
                {"environmentId":"2oDvieFrVTi","runNumber":100,"runType":"PHYSICS",\
                "detectors":["ITS","TPC"],"sosor":1720000000000,"eosor":1720000005000,\
                "soeor":1720000060000,"eoeor":1720000064000,"durationMs":60000,\
                "startedBy":"Ada Lovelace","stoppedBy":"LHC","endedBy":"STOP_ACTIVITY",\
                "errorMessage":null,"superseded":false,"warnings":[]}
                """
        )
        var lost = Run(number: 7, environment: "e")
        lost.superseded = true
        lost.warnings = [RunWarning(.missing(.soeor), environment: "e", run: 7)]
        #expect(
            json(RunRow(lost)) == """
                {"environmentId":"e","runNumber":7,"runType":null,"detectors":[],"sosor":null,\
                "eosor":null,"soeor":null,"eoeor":null,"durationMs":null,"startedBy":null,\
                "stoppedBy":null,"endedBy":null,"errorMessage":null,"superseded":true,\
                "warnings":[{"code":"missing-signal",\
                "message":"run 7 of environment e: SOEOR is missing"}]}
                """
        )
    }

    @Test(arguments: [
        (RunEnd.stop, "STOP"), (.goError, "GO_ERROR"), (.teardown, "TEARDOWN"),
        (.leftRunning, "left-RUNNING"), (.list, "left-list"), (.environment, "environment"),
        (.enteredState("ERROR"), "entered-ERROR"), (nil, "running"),
    ])
    func theEndInAWord(_ end: RunEnd?, _ word: String) {
        var run = whole
        run.endedBy = end
        #expect(RunRow(run).cells.last == word)
        run.endedBy = nil
        run.superseded = true
        #expect(RunRow(run).cells.last == "superseded")
    }

    @Test func timesOfAnotherDayHaveTheirDay() {
        let times = [nil, Self.origin, Self.origin + 80_000_000, nil]
        #expect(RunTime.texts(times) == ["", "2024-07-03T09:46:40Z", "2024-07-04T08:00:00Z", ""])
    }

    @Test func anActiveRun() {
        var note = EnvironmentNote()
        note.environment = "e"
        note.run = 0
        note.runType = "COSMICS"
        note.state = "RUNNING"
        note.detectors = ["ITS"]
        note.enteredMilliseconds = UInt64(Self.origin)
        #expect(
            ActiveRow(note).cells
                == ["0", "e", "COSMICS", "RUNNING", "2024-07-03T09:46:40Z", "ITS"]
        )
        #expect(
            json(ActiveRow(note)) == """
                {"environmentId":"e","runNumber":0,"runType":"COSMICS","detectors":["ITS"],\
                "state":"RUNNING","since":1720000000000}
                """
        )
        note.enteredMilliseconds = .max
        #expect(ActiveRow(note).cells[4].isEmpty)
    }

    @Test func runsAsATimeline() {
        var broken = whole
        broken.number = 101
        broken.endedBy = .goError
        broken.error = "boom"
        var open = whole
        open.number = 102
        open.soeor = nil
        open.eoeor = nil
        open.endedBy = nil
        let picture = Timeline(
            titles: Timeline.runTitles,
            width: 80,
            isASCII: true,
            isColoured: false
        )
        #expect(
            picture.text([whole.bar, broken.bar, open.bar]) == """
                2024-07-03T09:46:40Z to 2024-07-03T09:47:44Z
                RUN  ENVIRONMENT  TYPE                |09:47:00        |09:47:30
                100  2oDvieFrVTi  PHYSICS  [-(==============================)--]  STOP
                101  2oDvieFrVTi  PHYSICS  [-(==============================!--]  GO_ERROR: boom
                102  2oDvieFrVTi  PHYSICS  [-(=================================>  running

                """
        )
        #expect(picture.legend(Timeline.runSignals).hasPrefix("[ SOSOR  ( EOSOR  ) SOEOR"))
    }

    // MARK: Latencies

    private func call(
        _ milliseconds: Int64,
        _ status: OpStatus,
        in environment: String = "e",
        step: String = ""
    ) -> EventFacts {
        var facts = EventFacts(.service)
        facts.time = EventTime(milliseconds: Self.origin + milliseconds)
        facts.environment = environment
        facts.name = "TRG"
        facts.operation = "trg.RunStart()"
        facts.step = step
        facts.status = status
        facts.operationStatus = step.isEmpty ? status : .ongoing
        return facts
    }

    private func cells(_ facts: [EventFacts]) -> [[String]] {
        var table = LatencyTable()
        for item in facts { table.take(item, at: nil) }
        return table.rows.map(\.cells)
    }

    @Test func callsArePairedInAnyOrderAndOnce() {
        let facts = [
            call(0, .started), call(30, .doneOK), call(1_000, .started, in: "f"),
            call(1_050, .started), call(1_100, .doneError, in: "f"), call(1_090, .ongoing),
            call(1_060, .doneOK),
        ]
        let expected = [
            ["TRG", "trg.RunStart()", "", "3", "1", "30.000", "100.000", "100.000"]
        ]
        #expect(cells(facts) == expected)
        #expect(cells(facts.reversed()) == expected)
        #expect(cells(facts.flatMap { [$0, $0] }) == expected)
    }

    @Test(arguments: [1, 2, 3, 20, 999, 1_000, 1_001, 5_000])
    func fewLatenciesAreExactAndManyNearlySo(_ count: Int) {
        var latencies = LatencyCount()
        for index in (1...count).reversed() { latencies.add(microseconds: index * 1_000) }
        #expect(latencies.count == count)
        #expect(latencies.max == count * 1_000)
        for perMille in [500, 950] {
            let exact = (count * perMille + 999) / 1000 * 1_000
            let told = latencies.quantile(perMille: perMille)
            #expect(count <= 1_000 ? told == exact : (exact...exact + exact / 100).contains(told))
        }
        #expect(LatencyCount().quantile(perMille: 500) == 0)
    }

    @Test func stepsAndRunsHaveRowsOfTheirOwn() {
        var table = LatencyTable()
        for facts in [
            call(0, .started), call(5, .started, step: "PFR"), call(9, .doneOK, step: "PFR"),
            call(10, .doneOK),
        ] {
            table.take(facts, at: nil)
        }
        table.take(whole)
        #expect(
            table.rows.map(\.cells) == [
                ["run", "SOSOR-EOSOR", "", "1", "0", "5000.000", "5000.000", "5000.000"],
                ["run", "SOEOR-EOEOR", "", "1", "0", "4000.000", "4000.000", "4000.000"],
                ["TRG", "trg.RunStart()", "", "1", "0", "10.000", "10.000", "10.000"],
                ["TRG", "trg.RunStart()", "PFR", "1", "0", "4.000", "4.000", "4.000"],
            ]
        )
        #expect(
            table.rows.first.map(json) == """
                {"kind":"run","operation":"SOSOR-EOSOR","step":null,"count":1,"failed":0,\
                "medianMs":5000.0,"p95Ms":5000.0,"maxMs":5000.0}
                """
        )
    }

    @Test func manyOperationsAreNotAllToldApart() {
        var table = LatencyTable()
        for number in 0..<2_000 {
            for (time, status) in [(Int64(0), OpStatus.started), (7, .doneOK)] {
                var facts = call(time, status)
                facts.operation = "operation \(number)"
                table.take(facts, at: nil)
            }
        }
        #expect(table.rows.count == 501)
        #expect(table.rows.map(\.latencies.count).reduce(0, +) == 2_000)
    }
}
