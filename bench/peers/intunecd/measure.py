"""IntuneCD beside TenantAtlas, on the same simulated tenant in the same run. `run.sh` installs what this needs; README.md tells more."""

import os
import shutil
import tempfile

import report
from atlas import Atlas
from hazards import judge
from peer import Peer
from processes import Served
from simulator import Simulator

ROUNDS = int(os.environ.get("INTUNECD_ROUNDS", "3"))
POLICIES = int(os.environ.get("INTUNECD_POLICIES", "5000"))
WANTED = set(os.environ.get("INTUNECD_ONLY", "0ms,50ms,limits,hazards").split(","))
HAZARDS = set(filter(None, os.environ.get("INTUNECD_HAZARDS", "").split(","))) or None
PROGRAM, PYTHON, DOCUMENT = os.environ["PROGRAM"], os.environ["PYTHON"], os.environ.get("DOCUMENT", "")

# Name, words, settings of the simulator, rounds. Pages of 1,000 also for who does not ask for them: most of Intune gives so many.
SETTINGS = [
    ("0ms", "0 ms", {"page_size": 1000}, ROUNDS),
    ("50ms", "50 ms for each HTTP exchange", {"page_size": 1000, "latency": 50}, ROUNDS),
    ("limits", "50 ms, Microsoft's published limits", {"page_size": 1000, "latency": 50, "limits": 1}, int(os.environ.get("INTUNECD_LIMIT_ROUNDS", "1"))),
]


def twice(tool, name, rows, **options):
    for run in ("first", "second, unchanged"):
        figures = tool.run(**options)
        rows.setdefault((name, run), []).append(figures)
        print(f"  {name}, {run}: {figures}", flush=True)


def measure(folder):
    measured = {}
    for round_ in range(1, ROUNDS + 1):
        for name, words, settings, rounds in SETTINGS:
            if name not in WANTED or round_ > rounds:
                continue
            print(f"round {round_}: {words}", flush=True)
            rows = measured.setdefault(name, {})
            # A process of its own for each: what was measured before is forgotten.
            with Served([PROGRAM, "sim", "--policies", str(POLICIES)]) as served:
                simulator = Simulator(served)
                simulator.settings(**settings)
                peer = Peer(PYTHON, simulator, f"{folder}/{name}-{round_}-peer")
                twice(peer, "IntuneCD", rows)
                peer.remove()
            with Served([PROGRAM, "sim", "--policies", str(POLICIES)]) as served:
                simulator = Simulator(served)
                simulator.settings(**settings)
                atlas = Atlas(PROGRAM, simulator, f"{folder}/{name}-{round_}-atlas", paced=settings.get("limits") is not None)
                try:
                    twice(atlas, "TenantAtlas", rows)
                finally:
                    atlas.stop()
    return measured


def tell(name, text):
    print(f"\n{text}", flush=True)
    if DOCUMENT:
        report.write(DOCUMENT, name, text)
        print(f"Written into {DOCUMENT}.", flush=True)


def main():
    folder = tempfile.mkdtemp(prefix="tenantatlas-intunecd-")
    try:
        if measured := measure(folder):
            tell("intunecd", report.figures(SETTINGS, measured, POLICIES))
        if "hazards" in WANTED:
            tell("hazards", report.hazards(judge(PROGRAM, PYTHON, folder, HAZARDS)))
    finally:
        if os.environ.get("INTUNECD_KEEP"):
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
