"""Runs a command at a terminal of a given size, and draws the screen after a while as SVG.

The picture is what the command printed, letter by letter: nothing is drawn by hand.

    python3 terminal_svg.py COLUMNS ROWS SECONDS OUTPUT.svg COMMAND [ARGUMENT...]
"""

import fcntl
import html
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

COLOURS = {
    30: "#6e7681", 31: "#ff7b72", 32: "#3fb950", 33: "#d29922", 34: "#58a6ff", 35: "#bc8cff",
    36: "#39c5cf", 37: "#c9d1d9", 90: "#8b949e", 91: "#ffa198", 92: "#56d364", 93: "#e3b341",
    94: "#79c0ff", 95: "#d2a8ff", 96: "#56d4dd", 97: "#f0f6fc",
}  # fmt: skip
WIDTH, HEIGHT, MARGIN = 8.43, 18, 14


class Screen:
    """The cells of a terminal: a letter, its colour, and whether it is bold."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.row = self.column = 0
        self.colour, self.bold = None, False
        self.clear()

    def clear(self):
        self.cells = [[self.blank() for _ in range(self.columns)] for _ in range(self.rows)]

    def blank(self):
        return (" ", None, False)

    def feed(self, text):
        for part in re.split(r"(\x1b\[[?0-9;]*[A-Za-z]|\x1b[78=>()][0B]?)", text):
            if part.startswith("\x1b["):
                self.control(part[2:-1], part[-1])
            elif not part.startswith("\x1b"):
                for letter in part:
                    self.put(letter)

    def put(self, letter):
        if letter == "\n":
            self.row += 1
        elif letter == "\r":
            self.column = 0
        elif letter >= " ":
            if self.column == self.columns:
                self.row, self.column = self.row + 1, 0
            self.scroll()
            self.cells[self.row][self.column] = (letter, self.colour, self.bold)
            self.column += 1
        self.scroll()

    def scroll(self):
        while self.row >= self.rows:
            self.cells = self.cells[1:] + [[self.blank() for _ in range(self.columns)]]
            self.row -= 1

    def control(self, parameters, verb):
        numbers = [int(word) if word.isdigit() else 0 for word in parameters.split(";")]
        first = numbers[0]
        if verb == "m":
            for number in numbers:
                self.style(number)
        elif verb in "Hf":
            self.row = min(max(first, 1), self.rows) - 1
            self.column = max(numbers[1] if len(numbers) > 1 else 1, 1) - 1
        elif verb == "A":
            self.row = max(self.row - max(first, 1), 0)
        elif verb == "G":
            self.column = max(first, 1) - 1
        elif verb == "J":
            self.erase(first)
        elif verb == "K":
            start = 0 if first == 2 else self.column
            for column in range(start, self.columns):
                self.cells[self.row][column] = self.blank()
        elif verb == "h" and parameters == "?1049":
            self.row = self.column = 0
            self.clear()

    def erase(self, kind):
        if kind == 2:
            return self.clear()
        for row in range(self.row, self.rows):
            for column in range(self.column if row == self.row else 0, self.columns):
                self.cells[row][column] = self.blank()

    def style(self, number):
        if number == 0:
            self.colour, self.bold = None, False
        elif number == 1:
            self.bold = True
        elif number == 22:
            self.bold = False
        elif number == 39:
            self.colour = None
        elif number in COLOURS:
            self.colour = COLOURS[number]

    def svg(self, title):
        while len(self.cells) > 1 and all(cell[0] == " " for cell in self.cells[-1]):
            self.cells.pop()
        width = round(self.columns * WIDTH + 2 * MARGIN)
        height = len(self.cells) * HEIGHT + 2 * MARGIN
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img">',
            f"<title>{html.escape(title)}</title>",
            f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>',
            '<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" '
            'fill="#c9d1d9" xml:space="preserve">',
        ]
        for number, row in enumerate(self.cells):
            lines += self.runs(row, MARGIN + HEIGHT * number + 13)
        return "\n".join(lines + ["</g>", "</svg>", ""])

    def runs(self, row, y):
        start = 0
        while start < len(row):
            end = start
            while end < len(row) and row[end][1:] == row[start][1:]:
                end += 1
            text = "".join(cell[0] for cell in row[start:end])
            if text.strip():
                colour = f' fill="{row[start][1]}"' if row[start][1] else ""
                weight = ' font-weight="bold"' if row[start][2] else ""
                length = f' textLength="{(end - start) * WIDTH:.1f}"'
                x = MARGIN + start * WIDTH
                yield f'<text x="{x:.1f}" y="{y}"{length}{colour}{weight}>{html.escape(text)}</text>'
            start = end


def record(columns, rows, seconds, command):
    child, terminal = pty.fork()
    if child == 0:
        # Before the command looks.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.environ["TERM"] = "xterm-256color"
        os.execvp(command[0], command)
    data, end = b"", time.monotonic() + seconds
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            data += os.read(terminal, 65536)
        except OSError:
            break
    os.kill(child, signal.SIGINT)
    os.waitpid(child, 0)
    screen = Screen(columns, rows)
    screen.feed(data.decode("utf-8", "replace"))
    return screen


def main():
    columns, rows, seconds, path, *command = sys.argv[1:]
    screen = record(int(columns), int(rows), float(seconds), command)
    with open(path, "w", encoding="utf-8") as file:
        file.write(screen.svg(" ".join(command)))


if __name__ == "__main__":
    main()
