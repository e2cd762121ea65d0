"""Only who proves to be somebody gets through, and only as that one: every known attack on tokens, end to end."""
import hashlib
import hmac
import time
import uuid

import grpc
import pytest
from pyspark.sql.connect.proto import base_pb2 as pb

import outcome
import tokens
from gateway import Gateway
from recorder import OPTIONS, SERVICE, Recorder
from tokens import Key, claims, encoded, token

SECRET = "a-service's-own-token-0123456789"
STATIC = tokens.static(SECRET, "robot", 'teams = ["red"]')


class Doors:
    """A recorder behind a gateway that asks for tokens, and who may make them."""

    def __init__(self, folder, recorder):
        self.rsa, self.ec = Key(folder, "rsa-1"), Key(folder, "ec-1", "ES256")
        self.stranger = Key(folder, "rsa-of-a-stranger")
        self.other = Key(folder, "other-1")
        self.keys, self.others = f"{folder}/keys.json", f"{folder}/others.json"
        tokens.key_set(self.keys, self.rsa, self.ec)
        tokens.key_set(self.others, self.other)
        self.recorder = recorder
        recorder.answers[SERVICE + "AnalyzePlan"] = lambda messages, context: [b"\x0a\x01x"]
        self.config = f"""[auth]
{tokens.issuer(self.keys)}
{tokens.issuer(self.others, "other", "https://other.example")}
{STATIC}
[environments.dev]
servers = "all"
[servers.all]
addresses = ["127.0.0.1:{recorder.port}"]
"""

    def call(self, *authorization, headers=(), user="", session=None):
        """The user that the server was told, else the error."""
        request = pb.AnalyzePlanRequest(session_id=session or str(uuid.uuid4()), client_type="test")
        request.user_context.user_id = user
        request.spark_version.SetInParent()
        metadata = [("authorization", value) for value in authorization] + list(headers)
        with grpc.insecure_channel(f"localhost:{self.gateway.port}", options=OPTIONS) as channel:
            try:
                channel.unary_unary(SERVICE + "AnalyzePlan")(request.SerializeToString(), metadata=metadata, timeout=20)
            except grpc.RpcError as error:
                return error
        return pb.AnalyzePlanRequest.FromString(self.recorder.of("AnalyzePlan")[-1].messages[0]).user_context.user_id

    def refused(self, *authorization, **call):
        """The refusal's text; nothing of the call reached the server, and the audit log tells of it."""
        self.recorder.seen.clear()
        before = len(self.gateway.audit())
        error = self.call(*authorization, **call)
        assert isinstance(error, grpc.RpcError), f"let in as {error}"
        assert not self.recorder.seen
        deadline = time.monotonic() + 3
        while len(self.gateway.audit()) == before and time.monotonic() < deadline:
            time.sleep(0.02)
        line = self.gateway.audit()[-1]
        assert (line["code"], line["server"], line["reason"]) == (error.code().name, "", error.details()), line
        text = self.gateway.log() + str(self.gateway.audit()) + error.details()
        for value in authorization:
            secret = value.removeprefix("Bearer ")
            assert len(secret) < 20 or secret not in text and secret[-20:] not in text, "a token is told"
        return error


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    with Recorder() as recorder:
        made = Doors(str(tmp_path_factory.mktemp("doors")), recorder)
        with Gateway(made.config) as made.gateway:
            made.gateway.await_servers()
            yield made


def test_good_tokens(doors):
    assert doors.call("Bearer " + token(doors.rsa), user="alice") == "alice"
    assert doors.call("Bearer " + token(doors.ec, claims("bob")), user="alice") == "bob"
    assert doors.call("Bearer " + token(doors.rsa, claims(aud=["else", "spark"]))) == "alice"
    assert doors.call("Bearer " + SECRET) == "robot"
    assert doors.call("Bearer " + token(doors.other, claims(iss="https://other.example"))) == "alice"


def with_secret(secret):
    return lambda signed: hmac.new(secret, signed, hashlib.sha256).digest()


def header(key, **changes):
    return {"typ": "JWT", "alg": key.algorithm, "kid": key.kid, **changes}


ATTACKS = {
    "none": lambda d: token(d.rsa, header=header(d.rsa, alg="none"), signature=lambda signed: b""),
    "None": lambda d: token(d.rsa, header=header(d.rsa, alg="NoNe"), signature=lambda signed: b""),
    "none, signed": lambda d: token(d.rsa, header=header(d.rsa, alg="none")),
    "no signature": lambda d: token(d.rsa).rsplit(".", 1)[0] + ".",
    "public key as secret": lambda d: token(d.rsa, header=header(d.rsa, alg="HS256"), signature=with_secret(d.rsa.public_pem())),
    "key set's modulus as secret": lambda d: token(d.rsa, header=header(d.rsa, alg="HS256"),
                                                   signature=with_secret(d.rsa.jwk()["n"].encode())),
    "RS512": lambda d: token(d.rsa, header=header(d.rsa, alg="RS512")),
    "RSA key said to be EC": lambda d: token(d.rsa, header=header(d.rsa, alg="ES256"), signature=lambda signed: bytes(64)),
    "zero ECDSA": lambda d: token(d.ec, signature=lambda signed: bytes(64)),
    "DER ECDSA": lambda d: token(d.ec, signature=lambda signed: tokens.openssl("dgst", "-sha256", "-sign", d.ec.path, data=signed)),
    "kid a path": lambda d: token(d.rsa, header=header(d.rsa, kid="../../../dev/null")),
    "kid SQL": lambda d: token(d.rsa, header=header(d.rsa, kid="x' UNION SELECT 'key")),
    "kid unknown": lambda d: token(d.stranger),
    "kid missing": lambda d: token(d.rsa, header={"typ": "JWT", "alg": "RS256"}),
    "another's signature": lambda d: token(d.stranger, header=header(d.rsa)),
    "jku": lambda d: token(d.stranger, header=header(d.stranger, jku="http://127.0.0.1:1/keys")),
    "jku, well signed": lambda d: token(d.rsa, header=header(d.rsa, jku="https://id.acme.example/keys")),
    "jwk": lambda d: token(d.stranger, header=header(d.stranger, jwk=d.stranger.jwk())),
    "x5u": lambda d: token(d.stranger, header=header(d.rsa, x5u="https://id.acme.example/x")),
    "crit": lambda d: token(d.rsa, header=header(d.rsa, crit=["exp"])),
    "b64": lambda d: token(d.rsa, header=header(d.rsa, b64=False, crit=["b64"])),
    "alg twice": lambda d: token(d.rsa, header='{"typ":"JWT","alg":"none","alg":"RS256","kid":"rsa-1"}'),
    "sub twice": lambda d: token(d.rsa, '{"sub":"root",' + claims_text() + "}"),
    "expired": lambda d: token(d.rsa, claims(exp=int(time.time()) - 120)),
    "not yet": lambda d: token(d.rsa, claims(nbf=int(time.time()) + 600)),
    "no exp": lambda d: token(d.rsa, claims(exp=None)),
    "no nbf": lambda d: token(d.rsa, claims(nbf=None)),
    "no aud": lambda d: token(d.rsa, claims(aud=None)),
    "no iss": lambda d: token(d.rsa, claims(iss=None)),
    "no sub": lambda d: token(d.rsa, claims(sub=None)),
    "exp a text": lambda d: token(d.rsa, claims(exp="9999999999")),
    "exp infinite": lambda d: token(d.rsa, '{"exp":1e999,' + claims_text(exp=None) + "}"),
    "another audience": lambda d: token(d.rsa, claims(aud="airflow")),
    "audience's prefix": lambda d: token(d.rsa, claims(aud="spark2")),
    "another issuer": lambda d: token(d.rsa, claims(iss="https://id.acme.example.evil.example")),
    "an issuer signs for the other": lambda d: token(d.other),
    "sub empty": lambda d: token(d.rsa, claims("")),
    "sub with a newline": lambda d: token(d.rsa, claims("alice\nroot")),
    "claims changed": lambda d: swapped(token(d.rsa), claims("root")),
    "oversized": lambda d: token(d.rsa, claims(rest="x" * 20_000)),
    "padding": lambda d: token(d.rsa) + "=",
    "no token": lambda d: "x",
    "static, shortened": lambda d: SECRET[:-1],
    "its digest": lambda d: hashlib.sha256(SECRET.encode()).hexdigest(),
}


def claims_text(**changes):
    import json
    return json.dumps(claims(**changes))[1:-1]


def swapped(good, body):
    head, _, signature = good.split(".")
    return ".".join((head, encoded(body), signature))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack(doors, attack):
    assert doors.refused("Bearer " + ATTACKS[attack](doors)).code() == grpc.StatusCode.UNAUTHENTICATED


def test_headers_that_are_no_proof(doors):
    good = "Bearer " + token(doors.rsa)
    for values in ((), ("",), ("Bearer",), (good, good), (good, "Bearer x"), (good[7:],), ("Basic YWxpY2U6eA==",), (good + " x",)):
        assert doors.refused(*values).code() == grpc.StatusCode.UNAUTHENTICATED, values


def test_keys_that_are_taken_back(doors):
    assert doors.call("Bearer " + token(doors.ec, claims("bob"))) == "bob"
    old = "Bearer " + token(doors.ec)
    assert doors.call(old) == "alice"
    fresh = Key(doors.keys.rsplit("/", 1)[0], "rsa-2")
    tokens.key_set(doors.keys, doors.rsa, fresh)
    try:
        deadline = time.monotonic() + 5
        while isinstance(doors.call("Bearer " + token(fresh)), grpc.RpcError) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert doors.call("Bearer " + token(fresh)) == "alice"
        assert doors.refused(old).code() == grpc.StatusCode.UNAUTHENTICATED
    finally:
        tokens.key_set(doors.keys, doors.rsa, doors.ec)


def test_headers_may_not_name_others(doors):
    good = "Bearer " + token(doors.rsa)
    assert doors.call(good, headers=[("x-user", "alice"), ("x-team", "red")]) == "alice"
    for name, value in (("x-user", "bob"), ("x-team", "green"), ("x-user", "alice2"), ("x-team", "Red")):
        assert doors.refused(good, headers=[(name, value)]).code() == grpc.StatusCode.PERMISSION_DENIED, name
    assert doors.refused("Bearer " + SECRET, headers=[("x-team", "blue")]).code() == grpc.StatusCode.PERMISSION_DENIED
    error = doors.refused(good, headers=[("x-user", "alice"), ("x-user", "bob")])
    assert error.code() in (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.INVALID_ARGUMENT)


def test_a_real_client_with_a_token(servers, tmp_path):
    key = Key(str(tmp_path), "k")
    tokens.key_set(str(tmp_path / "keys.json"), key)
    config = f"""[auth]
{tokens.issuer(tmp_path / "keys.json")}
[environments.dev]
servers = "all"
[servers.all]
addresses = ["127.0.0.1:{servers[0].port}"]
"""
    with Gateway(config) as gateway:
        spark = outcome.new_session(gateway.remote("token=" + token(key)))
        assert spark.range(3).count() == 3
        spark.stop()
        assert {(line["user"], line["credential"]) for line in gateway.audit()} == {("alice", "acme")}
        with pytest.raises(Exception, match="(?i)token"):
            outcome.new_session(gateway.remote("token=" + token(key, claims(exp=1))))
