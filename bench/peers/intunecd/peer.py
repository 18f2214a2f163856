"""IntuneCD: its backup into a folder, and what is in the folder afterwards."""

import os
import pathlib
import shutil

from processes import clean_environment, measured
from simulator import parsed

HERE = pathlib.Path(__file__).resolve().parent

# Both tools only read: without this one IntuneCD asks for the plain text of secrets, which needs permission to write.
# The three types that are left out are asked for in ways that the simulator does not answer as Graph does.
OPTIONS = ["-m", "1", "--ignore-omasettings", "-e", "Intents", "DeviceCompliancePolicies", "NotificationTemplate"]
ARCHIVE = "__archive__"


class Peer:
    """One folder of backups."""

    def __init__(self, python, simulator, folder, append_id=True):
        self.python, self.simulator, self.folder = python, simulator, pathlib.Path(folder)
        self.options = OPTIONS + (["--append-id"] if append_id else [])
        self.folder.mkdir(parents=True)

    def run(self, limit=1800):
        """One backup: its figures, its exit status, and how many errors it printed."""
        log, took = f"{self.folder}.log", f"{self.folder}.took"
        pathlib.Path(took).unlink(missing_ok=True)
        environment = clean_environment(
            SIMULATOR=self.simulator.url,
            TOOK=took,
            TENANT_NAME=self.simulator.tenant,
            CLIENT_ID=self.simulator.client_id,
            CLIENT_SECRET=self.simulator.secret,
        )
        self.simulator.forget()
        command = [self.python, str(HERE / "redirect.py"), *self.options, "-p", str(self.folder)]
        status, wall, cpu, peak = measured(command, environment, log, limit)
        if os.path.exists(took):
            wall = float(pathlib.Path(took).read_text(encoding="ascii"))
        text = pathlib.Path(log).read_text(encoding="utf-8", errors="replace")
        return {
            "wall": wall,
            "cpu": cpu,
            "peak": peak,
            **self.simulator.counts(),
            "items": len(self.files()),
            "status": status,
            "errors": sum("[ERROR]" in line for line in text.splitlines()),
            "failed": "Traceback" in text,
        }

    def files(self):
        """Files of objects, without the archive and without the report."""
        found = self.folder.rglob("*.json")
        inside = lambda file: file.relative_to(self.folder).parts[0]
        return [file for file in found if inside(file) not in (ARCHIVE, "Assignment Report") and file.parent != self.folder]

    def archived(self):
        """Names of the files that it took out because their object is gone."""
        return [file.name for file in (self.folder / ARCHIVE).rglob("*.json")]

    def objects(self):
        """{id: [object, …]}: with the id in the name of the file."""
        found = {}
        for file in self.files():
            _, mark, identity = file.stem.rpartition("__")
            if mark:
                found.setdefault(identity, []).append(parsed(file.read_text(encoding="utf-8")))
        return found

    def named(self, name):
        """Objects whose file's name begins so."""
        return [parsed(file.read_text(encoding="utf-8")) for file in self.files() if file.name.startswith(name)]

    def remove(self):
        shutil.rmtree(self.folder)
