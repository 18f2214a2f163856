"""Runs IntuneCD as its command does, with Microsoft's hosts redirected to the simulator.

Nothing of IntuneCD is changed. Below it, at the place where `requests` sends, the hosts of Graph and of the token authority
become the simulator's address; the authority's description of itself, which msal asks for first, is answered here. Any other
host but loopback is refused, so that nothing leaves the machine.
"""

import json
import os
import time
from urllib.parse import urlsplit

import requests

SIMULATOR = os.environ["SIMULATOR"]
LOGIN = "login.microsoftonline.com"
GRAPH = "graph.microsoft.com"
DESCRIPTION = "/.well-known/openid-configuration"

sent = requests.adapters.HTTPAdapter.send


def description(request, path):
    answer = requests.Response()
    answer.status_code, answer.request, answer.url = 200, request, request.url
    tenant = path.split("/")[1]
    base = f"https://{LOGIN}/{tenant}"
    answer._content = json.dumps(
        {
            "issuer": f"{base}/v2.0",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        }
    ).encode()
    return answer


def send(self, request, **options):
    parts = urlsplit(request.url)
    if parts.hostname == LOGIN and parts.path.endswith(DESCRIPTION):
        return description(request, parts.path)
    if parts.hostname in (LOGIN, GRAPH):
        # One module sends its options behind two question marks.
        query = parts.query.lstrip("?")
        request.url = SIMULATOR + parts.path + (f"?{query}" if query else "")
    elif parts.hostname != "127.0.0.1":
        raise requests.exceptions.ConnectionError(f"not redirected: {parts.hostname}")
    return sent(self, request, **options)


requests.adapters.HTTPAdapter.send = send

if __name__ == "__main__":
    from IntuneCD.run_backup import start

    started = time.monotonic()
    start()
    # The time without Python's own start.
    with open(os.environ["TOOK"], "w", encoding="ascii") as file:
        file.write(str(time.monotonic() - started))
