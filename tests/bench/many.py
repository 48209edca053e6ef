#!/usr/bin/env python3
"""10,000 links at once: pasted into the window, and added by the command line while the window looks on.

Timed from the gesture (Enter in the dialog; the start of the command) until all are committed, as a stranger reads them in
the database, and until the window shows them and comes to rest. All the while the window is asked every few milliseconds
whether it is alive (`_NET_WM_PING`); the longest wait for an answer is the longest time for which it was frozen. Nothing is
downloaded: the links wait for a network that costs nothing.
"""

import argparse
import contextlib
import os
import sqlite3
import struct
import sys
import threading
import time

import program
from program import SIZE, Program, first_picture, median, quiet
from x11 import SELECTION_REQUEST, Display, Ping

COUNT, SECONDS, FROZEN = 10_000, 2.0, 0.050
KEYS = {"control": 37, "v": 55, "enter": 36}
SETTINGS = 'cost_policy = "unrestricted-only"\nunknown_is_metered = true\n'


class Pulse(threading.Thread):
    """Asks the window whether it is alive until told to stop; keeps (when, how long) of every answer. The time for which
    its thread was ready to run but other programs had the cores is not the window's, and is taken off."""

    def __init__(self, screen, window, running):
        super().__init__(daemon=True)
        self.ping, self.beats, self.over = Ping(screen, window), [], threading.Event()
        self.waited = running.waited
        self.start()

    def run(self):
        stamp = 1
        while not self.over.is_set():
            begun, before = time.monotonic(), self.waited()
            took = self.ping.ask(stamp)
            self.beats.append((begun, 99 if took is None else max(took - (self.waited() - before), 0)))
            stamp += 1
            time.sleep(0.003)

    def longest(self, since, until):
        within = (took for begun, took in self.beats if since <= begun < until)
        return max(within, default=0)


class Clipboard(threading.Thread):
    """Owns the clipboard, with a text in it."""

    def __init__(self, screen, text):
        super().__init__(daemon=True)
        self.display, self.text, self.asked = Display(screen), text.encode(), threading.Event()
        self.window = self.display.plain_window()
        names = ("CLIPBOARD", "TARGETS", "UTF8_STRING", "ATOM")
        self.clipboard, self.targets, self.utf8, self.atom = map(self.display.atom, names)
        self.display.own_selection(self.window, self.clipboard)
        self.display.atom("CLIPBOARD")
        self.start()

    def run(self):
        while True:
            try:
                event = self.display.event(3600)
            except OSError:
                return
            if event is None or event[1][0] & 0x7F != SELECTION_REQUEST:
                continue
            when, _, requestor, selection, target, name = struct.unpack_from("<6I", event[1], 4)
            name = name or target
            if target == self.targets:
                offer = struct.pack("<II", self.targets, self.utf8)
                self.display.set_property(requestor, name, self.atom, 32, offer)
            elif target == self.utf8:
                self.display.set_property(requestor, name, self.utf8, 8, self.text)
                self.asked.set()
            else:
                name = 0
            answer = struct.pack("<BBHIIIII", 31, 0, 0, when, requestor, selection, target, name)
            self.display.send_event(requestor, 0, answer)


def committed(home, wanted, patience=30):
    """When the database held so many."""
    database = sqlite3.connect(f"file:{home}/data/longshore.db?mode=ro", uri=True)
    with contextlib.closing(database):
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if database.execute("SELECT count(*) FROM transfers").fetchone()[0] >= wanted:
                return time.monotonic()
            time.sleep(0.01)
    raise TimeoutError("not all were committed")


def links(name):
    return "".join(f"https://mirror-{n % 300}.example.org/pub/{name}/file-{n}.iso\n" for n in range(COUNT))


def key(display, code, held=()):
    for other in held:
        display.fake(2, other)
    display.fake(2, code)
    display.fake(3, code)
    for other in held:
        display.fake(3, other)


def paste(display, screen, running, home):
    clipboard = Clipboard(screen, links("pasted"))
    pasted = time.monotonic()
    key(display, KEYS["v"], [KEYS["control"]])
    if not clipboard.asked.wait(10):
        raise TimeoutError("nobody asked for the clipboard")
    quiet(display, 1)
    begun = time.monotonic()
    key(display, KEYS["enter"])
    return pasted, begun, committed(home, COUNT)


def command(display, screen, running, home):
    (home / "list.txt").write_text(links("listed"))
    begun = time.monotonic()
    adder = threading.Thread(target=running.tell, args=("add", "-i", home / "list.txt"))
    adder.start()
    done = committed(home, 2 * COUNT)
    adder.join()
    return begun, begun, done


def once(found):
    with program.home(on=program.TARGET) as home, program.screen() as screen:
        program.sized(home)
        settings = home / "data/settings.toml"
        settings.write_text(SETTINGS + settings.read_text())
        display = Display(screen)
        display.watch_drawing()
        with Program(home, screen) as running:
            _, _, window = first_picture(display, running)
            display.focus(window)
            quiet(display, 4)
            pulse = Pulse(screen, window, running)
            time.sleep(1)
            for way in (paste, command):
                cpu = running.cpu()
                since, begun, stored = way(display, screen, running, home)
                shown = quiet(display, 1.5)
                results = (
                    stored - begun,
                    shown - begun,
                    max(pulse.longest(since, begun), pulse.longest(begun, time.monotonic())),
                    running.cpu() - cpu,
                )
                found.setdefault(way.__name__, []).append(results)
                calm = time.monotonic()
                time.sleep(1)
                found.setdefault("at rest", []).append((0, 0, pulse.longest(calm, time.monotonic()), 0))
            pulse.over.set()
            pulse.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    # The clipboard is served and the window asked at the same time: neither must wait for the other.
    sys.setswitchinterval(0.0005)
    found = {}
    for _ in range(parser.parse_args().rounds):
        once(found)
    calm = [result[2] for result in found.pop("at rest")]
    print(f"the window at rest answers within {1000 * median(calm):.0f} ms, at worst {1000 * max(calm):.0f} ms")
    for way, results in found.items():
        stored, shown, frozen, cpu = (median(values) for values in zip(*results))
        good = max(stored, shown) < SECONDS and frozen <= FROZEN
        all_frozen = ", ".join(f"{1000 * result[2]:.0f}" for result in results)
        print(f"{COUNT:,} by {way}: committed after {stored:.2f} s, shown after {shown:.2f} s, frozen for"
              f" {1000 * frozen:.0f} ms at most (rounds: {all_frozen}), CPU {cpu:.2f} s; allowed {SECONDS:.0f} s and"
              f" {1000 * FROZEN:.0f} ms: {'reached' if good else 'MISSED'}")


if __name__ == "__main__":
    main()
