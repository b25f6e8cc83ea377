// The state of an output folder, written and read back.

import KafkaCore
import Testing

@testable import Commands

struct FolderStateTests {
    @Test func whatIsWrittenIsReadBack() {
        var state = FolderState()
        state.entries = [
            .init(place: TopicPartition("a", 0), size: 0, next: 7),
            .init(
                place: TopicPartition("a", 11),
                topicID: "AAAAAAAAAAAAAAAAAAAAAQ",
                size: 12,
                next: 1 << 40,
                last: RecordFingerprint(offset: 1 << 39, timestamp: -1, sha256: "00ff")
            ),
        ]
        #expect(FolderState(state.text) == state)
    }

    @Test func theStateOfBeforeIsRead() {
        let text = #"{"version":1,"files":[{"topic":"a","partition":1,"size":4,"next":2}]}"#
        #expect(
            FolderState(Array(text.utf8))?.entries
                == [.init(place: TopicPartition("a", 1), size: 4, next: 2)]
        )
        #expect(FolderState(Array(text.utf8))?.options == nil)
    }

    @Test func optionsAreReadBackAsTheyWereWritten() throws {
        var state = FolderState()
        state.options = try FolderOptionsTests.options("-f", #"%v "\n"#, "--last", "3")
        let again = try #require(FolderState(state.text)?.options)
        #expect(again.texts == state.options?.texts)
        #expect(again.texts.count == FolderOptions.Group.allCases.count)
    }

    @Test(arguments: [
        "", "{", "[]", #"{"files":7}"#, #"{"files":[{}]}"#,
        #"{"version":2,"options":7,"files":[]}"#,
        #"{"version":2,"options":{"format":7},"files":[]}"#,
        #"{"version":2,"options":{"format":"\#(String(repeating: "x", count: 5000))"},"files":[]}"#,
        #"{"files":[{"topic":"../x","partition":1,"size":4,"next":2}]}"#,
        #"{"files":[{"topic":"..","partition":1,"size":4,"next":2}]}"#,
        #"{"files":[{"topic":"a/b","partition":1,"size":4,"next":2}]}"#,
        #"{"files":[{"topic":"a","partition":-1,"size":4,"next":2}]}"#,
        #"{"files":[{"topic":"a","partition":4294967296,"size":4,"next":2}]}"#,
        #"{"files":[{"topic":"a","partition":1,"size":-4,"next":2}]}"#,
        #"{"files":[{"topic":"a","partition":1,"size":4,"next":2,"last":{}}]}"#,
        #"{"files":[{"topic":"a","partition":1,"size":4,"next":2},{"topic":"a","partition":1,"size":4,"next":2}]}"#,
    ])
    func whatKctlHasNotWrittenIsNoState(_ text: String) {
        #expect(FolderState(Array(text.utf8)) == nil)
    }
}
