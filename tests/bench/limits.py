#!/usr/bin/env python3
"""How exactly a limit of speed is met, and what keeping to it costs.

For each limit a file that takes the given time is fetched over the loopback, with one connection and with four, and once
more without a limit. The CPU of the two is compared, for each second of the limited run.
"""

import argparse
import os

from download import run
from program import PROGRAM, TARGET, environment, home
from server import serving

RATES = {"50 kB/s": (50_000, 0.05), "100 KiB/s": (100 << 10, 0.03), "1 MiB/s": (1 << 20, 0.03),
         "50 MB/s": (50_000_000, 0.03), "200 MB/s": (200_000_000, 0.03)}
CPU = 0.030


def fetch(url, folder, options):
    with home(on=folder) as own:
        file = own / "file.bin"
        command = f"{PROGRAM} --data-dir {own}/data get --progress none {options} -o {file} {url}"
        return run(command, environment(own))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--to", default="/dev/shm", help="a folder on the disk to write to")
    asked = parser.parse_args()
    with home(on="/dev/shm") as memory:
        folder = memory / "source"
        folder.mkdir()
        memory.chmod(0o755)
        print(f"{'':10} {'connections':>11} {'off by':>7} {'allowed':>8} {'CPU ms/s':>9} {'allowed':>8}")
        for name, (rate, allowed) in RATES.items():
            size = rate * asked.seconds
            with open(folder / "file.bin", "wb") as file:
                for begin in range(0, size, 1 << 24):
                    file.write(os.urandom(min(1 << 24, size - begin)))
            with serving(folder) as address:
                for connections in (1, 4):
                    options = f"--connections {connections}"
                    _, free = fetch(address + "file.bin", asked.to, options)
                    took, cpu = fetch(address + "file.bin", asked.to, f"{options} --limit {rate}")
                    off, cost = size / took / rate - 1, (cpu - free) / took
                    good = abs(off) <= allowed and cost <= CPU
                    print(f"{name:10} {connections:11} {off:+7.1%} {allowed:8.0%} {cost * 1000:9.1f} {CPU * 1000:8.0f}"
                          f"  {'reached' if good else 'MISSED'}", flush=True)


if __name__ == "__main__":
    main()
