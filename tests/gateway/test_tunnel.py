"""PySpark through `firesteel connect`: a local port whose bytes travel in WebSockets to the gateway's HTTP port."""
import hashlib
import re
import signal
import subprocess
import tempfile
import time
import urllib.request

import pytest
from pyspark.sql.connect.client.retries import DefaultPolicy

import outcome
from gateway import BINARY, Gateway, anonymous
from server import Server, free_port

TOKEN = "a-token-for-the-tunnel-tests"


def proven(*servers):
    """Only callers with TOKEN, who is ada."""
    token = f"""
[[auth.token]]
user = "ada"
sha256 = "{hashlib.sha256(TOKEN.encode()).hexdigest()}"
"""
    return anonymous(*servers, extra=token).replace("anonymous = true", "anonymous = false")


class Tunnel:
    """`with Tunnel(gateway) as tunnel: tunnel.remote()`."""

    def __init__(self, gateway, token=TOKEN, port=0, arguments=()):
        self.gateway, self.token, self.port, self.arguments = gateway, token, port, arguments

    def __enter__(self):
        self.token_file = tempfile.NamedTemporaryFile("w", prefix="firesteel-token-")
        self.token_file.write(self.token + "\n")
        self.token_file.flush()
        self.process = subprocess.Popen(
            [BINARY, "connect", "--gateway", f"ws://127.0.0.1:{self.gateway.http_port}", "--token-file", self.token_file.name,
             "--port", str(self.port), *self.arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        first = self.process.stdout.readline()
        found = re.match(r"connected: sc://localhost:(\d+) → ws://127\.0\.0\.1:\d+/tunnel$", first)
        if not found:
            self.error = self.process.stderr.read()
            self.process.wait(10)
        else:
            self.error, self.port = "", int(found.group(1))
        return self

    def remote(self, parameters=""):
        return f"sc://localhost:{self.port}" + (f"/;{parameters}" if parameters else "")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        self.process.stdout.close()
        self.process.stderr.close()
        self.token_file.close()


@pytest.fixture(scope="module")
def private(servers):
    with Gateway(proven(*servers)) as running:
        yield running
        assert running.alive(), f"the gateway died:\n{running.log()[-3000:]}"


@pytest.fixture
def tunnel(private):
    with Tunnel(private) as running:
        assert not running.error, running.error
        yield running


def test_calls_are_those_of_the_tunnels_user(tunnel, private):
    spark = outcome.new_session(tunnel.remote("user_id=ada"))
    try:
        assert [row.id for row in spark.range(5).collect()] == [0, 1, 2, 3, 4]
        assert {line["user"] for line in private.audit() if line["session"] == spark.session_id} == {"ada"}
    finally:
        spark.stop()


def test_nobody_else_is_let_in(private):
    with pytest.raises(Exception, match="UNAUTHENTICATED"):
        outcome.new_session(private.remote("user_id=ada")).range(1).collect()


def test_large_result(tunnel):
    spark = outcome.new_session(tunnel.remote("user_id=ada"))
    try:
        assert spark.range(3_000_000).toArrow().num_rows == 3_000_000
    finally:
        spark.stop()


def test_session_outlives_the_tunnel(private):
    port = free_port()
    with Tunnel(private, port=port) as first:
        assert not first.error, first.error
        spark = outcome.new_session(first.remote("user_id=ada"))
        spark.range(3).createOrReplaceTempView("three")
    with Tunnel(private, port=port) as second:
        assert not second.error, second.error
        # A session of the tests gives up sooner than gRPC connects again.
        spark.client.set_retry_policies([DefaultPolicy(max_retries=10, max_backoff=1000, jitter=0)])
        assert spark.table("three").count() == 3
        spark.stop()


def test_wrong_token_ends_with_the_reason(private):
    with Tunnel(private, token="wrong") as refused:
        assert "refuses the token" in refused.error
        assert "wrong" not in refused.error
        assert refused.process.returncode == 1
    deadline = time.monotonic() + 5
    while not (lines := [line for line in private.audit() if line["rpc"] == "OpenTunnel"]):
        assert time.monotonic() < deadline, "no line of the refusal in the audit log"
        time.sleep(0.02)
    assert lines[-1]["code"] == "UNAUTHENTICATED" and lines[-1]["user"] == "" and lines[-1]["reason"]


def test_metrics_count_tunnels_servers_and_faults(servers):
    def metric(gateway, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{gateway.http_port}/metrics", timeout=10) as answer:
            found = re.search(rf"^{re.escape(name)} (\S+)$", answer.read().decode(), re.M)
        return found and float(found.group(1))

    def becomes(gateway, name, value):
        deadline = time.monotonic() + 5
        while metric(gateway, name) != value:
            assert time.monotonic() < deadline, f"{name} is {metric(gateway, name)}, not {value}"
            time.sleep(0.05)

    with Server() as mortal, Gateway(proven(*servers, mortal)) as gateway:
        gateway.await_servers(3)
        assert metric(gateway, "gateway_tunnels") == 0
        assert metric(gateway, 'gateway_servers{set="all",state="ready"}') == 3
        assert metric(gateway, 'proxy_errors_total{reason="server_lost"}') is None
        with Tunnel(gateway) as tunnel:
            session = outcome.new_session(tunnel.remote())
            session.range(1).collect()
            becomes(gateway, "gateway_tunnels", 1)
            session.stop()
        becomes(gateway, "gateway_tunnels", 0)
        mortal.stop(signal.SIGKILL)
        becomes(gateway, 'proxy_errors_total{reason="server_lost"}', 1)
        becomes(gateway, 'gateway_servers{set="all",state="ready"}', 2)


def test_signal_ends_it_at_once(private):
    with Tunnel(private) as running:
        begun = time.monotonic()
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(5) == 0
        assert time.monotonic() - begun < 2


def test_waits_for_the_gateway():
    process = subprocess.Popen([BINARY, "connect", "--gateway", f"ws://127.0.0.1:{free_port()}", "--port", "0", "--wait"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    try:
        assert "cannot be reached: Connection refused; the next attempt is in 0.5 s" in process.stderr.readline()
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
        process.stdout.close()
        process.stderr.close()
