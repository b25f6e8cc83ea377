// Tables: columns line up whatever is in the cells.

import Output
import Testing

struct TableTests {
    private let columns = [Column("NAME"), Column("COUNT", .right), Column("NOTE")]

    @Test func columnsAreAsWideAsTheirWidestCell() {
        let rows = [["orders", "3", "x"], ["a", "12000000", "longer than its title"]]
        #expect(
            Table.text(columns: columns, rows: rows) == """
                NAME       COUNT  NOTE
                orders         3  x
                a       12000000  longer than its title

                """
        )
    }

    @Test func emptyCellsAreCounted() {
        #expect(
            Table.text(columns: columns, rows: [["", "", ""]]) == """
                NAME  COUNT  NOTE
                -         -  -

                """
        )
    }

    @Test func withoutRowsOnlyTheTitlesStand() {
        #expect(Table.text(columns: columns, rows: []) == "NAME  COUNT  NOTE\n")
        #expect(Table.text(columns: [], rows: []) == "\n")
    }

    @Test func noLineEndsWithABlank() {
        let rows = [["a", "1", "b"], ["long name", "100000", ""]]
        for line in Table.text(columns: columns, rows: rows).split(separator: "\n") {
            #expect(line.last != " ")
        }
    }

    @Test func aRightColumnAtTheEndIsPadded() {
        let columns = [Column("A"), Column("OFFSET", .right)]
        #expect(
            Table.text(columns: columns, rows: [["x", "7"]], indent: "  ")
                == "  A  OFFSET\n  x       7\n"
        )
    }

    @Test func wideCharactersCountTwoAndMarksNothing() {
        let columns = [Column("T"), Column("N")]
        let rows = [["漢字", "1"], ["e\u{301}", "2"], ["😀", "3"], ["abcd", "4"]]
        #expect(
            Table.text(columns: columns, rows: rows)
                == "T     N\n漢字  1\ne\u{301}     2\n😀    3\nabcd  4\n"
        )
    }

    @Test func aRowWithTooFewOrTooManyCellsDoesNotTrap() {
        let text = Table.text(columns: columns, rows: [["a"], ["b", "2", "c", "left out"]])
        #expect(text.split(separator: "\n").count == 3)
        #expect(!text.contains("left out"))
    }
}
