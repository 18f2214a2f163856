"""Tables, and their place in the document."""

import pathlib
import platform
import statistics
import subprocess

COLUMNS = "| tool | run | wall | CPU | peak memory | HTTP exchanges | batch parts | requests | repeats | 429 | in a cool-down | objects |"


def median(rows, name):
    return statistics.median_low([row[name] for row in rows])


def span(value):
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


def line(tool, run, rows):
    whole = [f"{int(median(rows, name)):,}" for name in ("exchanges", "parts", "requests", "repeats", "refused", "in_cool_down", "items")]
    cells = [tool, run, span(median(rows, "wall")), span(median(rows, "cpu")), f"{median(rows, 'peak') / 1e6:.1f} MB", *whole]
    return f"| {' | '.join(cells)} |"


def machine():
    model = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo", encoding="utf-8") if l.startswith("model name")), "unknown")
    memory = next(int(l.split()[1]) for l in open("/proc/meminfo", encoding="utf-8") if l.startswith("MemTotal")) >> 20
    cores = subprocess.run(["nproc"], capture_output=True, text=True, check=True).stdout.strip()
    date = subprocess.run(["date", "-u", "+%F"], capture_output=True, text=True, check=True).stdout.strip()
    return f"{date}: {model}, {cores} cores, {memory} GiB; Python {platform.python_version()}"


def figures(settings, measured, policies):
    """`measured`: {setting: {(tool, run): [figures, …]}}"""
    text = f"{machine()}. {policies:,} policies in one tenant; IntuneCD 2.6.0 with its ten workers, TenantAtlas on SQLite.\n"
    for name, words, _, rounds in settings:
        if name in measured:
            rows = [line(tool, run, found) for (tool, run), found in measured[name].items()]
            rounds = f"median of {rounds} rounds" if rounds > 1 else "one round"
            text += f"\n{words}, {rounds}:\n\n{COLUMNS}\n{'|---' * 12}|\n" + "\n".join(rows) + "\n"
    return text


def hazards(rows):
    text = "| hazard | what goes wrong | IntuneCD 2.6.0 | TenantAtlas |\n|---|---|---|---|\n"
    return text + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def write(document, name, text):
    """Puts the text between the markers of that name; everything else in the document stays."""
    document = pathlib.Path(document)
    whole = document.read_text(encoding="utf-8")
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    before, found, rest = whole.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise SystemExit(f"{document} has no markers for {name}")
    document.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8")
