"""Asks a Spark Connect server SQL statements (or, with --python, snippets) and prints what a client sees.

    tools/oracle/ask "SELECT 1/0" "SELECT 2"            one session for all statements; `-` reads one from standard input
    tools/oracle/ask --ansi false "SELECT 1/0"
    tools/oracle/ask --python "spark.range(3).select(F.col('id') + 1)"

Prints the schema as JSON with nullability and metadata, the rows as JSON, or the error's condition, SQLSTATE, parameters,
query contexts and text.
"""
import argparse
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "golden"))
import case_file
import outcome


def show(answer):
    if answer.error is not None:
        condition, state, kind = answer.error.split(" ")
        print(f"error   {condition}\nstate   {state}\nclass   {kind}\nparams  {case_file.to_json(answer.params)}")
        for context in answer.contexts:
            print(f"context {case_file.to_json(context)}")
        print(f"message\n{answer.message}")
        return
    for column in answer.columns or []:
        print("column  " + case_file.to_json(column))
    for row in answer.rows:
        print("row     " + case_file.to_json(row))
    if answer.output is not None:
        print("output\n" + answer.output)
    if answer.value is not None:
        print("value\n" + answer.value)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("statements", nargs="+")
    p.add_argument("--remote", default=os.environ.get("FIRESTEEL_ORACLE_REMOTE", "sc://localhost:15102"))
    p.add_argument("--ansi", choices=["true", "false"])
    p.add_argument("--conf", action="append", default=[], metavar="KEY=VALUE")
    p.add_argument("--python", action="store_true", help="the statements are Python snippets with spark, F, T, Window in scope")
    a = p.parse_args()
    outcome.prepare_process()
    confs = [tuple(c.split("=", 1)) for c in a.conf]
    if a.ansi:
        confs.append(("spark.sql.ansi.enabled", a.ansi))
    spark = outcome.new_session(a.remote, confs)
    failed = False
    for i, text in enumerate(a.statements):
        text = sys.stdin.read() if text == "-" else text
        if len(a.statements) > 1:
            print(("" if i == 0 else "\n") + "-- " + text)
        answer = outcome.ask(spark, case_file.Case("ask", kind="python" if a.python else "sql", text=text), "{DATA}")
        failed |= answer.error is not None
        show(answer)
    spark.stop()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
