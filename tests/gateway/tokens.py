"""Makes JSON web tokens, key sets and static tokens with the openssl command, whose signatures are nobody's of ours."""
import base64
import hashlib
import json
import os
import subprocess
import time

ISSUER, AUDIENCE = "https://id.acme.example", "spark"


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout


def encoded(data):
    if not isinstance(data, bytes):
        data = json.dumps(data).encode() if not isinstance(data, str) else data.encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """A pair of keys in `folder`: RS256 or ES256."""

    def __init__(self, folder, kid, algorithm="RS256"):
        self.kid, self.algorithm = kid, algorithm
        self.path = os.path.join(folder, hashlib.sha256(kid.encode()).hexdigest()[:12] + ".pem")
        how = ["rsa_keygen_bits:2048"] if algorithm == "RS256" else ["ec_paramgen_curve:P-256"]
        openssl("genpkey", "-algorithm", "RSA" if algorithm == "RS256" else "EC", "-pkeyopt", *how, "-out", self.path)

    def public_pem(self):
        return openssl("pkey", "-in", self.path, "-pubout")

    def jwk(self):
        common = {"kid": self.kid, "use": "sig", "alg": self.algorithm}
        if self.algorithm == "RS256":
            modulus = openssl("rsa", "-in", self.path, "-noout", "-modulus").decode().strip().removeprefix("Modulus=")
            return {**common, "kty": "RSA", "n": encoded(bytes.fromhex(modulus)), "e": "AQAB"}
        point = openssl("pkey", "-in", self.path, "-pubout", "-outform", "DER")[-64:]
        return {**common, "kty": "EC", "crv": "P-256", "x": encoded(point[:32]), "y": encoded(point[32:])}

    def sign(self, data):
        signature = openssl("dgst", "-sha256", "-sign", self.path, data=data)
        return signature if self.algorithm == "RS256" else fixed_width(signature)


def fixed_width(der):
    """An ECDSA signature as JWTs have it, r and s of 32 bytes each, of SEQUENCE { INTEGER r, INTEGER s }."""
    out, rest = b"", der[2:]
    for _ in range(2):
        length = rest[1]
        out += rest[2:2 + length].lstrip(b"\0").rjust(32, b"\0")
        rest = rest[2 + length:]
    return out


def claims(user="alice", **changes):
    """Good ones, except what `changes` says; None leaves a claim out."""
    now = int(time.time())
    all_claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": user, "iat": now, "nbf": now - 5, "exp": now + 300, "groups": ["red", "blue"]}
    return {name: value for name, value in {**all_claims, **changes}.items() if value is not None}


def token(key, body=None, header=None, signature=None):
    """Signed by the key over what header and body say, each a dictionary or a text."""
    head = {"typ": "JWT", "alg": key.algorithm, "kid": key.kid} if header is None else header
    signed = encoded(head) + "." + encoded(claims() if body is None else body)
    return signed + "." + encoded(key.sign(signed.encode()) if signature is None else signature(signed.encode()))


def key_set(path, *keys):
    with open(path + ".new", "w", encoding="utf-8") as f:
        json.dump({"keys": [key.jwk() for key in keys]}, f)
    os.replace(path + ".new", path)


def issuer(jwks_file, name="acme", url=ISSUER):
    """The section of the configuration."""
    return (f'[[auth.jwt]]\nname = "{name}"\nissuer = "{url}"\naudience = "{AUDIENCE}"\njwks_file = "{jwks_file}"\n'
            f'teams_claim = "groups"\noperator_claim = "role=operator"\n')


def static(text, user, extra=""):
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f'[[auth.token]]\nname = "{user}s"\nsha256 = "{digest}"\nuser = "{user}"\n{extra}\n'
