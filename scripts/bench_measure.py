"""What the benchmarks of compare and diff share: documents out of npm packages, and the measuring of one run."""
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TARGET = os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target"))


def built():
    """The program of this repository, built as it is released."""
    subprocess.run(["cargo", "build", "--release", "--locked", "--bin", "countersign"], cwd=ROOT, check=True)
    return os.path.join(TARGET, "release", "countersign")


def packaged(folder, package, file):
    """A file of an npm package, which is fetched once."""
    path = os.path.join(folder, "package", file)
    if not os.path.exists(path):
        os.makedirs(folder, exist_ok=True)
        archive = subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True,
                                 text=True).stdout.strip().splitlines()[-1]
        subprocess.run(["tar", "xf", archive, f"package/{file}"], cwd=folder, check=True)
    return path


def write(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file)


def measured(command, said):
    """Wall-clock and processor seconds and peak MiB of one run, whatever it says; `said` is the file for that."""
    with open(said, "w", encoding="utf-8") as out:
        begin = os.times().elapsed
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    wall, code = os.times().elapsed - begin, os.waitstatus_to_exitcode(status)
    # Who could not run at all says nothing, and is not to be taken for quick.
    if code not in (0, 1) or os.path.getsize(said) == 0:
        sys.exit(f"{os.path.basename(sys.argv[0])}: {' '.join(command)} ended with {code}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def in_turns(contestants, turns, said):
    """The quickest run of each by processor time, which others on the machine disturb least."""
    runs = {by: [] for by in contestants}
    for _ in range(turns):
        for by, command in contestants.items():
            runs[by].append(measured(command, said))
    return {by: min(figures, key=lambda figure: figure[1]) for by, figures in runs.items()}


def rows(load, figures, ours):
    """The lines of the table; `× ours` is of processor time."""
    for by, (wall, cpu, peak) in figures.items():
        print(f"| {load} | {by} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {cpu / max(figures[ours][1], 0.005):.1f} |",
              flush=True)
