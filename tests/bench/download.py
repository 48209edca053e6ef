#!/usr/bin/env python3
"""One large download over the loopback, by Longshore and by curl, wget2 and aria2c, in turn.

`durable`: to a disk, until the file survives a power cut; the peers' commands end with `sync -d FILE`.
`plain`:   the same without that for the peers; Longshore syncs its files all the same.
`memory`:  to a tmpfs, where there is nothing to sync for anybody.

CPU is that of the whole process and its children, user and system. Ratios are medians over rounds, each round against the
best peer of that round.
"""

import argparse
import filecmp
import os
import pathlib
import shutil
import subprocess
import time

from program import PROGRAM, TARGET, environment, home, median
from server import serving

PEERS = {
    "curl": "curl -sSf -o {file} {url}",
    "wget2": "wget2 -q --max-threads=1 -O {file} {url}",
    "aria2c": "aria2c -q --file-allocation=none --allow-overwrite=true -x1 -s1 -d {folder} -o {name} {url}",
}
OWN = f"{PROGRAM} --data-dir {{home}}/data get --progress none -o {{file}} {{url}}"
MODES = ("durable", "plain", "memory")
CPU, WALL = 0.7, 0.8


def run(command, own):
    """(seconds, CPU seconds) of a shell command and everything it starts."""
    begun = time.monotonic()
    process = subprocess.Popen(["sh", "-c", command], env=own, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    took = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command}: {process.returncode}")
    return took, used.ru_utime + used.ru_stime


def compare(mode, address, source, folder, rounds):
    names = ["longshore", *(name for name in PEERS if shutil.which(name))]
    found = {name: [] for name in names}
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            with home(on=folder) as own:
                file = own / "file.bin"
                command = (PEERS | {"longshore": OWN})[name]
                command = command.format(file=file, name=file.name, folder=own, home=own, url=address)
                if mode == "durable" and name != "longshore":
                    command += f" && sync -d {file}"
                os.sync()
                found[name].append(run(command, environment(own)))
                if number == 0 and not filecmp.cmp(file, source, shallow=False):
                    raise SystemExit(f"{name}: wrong bytes")
    return found


def report(mode, found, size):
    gib = size / (1 << 30)
    print(f"{mode}: {size >> 20} MiB, {len(found['longshore'])} rounds")
    print(f"  {'':10} {'wall s':>7} {'CPU s/GiB':>10}   least and most")
    for name, runs in found.items():
        walls, cpus = [run[0] for run in runs], [run[1] / gib for run in runs]
        spread = f"{min(walls):.2f}-{max(walls):.2f} s, {min(cpus):.2f}-{max(cpus):.2f}"
        print(f"  {name:10} {median(walls):7.2f} {median(cpus):10.2f}   {spread}")
    peers = [runs for name, runs in found.items() if name != "longshore"]
    if not peers:
        return
    ratios = [own[0] / min(run[0] for run in round) for own, *round in zip(found["longshore"], *peers)]
    print(f"  wall against the best peer: {median(ratios):.2f}", end="")
    if mode == "durable":
        cpu = median([run[1] / gib for run in found["longshore"]])
        good = cpu <= CPU and median(ratios) <= WALL
        print(f"; allowed {WALL}, and {CPU} CPU s/GiB: {'reached' if good else 'MISSED'}", end="")
    print(flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--mib", type=int, default=512)
    parser.add_argument("--to", type=pathlib.Path, default=TARGET, help="a folder on the disk to write to")
    parser.add_argument("--modes", nargs="*", default=MODES, choices=MODES)
    asked = parser.parse_args()
    with home(on="/dev/shm") as memory:
        source = memory / "source/file.bin"
        source.parent.mkdir()
        with open(source, "wb") as file:
            for _ in range(asked.mib):
                file.write(os.urandom(1 << 20))
        # nginx runs as somebody else where this is not run by root.
        memory.chmod(0o755)
        with serving(source.parent) as address:
            for mode in asked.modes:
                folder = memory if mode == "memory" else asked.to
                found = compare(mode, address + "file.bin", source, folder, asked.rounds)
                report(mode, found, source.stat().st_size)


if __name__ == "__main__":
    main()
