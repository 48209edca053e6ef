#!/usr/bin/env python3
"""How exactly a limit of speed is met, and what keeping to it costs.

The rate is that of what the program writes, without its start, what it reserves on the disk, and its end. For each limit
a file that takes the given time is fetched over the loopback, with one connection and with four, and once
more without a limit. The CPU of the two is compared, for each second of the limited run.
"""

import argparse
import os
import pathlib
import subprocess
import time

from program import PROGRAM, TARGET, environment, home
from server import serving

RATES = {"50 kB/s": (50_000, 0.05), "100 KiB/s": (100 << 10, 0.03), "1 MiB/s": (1 << 20, 0.03),
         "50 MB/s": (50_000_000, 0.03), "200 MB/s": (200_000_000, 0.03)}
CPU = 0.030


def written(pid):
    lines = pathlib.Path(f"/proc/{pid}/io").read_text().splitlines()
    return time.monotonic(), next(int(line.split()[1]) for line in lines if line.startswith("wchar"))


def fetch(url, folder, options, seconds=None):
    """(seconds, CPU seconds, bytes a second in the middle) of one download."""
    with home(on=folder) as own:
        command = [PROGRAM, "--data-dir", own / "data", "get", "--progress", "none", *options, "-o", own / "file.bin", url]
        begun = time.monotonic()
        process = subprocess.Popen(command, env=environment(own), stdout=subprocess.DEVNULL)
        rate = None
        if seconds:
            time.sleep(seconds * 0.15)
            first = written(process.pid)
            time.sleep(seconds * 0.7)
            last = written(process.pid)
            rate = (last[1] - first[1]) / (last[0] - first[0])
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{command}: {process.returncode}")
        return time.monotonic() - begun, used.ru_utime + used.ru_stime, rate


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--to", default="/dev/shm", help="a folder on the disk to write to")
    parser.add_argument("--rates", nargs="*", default=list(RATES), choices=list(RATES))
    asked = parser.parse_args()
    with home(on="/dev/shm") as memory:
        folder = memory / "source"
        folder.mkdir()
        memory.chmod(0o755)
        print(f"{'':10} {'connections':>11} {'off by':>7} {'allowed':>8} {'CPU ms/s':>9} {'allowed':>8}")
        for name in asked.rates:
            rate, allowed = RATES[name]
            size = rate * asked.seconds
            with open(folder / "file.bin", "wb") as file:
                for begin in range(0, size, 1 << 24):
                    file.write(os.urandom(min(1 << 24, size - begin)))
            with serving(folder) as address:
                for connections in (1, 4):
                    options = ["--connections", str(connections)]
                    _, free, _ = fetch(address + "file.bin", asked.to, options)
                    options += ["--limit", str(rate)]
                    took, cpu, reached = fetch(address + "file.bin", asked.to, options, asked.seconds)
                    off, cost = reached / rate - 1, (cpu - free) / took
                    good = abs(off) <= allowed and cost <= CPU
                    print(f"{name:10} {connections:11} {off:+7.1%} {allowed:8.0%} {cost * 1000:9.1f} {CPU * 1000:8.0f}"
                          f"  {'reached' if good else 'MISSED'}", flush=True)


if __name__ == "__main__":
    main()
