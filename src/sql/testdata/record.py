#!/usr/bin/env python3
"""Records what Apache Spark's parser says of each statement in syntax_errors.txt (run against tools/oracle's server).

    record.py < statements.txt > syntax_errors.txt   one statement a line, \\n for a line's end

A case is three lines and an empty one: the statement, the condition with its parameters as JSON, the message with \\n for
line ends; a statement that Spark parses has the line "ok". Needs the client of tools/oracle/ask.
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "tests", "golden"))
import case_file
import outcome

PARSER_ONLY = "ParseException"


def main():
    outcome.prepare_process()
    spark = outcome.new_session(os.environ.get("FIRESTEEL_ORACLE_REMOTE", "sc://localhost:15102"), [])
    for line in sys.stdin:
        text = line.rstrip("\n")
        if not text:
            continue
        answer = outcome.ask(spark, case_file.Case("record", kind="sql", text=text.replace("\\n", "\n")), "{DATA}")
        print(text)
        if answer.error is None or not answer.error.endswith(PARSER_ONLY):
            print("ok\n")
            continue
        print(answer.error.split(" ")[0], json.dumps(answer.params or {}, ensure_ascii=False, sort_keys=True))
        print(answer.message.replace("\n", "\\n"))
        print()
    spark.stop()


if __name__ == "__main__":
    main()
