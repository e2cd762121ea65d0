"""Certificates for tests, made with the openssl command."""
import os
import shutil

from tokens import openssl


class Authority:
    """Signs certificates; its own is in `path`."""

    def __init__(self, folder, name="Test authority"):
        self.folder = str(folder)
        self.path, self.key = self.file(name + ".crt"), self.file(name + ".key")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", f"/CN={name}",
                "-keyout", self.key, "-out", self.path, "-addext", "basicConstraints=critical,CA:TRUE")

    def file(self, name):
        return os.path.join(self.folder, name.replace(" ", "-"))

    def issue(self, name, common_name=None):
        """(certificate, key): files of a certificate for localhost and 127.0.0.1."""
        certificate, key, request = self.file(name + ".crt"), self.file(name + ".key"), self.file(name + ".csr")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", request,
                "-subj", f"/CN={common_name or name}")
        with open(extensions := self.file(name + ".ext"), "w", encoding="utf-8") as f:
            f.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        openssl("x509", "-req", "-in", request, "-CA", self.path, "-CAkey", self.key, "-CAcreateserial", "-days", "30",
                "-extfile", extensions, "-out", certificate)
        return certificate, key


def install(files, place):
    """Renews (certificate, key) at `place`, each file at once."""
    for source, target in zip(files, place):
        shutil.copy(source, target + ".new")
        os.replace(target + ".new", target)


def content(path):
    with open(path, "rb") as f:
        return f.read()
