"""An SMTP server for tests (aiosmtpd, with certificates by trustme): says where it listens, then each mail that it took, one JSON text a line.

Arguments: `starttls`, `tls` or `none`, and the folder into which its certificate authority is written."""

import json
import socket
import ssl
import sys
import time

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

NAME = "smtp.example.test"
USER, PASSWORD = b"atlas", b"canary-smtp-password"


def say(value):
    print(json.dumps(value), flush=True)


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 no such mailbox"
        if address.startswith("later@"):
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        say(
            {
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "data": envelope.content.decode("utf-8", "replace"),
                "tls": session.ssl is not None or MODE == "tls",
                "signed_in": bool(session.authenticated),
            }
        )
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER, PASSWORD)
    if isinstance(data, LoginPassword) and data.login == b"busy":
        return AuthResult(success=False, handled=False, message="454 4.7.0 Temporary authentication failure")
    # Not handled here: the server itself answers who is refused.
    return AuthResult(success=good, handled=False)


MODE, FOLDER = sys.argv[1], sys.argv[2]
authority = trustme.CA()
certificate = authority.issue_cert(NAME)
authority.cert_pem.write_to_path(f"{FOLDER}/authority.pem")
certificate.private_key_and_cert_chain_pem.write_to_path(f"{FOLDER}/server.pem")

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{FOLDER}/server.pem")
options = {}
if MODE == "starttls":
    options = {"tls_context": context, "require_starttls": True, "authenticator": authenticate}
elif MODE == "tls":
    options = {"ssl_context": context, "authenticator": authenticate, "auth_require_tls": False}


# Free a moment ago; a server that meets another one there says so.
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
controller = Controller(Mailbox(), hostname="127.0.0.1", port=port, **options)
controller.start()
say({"port": port})
while True:
    time.sleep(3600)
