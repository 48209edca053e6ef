"""The program under test, in a home of its own, and what Linux says about it. Also a screen for it to draw on."""

import contextlib
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from x11 import Display

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PROGRAM = pathlib.Path(os.environ.get("LONGSHORE", TARGET / "release/longshore"))
TICK = os.sysconf("SC_CLK_TCK")
SIZE = (1000, 760)

# Whoever is told to end cleans up first.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def environment(home, screen=None):
    """A first start on a machine without a desktop bus; nothing of the user's own is seen or touched."""
    run = home / "run"
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    own = {"HOME": str(home), "XDG_RUNTIME_DIR": str(run), "DBUS_SESSION_BUS_ADDRESS": f"unix:path={run}/none"}
    own |= {} if screen is None else {"DISPLAY": f":{screen}"}
    return kept | own


class Program:
    """A window or background program on the data folder `home/data`; ended when the block ends."""

    def __init__(self, home, screen=None, arguments=(), before=()):
        self.home, self.data = home, home / "data"
        self.environment = environment(home, screen)
        command = [*before, PROGRAM, "--data-dir", self.data, *arguments]
        with open(home / "stderr.txt", "wb") as errors:
            self.started = time.monotonic()
            self.process = subprocess.Popen(command, env=self.environment, stderr=errors, stdout=errors)
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def tell(self, *arguments, **more):
        """Another start that talks to this one."""
        command = [PROGRAM, "--data-dir", self.data, *arguments]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True, **more)

    def ticks(self):
        """CPU time of all threads so far, in ticks of the kernel."""
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    def cpu(self):
        """CPU seconds of all threads so far, to the nanosecond."""
        total = 0
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def waited(self):
        """Seconds for which the window's thread was ready to run while others had the cores."""
        return int(pathlib.Path(f"/proc/{self.pid}/schedstat").read_text().split()[1]) / 1e9

    def switches(self):
        """Voluntary context switches by thread."""
        found = {}
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            lines = (task / "status").read_text().splitlines()
            count = next(int(line.split()[1]) for line in lines if line.startswith("voluntary"))
            found[f"{(task / 'comm').read_text().strip()} {task.name}"] = count
        return found

    def pss(self):
        """Proportional share of memory, in MB of a million bytes."""
        for line in pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise OSError("no Pss")


@contextlib.contextmanager
def home(on=None):
    """An empty home, gone afterwards."""
    folder = tempfile.mkdtemp(prefix="longshore-bench-", dir=on)
    try:
        yield pathlib.Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def screen():
    """A screen of its own; the number of the display."""
    told, tells = os.pipe()
    command = ["Xvfb", "-displayfd", str(tells), "-screen", "0", "1400x1000x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[tells], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(tells)
    try:
        number = b""
        while not number.endswith(b"\n"):
            number += os.read(told, 16) or b"\n"
        yield int(number)
    finally:
        os.close(told)
        server.terminate()
        server.wait()


def sized(folder):
    """Settings for a window of the size that is measured."""
    (folder / "data").mkdir(exist_ok=True)
    width, height = SIZE
    text = f"[appearance]\nwindow_width = {width}\nwindow_height = {height}\ntheme = \"dark\"\n"
    (folder / "data/settings.toml").write_text(text)


def fill(folder, count):
    """Makes `folder/data` hold `count` finished transfers, written by the program's own store."""
    command = ["cargo", "bench", "--quiet", "--bench", "measure", "--", "fill", folder / "data", str(count)]
    subprocess.run(command, cwd=ROOT, check=True)


def first_picture(display, program, patience=20):
    """Seconds from exec until the window shows something, and until its list does; with the window."""
    width, height = SIZE
    window = something = None
    while (now := time.monotonic()) < program.started + patience:
        event = display.event(0.02)
        if event is None or display.drawn(event[1]) is None:
            continue
        window = window or display.window_of(width, height)
        if window is None:
            continue
        x, y = display.geometry(window)[:2]
        if something is None:
            # A window that is only mapped has one colour.
            if display.colours(x, y + 20, width, 8) < 4:
                continue
            something = time.monotonic() - program.started
        # Below the names of the columns and above the details.
        if display.colours(x + width // 2, y + 110, width // 2 - 20, 340) >= 4:
            return something, time.monotonic() - program.started, window
    raise TimeoutError(f"no picture after {now - program.started:.1f} s")


def quiet(display, seconds, patience=30):
    """Waits until nothing was drawn for so long; when the last thing was drawn."""
    last, end = time.monotonic(), time.monotonic() + patience
    while time.monotonic() < end:
        event = display.event(last + seconds - time.monotonic() if last + seconds > time.monotonic() else 0)
        if event is None:
            return last
        if display.drawn(event[1]):
            last = event[0]
    raise TimeoutError("the window does not come to rest")


def median(values):
    return statistics.median(values)
