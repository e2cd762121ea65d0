#!/usr/bin/env python3
"""Writes the TPC-DS tables as Parquet files and the texts of the 99 queries, by DuckDB's tpcds extension.

    .deps/venv-tpcds/bin/python tests/tpcds/generate.py --sf 1 FOLDER      FOLDER/<table>.parquet, FOLDER/queries/qNN.sql

Runs in an environment of its own (tools/setup/fetch.sh tpcds). The generator's output depends on the scale factor alone.
"""
import argparse
import glob
import os
import re

import duckdb
import duckdb_extension_tpcds


def spark_text(query):
    """The query in Spark's spelling: names are quoted by backticks; everything else is common SQL."""
    return re.sub(r'"([^"]*)"', r"`\1`", query).strip().rstrip(";") + "\n"


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folder")
    p.add_argument("--sf", required=True)
    a = p.parse_args()
    os.makedirs(os.path.join(a.folder, "queries"))
    connection = duckdb.connect()
    connection.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
    package = os.path.dirname(duckdb_extension_tpcds.__file__)
    (extension,) = glob.glob(os.path.join(package, "**", "*.duckdb_extension"), recursive=True)
    connection.execute(f"LOAD '{extension}'")
    connection.execute(f"CALL dsdgen(sf = {float(a.sf)})")
    for (table,) in connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall():
        connection.execute(f"COPY {table} TO '{a.folder}/{table}.parquet' (FORMAT parquet)")
    for number, query in connection.execute("SELECT query_nr, query FROM tpcds_queries()").fetchall():
        with open(os.path.join(a.folder, "queries", f"q{number:02d}.sql"), "w", encoding="utf-8") as f:
            f.write(spark_text(query))


if __name__ == "__main__":
    main()
