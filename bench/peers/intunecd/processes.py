"""Processes that are started, measured from outside, and ended with us."""

import os
import re
import subprocess
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")


def clean_environment(**more):
    """Ours without settings of the product, and without proxies: everything here is on loopback."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("TENANTATLAS_") and not name.lower().endswith("_proxy")
    }
    return {**kept, **more}


class Served:
    """A process of the product that serves something, ready when it says so."""

    def __init__(self, command, environment=None):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment
        )
        self.told = {}
        for line in self.process.stdout:
            name, _, value = line.strip().partition(": ")
            self.told[name] = value
            if name == "Ready":
                break
        else:
            self.log.seek(0)
            raise RuntimeError(f"{command[0]} was not ready: {self.log.read()[-2000:]}")
        self.url = self.told["Ready"]

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def cpu(self):
        """Seconds of processor time, user and system."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    def peak(self):
        """The most memory in use since then, in bytes."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmHWM:\s+(\d+) kB", file.read())[1]) * 1024


def measured(command, environment, log, limit):
    """Runs a command to its end: exit status (None: killed after `limit` seconds), wall, processor seconds, peak bytes."""
    begun = time.monotonic()
    with open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment
        )
        killed = False
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - begun > limit:
                process.kill()
                killed = True
            time.sleep(0.02)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - begun
    return None if killed else process.returncode, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024
