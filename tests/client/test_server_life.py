"""The process: how it starts, what it says, how it stops, what it refuses."""
import os
import signal
import socket
import subprocess
import time

import pytest
from server import ROOT, Server, free_port

pytestmark = pytest.mark.process
BINARY = os.environ.get("FIRESTEEL_BINARY") or os.path.join(ROOT, "build", "firesteel")


def run(*args, timeout=20, env=None):
    return subprocess.run([BINARY, *args], capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL,
                          env={**os.environ, **(env or {})})


def test_version():
    done = run("--version")
    assert done.returncode == 0
    assert "firesteel" in done.stdout.lower()
    assert any(ch.isdigit() for ch in done.stdout)


@pytest.mark.parametrize("args", [("--help",), ("serve", "--help")])
def test_help(args):
    done = run(*args)
    assert done.returncode == 0
    assert "serve" in done.stdout


def test_help_names_every_option():
    text = run("serve", "--help").stdout
    for option in ("--host", "--port", "--warehouse", "--memory-limit", "--temp-dir", "--threads", "--config", "--log-level", "--log-format",
                   "--conf", "--status-port", "--status-host", "--token", "--tls-certificate", "--tls-key"):
        assert option in text


def test_says_where_it_listens():
    with Server() as server:
        deadline = time.monotonic() + 5
        while str(server.port) not in server.log() and time.monotonic() < deadline:
            time.sleep(0.02)
        line = next((x for x in server.log().splitlines() if str(server.port) in x), "")
        assert "listen" in line.lower(), server.log()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_stops_within_two_seconds(how):
    with Server() as server:
        begun = time.monotonic()
        assert server.stop(how) == 0, server.log()
        assert time.monotonic() - begun < 2


def test_stops_while_a_client_is_connected_and_a_query_runs():
    import threading

    from wire import RemoteError, Wire, sql_plan

    with Server() as server:
        wire = Wire(server.remote)
        wire.execute(sql_plan("SELECT 1"))
        failures = []

        def long_query():
            try:
                wire.execute(sql_plan("SELECT sum(a.id * b.id % 7) FROM range(1000000) a, range(1000000) b"))
            except RemoteError as e:
                failures.append(e)

        thread = threading.Thread(target=long_query)
        thread.start()
        time.sleep(0.5)
        begun = time.monotonic()
        assert server.stop(signal.SIGTERM) == 0, server.log()
        assert time.monotonic() - begun < 2
        thread.join(10)
        assert failures


def refused(*args, env=None):
    done = run("serve", *args, env=env)
    assert done.returncode == 1, f"exit code {done.returncode}\n{done.stdout}{done.stderr}"
    message = done.stderr + done.stdout
    assert message.strip()
    assert "terminate called" not in message and "Segmentation" not in message
    return message


def test_port_taken():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        port = s.getsockname()[1]
        assert str(port) in refused("--port", str(port))


def test_port_taken_by_another_server(tmp_path):
    with Server() as server:
        assert str(server.port) in refused("--port", str(server.port), "--warehouse", str(tmp_path / "w"))


def test_warehouse_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("x")
    assert str(tmp_path) in refused("--port", str(free_port()), "--warehouse", str(tmp_path / "file" / "below"))


def test_temp_dir_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("x")
    assert str(tmp_path) in refused("--port", str(free_port()), "--temp-dir", str(tmp_path / "file" / "below"),
                                    "--warehouse", str(tmp_path / "w"))


@pytest.mark.parametrize("args", [("--nosuch",), ("--port", "abc"), ("--port", "70000"), ("--port",), ("--memory-limit", "many"),
                                  ("--threads", "-1"), ("--threads", "x"), ("--log-level", "shout"), ("--config", "/no/such.toml"),
                                  ("extra",)])
def test_wrong_options(args):
    message = refused(*args)
    assert args[0].lstrip("-") in message or args[-1] in message


def test_unknown_command():
    assert run("nosuchcommand").returncode == 1


def test_environment_means_the_same_as_options(tmp_path):
    port = free_port()
    process = subprocess.Popen([BINARY, "serve"], env={**os.environ, "FIRESTEEL_PORT": str(port), "FIRESTEEL_WAREHOUSE": str(tmp_path)},
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        else:
            raise AssertionError("the server does not listen on FIRESTEEL_PORT")
    finally:
        process.terminate()
        assert process.wait(5) == 0


def test_wrong_environment():
    refused(env={"FIRESTEEL_PORT": "abc"})


def test_option_beats_environment():
    with Server(env={**os.environ, "FIRESTEEL_PORT": "1"}) as server:
        assert server.alive()


def test_config_file(tmp_path):
    port = free_port()
    (tmp_path / "c.toml").write_text(f'port = {port}\nwarehouse = "{tmp_path / "w"}"\n')
    process = subprocess.Popen([BINARY, "serve", "--config", str(tmp_path / "c.toml")], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        listening = False
        while not listening and time.monotonic() < deadline and process.poll() is None:
            with socket.socket() as s:
                listening = s.connect_ex(("127.0.0.1", port)) == 0
            time.sleep(0.02)
        assert listening
    finally:
        process.terminate()
        process.wait(5)


def test_config_file_with_errors(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text("port = = 1\n")
    assert "c.toml" in refused("--config", str(path))
    path.write_text("nosuchkey = 1\n")
    assert "nosuchkey" in refused("--config", str(path))


def test_idle_memory():
    with Server() as server:
        time.sleep(1)
        assert server.rss_bytes() < 120 * 2**20, f"{server.rss_bytes() / 2**20:.0f} MiB"


def test_a_dead_client_does_not_matter():
    with Server() as server:
        for garbage in (b"", b"GET / HTTP/1.1\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 64, b"\x00" * 1000):
            with socket.create_connection(("127.0.0.1", server.port)) as s:
                s.sendall(garbage)
        from wire import Wire, sql_plan

        assert Wire(server.remote).execute(sql_plan("SELECT 1"))
