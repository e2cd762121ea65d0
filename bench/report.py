"""The measured figures as a table and as a chart."""
import statistics

SUITES = {"tpch": "TPC-H", "tpcds": "TPC-DS"}
COLOURS = {"Firesteel": "#d9480f", "Sail": "#1c7ed6", "Spark": "#868e96", "DuckDB": "#f2b705"}

LOAD = (("per_second", "many clients: operations a second", "{:.1f}"), ("p50_ms", "many clients: p50, ms", "{:.1f}"),
        ("p99_ms", "many clients: p99, ms", "{:.1f}"), ("errors", "many clients: errors", "{}"),
        ("rss_first_quarter_mib", "many clients: memory in the first quarter, MiB", "{:.0f}"),
        ("rss_last_quarter_mib", "many clients: memory in the last quarter, MiB", "{:.0f}"))


def _get(book, engine, *path):
    value = book["engines"][engine]
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _cell(value, form):
    return "-" if value is None else form.format(value)


def _queries(book, suite):
    names = set()
    for engine in book["engines"].values():
        names |= {k for k in engine.get(suite, {}) if k.startswith("q")}
    return sorted(names)


def _common(book, suite):
    """The queries that every engine with any answer ran."""
    ran = [e for e in book["engines"] if any(_get(book, e, suite, q, "seconds") for q in _queries(book, suite))]
    return [q for q in _queries(book, suite) if all(_get(book, e, suite, q, "seconds") is not None for e in ran)]


def total(book, suite, engine):
    """Seconds for the queries that all engines ran, or None when this one ran none."""
    times = [_get(book, engine, suite, q, "seconds") for q in _common(book, suite)]
    return sum(times) if times and None not in times else None


def _ratios(book, names):
    """Of each engine's times of the built-in functions: what part of them the first engine took."""
    measured = {e: {name: got["seconds"] for name, got in (_get(book, e, "sql") or {}).items() if "seconds" in got} for e in names}
    first = measured[names[0]]
    parts = [[first[name] / seconds for name, seconds in measured[e].items() if name in first] for e in names]
    return [["built-in functions: " + names[0] + "'s time by this, median"] + [_cell(statistics.median(p) if p else None, "{:.2f}") for p in parts],
            ["… and calls above 1.1 of this"] + [_cell(sum(ratio > 1.1 for ratio in p) if p else None, "{}") for p in parts]]


def table(book):
    names = list(book["engines"])
    rows = [[""] + names]
    for q in _queries(book, "tpch"):
        rows.append(["TPC-H " + q + ", s"] + [_cell(_get(book, e, "tpch", q, "seconds"), "{:.3f}") for e in names])
    for suite, title in SUITES.items():
        if not _queries(book, suite):
            continue
        rows.append([f"{title}, {len(_common(book, suite))} queries, s"] + [_cell(total(book, suite, e), "{:.2f}") for e in names])
    for what in ("select 1, collect", "small aggregation, toArrow", "schema of a query"):
        for key in ("p50_ms", "p99_ms"):
            rows.append([f"{what}, {key[:3]}, ms"] + [_cell(_get(book, e, "small", what, key), "{:.2f}") for e in names])
    rows.append(["start to listening, s"] + [_cell(_get(book, e, "cold_start", "listening_s"), "{:.3f}") for e in names])
    rows.append(["start to first answer, s"] + [_cell(_get(book, e, "cold_start", "first_query_s"), "{:.3f}") for e in names])
    rows.append(["idle memory, MiB"] + [_cell(_get(book, e, "idle_rss_mib"), "{:.0f}") for e in names])
    rows.append(["memory after the queries, MiB"] + [_cell(_get(book, e, "after_rss_mib"), "{:.0f}") for e in names])
    rows.append(["memory 10 s after a first query, MiB"] + [_cell(_get(book, e, "used_rss_mib"), "{:.0f}") for e in names])
    rows.append(["most memory ever, MiB"] + [_cell(_get(book, e, "peak_rss_mib"), "{:.0f}") for e in names])
    for part in ("udf", "sql", "programs"):
        measured = dict.fromkeys(name for e in names for name in book["engines"][e].get(part) or {} if name != "error")
        for name in measured:
            rows.append([f"{name}, s"] + [_cell(_get(book, e, part, name, "seconds"), "{:.3f}") for e in names])
    rows += _ratios(book, names)
    for key, title, form in LOAD:
        rows.append([title] + [_cell(_get(book, e, "load", key), form) for e in names])
    rows = [row for i, row in enumerate(rows) if i == 0 or any(cell != "-" for cell in row[1:])]
    widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))) for row in rows]
    m = book["machine"]
    head = f"TPC-H scale factor {book['scale']}, best of {book['rounds']} · {m['cpu']}, {m['cores']} cores, {m['memory_gib']} GiB · " \
           f"{m['date']} · load {m['load_at_start']:.1f} · " + ", ".join(f"{k} {v}" for k, v in book["versions"].items())
    errors = [f"{e}: {book['engines'][e]['error']}" for e in names if "error" in book["engines"][e]]
    for e in names:
        for part in (*SUITES, "small", "udf", "sql", "programs"):
            got = book["engines"][e].get(part) or {}
            errors += [f"{e} {part}: {got['error'][:300]}"] if isinstance(got.get("error"), str) else []
            errors += [f"{e} {part} {q}: {one['error'][:150]}" for q, one in got.items() if isinstance(one, dict) and "error" in one]
        errors += [f"{e} load: {text}" for text in _get(book, e, "load", "first_errors") or [_get(book, e, "load", "error")] if text]
    return "\n".join([head] + lines + errors)


def chart(book, path):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    names = list(book["engines"])
    queries = _queries(book, "tpch")
    figure, axes = plt.subplots(2, 1, figsize=(14, 9), height_ratios=[2, 1])
    width = 0.8 / max(1, len(names))
    for i, e in enumerate(names):
        times = [_get(book, e, "tpch", q, "seconds") or float("nan") for q in queries]
        label = e if total(book, "tpch", e) is None else f"{e} ({total(book, 'tpch', e):.1f} s)"
        axes[0].bar([x + i * width for x in range(len(queries))], times, width, label=label, color=COLOURS.get(e))
    if any(bar.get_height() > 0 for bar in axes[0].patches):
        axes[0].set_yscale("log")
    axes[0].set_xticks([x + 0.4 - width / 2 for x in range(len(queries))], queries)
    axes[0].set_ylabel("seconds (log)")
    axes[0].set_title(f"TPC-H, scale factor {book['scale']}, best of {book['rounds']}, {book['machine']['cores']} cores")
    axes[0].legend()
    axes[0].grid(axis="y", alpha=0.3)
    what = {"select 1\np50, ms": ("small", "select 1, collect", "p50_ms"), "aggregation\np50, ms": ("small", "small aggregation, toArrow", "p50_ms"),
            "schema\np50, ms": ("small", "schema of a query", "p50_ms"), "first answer\ns": ("cold_start", "first_query_s"),
            "idle\nMiB": ("idle_rss_mib",)}
    for i, e in enumerate(names):
        values = [_get(book, e, *keys) or float("nan") for keys in what.values()]
        bars = axes[1].bar([x + i * width for x in range(len(what))], values, width, color=COLOURS.get(e))
        if not any(v == v for v in values):
            continue  # not measured
        axes[1].bar_label(bars, [f"{v:.2g}" if v == v and v < 10 else f"{v:.0f}" if v == v else "" for v in values], fontsize=8)
    if any(bar.get_height() > 0 for bar in axes[1].patches):
        axes[1].set_yscale("log")
    axes[1].set_xticks([x + 0.4 - width / 2 for x in range(len(what))], list(what))
    axes[1].set_title("Small queries, cold start, memory")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
