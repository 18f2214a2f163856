"""TenantAtlas: an installation on SQLite with one tenant, its sync, and what it then shows through its API."""

import http.cookiejar
import pathlib
import re
import subprocess
import time
import urllib.parse
import urllib.request

from processes import Served, clean_environment
from simulator import exchange, parsed

EMAIL, PASSWORD = "owner@benchmark.example", "a password for the benchmark"
SEALING = "0123456789abcdef" * 4
MAY = ["tenant.view", "policies.view", "inventory.sync", "runs.view", "directory.sync"]


class Atlas:
    """A running installation."""

    def __init__(self, program, simulator, folder, paced=True):
        """`paced`: by the limits that Microsoft publishes, as against Microsoft itself."""
        self.simulator, self.folder = simulator, pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        for name, text in (("key", SEALING), ("password", PASSWORD), ("secret", simulator.secret)):
            (self.folder / name).write_text(text, encoding="ascii")
        self.environment = clean_environment(
            TENANTATLAS_DATABASE_URL=f"sqlite:{self.folder / 'tenantatlas.db'}",
            TENANTATLAS_SECRETS_KEY_FILE=str(self.folder / "key"),
        )
        self.command(program, "migrate")
        person = ["--email", EMAIL, "--name", "Owner", "--password-file", str(self.folder / "password")]
        self.command(program, "user", "add", "--workspace", "Benchmark", *person)
        tenant = ["--workspace", "Benchmark", "--name", "Simulated", "--cloud", "custom"]
        tenant += ["--domain", "simulated.onmicrosoft.example", "--entra-tenant-id", simulator.tenant]
        tenant += ["--client-id", simulator.client_id, "--client-secret-file", str(self.folder / "secret")]
        self.command(program, "tenant", "add", *tenant)
        serve = [program, "serve", "--listen", "127.0.0.1:0", "--custom-cloud", simulator.url]
        # Reading everything back afterwards is no part of what is measured.
        self.served = Served(serve, {**self.environment, "TENANTATLAS_SERVER_API_PER_SECOND": "10000", "TENANTATLAS_GRAPH_CUSTOM_PACED": str(paced).lower()})
        self.sign_in()

    def command(self, program, *arguments):
        done = subprocess.run([program, *arguments], env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{arguments[0]}: {done.stderr[-2000:]}")

    def sign_in(self):
        """Signs in on the pages and makes a token there."""
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

        def page(path, fields=None):
            data = None if fields is None else urllib.parse.urlencode(fields).encode()
            headers = {"Origin": self.served.url} if data else {}
            with opener.open(urllib.request.Request(self.served.url + path, data, headers)) as answer:
                return answer.read().decode()

        csrf = lambda text: ("csrf", re.search(r'name="csrf" value="([^"]+)"', text)[1])
        page("/sign-in", [csrf(page("/sign-in")), ("email", EMAIL), ("password", PASSWORD)])
        new = page("/admin/tokens/new")
        action = re.search(r'action="(/admin/tokens[^"]*)"', new)[1].replace("&amp;", "&")
        offered = set(re.findall(r'name="capabilities" value="([^"]+)"', new))
        chosen = [("capabilities", code) for code in sorted(offered)]
        made = page(action, [csrf(new), ("name", "benchmark"), ("days", "2"), *chosen])
        self.token = re.search(r"tat_[A-Za-z0-9_-]+", made)[0]
        self.tenant = f"/api/v1/tenants/{self.api('GET', '/api/v1/tenants')['items'][0]['id']}"

    def api(self, method, path, body=None):
        status, _, text = exchange(method, self.served.url + path, body, {"Authorization": f"Bearer {self.token}"})
        if status >= 400:
            raise RuntimeError(f"{method} {path}: {status} {text[:500]}")
        return parsed(text)

    def run(self, everything=False, limit=1800):
        """One sync: its figures, its outcome, and its failures by code."""
        self.simulator.forget()
        self.served.forget_peak()
        before = self.served.cpu()
        run = self.api("POST", f"{self.tenant}/inventory/sync", {"read_everything": everything})["run"]
        until = time.monotonic() + limit
        while run["status"] != "completed":
            if time.monotonic() > until:
                raise RuntimeError(f"the sync did not end in {limit} s: {run}")
            time.sleep(0.05)
            run = self.api("GET", f"/api/v1/runs/{run['id']}")
        failures = {failure["code"]: int(failure["count"]) for failure in run["failures"]}
        return {
            "wall": seconds(run["completed_at"]) - seconds(run["created_at"]),
            "cpu": self.served.cpu() - before,
            "peak": self.served.peak(),
            **self.simulator.counts(),
            "items": sum(int(line["items"]) for line in self.all(f"{self.tenant}/coverage", paged=False)),
            "outcome": run["outcome"],
            "failures": failures,
        }

    def all(self, path, paged=True):
        found, cursor = [], None
        while True:
            query = "" if not paged else "?limit=200" + (f"&cursor={cursor}" if cursor else "")
            page = self.api("GET", path + query)
            found += page["items"]
            cursor = page.get("next")
            if not cursor:
                return found

    def objects(self):
        """{type: {id: [object, …]}} of what is shown as present."""
        found = {}
        for item in self.all(f"{self.tenant}/inventory"):
            if item["presence"] == "present":
                detail = self.api("GET", f"{self.tenant}/inventory/{item['id']}")
                found.setdefault(item["resource_type"], {}).setdefault(item["object_id"], []).append(detail["content"])
        return found

    def missing(self):
        """Names of objects that are no longer shown as present."""
        return [item["name"] for item in self.all(f"{self.tenant}/inventory") if item["presence"] != "present"]

    def stop(self):
        self.served.stop()


def seconds(moment):
    """A moment of one month as seconds: a sync takes no month."""
    day, clock = moment.rstrip("Z").split("T")
    hours, minutes, rest = clock.split(":")
    return ((int(day[8:]) * 24 + int(hours)) * 60 + int(minutes)) * 60 + float(rest)
