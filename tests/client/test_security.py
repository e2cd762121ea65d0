"""The server's own doors: a pre-shared token as Spark has it, and TLS with certificates that are renewed."""
import os
import subprocess
import sys
import time

import grpc
import pytest
from pyspark.sql.connect.proto import base_pb2, base_pb2_grpc
from server import Server

pytestmark = [pytest.mark.process, pytest.mark.firesteel]
SESSION = "11111111-2222-4333-8444-555555555555"
# A client of its own: gRPC reads the roots that it trusts once a process.
CLIENT = """
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
print(spark.sql("SELECT 6 * 7").collect()[0][0])
print(spark.range(3).count(), spark.createDataFrame([(1,)], "a int").toPandas().a.tolist())
"""


def run_client(remote, **env):
    done = subprocess.run([sys.executable, "-c", CLIENT, remote], env={**os.environ, **env}, capture_output=True, text=True,
                          timeout=60, check=False)
    return done.returncode, done.stdout.split("\n"), done.stderr


def every_call(channel, metadata):
    """All twelve procedures with the same metadata: the status code and text of each."""
    stub = base_pb2_grpc.SparkConnectServiceStub(channel)
    ids = {"session_id": SESSION, "user_context": base_pb2.UserContext(user_id="u")}
    requests = {
        "ExecutePlan": base_pb2.ExecutePlanRequest(**ids), "AnalyzePlan": base_pb2.AnalyzePlanRequest(**ids),
        "Config": base_pb2.ConfigRequest(**ids), "ArtifactStatus": base_pb2.ArtifactStatusesRequest(**ids),
        "Interrupt": base_pb2.InterruptRequest(**ids), "ReattachExecute": base_pb2.ReattachExecuteRequest(**ids),
        "ReleaseExecute": base_pb2.ReleaseExecuteRequest(**ids), "ReleaseSession": base_pb2.ReleaseSessionRequest(**ids),
        "FetchErrorDetails": base_pb2.FetchErrorDetailsRequest(**ids),
        "CloneSession": base_pb2.CloneSessionRequest(**ids), "GetStatus": base_pb2.GetStatusRequest(**ids),
        "AddArtifacts": iter([base_pb2.AddArtifactsRequest(**ids)]),
    }
    outcomes = {}
    for name, request in requests.items():
        try:
            answer = getattr(stub, name)(request, metadata=metadata, timeout=20)
            if name in ("ExecutePlan", "ReattachExecute"):
                list(answer)
            outcomes[name] = ("OK", "")
        except grpc.RpcError as error:
            outcomes[name] = (error.code().name, error.details())
    assert len(outcomes) == 12
    return outcomes


@pytest.mark.parametrize("variable", ["FIRESTEEL_TOKEN", "SPARK_CONNECT_AUTHENTICATE_TOKEN"])
def test_a_token_is_asked_of_every_call(variable):
    with Server(env={**os.environ, variable: "of the house"}) as server:
        with grpc.insecure_channel(server.remote.removeprefix("sc://")) as channel:
            # Codes, texts and which of two headers counts are recorded from Spark 4.3 with the same token.
            missing = every_call(channel, ())
            assert set(missing.values()) == {("UNAUTHENTICATED", "No authentication token provided")}, missing
            for wrong in ("Bearer of the hous", "Bearer of the house ", "of the house", "bearer of the house", ""):
                got = every_call(channel, (("authorization", wrong),))
                assert set(got.values()) == {("UNAUTHENTICATED", "Invalid authentication token")}, (wrong, got)
            both = [("authorization", "Bearer wrong"), ("authorization", "Bearer of the house")]
            assert "UNAUTHENTICATED" not in {code for code, _ in every_call(channel, both).values()}
            got = every_call(channel, both[::-1])
            assert set(got.values()) == {("UNAUTHENTICATED", "Invalid authentication token")}, got
            # Spark 4.3 does not know the second header; JVM clients before 4.1 send no other.
            for header in ("authorization", "authentication"):
                right = every_call(channel, ((header, "Bearer of the house"),))
                assert "UNAUTHENTICATED" not in {code for code, _ in right.values()}, right


def test_a_client_with_the_token():
    with Server(args=["--token", "abc"]) as server:
        port = server.remote.rsplit(":", 1)[1]
        # PySpark sends a token without TLS to the host of this name only.
        code, out, err = run_client(f"sc://localhost:{port}/;token=abc")
        assert (code, out[:2]) == (0, ["42", "3 [1]"]), err
        code, _, err = run_client(f"sc://localhost:{port}/;token=abd")
        assert code != 0 and "Invalid authentication token" in err


def make_certificate(folder, name, days=30):
    """A self-signed certificate for localhost: its file, and its key's."""
    certificate, key = str(folder / f"{name}.pem"), str(folder / f"{name}.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                    "-days", str(days), "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost"],
                   check=True, capture_output=True)
    return certificate, key


def test_tls_and_a_renewed_certificate(tmp_path):
    first, first_key = make_certificate(tmp_path, "first")
    second, second_key = make_certificate(tmp_path, "second")
    certificate, key = str(tmp_path / "server.pem"), str(tmp_path / "server.key")

    def install(source, source_key):
        for old, new in ((source, certificate), (source_key, key)):
            with open(old, "rb") as data, open(new + ".new", "wb") as out:
                out.write(data.read())
            os.replace(new + ".new", new)

    install(first, first_key)
    with Server(args=["--tls-certificate", certificate, "--tls-key", key, "--token", "abc"]) as server:
        remote = f"sc://localhost:{server.remote.rsplit(':', 1)[1]}/;use_ssl=true;token=abc"
        code, out, err = run_client(remote, GRPC_DEFAULT_SSL_ROOTS_FILE_PATH=first)
        assert (code, out[:2]) == (0, ["42", "3 [1]"]), err
        install(second, second_key)
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            if trusts(server, second):
                break
            time.sleep(1)
        code, out, err = run_client(remote, GRPC_DEFAULT_SSL_ROOTS_FILE_PATH=second)
        assert (code, out[:2]) == (0, ["42", "3 [1]"]), err
        assert not trusts(server, first)


def trusts(server, certificate):
    """Whether a client that trusts only this certificate can connect."""
    with open(certificate, "rb") as roots:
        credentials = grpc.ssl_channel_credentials(roots.read())
    with grpc.secure_channel(f"localhost:{server.remote.rsplit(':', 1)[1]}", credentials) as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=3)
            return True
        except grpc.FutureTimeoutError:
            return False


def test_wrong_files_are_told_at_the_start(tmp_path):
    certificate, key = make_certificate(tmp_path, "one")
    _, other_key = make_certificate(tmp_path, "two")
    (tmp_path / "text.pem").write_text("no certificate")
    binary = Server().binary
    for args, text in [
        (["--tls-certificate", certificate], "--tls-certificate and --tls-key belong together"),
        (["--tls-certificate", certificate, "--tls-key", other_key], "is not the one of the certificate"),
        (["--tls-certificate", str(tmp_path / "none.pem"), "--tls-key", key], "cannot read --tls-certificate"),
        (["--tls-certificate", str(tmp_path / "text.pem"), "--tls-key", key], "holds no certificate in PEM form"),
        (["--tls-certificate", certificate, "--tls-key", certificate], "holds no private key in PEM form"),
    ]:
        done = subprocess.run([binary, "serve", "--port", "0", *args], capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 1 and text in done.stderr, done.stderr
