"""Signing in by OpenID Connect: this node as a relying party, code flow with PKCE.

Knows:    discovery, the authorisation request, the token request, and how an ID token is judged.
Told:     which provider the operator trusts; what the provider sent back.
Answers:  where to send a person; afterwards the subject, as `ISSUER|SUB`.
Trusted:  yes: a token that fails any check is nobody's.

Roles are never taken from the provider: an administrator gives them here. The provider's own second factor
counts; it is asked for by `acr` where configured. Source: OpenID Connect Core 1.0 section 3.1; RFC 7636.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from typing import Any, Final
from urllib.parse import quote_plus

import msgspec
from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from evenhand.ground.canonical import UNREADABLE
from evenhand.ground.errors import PeerUnreachableError, RefusedError, VerificationError

_ALGORITHMS: Final = ["RS256", "ES256", "EdDSA", "Ed25519"]
_TIMEOUT_SECONDS: Final = 10
_ANSWER_BYTES_MAX: Final = 1_048_576
_LEEWAY_SECONDS: Final = 30
_VERIFIER_CHARACTERS: Final = 64
_OK: Final = 200


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The provider the operator trusts, as `oidc.json` in the data folder; `acr` demands a way of signing in."""

    issuer: str
    client_id: str
    client_secret: str
    acr: str = ""


class Begun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sign-in under way: `url` for the person; the rest stays with whoever began it."""

    url: str
    redirect: str
    state: str
    nonce: str
    verifier: str


async def _fetch(method: str, url: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as aiohttp takes it
    """Return a JSON object of the provider. Raises PeerUnreachableError, RefusedError or VerificationError."""
    import aiohttp  # noqa: PLC0415 # a quarter of a second for every command, wanted at sign-in alone

    wait = aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=wait) as http, http.request(method, url, **more) as response:
            body = await response.content.read(_ANSWER_BYTES_MAX)
            status = response.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise PeerUnreachableError(
            "the sign-in provider does not answer", why=str(error), remedy="try again, or use a local account"
        ) from error
    try:
        found = msgspec.json.decode(body, type=dict[str, Any])
    except UNREADABLE as error:
        raise VerificationError("the sign-in provider's answer is not JSON", why=str(error)) from error
    if status != _OK:
        said = str(found.get("error_description") or found.get("error") or status)
        raise RefusedError("the sign-in provider refused", why=said[:200], remedy="sign in again from the beginning")
    return found


async def _discover(provider: Provider) -> dict[str, Any]:
    found = await _fetch("GET", provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise VerificationError(
            "the sign-in provider is another one", why=f"it calls itself {str(found.get('issuer'))[:80]!r}",
            remedy="correct `issuer` in oidc.json",
        )  # fmt: skip
    return found


async def begin(provider: Provider, redirect: str) -> Begun:
    """Return where to send a person who wants to sign in. Raises as `_fetch`."""
    place = await _discover(provider)
    state, nonce, verifier = (str(generate_token(_VERIFIER_CHARACTERS)) for _ in range(3))
    more = {"acr_values": provider.acr} if provider.acr else {}
    url = prepare_grant_uri(
        place["authorization_endpoint"], provider.client_id, "code", redirect_uri=redirect, scope="openid",
        state=state, nonce=nonce, code_challenge=create_s256_code_challenge(verifier), code_challenge_method="S256",
        **more,
    )  # fmt: skip
    return Begun(url=str(url), redirect=redirect, state=state, nonce=nonce, verifier=verifier)


def _basic(provider: Provider) -> str:
    """Return the client's own proof: HTTP Basic over its form-encoded id and secret (RFC 6749 section 2.3.1)."""
    pair = f"{quote_plus(provider.client_id)}:{quote_plus(provider.client_secret)}"
    return "Basic " + b64encode(pair.encode("ascii")).decode("ascii")


async def finish(provider: Provider, begun: Begun, *, code: str, state: str, now_ms: int) -> str:
    """Exchange the code, judge the ID token and return the subject.

    Raises RefusedError, VerificationError or PeerUnreachableError.
    """
    if not hmac.compare_digest(state.encode(), begun.state.encode()):
        raise VerificationError("this answer belongs to another sign-in", remedy="sign in again from the beginning")
    place = await _discover(provider)
    given = await _fetch(
        "POST", place["token_endpoint"], headers={"Authorization": _basic(provider)},
        data={"grant_type": "authorization_code", "code": code, "redirect_uri": begun.redirect,
              "code_verifier": begun.verifier},
    )  # fmt: skip
    keys = await _fetch("GET", place["jwks_uri"])
    return _judge(provider, begun, str(given.get("id_token", "")), keys=keys, now_ms=now_ms)


def _judge(provider: Provider, begun: Begun, text: str, *, keys: dict[str, Any], now_ms: int) -> str:
    """Return the subject of an ID token. Raises VerificationError."""
    try:
        token = jwt.decode(text, KeySet.import_key_set(keys), algorithms=_ALGORITHMS)  # type: ignore[arg-type]
        wanted = {
            "iss": {"essential": True, "value": provider.issuer}, "sub": {"essential": True},
            "aud": {"essential": True, "value": provider.client_id}, "exp": {"essential": True},
            "nonce": {"essential": True, "value": begun.nonce},
        }  # fmt: skip
        if provider.acr:
            wanted["acr"] = {"essential": True, "value": provider.acr}
        claims = CodeIDToken(token.claims, token.header, wanted, {"client_id": provider.client_id})
        claims.validate(now=now_ms // 1000, leeway=_LEEWAY_SECONDS)
    except Exception as error:  # the two libraries raise from several roots
        if not isinstance(error, JoseError | ValueError | KeyError) and "authlib" not in type(error).__module__:
            raise
        raise VerificationError(
            "the sign-in provider's token cannot be relied on", why=str(error)[:200],
            remedy="sign in again; if it happens twice, tell the administrator",
        ) from error  # fmt: skip
    return f"{provider.issuer}|{token.claims['sub']}"
