"""The shell as a person uses it: in a terminal."""
import os
import re
import time

import pyarrow.parquet
import pytest
from terminal import CTRL_C, CTRL_D, CTRL_R, DOWN, ENTER, TAB, UP

PROMPT = r"localhost> "
SLOW = "select count(*) from range(100000000000000) where id % 7 = 8"


def test_greets_runs_and_leaves(terminal):
    shell = terminal()
    shell.expect(r"Connected to sc://localhost:\d+, Spark 4\.3\.0\.")
    shell.expect(PROMPT)
    shell.line("select 1 as a, null as b, 'é日本' as c;")
    shell.expect(r"│ +a │ b +│ c +│")
    shell.expect(r"│ +1 │ NULL │ é日本 │")
    shell.expect(r"1 row in \d+\.\d+ s")
    shell.expect(PROMPT)
    assert "\x1b[1m" in shell.raw and "\x1b[?2004h" in shell.raw
    shell.send(CTRL_D)
    assert shell.exit_code() == 0


def test_statements_of_several_lines_are_edited_as_one(terminal):
    shell = terminal()
    shell.expect(PROMPT)
    shell.line("select 1 as x,")
    shell.line("  2 as y")
    shell.settle()
    assert "error" not in shell.text()
    # Up goes to the line above within the statement; there the end gets a third column.
    shell.send(UP + UP + "\x1b[F" + " 3 as z,")
    shell.send(DOWN + DOWN + "\x1b[F;" + ENTER)
    shell.expect(r"│ +x │ +z │ +y │.*│ +1 │ +3 │ +2 │")
    shell.expect(PROMPT)
    # The history has it as one entry.
    shell.send(UP + ENTER)
    shell.expect(r"│ +1 │ +3 │ +2 │")


def test_history_outlives_the_shell_and_is_private(terminal, tmp_path):
    shell = terminal()
    shell.expect(PROMPT)
    shell.line("select 'to be found' as a;")
    shell.expect("1 row")
    shell.line(" select 'not to be kept' as b;")
    shell.expect("1 row")
    shell.line("\\q")
    assert shell.exit_code() == 0
    history = tmp_path / ".local/state/firesteel/history"
    assert history.stat().st_mode & 0o777 == 0o600
    assert "not\\040to\\040be" not in history.read_text()
    shell = terminal()
    shell.expect(PROMPT)
    shell.send(CTRL_R + "to be found")
    shell.expect("select 'to be found'")
    shell.settle(1)
    shell.send(ENTER)  # ends the search
    shell.settle(1)
    shell.send(ENTER)
    shell.expect(r"│ to be found │")


def test_completes_keywords_functions_tables_and_columns(terminal):
    shell = terminal()
    shell.expect(PROMPT)
    shell.line("create or replace temp view people_view as select 1 as surname, 2 as surcharge;")
    shell.expect("done")
    shell.send("sele" + TAB)
    shell.expect("select ")
    shell.send("approx_count_dis" + TAB)
    shell.expect(r"approx_count_distinct\(")
    shell.send(CTRL_C)
    shell.expect(PROMPT)
    shell.send("select * from people_v" + TAB)
    shell.expect("people_view ")
    shell.send(CTRL_C)
    shell.expect(PROMPT)
    shell.send("select p.sur from people_view p" + "\x1b[D" * len(" from people_view p") + TAB)
    shell.expect(r"surcharge +surname")
    shell.send("n" + TAB)
    shell.settle()
    shell.send("\x1b[F;" + ENTER)
    shell.expect(r"│ +surname │.*│ +1 │")
    shell.send("\\tim" + TAB)
    shell.expect("timing ")


def test_ctrl_c_cancels_and_the_session_lives_on(terminal):
    shell = terminal()
    shell.expect(PROMPT)
    shell.line(SLOW + ";")
    shell.expect(r"\d s +\(Ctrl-C cancels\)")
    began = time.monotonic()
    shell.send(CTRL_C)
    shell.expect("canceled")
    assert time.monotonic() - began < 5
    shell.expect(PROMPT)
    shell.line("select 41 + 1 as answer;")
    shell.expect(r"│ +42 │")


def test_ctrl_c_drops_the_input(terminal):
    shell = terminal()
    shell.expect(PROMPT)
    shell.send("select nonsense" + CTRL_C)
    shell.expect(r"\^C")
    shell.expect(PROMPT)
    shell.line("select 7 as n;")
    shell.expect(r"│ 7 │")


def test_long_results_go_to_the_pager(terminal):
    shell = terminal(FIRESTEEL_PAGER="sed 's/^/paged:/'", rows=15)
    shell.expect(PROMPT)
    shell.line("select id from range(5);")
    shell.expect("5 rows")
    assert "paged:" not in shell.text()
    shell.line("select id from range(50);")
    shell.expect(r"paged:│ 49 │")
    shell.expect("50 rows")
    shell.line("\\pager off")
    shell.expect("the pager is off")
    shell.line("select id from range(50);")
    shell.expect(r"\n│ 49 │")


@pytest.mark.streaming
def test_leaving_the_pager_ends_the_query(terminal):
    shell = terminal(FIRESTEEL_PAGER="head -n 3", rows=15)
    shell.expect(PROMPT)
    shell.line("select id from range(1000000000000);")
    shell.expect(r"stopped in \d+\.\d+ s")
    shell.expect(PROMPT)
    shell.line("select 'still there' as s;")
    shell.expect("still there")


def test_another_size_of_the_terminal(terminal):
    shell = terminal(columns=100)
    shell.expect(PROMPT)
    typed = "select 'a text that is longer than the narrow terminal will be' as t"
    shell.send(typed)
    shell.settle()
    shell.resize(24, 40)
    shell.settle()
    shown = shell.text()[shell.seen:]
    assert re.sub(r"\s", "", typed) in re.sub(r"\s", "", shown.rsplit("localhost>", 1)[-1])
    shell.resize(24, 120)
    shell.settle()
    shell.send(";" + ENTER)
    shell.expect(r"│ a text that is longer than the narrow terminal will be │")


def test_pasted_lines_run_only_with_enter(terminal):
    shell = terminal()
    shell.expect(PROMPT)
    shell.send("\x1b[200~select 1 as a,\n\t2 as b;\nselect 3 as c;\n\x1b[201~")
    shell.settle()
    assert "row" not in shell.text()[shell.seen:]
    shell.send(ENTER)
    shell.expect(r"│ 1 │ 2 │")
    shell.expect(r"│ 3 │")


def test_errors_are_sparks_and_leave_the_shell_open(terminal):
    shell = terminal()
    shell.expect(PROMPT)
    shell.line("select * from no_such_table;")
    shell.expect(r"error: \[TABLE_OR_VIEW_NOT_FOUND\]")
    shell.line("selec 1;")
    shell.expect(r"error: .*PARSE_SYNTAX_ERROR")
    shell.line("\\nonsense")
    shell.expect(r"there is no command \\nonsense")
    shell.line("select 1/0;")
    shell.expect(r"error: \[DIVIDE_BY_ZERO\]")


def test_commands(terminal, tmp_path):
    shell = terminal()
    shell.expect(PROMPT)
    shell.line("\\?")
    shell.expect(r"\\explain")
    shell.line("create or replace temp view shown as select 1 as a, 'x' as b;")
    shell.expect("done")
    shell.line("\\d")
    shell.expect(r"│ shown +│")
    shell.line("\\d shown")
    shell.expect(r"│ a +│ int +│")
    shell.line("\\df *count_distinct*")
    shell.expect("approx_count_distinct")
    shell.line("\\x")
    shell.expect("expanded display is on")
    shell.line("select * from shown;")
    shell.expect(r"-\[ row 1 \]-+\na \| 1\nb \| x\n")
    shell.line("\\x off")
    shell.line("\\explain select * from shown")
    shell.expect("Physical Plan")
    shell.line("\\timing off")
    shell.expect("timing is off")
    shell.line("\\f parquet")
    shell.line(f"\\o {tmp_path}/out.parquet")
    shell.expect("results go to ")
    shell.line("select id, cast(id as string) as s from range(1000);")
    shell.expect("1000 rows written to ")
    table = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert table.num_rows == 1000 and table.column_names == ["id", "s"]
    shell.line("\\f table")
    shell.line("select 5 as five;")  # on the terminal again
    shell.expect(r"│ +5 │")
    shell.line("\\c nonsense")
    shell.expect(r"there is no profile 'nonsense'.*Still connected to sc://localhost")


def test_a_server_of_its_own(terminal):
    shell = terminal("--local")
    shell.expect(r"Connected to a server of our own, Spark 4\.3\.0", 40)
    shell.expect("local> ")
    shell.line("select 6 * 7 as n;")
    shell.expect(r"│ 42 │")
    shell.line(SLOW + ";")
    shell.expect("Ctrl-C cancels")
    shell.send(CTRL_C)  # the child is in the same terminal and must not take it
    shell.expect("canceled")
    shell.line("select 'alive' as s;")
    shell.expect("alive")
    children = os.popen(f"ps --ppid {shell.pid} -o pid=").read().split()
    assert children
    shell.line("\\q")
    assert shell.exit_code() == 0
    for _ in range(50):
        if not any(os.path.exists(f"/proc/{pid}") for pid in children):
            break
        time.sleep(0.1)
    assert not any(os.path.exists(f"/proc/{pid}") for pid in children)
