#!/usr/bin/env python3
"""The window, 1000x760, under Xvfb: first picture, memory, idle, scrolling; with an empty list and with a long one.

The first picture is what the X server shows, not what the program says: the time from exec until the window has more
colours than an empty one. The list is there when its own part of the window has.
"""

import argparse
import time

import program
from program import SIZE, Program, first_picture, median, quiet
from x11 import Display

LIMITS = {0: {"first": 300, "pss": 45}, 100_000: {"first": 500, "pss": 70}}
SWITCHES, FRAMES = 30, 30


def verdict(good):
    return "reached" if good else "MISSED"


def starts(screen, home, count, rounds):
    first, complete, cpu = [], [], []
    for _ in range(rounds):
        display = Display(screen)
        display.watch_drawing()
        with Program(home, screen) as running:
            something, rows, _ = first_picture(display, running)
            cpu.append(running.cpu())
            first.append(something)
            complete.append(rows)
        display.socket.close()
    ms = [f"{1000 * median(values):.0f}" for values in (first, complete, cpu)]
    spread = f"{1000 * min(first):.0f}-{1000 * max(first):.0f}"
    limit = LIMITS[count]["first"]
    print(f"  first picture {ms[0]} ms ({spread}, {rounds} starts), with the list {ms[1]} ms, CPU until then {ms[2]} ms;"
          f" allowed {limit}: {verdict(1000 * median(first) < limit)}", flush=True)


def rest(screen, home, count, seconds):
    display = Display(screen)
    display.watch_drawing()
    with Program(home, screen) as running:
        first_picture(display, running)
        time.sleep(max(running.started + 10 - time.monotonic(), 0))
        pss, limit = running.pss(), LIMITS[count]["pss"]
        print(f"  memory after 10 s: {pss:.1f} MB; allowed {limit}: {verdict(pss < limit)}", flush=True)
        quiet(display, 5)
        before, ticks = running.switches(), running.ticks()
        time.sleep(seconds)
        after, ticks = running.switches(), running.ticks() - ticks
        moved = {name: count - before.get(name, 0) for name, count in after.items() if count != before.get(name, 0)}
        total = sum(moved.values())
        allowed = SWITCHES * seconds / 60
        print(f"  idle for {seconds} s: {ticks} ticks, {total} voluntary switches {moved or ''};"
              f" allowed 0 and {allowed:.0f}: {verdict(ticks == 0 and total <= allowed)}", flush=True)


def scroll(screen, home, seconds, rounds):
    """Pinned to one core. Faster than the window can draw, so that it draws as fast as it can."""
    display = Display(screen)
    display.watch_drawing()
    with Program(home, screen, before=("taskset", "-c", "0")) as running:
        _, _, window = first_picture(display, running)
        x, y = display.geometry(window)[:2]
        # The check of the database is over by then.
        time.sleep(4)
        for what, gesture in (("wheel", wheel), ("whole list dragged through", drag)):
            wall, core = [], []
            for _ in range(rounds):
                frames, cpu, took = gesture(display, running, (x, y), seconds)
                wall.append(frames / took)
                core.append(frames / cpu)
            good = median(core) >= FRAMES and median(wall) >= FRAMES
            print(f"  scrolling, {what}: {median(wall):.0f} frames a second, {median(core):.0f} for each CPU second;"
                  f" wanted {FRAMES}: {verdict(good)}", flush=True)


def frames(display, until):
    """Large parts of the window drawn anew until then."""
    width, height = SIZE
    count = 0
    while (left := until - time.monotonic()) > 0:
        event = display.event(left)
        if event is None:
            break
        drawn = display.drawn(event[1])
        if drawn and drawn[0] * drawn[1] > width * height / 4:
            count += 1
    return count


def wheel(display, running, at, seconds):
    display.move(at[0] + 600, at[1] + 300)
    frames(display, time.monotonic() + 0.3)
    cpu, begun, count, turned = running.cpu(), time.monotonic(), 0, 0
    while time.monotonic() < begun + seconds:
        turned += 1
        display.wheel(5 if turned % 400 < 300 else 4)
        count += frames(display, begun + turned / 150)
    return count, running.cpu() - cpu, time.monotonic() - begun


def drag(display, running, at, seconds):
    """By the bar at the right: every picture shows rows that were never shown."""
    x, top, bottom = at[0] + SIZE[0] - 7, at[1] + 90, at[1] + SIZE[1] - 300
    # To the first row again, then the thumb is at the top.
    display.move(x, top)
    display.fake(4, 1)
    frames(display, time.monotonic() + 0.5)
    cpu, begun, count, moved = running.cpu(), time.monotonic(), 0, 0
    while time.monotonic() < begun + seconds:
        moved += 1
        y = moved * 3 % (2 * (bottom - top))
        display.move(x, top + (y if y < bottom - top else 2 * (bottom - top) - y))
        count += frames(display, begun + moved / 150)
    took, cpu = time.monotonic() - begun, running.cpu() - cpu
    display.fake(5, 1)
    frames(display, time.monotonic() + 0.5)
    return count, cpu, took


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=9)
    parser.add_argument("--idle", type=int, default=60, help="seconds")
    parser.add_argument("--scroll", type=float, default=5, help="seconds, three times")
    parser.add_argument("--rows", type=int, nargs="*", default=list(LIMITS), choices=LIMITS)
    asked = parser.parse_args()
    for count in asked.rows:
        with program.home() as home, program.screen() as screen:
            program.sized(home)
            if count:
                program.fill(home, count)
            print(f"{count:,} finished transfers", flush=True)
            if asked.starts:
                starts(screen, home, count, asked.starts)
            if asked.idle:
                rest(screen, home, count, asked.idle)
            if count and asked.scroll:
                scroll(screen, home, asked.scroll, 3)


if __name__ == "__main__":
    main()
