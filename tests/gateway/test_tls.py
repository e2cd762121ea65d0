"""TLS on both sides: to clients, with renewed certificates and clients' certificates, and to servers that ask for one."""
import os
import socket
import subprocess
import sys
import time
import uuid

import grpc
import pytest
from pyspark.sql.connect.proto import base_pb2 as pb

import tokens
from certificates import Authority, content, install
from gateway import Gateway
from recorder import OPTIONS, SERVICE, Recorder
from server import ServerError

TOKEN = "a-token-of-carol-0123456789"
# A client of its own: gRPC reads the roots that it trusts once a process.
CLIENT = """
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote(sys.argv[1]).config("spark.sql.shuffle.partitions", "3").getOrCreate()
print(spark.sql("SELECT 6 * 7").collect()[0][0], spark.createDataFrame([(1,)], "a int").toPandas().a.tolist())
"""


def run_client(remote, roots):
    done = subprocess.run([sys.executable, "-c", CLIENT, remote], env={**os.environ, "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": roots},
                          capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def recorder():
    with Recorder() as server:
        server.answers[SERVICE + "AnalyzePlan"] = lambda messages, context: [b"\x0a\x01x"]
        yield server


def config(port, auth=None, servers=""):
    return f"""[auth]
{tokens.static(TOKEN, "carol") if auth is None else auth}
[environments.dev]
servers = "all"
[servers.all]
addresses = ["localhost:{port}"]
{servers}
"""


def listen(files, rest=""):
    return f'[listen.tls]\ncertificate = "{files[0]}"\nkey = "{files[1]}"\n{rest}'


def call(port, credentials=None, metadata=(("authorization", "Bearer " + TOKEN),), host="localhost", wait_s=20):
    """OK, or the error."""
    request = pb.AnalyzePlanRequest(session_id=str(uuid.uuid4()))
    request.user_context.user_id = "somebody"
    request.spark_version.SetInParent()
    target = f"{host}:{port}"
    with (grpc.secure_channel(target, credentials, options=OPTIONS) if credentials else grpc.insecure_channel(target, options=OPTIONS)) as channel:
        try:
            channel.unary_unary(SERVICE + "AnalyzePlan")(request.SerializeToString(), metadata=metadata, timeout=wait_s)
            return "OK"
        except grpc.RpcError as error:
            return error


def user_seen(recorder):
    return pb.AnalyzePlanRequest.FromString(recorder.of("AnalyzePlan")[-1].messages[0]).user_context.user_id


def test_a_client_and_a_renewed_certificate(authority, servers, tmp_path):
    place = (str(tmp_path / "gateway.crt"), str(tmp_path / "gateway.key"))
    install(authority.issue("first"), place)
    other = Authority(tmp_path, "another")
    with Gateway(config(servers[0].port), listen=listen(place)) as gateway:
        remote = gateway.remote("use_ssl=true;token=" + TOKEN)
        code, out, err = run_client(remote, authority.path)
        assert (code, out) == (0, "42 [1]\n"), err
        assert not trusts(gateway, other)
        install(other.issue("second"), place)
        deadline = time.monotonic() + 10
        while not trusts(gateway, other) and time.monotonic() < deadline:
            time.sleep(0.2)
        code, out, err = run_client(remote, other.path)
        assert (code, out) == (0, "42 [1]\n"), err
        assert not trusts(gateway, authority)
        install((place[0], authority.key), place)  # a key of another certificate: the last good pair stays
        time.sleep(2.5)
        assert trusts(gateway, other)


def trusts(gateway, authority):
    with grpc.secure_channel(f"localhost:{gateway.port}", grpc.ssl_channel_credentials(content(authority.path))) as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=2)
            return True
        except grpc.FutureTimeoutError:
            return False


def test_no_plain_calls_and_no_old_protocols(authority, recorder):
    with Gateway(config(recorder.port), listen=listen(authority.issue("gateway"))) as gateway:
        gateway.await_servers()
        assert call(gateway.port, wait_s=3) != "OK"
        assert call(gateway.port, grpc.ssl_channel_credentials(content(authority.path))) == "OK"
        recorder.seen.clear()
        for version in ("-tls1", "-tls1_1"):
            done = subprocess.run(["openssl", "s_client", version, "-cipher", "ALL@SECLEVEL=0", "-connect", f"localhost:{gateway.port}"],
                                  input=b"", capture_output=True, timeout=10, check=False)
            assert done.returncode != 0, version
        # Without h2 agreed there is nobody to talk to.
        done = subprocess.run(["openssl", "s_client", "-alpn", "http/1.1", "-connect", f"localhost:{gateway.port}"], input=b"",
                              capture_output=True, timeout=10, check=False)
        assert b"ALPN protocol: http/1.1" not in done.stdout
        assert not recorder.seen


def test_clients_certificates_prove_their_user(authority, recorder, tmp_path):
    stranger = Authority(tmp_path, "stranger")
    rest = f'client_ca = "{authority.path}"\n'
    with Gateway(config(recorder.port, "certificates = true\n" + tokens.static(TOKEN, "carol")),
                 listen=listen(authority.issue("gateway"), rest)) as gateway:
        gateway.await_servers()
        roots = content(authority.path)
        for name, user in (("dora", "dora"), ("erik@acme.example", "erik@acme.example")):
            certificate, key = authority.issue("client-" + user, name)
            shown = grpc.ssl_channel_credentials(roots, content(key), content(certificate))
            assert call(gateway.port, shown, metadata=()) == "OK"
            assert user_seen(recorder) == user
        recorder.seen.clear()
        certificate, key = stranger.issue("mallory", "dora")
        assert call(gateway.port, grpc.ssl_channel_credentials(roots, content(key), content(certificate)), metadata=(), wait_s=3) != "OK"
        nobody = call(gateway.port, grpc.ssl_channel_credentials(roots), metadata=())
        assert nobody.code() == grpc.StatusCode.UNAUTHENTICATED
        assert not recorder.seen
        assert call(gateway.port, grpc.ssl_channel_credentials(roots)) == "OK"  # without one, by token
        assert user_seen(recorder) == "carol"


def test_a_certificate_may_be_required(authority, recorder):
    rest = f'client_ca = "{authority.path}"\nrequire_client_certificate = true\n'
    with Gateway(config(recorder.port), listen=listen(authority.issue("gateway"), rest)) as gateway:
        gateway.await_servers()
        roots = content(authority.path)
        assert call(gateway.port, grpc.ssl_channel_credentials(roots), wait_s=3) != "OK"
        assert not recorder.seen
        certificate, key = authority.issue("machine")
        assert call(gateway.port, grpc.ssl_channel_credentials(roots, content(key), content(certificate))) == "OK"
        assert user_seen(recorder) == "carol"


def test_servers_that_ask_for_a_certificate(authority, tmp_path):
    certificate, key = authority.issue("backend")
    demanding = grpc.ssl_server_credentials([(content(key), content(certificate))], content(authority.path), require_client_auth=True)
    mine = authority.issue("the-gateway")
    (tmp_path / "token").write_text("the-servers-own-token\n", encoding="utf-8")
    with Recorder(demanding) as recorder:
        recorder.answers[SERVICE + "AnalyzePlan"] = lambda messages, context: [b"\x0a\x01x"]
        for tls, works in ((f'certificate = "{mine[0]}", key = "{mine[1]}", ca = "{authority.path}"', True),
                           (f'ca = "{authority.path}"', False),
                           (f'certificate = "{mine[0]}", key = "{mine[1]}", ca = "{Authority(tmp_path, "else").path}"', False),
                           (f'certificate = "{mine[0]}", key = "{mine[1]}", ca = "{authority.path}", server_name = "else.example"', False)):
            recorder.seen.clear()
            servers = f'tls = {{ {tls} }}\ntoken_file = "{tmp_path}/token"'
            with Gateway(config(recorder.port, servers=servers)) as gateway:
                if works:
                    gateway.await_servers()
                outcome = call(gateway.port, wait_s=20 if works else 2)
                assert (outcome == "OK") == works, outcome
                assert len(recorder.seen) == works
                if works:
                    assert recorder.seen[0].values("authorization") == ["Bearer the-servers-own-token"]
                assert "the-servers-own-token" not in gateway.log()


def own_address():
    """An address of this machine that is not loopback; None: it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("192.0.2.1", 9))  # nothing is sent
            address = s.getsockname()[0]
        except OSError:
            return None
    return None if address.startswith("127.") else address


def test_tokens_without_tls_from_other_machines_are_no_configuration(recorder):
    with pytest.raises(ServerError, match="callers show tokens, but listen.address 0.0.0.0:.* is reached from other machines"):
        Gateway(config(recorder.port), host="0.0.0.0").start()


@pytest.mark.skipif(own_address() is None, reason="this machine has no address but loopback")
def test_tokens_without_tls_where_that_is_wanted(recorder):
    with Gateway(config(recorder.port, "allow_plaintext_tokens = true\n" + tokens.static(TOKEN, "carol")), host="0.0.0.0") as gateway:
        gateway.await_servers()
        assert call(gateway.port, host=own_address()) == "OK"
