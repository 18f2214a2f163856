"""Starts a sync and follows it to its end, knowing nothing of TenantAtlas but its OpenAPI document.

Usage: TOKEN=tat_… python3 sync.py http://127.0.0.1:8080 TENANT
Needs Python 3.8 and no packages.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request


def ask(base, method, path, body=None, token=None, headers=None):
    """One request; gives status, headers and JSON."""
    request = urllib.request.Request(base + path, method=method)
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    if token:
        request.add_header("Authorization", "Bearer " + token)
    data = None
    if body is not None:
        data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, data) as answer:
            text = answer.read()
            return answer.status, answer.headers, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        text = error.read()
        return error.code, error.headers, json.loads(text) if text else None


def operation(document, wanted):
    """Path, method and description of an operation."""
    for path, methods in document["paths"].items():
        for method, found in methods.items():
            if found.get("operationId") == wanted:
                return path, method.upper(), found
    sys.exit(f"the document has no operation {wanted}")


def resolved(document, schema):
    while "$ref" in schema:
        node = document
        for part in schema["$ref"].lstrip("#/").split("/"):
            node = node[part]
        schema = node
    return schema


def filled(path, values):
    for name, value in values.items():
        path = path.replace("{" + name + "}", urllib.parse.quote(value, safe=""))
    return path


def main():
    base, tenant, token = sys.argv[1].rstrip("/"), sys.argv[2], os.environ["TOKEN"]
    _, _, document = ask(base, "GET", "/api/v1/openapi.json")
    path, method, found = operation(document, "startSync")
    names = [p["name"] for p in found["parameters"] if p["in"] == "path"]
    body = {}
    schema = resolved(document, found["requestBody"]["content"]["application/json"]["schema"])
    if "types" in schema.get("required", []):
        sys.exit("the document asks for types, which this script does not choose")
    accepted = [status for status in found["responses"] if status.startswith("2")]
    status, headers, answer = ask(
        base, method, filled(path, dict.fromkeys(names, tenant)), body, token, {"Idempotency-Key": f"sync-{os.getpid()}"}
    )
    if str(status) not in accepted:
        sys.exit(f"not started: {status} {answer}")
    location = urllib.parse.urljoin(base + path, headers["Location"])[len(base):]
    print(f"{status} {answer['answer']} {location}")

    _, _, follow = operation(document, "getRun")
    run = resolved(document, follow["responses"]["200"]["content"]["application/json"]["schema"])
    over = "completed"
    assert over in run["properties"]["status"]["enum"], "the document knows no end"
    tag, last, asked = None, answer["run"], 0
    while asked < 300:
        status, headers, answer = ask(base, "GET", location, None, token, {"If-None-Match": tag} if tag else {})
        asked += 1
        if status not in (200, 304):
            sys.exit(f"lost: {status} {answer}")
        last, tag = (answer if status == 200 else last), headers["ETag"]
        wait = headers["Retry-After"]
        if wait is None:
            break
        time.sleep(int(wait))
    if last["status"] != over:
        sys.exit(f"not over after {asked} requests: {last['status']}")
    print(f"{asked} requests, {last['counts'].get('items')} objects")
    print(f"{last['status']} {last['outcome']}")


main()
