"""Sessions, results and errors of the C++ client. Expectations recorded from Apache Spark 4.3."""
import os
import re
import signal
import subprocess
import time

import pytest
from conftest import facts, probe, start
from server import Server

EVERY_TYPE = """SELECT true AS b, 1Y AS i8, 2S AS i16, 3 AS i32, 4L AS i64, CAST(1.5 AS float) AS f, 2.5D AS d, 1.25 AS de,
 'text' AS s, DATE'2020-02-29' AS da, TIMESTAMP'2020-02-29 12:00:00Z' AS ts, TIMESTAMP_NTZ'2020-02-29 12:00:00' AS tn,
 INTERVAL '1-2' YEAR TO MONTH AS ym, INTERVAL '1 02:03:04.5' DAY TO SECOND AS dt, make_interval(1, 2, 3, 4) AS ci,
 array(1, NULL) AS a, map('k', array(5L)) AS m, named_struct('x', 7, 'y', named_struct('z', 'deep')) AS st,
 parse_json('{"a": [1, null]}') AS va, NULL AS n"""


def test_rows_of_every_type(remote):
    assert probe("rows", remote, EVERY_TYPE) == [
        "Row(b=true, i8=1, i16=2, i32=3, i64=4, f=1.5, d=2.5, de=1.25, s='text', da=2020-02-29, ts=2020-02-29 12:00:00, "
        "tn=2020-02-29 12:00:00, ym=INTERVAL '1-2' YEAR TO MONTH, dt=INTERVAL '1 02:03:04.5' DAY TO SECOND, "
        "ci=1 years 2 months 25 days, a=[1, null], m={k -> [5]}, st={7, {deep}}, va={\"a\":[1,null]}, n=NULL)"
    ]


def test_an_empty_result(remote):
    assert probe("rows", remote, "SELECT * FROM range(0)") == []


def test_errors_of_execution(remote):
    got = facts(probe("failure", remote, "SELECT id, 1 / (id - id) FROM range(3)"))
    assert (got["kind"], got["condition"], got["state"]) == ("9", "DIVIDE_BY_ZERO", "22012")
    assert got["context"] == "11 1 / (id - id)"
    assert got["message"].startswith("[DIVIDE_BY_ZERO] Division by zero.")


def test_errors_of_analysis(remote):
    lines = probe("failure", remote, "SELECT * FROM no_such_table")
    got = facts(lines)
    assert (got["kind"], got["condition"], got["state"]) == ("8", "TABLE_OR_VIEW_NOT_FOUND", "42P01")
    assert "parameter relationName=`no_such_table`" in lines


def test_errors_of_the_parser(remote):
    got = facts(probe("failure", remote, "SELEC 1"))
    assert (got["kind"], got["condition"], got["state"]) == ("7", "PARSE_SYNTAX_ERROR", "42601")


def test_life_of_sessions(remote):
    assert probe("session", remote) == []


def test_operations_can_be_ended(remote):
    lines = probe("interrupts", remote)
    assert len(lines) == 4 and all(line.startswith("canceled") for line in lines)


def test_progress_is_told(remote, request):
    rows = 50_000_000 if request.config.getoption("--remote") else 1_000_000_000
    assert probe("progress", remote, rows) == ["told 1 done 1"]


def test_small_data_goes_with_the_plan(remote):
    assert probe("local_data", remote, 10) == ["struct<id:bigint,customer:string,discount:double,tags:array<string>>"]


def test_large_data_is_kept_by_the_server(remote):
    probe("local_data", remote, 200_000)


def test_types_by_values(remote):
    assert probe("local_rows", remote) == ["Row(_1=1, _2='a', _3=NULL)", "Row(_1=1099511627776, _2='b', _3=[1.5, null])",
                                           "struct<_1:bigint,_2:string,_3:array<double>>"]


def test_artifacts(remote, tmp_path):
    data = tmp_path / "data.bin"
    data.write_bytes(os.urandom(100_000))
    module = tmp_path / "module.py"
    module.write_text("answer = 42\n")
    assert probe("artifacts", remote, data, module) == []


def test_files_go_only_where_they_may(remote, tmp_path):
    source, target = tmp_path / "source.txt", tmp_path / "copy.txt"
    source.write_text("a line\n" * 100_000)
    got = facts(probe("copy_to_fs", remote, source, target))
    assert got["condition"] == "_LEGACY_ERROR_TEMP_3161", got
    assert not target.exists()


@pytest.mark.process
def test_files_go_to_a_server_that_takes_them(tmp_path):
    source, target = tmp_path / "source.txt", tmp_path / "new" / "copy.txt"
    source.write_text("a line\n" * 100_000)
    with Server(args=["--conf", "spark.sql.artifact.copyFromLocalToFs.allowDestLocal=true"]) as server:
        assert probe("copy_to_fs", server.remote, source, target) == ["copied"]
        assert target.read_text() == source.read_text()
        source.write_text("another\n")
        assert probe("copy_to_fs", server.remote, source, target) == ["copied"]
        assert target.read_text() == "another\n"


@pytest.mark.process
def test_a_server_as_a_child():
    # Settings that are for other servers.
    variables = {"SPARK_CONNECT_AUTHENTICATE_TOKEN": "of-another-server", "FIRESTEEL_CONFIG": "/no/such/file"}
    assert probe("local", Server().binary, env=variables) == ["Row(answer=42)"]


def children(pid):
    """The process's descendants."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    processes = [line.split(None, 2) for line in listed.splitlines()]
    found, parents = {}, {str(pid)}
    while parents:
        below = {number: arguments for number, parent, arguments in processes if parent in parents}
        found |= below
        parents = set(below)
    return found


@pytest.mark.process
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, None])
def test_a_child_ends_with_its_parent(number):
    process = start("local_wait", Server().binary)
    assert process.stdout.readline() == "connected\n"
    below = children(process.pid)
    assert any("serve" in arguments for arguments in below.values()), below
    # It is nobody else's: others of the machine find its port, but not its token.
    port = next(int(re.search(r"127\.0\.0\.1\]?:(\d+)", line).group(1)) for line in listening(below))
    assert facts(probe("connect", f"sc://127.0.0.1:{port}"))["kind"] == "2"
    if number is None:
        process.stdin.close()
    else:
        process.send_signal(number)
    process.wait(20)
    deadline = time.monotonic() + 20
    while any(os.path.exists(f"/proc/{pid}") for pid in below):
        assert time.monotonic() < deadline, below
        time.sleep(0.05)


def listening(processes):
    """Addresses on which one of them listens, as ss -ltnp has them."""
    table = subprocess.run(["ss", "-ltnp"], capture_output=True, text=True, check=True).stdout
    return [line for line in table.splitlines() if any(f"pid={pid}," in line for pid in processes)]


@pytest.mark.process
def test_a_child_that_does_not_start(tmp_path):
    def message(program, **variables):
        return facts(probe("local_fails", program, env=variables))["message"]

    assert message("/no/such/firesteel") == "There is no program /no/such/firesteel to start as a server."
    assert "/no/such/firesteel, which FIRESTEEL_PROGRAM names" in message("", FIRESTEEL_PROGRAM="/no/such/firesteel")
    assert "name it with local(path) or FIRESTEEL_PROGRAM" in message("", PATH=str(tmp_path))
    # What the program says is part of the error.
    wrong = message(Server().binary, FIRESTEEL_MEMORY_LIMIT="much")
    assert "did not start" in wrong and "'much' is no size" in wrong, wrong
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexit 3\n")
    silent.chmod(0o755)
    assert message(silent).endswith("it ended")
