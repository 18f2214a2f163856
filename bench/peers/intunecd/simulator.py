"""The simulated Graph: its control routes, and what is truly in its tenant."""

import json
import urllib.error
import urllib.request
from decimal import Decimal

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def parsed(text):
    """JSON with every digit of its numbers."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=str)


def exchange(method, url, body=None, headers=None):
    """Status, headers and text of one HTTP exchange; redirections are followed."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers or {}, method=method)
    if data is not None and not request.has_header("Content-type"):
        request.add_header("Content-Type", "application/json")
    try:
        with OPENER.open(request, timeout=300) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode(errors="replace")


class Simulator:
    """Control of a running simulator."""

    def __init__(self, served):
        self.url = served.url
        self.tenant = served.told["Tenant"]
        self.client_id = served.told["Client id"]
        self.secret = served.told["Client secret"]

    def ask(self, method, path, body=None):
        status, _, text = exchange(method, f"{self.url}/_sim/{path}", body)
        if status != 200:
            raise RuntimeError(f"{method} {path}: {status} {text[:500]}")
        return parsed(text)

    def settings(self, latency=0, honour_top=True, page_size=25, limits=None):
        """`limits`: None, or by how much the published ones are divided."""
        self.ask("POST", "latency", {"milliseconds": latency})
        self.ask("POST", "paging", {"honour_top": honour_top, "page_size": page_size})
        published = {"published": False} if limits is None else {"published": True, "divided_by": limits}
        self.ask("POST", "limits", published)

    def objects(self):
        """{type: {id: object}}"""
        return self.ask("GET", f"tenants/{self.tenant}/objects")

    def put(self, kind, text):
        """Adds an object; `text` is JSON as it is to be kept."""
        self.ask("POST", f"tenants/{self.tenant}/objects/{kind}", text.encode())

    def fault(self, effect, **where):
        self.ask("POST", "faults", {"effect": effect, **where})

    def mend(self):
        self.ask("DELETE", "faults")

    def expire_tokens(self):
        self.ask("POST", f"tenants/{self.tenant}/tokens/expire")

    def forget(self):
        self.ask("DELETE", "requests")

    def units(self):
        return int(self.ask("GET", "requests")["units"])

    def counts(self):
        """What was asked since `forget`."""
        told, throttled = self.ask("GET", "requests"), self.ask("GET", "throttled")
        count = lambda wanted: sum(int(one["count"]) for one in told["counts"] if wanted(one))
        return {
            "exchanges": int(told["requests"]),
            "requests": int(told["units"]),
            "parts": count(lambda one: one["kind"] == "batch_part"),
            "repeats": int(told["repeats"]),
            "refused": count(lambda one: one["status"] == 429),
            "in_cool_down": sum(int(one["in_cool_down"]) for one in throttled),
        }
