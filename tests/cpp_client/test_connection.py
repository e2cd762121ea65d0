"""What the C++ client says of servers that it cannot reach, and how it lives with bad networks."""
import hashlib
import socket
import subprocess
import threading
import time
from concurrent import futures

import grpc
import pytest
from certificates import Authority
from conftest import facts, probe, start
from cutting_proxy import CuttingProxy
from gateway import Gateway, anonymous
from pyspark.sql.connect.proto import base_pb2, base_pb2_grpc
from server import Server, free_port
from slow_proxy import SlowProxy

INVALID, CONNECTION, AUTHENTICATION, UNSUPPORTED = "0", "1", "2", "3"
SECRET = "hunter2-very-secret"


def refused(remote, *arguments, env=None):
    lines = probe("connect", remote, *arguments, env=env, timeout=60)
    assert SECRET not in "\n".join(lines)
    return facts(lines)


def test_nobody_listens():
    port = free_port()
    began = time.monotonic()
    got = refused(f"sc://localhost:{port}")
    assert got["kind"] == CONNECTION
    assert got["message"] == (f"Nothing listens at localhost:{port}: the connection was refused. Is the server running, and are "
                              "host and port right?")
    assert time.monotonic() - began < 10


def test_the_host_has_no_name():
    got = refused("sc://no-such-host.invalid")
    assert got["kind"] == CONNECTION
    assert "no-such-host.invalid:15002 is not known" in got["message"]


def test_a_path_is_told_where_it_belongs():
    got = refused(f"sc://localhost/session-123?token={SECRET}")
    assert got["kind"] == INVALID
    assert ";session_id=" in got["message"]


def test_something_else_listens():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def answer():
            while True:
                try:
                    connection, _ = listener.accept()
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                    connection.close()
                except OSError:
                    return
        threading.Thread(target=answer, daemon=True).start()
        got = refused(f"sc://127.0.0.1:{listener.getsockname()[1]}")
    assert got["kind"] == CONNECTION


@pytest.mark.process
def test_tls_where_there_is_none():
    with Server() as server:
        got = refused(f"{server.remote}/;use_ssl=true")
    assert got["kind"] == CONNECTION
    assert "does not speak TLS" in got["message"]


@pytest.mark.process
def test_tokens():
    with Server(env={"FIRESTEEL_TOKEN": SECRET, "PATH": "/usr/bin:/bin"}) as server:
        assert refused(f"{server.remote}/;token={SECRET}")["version"]
        assert refused(server.remote, env={"SPARK_CONNECT_AUTHENTICATE_TOKEN": SECRET})["version"]
        assert refused(server.remote, "token_command", f"echo {SECRET}")["version"]
        wrong = refused(server.remote, "token", SECRET + "x")
        assert wrong["kind"] == AUTHENTICATION
        assert "refused the credentials: the token of" in wrong["message"]
        missing = refused(server.remote)
        assert missing["kind"] == AUTHENTICATION
        assert "no token was sent" in missing["message"]


def rotated(folder, kind):
    """A client whose token is renewed while it is connected, twice; then it is not, and the client says so."""
    def known(token):
        digest = hashlib.sha256(token.encode()).hexdigest()
        return anonymous(server, extra=f'[[auth.token]]\nuser = "ada"\nsha256 = "{digest}"').replace(
            "anonymous = true", "anonymous = false")

    file = folder / "token"
    file.write_text("token-number-1-of-this-test\n")
    with Server() as server, Gateway(known(file.read_text().strip())) as gateway:
        gateway.await_servers()
        process = start("renew", gateway.remote(), kind, file if kind == "token_file" else f"cat {file}")
        assert process.stdout.readline() == "connected\n"
        for number in (2, 3, 4):
            gateway.reload(known(f"token-number-{number}-of-this-test"))
            while gateway.log().count("configuration read again") < number - 1:
                time.sleep(0.02)
            if number < 4:
                file.write_text(f"token-number-{number}-of-this-test\n")
            process.stdin.write("\n")
            process.stdin.flush()
            if number < 4:
                assert process.stdout.readline() == "answered\n", process.communicate()
        out, _ = process.communicate(timeout=30)
    return facts(out.splitlines())


@pytest.mark.process
@pytest.mark.parametrize("kind", ["token_file", "token_command"])
def test_tokens_are_renewed(tmp_path, kind):
    got = rotated(tmp_path, kind)
    assert got["kind"] == AUTHENTICATION
    assert "the token of the call is wrong or has expired" in got["message"], got
    assert "token-number" not in got["message"]


@pytest.mark.process
def test_what_is_wrong_with_a_token(tmp_path):
    """Nothing is sent then."""
    file = tmp_path / "token"
    missing = refused("sc://localhost:1", "token_file", file)
    assert missing["kind"] == AUTHENTICATION and f"{file}: No such file" in missing["message"], missing
    file.write_text(f"{SECRET} and more")
    assert "is no token" in refused("sc://localhost:1", "token_file", file)["message"]
    file.write_text(" \n")
    assert "is empty" in refused("sc://localhost:1", "token_file", file)["message"]
    assert "exit code 3" in refused("sc://localhost:1", "token_command", f"echo {SECRET}; exit 3")["message"]


@pytest.mark.process
def test_through_a_tunnel(tmp_path):
    """A gateway behind its HTTP port: wss:// where sc:// would stand."""
    digest = hashlib.sha256(SECRET.encode()).hexdigest()
    with Server() as server:
        toml = anonymous(server, extra=f'[[auth.token]]\nuser = "ada"\nsha256 = "{digest}"').replace(
            "anonymous = true", "anonymous = false")
        with Gateway(toml) as gateway:
            gateway.await_servers()
            url = f"ws://127.0.0.1:{gateway.http_port}"
            program = {"FIRESTEEL_PROGRAM": server.binary}
            file = tmp_path / "token"
            file.write_text(SECRET)
            assert refused(url, "token", SECRET, env=program)["version"]
            assert refused(url, "token_file", file, env=program)["version"]
            assert refused(f"{url}/tunnel;user_id=me;token={SECRET}", env=program)["version"]
            wrong = refused(url, "token", SECRET + "x", env=program)
            assert wrong["kind"] == INVALID and f"The tunnel to {url} does not open" in wrong["message"], wrong
            assert "token" in wrong["message"], wrong
            elsewhere = refused(f"{url}/nowhere", "token", SECRET, env=program)
            assert "does not open" in elsewhere["message"], elsewhere
        began = time.monotonic()
        closed = refused(url, "token", SECRET, env=program)
        assert "does not open" in closed["message"] and "refused" in closed["message"].lower(), closed
        assert time.monotonic() - began < 10
    assert "'@'" in refused(f"wss://me:{SECRET}@host/tunnel")["message"]


class OldServer(base_pb2_grpc.SparkConnectServiceServicer):
    """Knows its version and nothing else."""

    def AnalyzePlan(self, request, context):
        response = base_pb2.AnalyzePlanResponse(session_id=request.session_id)
        response.spark_version.version = "3.5.1"
        return response


@pytest.mark.process
def test_a_server_of_another_version():
    server = grpc.server(futures.ThreadPoolExecutor(2))
    base_pb2_grpc.add_SparkConnectServiceServicer_to_server(OldServer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        got = facts(probe("failure", f"sc://127.0.0.1:{port}", "SELECT 1"))
    finally:
        server.stop(None)
    assert got["kind"] == UNSUPPORTED
    assert "does not know ExecutePlan." in got["message"]
    assert "The server has Spark 3.5.1, this client speaks the protocol of 4.3.0." in got["message"]


def make_certificate(folder, name):
    """A certificate that signs itself, for `name`: (certificate, key)."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", f"/CN={name}", "-addext",
                    f"subjectAltName=DNS:{name}", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


@pytest.mark.process
def test_tls(tmp_path):
    certificate, key = make_certificate(tmp_path, "localhost")
    with Server(args=["--tls-certificate", str(certificate), "--tls-key", str(key)]) as server:
        tls = f"{server.remote}/;use_ssl=true"
        assert refused(tls, "roots", certificate)["version"]
        unknown = refused(tls)
        assert unknown["kind"] == CONNECTION and "tls_roots" in unknown["message"]
        plain = refused(server.remote)
        assert plain["kind"] == CONNECTION and "use_ssl=true" in plain["message"]
        missing = refused(tls, "roots", tmp_path / "none.pem")
        assert missing["kind"] == INVALID and "none.pem" in missing["message"]
    other, key = make_certificate(tmp_path, "elsewhere")
    with Server(args=["--tls-certificate", str(other), "--tls-key", str(key)]) as server:
        tls = f"{server.remote}/;use_ssl=true"
        assert refused(tls, "roots", other)["kind"] == CONNECTION
        assert refused(tls, "roots", other, "name", "elsewhere")["version"]


def stream(remote, rows=2_000_000, pause=5):
    return start("stream", remote, rows, pause)


def finish(process, timeout=180):
    out, err = process.communicate(timeout=timeout)
    assert process.returncode == 0, f"{out[-2000:]}\n{err[-2000:]}"
    return out.splitlines()


@pytest.mark.process
@pytest.mark.parametrize("cut_at", [0, 100, 5_000, 200_000, 3_000_000])
def test_a_stream_survives_resets(cut_at):
    with Server() as server:
        proxy = CuttingProxy(server.port)
        process = stream(f"sc://127.0.0.1:{proxy.port}", rows=400_000)
        assert process.stdout.readline().startswith("batch")
        for _ in range(3):
            proxy.cut_after(cut_at)
            time.sleep(0.3)
        finish(process)
        assert proxy.cuts >= 1
        proxy.close()


@pytest.mark.process
def test_a_query_survives_a_cut_before_its_first_answer():
    with Server() as server:
        proxy = CuttingProxy(server.port)
        process = start("rows", f"sc://127.0.0.1:{proxy.port}", "SELECT sum(hash(id)) AS s FROM range(300000000)")
        time.sleep(0.7)
        proxy.cut_after(0)
        assert len(finish(process)) == 1
        proxy.close()


@pytest.mark.process
def test_a_server_that_dies_is_no_hang():
    with Server() as server:
        process = stream(server.remote, pause=50)
        process.stdout.readline()
        server.process.kill()
        time.sleep(2)
        assert process.poll() is None  # waits for the server to come back, as PySpark does
        process.kill()
        process.wait()


@pytest.mark.process
def test_a_server_that_comes_back_has_lost_the_session():
    with Server() as server:
        process = stream(server.remote, pause=100)
        process.stdout.readline()
        server.process.kill()
        server.process.wait()
        again = subprocess.Popen([server.binary, "serve", "--port", str(server.port)], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        try:
            out, _ = process.communicate(timeout=60)
        finally:
            again.kill()
            again.wait()
    assert process.returncode == 1
    assert "kind 6" in out.splitlines(), out[-1000:]


@pytest.mark.process
def test_memory_is_bounded_while_streaming():
    with Server() as server:
        small = int(facts(finish(stream(server.remote, rows=2_000_000, pause=0)))["peak_kib"])
        large = int(facts(finish(stream(server.remote, rows=6_000_000, pause=0)))["peak_kib"])
    assert large - small < 160 * 1024, (small, large)  # of 440 MB more; the allocator and gRPC keep some tens


@pytest.mark.process
def test_a_slow_network_is_only_slow():
    with Server() as server:
        proxy = SlowProxy(server.port, rate=2_000_000, delay=0.02)
        began = time.monotonic()
        finish(stream(f"sc://127.0.0.1:{proxy.port}", rows=60_000, pause=0))  # 7 MB
        assert time.monotonic() - began > 3
        proxy.close()


@pytest.mark.process
def test_large_plans_travel_compressed():
    text = f"SELECT length('{'firesteel ' * 10_000}')"
    sent = {}
    for threshold in ("1000", "-1"):
        with Server(args=["--conf", f"spark.connect.session.planCompression.threshold={threshold}"]) as server:
            proxy = SlowProxy(server.port)
            assert "100000" in "".join(probe("rows", f"sc://127.0.0.1:{proxy.port}", text))
            sent[threshold] = proxy.sent_by_clients
            proxy.close()
    assert sent["1000"] < 20_000 < 100_000 < sent["-1"], sent


@pytest.mark.process
def test_certificates_of_clients(tmp_path):
    authority = Authority(tmp_path)
    gate, mine = authority.issue("gateway"), authority.issue("machine")
    listen = (f'[listen.tls]\ncertificate = "{gate[0]}"\nkey = "{gate[1]}"\nclient_ca = "{authority.path}"\n'
              "require_client_certificate = true")
    with Server() as server, Gateway(anonymous(server), listen=listen) as gateway:
        gateway.await_servers()
        tls = gateway.remote("use_ssl=true")
        assert refused(tls, "roots", authority.path, "certificate", mine[0], "key", mine[1])["version"]
        without = refused(tls, "roots", authority.path)
        assert without["kind"] == CONNECTION and "certificate" in without["message"], without
        half = refused(tls, "roots", authority.path, "certificate", mine[0])
        assert half["kind"] == INVALID and "key" in half["message"], half
        wrong = refused(tls, "roots", authority.path, "certificate", mine[0], "key", gate[1])
        assert wrong["kind"] in (INVALID, CONNECTION), wrong
