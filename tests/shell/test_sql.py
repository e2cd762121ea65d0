"""`firesteel sql` in pipes: bare data, exit codes, formats."""
import decimal
import json
import os
import signal
import subprocess
import time

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet
import pytest
from terminal import FIRESTEEL

TYPES = """
  select true as bool, cast(1 as tinyint) as i8, cast(2 as smallint) as i16, 3 as i32, 4L as i64, cast(1.5 as float) as f32,
    2.5D as f64, cast('12.340' as decimal(10, 3)) as dec, 'té"x,' as s, cast('ab' as binary) as bin, date'2020-02-29' as d,
    timestamp'2020-01-02 03:04:05.678' as ts, timestamp_ntz'2020-01-02 03:04:05' as ntz, array(1, null) as arr,
    map('k', 1) as m, named_struct('x', 1, 'y', array('z')) as st, interval '1' month as ym, interval '1 02:03:04' day to second as dt,
    cast(null as int) as nothing, double('NaN') as nan
"""


def test_tables_are_plain_in_pipes(sql):
    done = sql("-e", "select 1 as a, 'x' as b union all select 22, null order by a")
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout == "+----+------+\n|  a | b    |\n+----+------+\n|  1 | x    |\n| 22 | NULL |\n+----+------+\n"


def test_csv(sql):
    done = sql("--format", "csv", "-e", "set time zone 'UTC'; " + TYPES)
    lines = done.stdout.splitlines()
    assert lines[2] == "bool,i8,i16,i32,i64,f32,f64,dec,s,bin,d,ts,ntz,arr,m,st,ym,dt,nothing,nan"
    assert lines[3] == ('true,1,2,3,4,1.5,2.5,12.340,"té""x,",YWI=,2020-02-29,2020-01-02 03:04:05.678,2020-01-02 03:04:05,'
                        '"[1,null]","{""k"":1}","{""x"":1,""y"":[""z""]}",INTERVAL \'1\' MONTH,'
                        "INTERVAL '1 02:03:04' DAY TO SECOND,,NaN")


def test_json(sql):
    done = sql("--format", "json", "--conf", "spark.sql.session.timeZone=Europe/Paris", "-e", TYPES)
    row = json.loads(done.stdout)
    assert row == {
        "bool": True, "i8": 1, "i16": 2, "i32": 3, "i64": 4, "f32": 1.5, "f64": 2.5, "dec": 12.34, "s": 'té"x,', "bin": "YWI=",
        "d": "2020-02-29", "ts": "2020-01-02T02:04:05.678Z", "ntz": "2020-01-02T03:04:05", "arr": [1, None], "m": {"k": 1},
        "st": {"x": 1, "y": ["z"]}, "ym": "INTERVAL '1' MONTH", "dt": "INTERVAL '1 02:03:04' DAY TO SECOND", "nothing": None,
        "nan": "NaN"}


def test_arrow_files_and_streams(sql, tmp_path):
    done = sql("--format", "arrow", "-o", "out.arrow", "-e", TYPES)
    assert done.returncode == 0 and done.stdout == "", done.stderr
    table = pa.ipc.open_file(tmp_path / "out.arrow").read_all()
    assert table.num_rows == 1
    assert table["dec"][0].as_py() == decimal.Decimal("12.340")
    assert table["arr"][0].as_py() == [1, None] and table["s"][0].as_py() == 'té"x,'


def test_arrow_streams_go_into_pipes(remote, environment):
    done = subprocess.run([FIRESTEEL, "sql", "--remote", remote, "--format", "arrow", "-e", "select id from range(100000)"],
                          env=environment, capture_output=True, timeout=60)
    table = pa.ipc.open_stream(done.stdout).read_all()
    assert table.num_rows == 100_000 and table["id"].to_pylist() == list(range(100_000))


def test_parquet(sql, tmp_path):
    done = sql("--format", "parquet", "-o", "out.parquet", "-e", TYPES.replace("map('k', 1) as m", "map('k', 1) as m, uuid() as u"))
    assert done.returncode == 0, done.stderr
    table = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert table.num_rows == 1 and table["i64"].to_pylist() == [4] and table["st"].to_pylist() == [{"x": 1, "y": ["z"]}]
    assert not (tmp_path / "out.parquet.part").exists()
    done = sql("--format", "parquet", "-o", "many.parquet", "-e", "select id, id % 7 as k from range(300000)")
    table = pyarrow.parquet.read_table(tmp_path / "many.parquet")
    assert table.num_rows == 300_000 and sum(table["id"].to_pylist()) == sum(range(300_000))


def test_a_file_that_was_there_stays_after_an_error(sql, tmp_path):
    (tmp_path / "old.parquet").write_text("old")
    done = sql("--format", "parquet", "-o", "old.parquet", "-e", "select 1 / (id - 5) from range(10)")
    assert done.returncode == 1 and "[DIVIDE_BY_ZERO]" in done.stderr
    assert (tmp_path / "old.parquet").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["old.parquet"]


def test_parquet_needs_a_file(sql):
    done = sql("--format", "parquet", "-e", "select 1")
    assert done.returncode == 1 and "name a file with --output" in done.stderr


def test_files_and_standard_input(sql, tmp_path):
    (tmp_path / "q.sql").write_text("-- first; not a statement\ncreate temp view v as\n select ';' as semi;\n\nselect * from v;\n")
    assert sql("--format", "csv", "-f", "q.sql").stdout == "semi\n;\n"
    assert sql("--format", "csv", text="select 1 as a;\nselect 2 as b").stdout == "a\n1\nb\n2\n"
    assert sql("--format", "csv", "-e", "select 3 as c", "-f", "-", text="select 4 as d").stdout == "c\n3\nd\n4\n"


def test_scripts_run_as_one_statement(sql, request):
    if not request.config.getoption("--remote"):
        pytest.skip("Firesteel has no SQL scripts yet")
    script = "begin declare x int = 1; while x < 100 do set x = x * 2; end while; select x as x; end; select 'next' as n;"
    assert sql("--format", "csv", "-e", script).stdout == "x\n128\nn\nnext\n"


def test_errors_name_file_and_line_and_end_the_run(sql, tmp_path):
    (tmp_path / "q.sql").write_text("select 1 as a;\n\nselect * from no_such_table;\nselect 2 as b;\n")
    done = sql("--format", "csv", "-f", "q.sql")
    assert done.returncode == 1 and done.stdout == "a\n1\n"
    assert done.stderr.startswith("q.sql, line 3: error: [TABLE_OR_VIEW_NOT_FOUND]")
    done = sql("--format", "csv", "--keep-going", "-f", "q.sql")
    assert done.returncode == 1 and done.stdout == "a\n1\nb\n2\n"
    assert "\x1b" not in done.stderr + done.stdout


def test_shell_in_a_pipe(firesteel, remote):
    done = firesteel("shell", "--remote", remote, text="\\f csv\nselect 1 as a;\n\\x\nselect 2 as b;\n\\q\nselect 3;")
    assert (done.returncode, done.stdout, done.stderr) == (0, "a\n1\nb\n2\n", "")


def test_ctrl_c_ends_with_130(remote, environment):
    slow = "select count(*) from range(100000000000000) where id % 7 = 8"
    process = subprocess.Popen([FIRESTEEL, "sql", "--remote", remote, "-e", slow, "-e", "select 1"], env=environment,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert process.returncode == 130 and out == "" and err == "canceled\n"


@pytest.mark.streaming
def test_a_reader_that_leaves(remote, environment):
    command = f"{FIRESTEEL} sql --remote {remote} --format csv -e 'select id from range(1000000000000)' | head -n 2"
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, timeout=30)
    assert done.stdout == "id\n0\n" and "error" not in done.stderr


def test_many_rows_take_little_memory(remote, environment):
    script = ("import resource,subprocess,sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); "
              "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    command = [FIRESTEEL, "sql", "--remote", remote, "--format", "csv", "-e", "select id, cast(id as string) s from range(2000000)"]
    done = subprocess.run(["python3", "-c", script, *command], env=environment, capture_output=True, text=True, timeout=120)
    assert int(done.stdout) < 400_000, done.stderr  # KiB


def test_a_server_of_its_own(firesteel):
    done = firesteel("sql", "--local", "--format", "csv", "-e", "select 1 as a")
    assert (done.returncode, done.stdout, done.stderr) == (0, "a\n1\n", "")
    # Nobody names a server: one is started, too.
    done = firesteel("sql", "--format", "csv", "-e", "select 2 as a")
    assert (done.returncode, done.stdout, done.stderr) == (0, "a\n2\n", "")


def test_nobody_answers(firesteel):
    done = firesteel("sql", "--remote", "sc://localhost:1", "-e", "select 1")
    assert done.returncode == 1 and done.stderr.startswith("error: ") and "localhost:1" in done.stderr


def test_wrong_options_say_so(firesteel):
    done = firesteel("sql", "--remote", "sc://h/session-1?token=s3cret", "-e", "select 1")
    assert done.returncode == 1 and ";session_id=" in done.stderr and "s3cret" not in done.stderr
    done = firesteel("sql", "--format", "xml", "-e", "select 1")
    assert done.returncode == 1 and "xml" in done.stderr
    done = firesteel("sql", "-f", "no-such-file.sql")
    assert done.returncode == 1 and "no-such-file.sql" in done.stderr
