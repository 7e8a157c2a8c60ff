"""A small OpenID Connect provider as a process of its own: discovery, authorisation, token, keys.

It signs in whoever asks as SUBJECT, and can be told by its client id to misbehave in one way.
"""

from __future__ import annotations

import hashlib
import sys
import time
from base64 import urlsafe_b64encode
from typing import Any

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey

KEY = ECKey.generate_key("P-256", {"kid": "one", "alg": "ES256"})
OTHER = ECKey.generate_key("P-256", {"kid": "one", "alg": "ES256"})
SUBJECT = "subject-7"
codes: dict[str, dict[str, str]] = {}


def issuer(request: web.Request) -> str:
    return f"http://{request.host}"


async def discover(request: web.Request) -> web.Response:
    base = issuer(request)
    return web.json_response({
        "issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
        "jwks_uri": f"{base}/jwks",
    })  # fmt: skip


async def authorize(request: web.Request) -> web.Response:
    asked = dict(request.query)
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    code = hashlib.sha256(asked["state"].encode()).hexdigest()
    codes[code] = asked
    raise web.HTTPFound(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")


async def token(request: web.Request) -> web.Response:
    form = await request.post()
    asked = codes.pop(str(form["code"]), None)
    proof = urlsafe_b64encode(hashlib.sha256(str(form["code_verifier"]).encode()).digest()).decode().rstrip("=")
    if asked is None or asked["code_challenge"] != proof or asked["redirect_uri"] != form["redirect_uri"]:
        return web.json_response({"error": "invalid_grant"}, status=400)
    client, now = asked["client_id"], int(time.time())
    claims: dict[str, Any] = {
        "iss": issuer(request), "sub": SUBJECT, "aud": client, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
        "acr": asked.get("acr_values", "low"),
    }  # fmt: skip
    wrong: dict[str, dict[str, Any]] = {
        "evil-nonce": {"nonce": "another"}, "evil-audience": {"aud": "somebody else"}, "evil-issuer": {"iss": "x"},
        "evil-old": {"exp": now - 3600, "iat": now - 7200}, "evil-acr": {"acr": "low"},
    }  # fmt: skip
    claims |= wrong.get(client, {})
    signer = OTHER if client == "evil-key" else KEY
    text = jwt.encode({"alg": "ES256", "kid": "one"}, claims, signer)
    if client == "evil-text":
        text = "not.a.token"
    return web.json_response({"access_token": "unused", "token_type": "Bearer", "id_token": text})


async def jwks(_: web.Request) -> web.Response:
    return web.json_response({"keys": [KEY.as_dict(private=False)]})


async def noise(_: web.Request) -> web.Response:
    return web.Response(text="<html>")


app = web.Application()
app.add_routes([
    web.get("/.well-known/openid-configuration", discover), web.get("/authorize", authorize),
    web.post("/token", token), web.get("/jwks", jwks), web.get("/noise/.well-known/openid-configuration", noise),
    web.get("/alias/.well-known/openid-configuration", discover),
])  # fmt: skip

if __name__ == "__main__":
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=lambda *_: None)
