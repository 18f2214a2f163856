"""The hazards that real tools fall into, set up in the simulator one by one, and what each tool made of it."""

import base64
import http.server
import json
import threading
import time

from atlas import Atlas
from peer import Peer
from processes import Served
from simulator import Simulator
from truth import Judged, by_kind

POLICIES = 280
MANAGEMENT = "/beta/deviceManagement"
CATALOG = f"{MANAGEMENT}/configurationPolicies"
PROFILES = f"{MANAGEMENT}/deviceConfigurations"
LIMIT = 900


def identity(number):
    return f"0badcafe-0000-4000-8000-{number:012}"


class Elsewhere:
    """Another host: notes whether it was given a token, and plants an object."""

    def __init__(self):
        asked = self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append("Authorization" in self.headers)
                kind = "#microsoft.graph.windows10GeneralConfiguration"
                planted = {"id": identity(666), "@odata.type": kind, "displayName": "planted"}
                body = json.dumps({"value": [planted]}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def notes(self):
        if not self.asked:
            return ["the other host was not asked"]
        given = "was given the token" if any(self.asked) else "was asked without the token"
        return [f"the other host {given}"]


def policy(number, name, settings=1, groups=0):
    """A settings catalog policy."""

    def setting(at):
        definition = f"device_vendor_msft_policy_config_probe_{number}_{at}"
        value = {"@odata.type": "#microsoft.graph.deviceManagementConfigurationIntegerSettingValue", "value": at}
        kind = "#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance"
        instance = {"@odata.type": kind, "settingDefinitionId": definition, "simpleSettingValue": value}
        return {"id": str(at), "settingInstance": instance}

    def assignment(at):
        target = {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": identity(9_000 + at)}
        return {"id": f"{identity(number)}_{identity(9_000 + at)}", "source": "direct", "target": target}

    return {
        "id": identity(number),
        "name": name,
        "description": "",
        "platforms": "windows10",
        "technologies": "mdm",
        "roleScopeTagIds": ["0"],
        "createdDateTime": "2026-01-01T00:00:00Z",
        "lastModifiedDateTime": "2026-01-01T00:00:00Z",
        "settingCount": settings,
        "templateReference": {"templateId": "", "templateFamily": "none"},
        "settings": [setting(at) for at in range(settings)],
        "assignments": [assignment(at) for at in range(groups)],
    }


CONTENT = (
    '{"id":"%s","@odata.type":"#microsoft.graph.windows10GeneralConfiguration","displayName":"probe of content",'
    '"description":"one\\r\\ntwo\\u2028\\u0007\\ud83d\\ude42","createdDateTime":"2026-01-01T00:00:00Z","lastModifiedDateTime":"2026-01-01T00:00:00Z",'
    '"roleScopeTagIds":["0"],"nothing":null,"emptyList":[],"emptyObject":{},"large":9007199254740993,"huge":12345678901234567890123,'
    '"fine":0.1234567890123456789,"far":1e400,"unknownToday":{"@odata.type":"#microsoft.graph.notYetKnown","x":[{"y":null}]},"assignments":[]}'
    % identity(901)
)
SCRIPT_BYTES = b"\xef\xbb\xbfWrite-Host 'a'\r\n$x = 'gr\xfc\xdfe'\r\n"


def script():
    return {
        "id": identity(902),
        "displayName": "probe of bytes",
        "description": "",
        "scriptContent": base64.b64encode(SCRIPT_BYTES).decode(),
        "fileName": "probe.ps1",
        "runAsAccount": "system",
        "enforceSignatureCheck": False,
        "runAs32Bit": False,
        "roleScopeTagIds": ["0"],
        "createdDateTime": "2026-01-01T00:00:00Z",
        "lastModifiedDateTime": "2026-01-01T00:00:00Z",
        "assignments": [],
    }


class Hazard:
    """What is prepared before everything, what goes wrong then, and what else is told of the outcome."""

    def __init__(self, number, title, prepare=None, fault=None, **more):
        self.number, self.title, self.prepare, self.fault = number, title, prepare, fault
        self.settings = more.get("settings", {"honour_top": False})
        self.halfway = more.get("halfway")
        self.notes = more.get("notes", lambda *_: [])
        self.append_id = more.get("append_id", True)


def putting(kind, *objects):
    texts = [one if isinstance(one, str) else json.dumps(one) for one in objects]
    return lambda simulator: [simulator.put(kind, text) for text in texts]


def failing(effect, every=5):
    return lambda simulator: simulator.fault(effect, method="GET", path=f"{CATALOG}/", which={"every": every})


def probe_of_content(simulator):
    simulator.put("device_configuration", CONTENT)
    simulator.put("device_management_script", json.dumps(script()))


def long_policy(simulator):
    simulator.put("settings_catalog_policy", json.dumps(policy(301, "probe of links", 60, 40)))
    simulator.settings(honour_top=True)
    simulator.ask("POST", "paging", {"expanded_page": 25})


def all_hazards(elsewhere):
    """Every hazard that touches reading."""
    foreign = {"foreign_next_link": {"base_url": elsewhere.url}}
    odd = {"id": identity(501), "@odata.type": "#microsoft.graph.windows10GeneralConfiguration", "displayName": None, "assignments": []}
    twins = [policy(601, "probe twin", 2), policy(602, "probe twin", 3)]
    more = {"notes": lambda *_: elsewhere.notes()}
    return [
        Hazard("1", "the token ends in the middle", settings={"honour_top": False, "latency": 20}, halfway=Simulator.expire_tokens),
        Hazard("2", "every fifth part is refused with 429 inside an outer 200", None, failing({"throttled": {"retry_after": "1"}})),
        Hazard("2", "the same with 500", None, failing({"server_error": {"status": 500}})),
        Hazard("2", "the same with 502", None, failing({"server_error": {"status": 502}})),
        Hazard("2", "the same with 504", None, failing({"server_error": {"status": 504}})),
        Hazard("3", "a policy with 60 settings and 40 assignments, 25 a page where no size is asked for", None, long_policy),
        Hazard("4", "a next link leads to another host", None, lambda simulator: simulator.fault(foreign, path=PROFILES), **more),
        Hazard("4", "a next link leads to itself", None, lambda simulator: simulator.fault("looping_next_link", path=PROFILES), notes=lambda figures, *_: [f"{figures['requests']:,} requests"]),
        Hazard("5", "one object without a name", None, putting("device_configuration", odd)),
        Hazard("5", "pages after the first fail with 500", None, lambda simulator: simulator.fault({"server_error": {"status": 500}}, path=CATALOG, query="$skiptoken")),
        Hazard("5", "a type is forbidden (403)", None, lambda simulator: simulator.fault("forbidden", path=PROFILES)),
        Hazard("6", "two policies of one name", None, putting("settings_catalog_policy", *twins), append_id=False, notes=twins_kept),
        Hazard("9", "line ends, null, empty lists, large numbers, unknown properties, bytes of a script", None, probe_of_content, notes=content_kept),
        Hazard(
            "12",
            "Microsoft's limits, a quarter of them",
            None,
            lambda simulator: simulator.settings(honour_top=False, limits=4),
            notes=lambda figures, *_: [f"{figures['refused']:,} refused, {figures['in_cool_down']:,} sent in a cool-down, {figures['wall']:.0f} s"],
        ),
    ]


def twins_kept(_, kept, named):
    if named is not None:
        return [f"of the two, {len(named('probe twin'))} kept"]
    twins = [found for key, found in kept.get("settings_catalog_policy", {}).items() if key in (identity(601), identity(602))]
    return [f"of the two, {len(twins)} kept"]


def content_kept(_, kept, __):
    found = kept.get("device_management_script", {}).get(identity(902), [{}])[0].get("scriptContent")
    try:
        same = base64.b64decode(found or "", validate=True) == SCRIPT_BYTES
    except ValueError:
        same = False
    return ["bytes of the script kept" if same else "bytes of the script changed"]


def at_half(hazard, simulator, expected):
    """Does what the hazard does in the middle of a run, seen by what was asked so far. Gives what ends the waiting."""
    ended = threading.Event()

    def wait():
        while not ended.is_set():
            if simulator.units() >= expected / 2:
                hazard.halfway(simulator)
                return
            time.sleep(0.005)

    if hazard.halfway:
        threading.Thread(target=wait, daemon=True).start()
    return ended


class Tool:
    """What both tools have in common here."""

    def __init__(self, figures, kept, missing, clean, truth, said, named=None):
        # Whether who looks at its end alone learns that something went wrong.
        self.told = figures.get("status", 0) != 0 or figures.get("outcome", "succeeded") != "succeeded"
        judged = Judged(truth, kept, {kind for kind, _ in clean.objects})
        damaged, properties = judged.worse_than(clean)
        # What neither reads when all is well is no loss: apps of the store's catalogue that are not in use.
        self.lost, self.of = len(judged.lost - clean.lost), len(judged.objects - clean.lost)
        self.doubled = len(judged.doubled - clean.doubled)
        self.damaged, self.properties, self.missing = damaged, properties, missing
        self.figures, self.kept, self.said, self.named = figures, kept, said, named

    def words(self, hazard):
        parts = []
        # Bold is what is wrong and not told.
        bold = (lambda text: text) if self.told else (lambda text: f"**{text}**")
        if self.lost:
            parts.append(bold(f"{self.lost} of {self.of} not kept"))
        if self.damaged:
            names = ", ".join(f"`{name}` {count}" for name, count in self.properties.most_common(12))
            parts.append(bold(f"{self.damaged} kept incomplete or changed") + f" ({names})")
        if self.doubled:
            parts.append(f"**{self.doubled} doubled**")
        if self.missing:
            parts.append(f"**{self.missing} called deleted**")
        if not parts:
            parts.append("all kept as it is")
        return "; ".join([*parts, *hazard.notes(self.figures, self.kept, self.named), self.said])


def peer(hazard, python, simulator, folder):
    """A backup when all is well, then one with the hazard into the same folder."""
    tool = Peer(python, simulator, f"{folder}/peer")
    clean_figures = tool.run(LIMIT)
    truth = simulator.objects()
    kept = by_kind(truth, tool.objects())
    clean = Judged(truth, kept, {kind for kind, found in kept.items() if found})
    if not hazard.append_id:
        tool = Peer(python, simulator, f"{folder}/peer-without-ids", append_id=False)
        tool.run(LIMIT)
    before = len(tool.archived())
    ended = at_half(hazard, simulator, clean_figures["requests"])
    if hazard.fault:
        hazard.fault(simulator)
    figures = tool.run(LIMIT)
    ended.set()
    status = "had to be killed" if figures["status"] is None else f"exit status {figures['status']}"
    said = f"{status}, {max(figures['errors'] - clean_figures['errors'], 0)} errors printed"
    truth = simulator.objects()
    missing = len(tool.archived()) - before
    if not hazard.append_id:
        # Without ids in the names the files can only be counted, and the two looked at.
        seen = Tool(figures, {}, missing, Judged({}, {}, set()), {}, said, tool.named)
        seen.of = clean_figures["items"] + 2
        seen.lost = seen.of - figures["items"]
        return seen
    return Tool(figures, by_kind(truth, tool.objects()), missing, clean, truth, said)


def atlas(hazard, program, simulator, folder):
    """A first sync with the hazard; and in another installation a sync of everything with the hazard after one when all was well."""
    used = Atlas(program, simulator, f"{folder}/used")
    try:
        clean_figures = used.run()
        truth = simulator.objects()
        kept = used.objects()
        clean = Judged(truth, kept, {kind for kind, found in kept.items() if found})
        if hazard.fault:
            hazard.fault(simulator)
        fresh = Atlas(program, simulator, f"{folder}/fresh")
        try:
            ended = at_half(hazard, simulator, clean_figures["requests"])
            figures = fresh.run(limit=LIMIT)
            ended.set()
            kept = fresh.objects()
        finally:
            fresh.stop()
        used.run(everything=True, limit=LIMIT)
        missing = len(used.missing())
    finally:
        used.stop()
    failures = "".join(f", {code} {count}" for code, count in sorted(figures["failures"].items()))
    return Tool(figures, kept, missing, clean, simulator.objects(), f"the run is told as {figures['outcome']}{failures}")


def judge(program, python, folder, wanted=None):
    """Rows: number, title, words on IntuneCD, words on TenantAtlas."""
    rows = []
    elsewhere = Elsewhere()
    for place, hazard in enumerate(all_hazards(elsewhere)):
        if wanted and hazard.number not in wanted:
            continue
        words = []
        for name, look in (("peer", lambda s, f: peer(hazard, python, s, f)), ("atlas", lambda s, f: atlas(hazard, program, s, f))):
            elsewhere.asked.clear()
            # Each begins with the same tenant.
            with Served([program, "sim", "--policies", str(POLICIES)]) as served:
                simulator = Simulator(served)
                simulator.settings(**hazard.settings)
                if hazard.prepare:
                    hazard.prepare(simulator)
                tool = look(simulator, f"{folder}/hazard-{place}-{name}")
                words.append(tool.words(hazard))
        rows.append((hazard.number, hazard.title, *words))
        print(f"hazard {hazard.number}, {hazard.title}\n  IntuneCD: {words[0]}\n  TenantAtlas: {words[1]}", flush=True)
    return rows
