"""Tokens: whatever is not signed by a key that is trusted now, for us, for a short time, is nobody's."""

import base64
import time
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.identity import LOCAL_KEY, NOBODY, Role, SessionVerifier
from shared.values.tokens import AUDIENCE, ISSUER, LOCAL_TOKEN_SECONDS, OPERATOR_ISSUER

KEY = Ed25519PrivateKey.generate()
OTHER_KEY = Ed25519PrivateKey.generate()
PERSON = uuid4()
RAW = KEY.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
PUBLIC = base64.urlsafe_b64encode(RAW).decode().rstrip("=")


def token(key=KEY, kid: object = "k1", algorithm: str = "EdDSA", **claims) -> str:
    now = int(time.time())
    whole = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": str(PERSON), "iat": now, "exp": now + 300,
        "roles": ["treasurer@64"], **claims,
    }  # fmt: skip
    return jwt.encode(
        {name: value for name, value in whole.items() if value is not None},
        key,
        algorithm=algorithm,
        headers={"kid": kid},
    )


def verifier(known: dict[str, str] | None = None, operator_key_file=None) -> SessionVerifier:
    keys = {"k1": PUBLIC} if known is None else known

    async def find_key(key_id: str) -> str | None:
        return keys.get(key_id)

    return SessionVerifier(find_key=find_key, operator_key_file=operator_key_file)


async def test_a_session_says_who_and_with_which_roles() -> None:
    """Roles are held in a territory."""
    session = await verifier().session_of(token())
    assert session.person_id == PERSON
    assert session.holds({Role.TREASURER}, "64")
    assert not session.holds({Role.TREASURER}, "75")
    assert not session.holds({Role.TREASURER})


def tampered() -> str:
    head, body, signature = token().split(".")
    more = base64.urlsafe_b64decode(body + "==").replace(b"treasurer@64", b"treasurer@75")
    return ".".join([head, base64.urlsafe_b64encode(more).decode().rstrip("="), signature])


NOW = int(time.time())
BAD = {
    "expired": lambda: token(iat=NOW - 400, exp=NOW - 100),
    "for another audience": lambda: token(aud="elsewhere"),
    "without audience": lambda: token(aud=None),
    "of another issuer": lambda: token(iss="elsewhere"),
    "of the local key's issuer": lambda: token(iss=OPERATOR_ISSUER),
    "longer than ten minutes": lambda: token(exp=NOW + 3600),
    "without end": lambda: token(exp=None),
    "without beginning": lambda: token(iat=None),
    "without person": lambda: token(sub=None),
    "of a person that is none": lambda: token(sub="root"),
    "from the future": lambda: token(iat=NOW + 500, exp=NOW + 600),
    "with a role that is none": lambda: token(roles=["emperor@64"]),
    "signed by another key": lambda: token(key=OTHER_KEY),
    "signed by an unknown key": lambda: token(kid="k2"),
    "with a key id that no database takes": lambda: token(kid="k\0"),
    "unsigned": lambda: token(key=None, algorithm="none"),
    "signed with the public key as a secret": lambda: token(key=PUBLIC, algorithm="HS256"),
    "tampered": tampered,
    "no token": lambda: "a.b.c",
    "empty": lambda: "",
    "not even text": lambda: "\udcff",
}


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("kind", BAD)
async def test_any_other_token_is_nobodys(kind: str) -> None:
    """No reason is given, nothing is raised."""
    assert await verifier().session_of(BAD[kind]()) == NOBODY


async def test_a_key_that_expires_is_trusted_no_more(monkeypatch) -> None:
    """Though it was found before: a process that runs for long asks again."""
    known = {"k1": PUBLIC}
    sessions = verifier(known)
    assert (await sessions.session_of(token())).is_signed_in
    known.clear()
    assert (await sessions.session_of(token())).is_signed_in
    monkeypatch.setattr("shared.identity.sessions.KEY_SECONDS", -1)
    assert await sessions.session_of(token()) == NOBODY


@pytest.fixture
def operator(operator_key):
    """A verifier that knows the local key, and the key itself."""
    private, public = operator_key
    key = serialization.load_pem_private_key(private.read_bytes(), password=None)
    return verifier(operator_key_file=public), key


def local(key, seconds: int = LOCAL_TOKEN_SECONDS, **claims) -> str:
    now = int(time.time())
    return token(
        key, kid=OPERATOR_ISSUER, **{"iss": OPERATOR_ISSUER, "sub": None, "exp": now + seconds, **claims}
    )


async def test_the_local_key_is_known(operator) -> None:
    """It is nobody in person, and has no role."""
    sessions, key = operator
    session = await sessions.session_of(local(key))
    assert session == LOCAL_KEY
    assert not session.is_signed_in
    assert not session.holds(set(Role), "64")


async def test_a_local_token_that_lives_long_is_refused(operator) -> None:
    """A command needs it for one request."""
    sessions, key = operator
    assert await sessions.session_of(local(key, seconds=LOCAL_TOKEN_SECONDS + 1)) == NOBODY


async def test_the_local_key_cannot_sign_a_person(operator) -> None:
    """Whatever the token claims, it is the local key's, or nobody's."""
    sessions, key = operator
    assert await sessions.session_of(local(key, sub=str(PERSON))) == LOCAL_KEY
    assert await sessions.session_of(token(key, kid="k1")) == NOBODY
    assert await sessions.session_of(token(key, kid=OPERATOR_ISSUER)) == NOBODY


async def test_without_a_local_key_there_is_none(operator) -> None:
    """Where the file is absent its tokens are nobody's."""
    _, key = operator
    assert await verifier().session_of(local(key)) == NOBODY
