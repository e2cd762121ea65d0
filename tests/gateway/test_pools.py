"""Servers that the gateway starts: ready before they are asked for, for whom they are asked for, and gone afterwards."""
import hashlib
import os
import re
import signal
import statistics
import time

import pytest
from pyspark.sql import SparkSession

import outcome
from gateway import BINARY, Gateway


def alive(pattern):
    """Ids of the processes whose command line has the pattern. Only the tests' own warehouses are looked for."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                words = f.read().decode(errors="replace").split("\0")
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as f:
                zombie = f.read().rsplit(")", 1)[1].split()[0] == "Z"
        except OSError:
            continue
        if not zombie and words[0].endswith("firesteel") and any(re.search(pattern, word) for word in words):
            found.append(int(pid))
    return sorted(found)


def wait_for(look, seconds, what):
    deadline = time.monotonic() + seconds
    while not (value := look()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.02)
    return value


def serve(folder, rest=""):
    return f"{BINARY} serve --host {{host}} --port {{port}} --warehouse {folder}/{{pool}} --temp-dir {folder} {rest}"


def config(command, rest="", environments='[environments.dev]\nservers = "pool"'):
    return f"""[auth]
anonymous = true
[routing]
default_environment = "dev"
{environments}
[servers.pool.pool]
command = '{command}'
{rest}
"""


def session_of(gateway, parameters="", **confs):
    return outcome.new_session(gateway.remote(parameters), confs.items())


def patient(gateway, parameters=""):
    """With PySpark's own patience, which follows RetryInfo."""
    return SparkSession.builder.remote(gateway.remote(parameters)).config("spark.sql.session.timeZone", "UTC").create()


def ready(gateway):
    return gateway.log().count("server ready")


def test_the_first_answer_of_a_warm_server(tmp_path):
    """Twenty sessions: each gets a server that waits; used ones share. Generous for a busy machine."""
    with Gateway(config(serve(tmp_path), "warm = 2\nmost = 4")) as gateway:
        wait_for(lambda: ready(gateway) >= 2, 20, "two warm servers")
        times = []
        session_of(gateway).stop()  # what Python loads the first time
        for _ in range(20):
            begun = time.monotonic()
            session = session_of(gateway)
            assert session.sql("SELECT 1").collect()[0][0] == 1
            times.append((time.monotonic() - begun) * 1000)
            session.stop()
        times.sort()
        print(f"first SELECT 1: p50 {statistics.median(times):.1f} ms, worst of twenty {times[-1]:.1f} ms")
        assert statistics.median(times) <= 150 * 4
    wait_for(lambda: not alive(str(tmp_path)), 5, "the end of the pool's processes")


def test_refill_and_surplus(tmp_path):
    with Gateway(config(serve(tmp_path), "warm = 2\nmost = 4")) as gateway:
        wait_for(lambda: ready(gateway) == 2, 20, "two warm servers")
        sessions = []
        for expected in (3, 4):
            sessions.append(session_of(gateway))
            sessions[-1].range(1).collect()
            wait_for(lambda: ready(gateway) >= expected, 20, "the refill")
        assert len(alive(str(tmp_path))) == 4
        for _ in range(4):  # no fifth process: sessions share
            sessions.append(session_of(gateway))
            assert sessions[-1].range(2).count() == 2
        assert len(alive(str(tmp_path))) == 4


def test_launched_when_asked_for(tmp_path):
    with Gateway(config(serve(tmp_path), "warm = 0")) as gateway:
        time.sleep(0.3)
        assert not alive(str(tmp_path))
        begun = time.monotonic()
        session = patient(gateway)
        assert session.range(3).count() == 3
        assert time.monotonic() - begun < 10
        assert len(alive(str(tmp_path))) == 1
        assert session.conf.get("spark.sql.session.timeZone") == "UTC"
        session.stop()


def script(tmp_path, text):
    path = tmp_path / "start"
    path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_command_that_fails(tmp_path):
    with Gateway(config(f"{script(tmp_path, 'echo no license >&2; exit 3')} {{port}}", "warm = 0")) as gateway:
        begun = time.monotonic()
        with pytest.raises(Exception) as raised:
            patient(gateway).range(3).count()
        assert time.monotonic() - begun < 10
        assert "No server of the pool 'pool' could be started: " in str(raised.value)
        assert "(exit status 3)" in str(raised.value) and "no license" in str(raised.value)


def test_a_command_of_several_steps(tmp_path):
    with Gateway(config(f"mkdir {tmp_path}/steps && cd {tmp_path}/steps && {serve(tmp_path)}", "warm = 0")) as gateway:
        assert patient(gateway).range(3).count() == 3


def test_a_command_that_never_listens(tmp_path):
    with Gateway(config("tail -f /dev/null --pid {port}", 'warm = 0\nstart_timeout = "1s"')) as gateway:
        begun = time.monotonic()
        with pytest.raises(Exception, match="No server of the pool 'pool' could be started"):
            patient(gateway).range(3).count()
        assert time.monotonic() - begun < 10


def test_warm_servers_that_die_are_replaced(tmp_path):
    with Gateway(config(serve(tmp_path), "warm = 2\nmost = 4")) as gateway:
        wait_for(lambda: ready(gateway) == 2, 20, "two warm servers")
        first = alive(str(tmp_path))
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: ready(gateway) >= 4, 20, "their replacement")
        wait_for(lambda: len(alive(str(tmp_path))) == 2, 5, "two processes")
        assert not set(alive(str(tmp_path))) & set(first)
        session = session_of(gateway)
        assert session.range(3).count() == 3


def test_each_user_alone(tmp_path):
    command = serve(tmp_path, "--conf spark.test.who={user}/{user_hash} --conf spark.test.where={team}/{environment}/{namespace}")
    with Gateway(config(command, "warm = 0\nper_user = true\nmost = 8")) as gateway:
        alice, again, bob = (patient(gateway, f"user_id={user};x-team=red") for user in ("alice", "alice", "bob"))
        for session in (alice, again, bob):
            assert session.range(3).count() == 3
        assert len(alive(str(tmp_path))) == 2
        alice.sql("CREATE TABLE of_alice (a INT)")
        assert again.catalog.tableExists("of_alice")
        for session, user in ((again, "alice"), (bob, "bob")):
            assert session.conf.get("spark.test.who") == f"{user}/{hashlib.sha256(user.encode()).hexdigest()[:12]}"
            assert session.conf.get("spark.test.where") == "red/dev/sjns-red-dev"
        # A server ends with its user's last session.
        for session in (alice, again):
            session.stop()
        wait_for(lambda: len(alive(str(tmp_path))) == 1, 10, "the end of alice's server")
        assert bob.range(2).count() == 2


@pytest.mark.parametrize("quoted", ["{user}", "x{user}x"])
def test_names_of_users_add_nothing_to_commands(tmp_path, quoted):
    canary, name = tmp_path / "canary", tmp_path / "name"
    start = script(tmp_path, f'printf %s "$1" > {name}\nshift\nexec "$@"\n')
    user = f"x'; touch {canary}; $(touch {canary}) `touch {canary}` \" \\"
    with Gateway(config(f"{start} {quoted} {serve(tmp_path)}", "warm = 0\nper_user = true")) as gateway:
        session = SparkSession.builder.remote(gateway.remote()).create()
        session.client._user_id = user
        session.conf.set("spark.sql.session.timeZone", "UTC")
        assert session.range(3).count() == 3
        assert name.read_text(encoding="utf-8") == quoted.replace("{user}", user)
        assert not canary.exists()


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_behind(tmp_path, with_signal):
    with Gateway(config(serve(tmp_path), "warm = 2")) as gateway:
        wait_for(lambda: ready(gateway) == 2, 20, "two warm servers")
        session_of(gateway).range(1).collect()
        gateway.stop(with_signal)
        wait_for(lambda: not alive(str(tmp_path)), 12, "the end of the pool's processes")


def test_a_pool_that_is_no_more_ends_with_its_sessions(tmp_path):
    other = config(serve(tmp_path / "other"), "warm = 0").replace("servers.pool", "servers.other").replace('"pool"', '"other"')
    with Gateway(config(serve(tmp_path), "warm = 2")) as gateway:
        wait_for(lambda: ready(gateway) == 2, 20, "two warm servers")
        session = session_of(gateway)
        assert session.range(3).count() == 3
        wait_for(lambda: ready(gateway) == 3, 20, "the refill")
        gateway.reload(other)
        wait_for(lambda: len(alive(str(tmp_path))) == 1, 10, "the end of the unused servers")
        assert session.range(4).count() == 4
        session.stop()
        wait_for(lambda: not alive(str(tmp_path)), 10, "the end of the last one")
