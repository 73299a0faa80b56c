"""A small OpenID Connect provider on loopback: who is sent to it is somebody at once.

It has what a client needs: discovery, an address that sends back with a code, tokens for the code
with an ID token that it has signed, and its keys. The browser says who it is by a cookie.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwk, jwt

CLIENT, SECRET = "attnlab", "a secret between the two"
COOKIE = "somebody"


@contextmanager
def provided():
    """Serve it; gives its address, without a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Provider)
    server.issuer = f"http://127.0.0.1:{server.server_port}"
    server.key = jwk.RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}, auto_kid=False)
    server.codes = {}
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Provider(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        issuer = self.server.issuer
        if url.path == "/.well-known/openid-configuration":
            self._send(
                {
                    "issuer": issuer,
                    "authorization_endpoint": f"{issuer}/authorize",
                    "token_endpoint": f"{issuer}/token",
                    "jwks_uri": f"{issuer}/keys",
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "code_challenge_methods_supported": ["S256"],
                }
            )
        elif url.path == "/keys":
            self._send({"keys": [self.server.key.as_dict(private=False)]})
        elif url.path == "/authorize":
            self._authorize({name: values[0] for name, values in parse_qs(url.query).items()})
        else:
            self.send_error(404)

    def _authorize(self, asked):
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        if cookie is None or asked["client_id"] != CLIENT:
            self.send_error(403)
            return
        code = secrets.token_urlsafe()
        self.server.codes[code] = {**asked, "who": cookie.value}
        back = urlencode({"code": code, "state": asked["state"]})
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{back}")
        self.end_headers()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.server.codes.pop(given.get("code"), None)
        known = base64.b64encode(f"{CLIENT}:{SECRET}".replace(" ", "+").encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if (
            self.path != "/token"
            or asked is None
            or self.headers.get("Authorization") not in (f"Basic {known}", f"Basic {plain}")
            or _challenge(given.get("code_verifier", "")) != asked["code_challenge"]
        ):
            self.send_error(400)
            return
        now = int(time.time())
        claims = {
            "iss": self.server.issuer,
            "sub": f"number-of-{asked['who']}",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email": f"{asked['who']}@example.org",
        }
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.server.key)
        self._send({"access_token": "none", "token_type": "Bearer", "id_token": token})

    def _send(self, content):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *about):
        """Say nothing."""


def _challenge(verifier):
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
