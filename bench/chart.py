"""Draws bench.json: TPC-H seconds a query and in all, small-query latency, start-up.   chart.py bench.json bench.png"""
import json
import statistics
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

COLOURS = {"firesteel": "#d1495b", "duckdb": "#edae49", "sail": "#00798c", "spark": "#8d99ae"}


def main(source, target):
    with open(source, encoding="utf-8") as file:
        report = json.load(file)
    engines = report["engines"]
    names = sorted({name for result in engines.values() for name in result["tpch"]})
    figure, (queries, small, start) = plt.subplots(1, 3, figsize=(16, 5), width_ratios=[4, 1, 1], layout="constrained")

    width = 0.8 / len(engines)
    for i, (engine, result) in enumerate(engines.items()):
        seconds = [min(result["tpch"].get(name, [float("nan")])) for name in names]
        total = sum(s for s in seconds if s == s)
        places = [j + (i - (len(engines) - 1) / 2) * width for j in range(len(names))]
        queries.bar(places, seconds, width, label=f"{engine}: {total:.1f} s in all", color=COLOURS[engine])
    queries.set_yscale("log")
    queries.set_xticks(range(len(names)), names, rotation=60)
    queries.set_ylabel("seconds (log)")
    queries.set_title(f"TPC-H SF{report['scale']}, best of {report['repeat']}, {report['cores']} cores")
    queries.legend()

    for axis, title, value in (
        (small, "SELECT 1 through the client, median ms", lambda r: statistics.median(r["small"]["SELECT 1"]) * 1000),
        (start, "server start to open port, ms", lambda r: (r["listening"] or 0) * 1000),
    ):
        shown = [e for e in engines if axis is small and "SELECT 1" in engines[e]["small"] or axis is start and engines[e]["listening"]]
        values = [value(engines[e]) for e in shown]
        bars = axis.bar(shown, values, color=[COLOURS[e] for e in shown])
        axis.bar_label(bars, [f"{v:.1f}" if v < 100 else f"{v:.0f}" for v in values])
        axis.set_yscale("log")
        axis.set_title(title, fontsize=9)
        axis.tick_params(axis="x", rotation=30)
    figure.savefig(target, dpi=120)


if __name__ == "__main__":
    main(*sys.argv[1:3])
