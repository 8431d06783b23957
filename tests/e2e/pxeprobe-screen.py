"""A terminal of ROWSxCOLUMNS for a command, and somebody before it.
usage: pxeprobe-screen.py 24x80 STEP... -- COMMAND...
  wait=ERE      until a line of the screen, or one that left it, matches (20 s at most)
  dump=FILE     what the screen shows, trailing blanks off
  size=24x60    another size, and the signal for it
  key=C-c       what that key does
  end           until the command has ended
Exits as the command did, with 124 when something was waited for in vain."""
import fcntl, os, pty, re, select, signal, struct, sys, termios, time

SECONDS = 20


class Screen:
    """As much of a VT100 as is used: wraps, scrolls, \\r \\n, ESC[nA, ESC[J, ESC[?7h, ESC[?7l."""

    def __init__(self, rows, columns):
        self.gone, self.lines, self.row, self.col, self.wraps = [], [""], 0, 0, True
        self.resize(rows, columns)

    def resize(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.scroll()

    def scroll(self):
        while len(self.lines) > self.rows:
            self.gone.append(self.lines.pop(0))
            self.row = max(self.row - 1, 0)

    def feed(self, text):
        for part in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|[\s\S]", text):
            if part == "\r":
                self.col = 0
            elif part == "\n":
                self.down()
            elif part.startswith("\x1b["):
                self.control(part[2:-1], part[-1])
            else:
                self.put(part)

    def down(self):
        self.row += 1
        while self.row >= len(self.lines):
            self.lines.append("")
        self.scroll()

    def put(self, c):
        if self.col >= self.columns and self.wraps:
            self.col = 0
            self.down()
        self.col = min(self.col, self.columns - 1)
        line = self.lines[self.row].ljust(self.col)
        self.lines[self.row] = line[:self.col] + c + line[self.col + 1:]
        self.col += 1

    def control(self, number, what):
        if what == "A":
            self.row = max(self.row - int(number or 1), 0)
        elif what == "J":
            self.lines[self.row] = self.lines[self.row][:self.col]
            del self.lines[self.row + 1:]
        elif number == "?7":
            self.wraps = what == "h"
        else:
            raise SystemExit("a control sequence that this screen does not know: %r" % what)

    def text(self):
        return [l.rstrip() for l in self.lines]


def size(text):
    return [int(n) for n in text.split("x")]


class Session:
    def __init__(self, rows, columns, command):
        self.screen, self.status = Screen(rows, columns), None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "vt100"
            os.execvp(command[0], command)
        self.resize(rows, columns)

    def resize(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def read(self, seconds):
        """False once the command has closed its terminal."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        self.screen.feed(data.decode("utf-8", "replace"))
        return bool(data)

    def until(self, done):
        end = time.time() + SECONDS
        while not done():
            if time.time() > end:
                return False
            if not self.read(0.1):
                os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
                return done()
        return True

    def ended(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def step(self, word):
        what, _, value = word.partition("=")
        if what == "wait":
            return self.until(lambda: any(re.search(value, l) for l in self.screen.gone + self.screen.text()))
        if what == "dump":
            with open(value, "w") as f:
                f.write("\n".join(self.screen.text()) + "\n")
        elif what == "size":
            self.resize(*size(value))
        elif what == "key":
            os.write(self.fd, {"C-c": b"\3"}[value])
        elif what == "end":
            if not self.until(self.ended):
                return False
            while select.select([self.fd], [], [], 0.1)[0] and self.read(0):
                pass
        return True


def main():
    split = sys.argv.index("--")
    s = Session(*size(sys.argv[1]), sys.argv[split + 1:])
    for word in sys.argv[2:split]:
        if not s.step(word):
            print("\n".join(s.screen.gone + s.screen.text()))
            print("in vain: " + word, flush=True)
            os.kill(s.pid, signal.SIGKILL)
            sys.exit(124)
    sys.exit(s.status or 0)


main()
