"""The pandas API on Spark: its functions of pandas' meaning (variances with degrees of freedom, modes, weighted means, …),
windows with frames of their own, joins, reshaping, texts, times, Python functions of Series and groups.
"""
# clients: 4.3
import sys
import warnings

warnings.filterwarnings("ignore")
import numpy as np
import pandas as pd
from pyspark.sql import SparkSession

spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
import pyspark.pandas as ps

ps.set_option("compute.ops_on_diff_frames", True)
df = ps.from_pandas(pd.DataFrame({
    "a": [1, 2, 3, 4, 5, 6], "b": [6.0, 5.5, np.nan, 3.2, 2.1, 1.0], "c": list("xyxyxz"),
    "d": pd.date_range("2024-01-01", periods=6)}))


def show(name, ask):
    try:
        value = ask()
        value = value.to_pandas() if hasattr(value, "to_pandas") else value
        # Rows have no order of their own; the last digits of sums depend on partitions.
        if isinstance(value, (pd.DataFrame, pd.Series)):
            value = value.sort_index()
        if isinstance(value, pd.DataFrame) or (isinstance(value, pd.Series) and value.dtype.kind == "f"):
            value = value.round(9)
        elif isinstance(value, float):
            value = round(value, 9)
        print(f"## {name}\n{value}")
    except Exception as error:
        print(f"## {name}\n{type(error).__name__}: {str(error).splitlines()[0]}")


show("describe", lambda: df.describe())
show("moments", lambda: [round(x, 9) for x in (df.b.std(), df.b.var(ddof=0), df.b.sem(), df.a.skew(), df.b.kurt(), df.a.median())])
show("moments of frames", lambda: df[["a", "b"]].agg(["min", "max", "std"]))
show("cov", lambda: df[["a", "b"]].cov())
show("corr", lambda: df[["a", "b"]].corr())
show("corr of series", lambda: df.a.corr(df.b))
show("prod", lambda: (df.a.prod(), round(df.b.prod(), 6)))
show("mode", lambda: df.mode())
show("mode of texts", lambda: df.c.mode())
show("quantile", lambda: df[["a", "b"]].quantile([0.25, 0.5]))
show("groups", lambda: df.groupby("c").agg({"a": ["sum", "min"], "b": "mean"}))
show("groups named", lambda: df.groupby("c").agg(s=("a", "sum"), m=("b", "max")))
show("groups std", lambda: df.groupby("c")[["a", "b"]].std())
show("groups var", lambda: df.groupby("c").a.var(ddof=0))
show("groups skew", lambda: df.groupby("c").a.skew())
show("groups prod", lambda: df.groupby("c").a.prod())
show("groups first, last", lambda: (df.groupby("c").a.first().to_pandas().sort_index().to_dict(), df.groupby("c").a.nunique().to_pandas().sort_index().to_dict()))
show("groups head", lambda: df.groupby("c").head(1))
show("groups cumsum", lambda: df.groupby("c").a.cumsum())
show("groups shift", lambda: df.groupby("c").a.shift(1))
show("groups diff", lambda: df.groupby("c").a.diff())
show("groups rank", lambda: df.groupby("c").a.rank())
show("groups fillna", lambda: df.groupby("c").b.ffill())
show("groups nlargest", lambda: df.groupby("c").a.nlargest(1))
show("groups rolling", lambda: df.groupby("c").a.rolling(2).sum())
show("groups ewm", lambda: df.groupby("c").a.ewm(com=0.5).mean())
show("groups transform", lambda: df.groupby("c").a.transform(lambda s: s - s.mean()))
show("groups filter", lambda: df.groupby("c").filter(lambda p: p.a.sum() > 4))
show("shift", lambda: df.a.shift(1))
show("shift back", lambda: df.a.shift(-2, fill_value=0))
show("diff", lambda: df.a.diff(2))
show("pct_change", lambda: df.a.pct_change())
show("monotonic", lambda: (df.a.is_monotonic_increasing, df.b.is_monotonic_decreasing, df.a.argmax(), df.a.idxmin()))
show("rolling", lambda: df.a.rolling(2).mean())
show("expanding", lambda: df.a.expanding(2).sum())
show("ewm", lambda: df.b.ewm(alpha=0.3).mean())
show("ewm ignoring", lambda: df.b.ewm(com=1, ignore_na=True).mean())
show("interpolate", lambda: df.b.interpolate())
show("interpolate some", lambda: ps.Series([np.nan, 1, np.nan, np.nan, np.nan, 5, np.nan]).interpolate(limit=2, limit_direction="both"))
show("fill", lambda: (df.b.ffill().to_pandas().sort_index().tolist(), df.b.bfill().to_pandas().sort_index().tolist()))
show("cumprod", lambda: df.a.cumprod())
show("rank", lambda: df.b.rank(method="min", ascending=False))
show("duplicated", lambda: df.duplicated("c"))
show("value_counts", lambda: df.c.value_counts())
show("merge", lambda: df.merge(ps.DataFrame({"c": ["x", "y"], "w": [1, 2]}), on="c", how="left"))
show("merge_asof", lambda: ps.merge_asof(df[["a", "c"]], ps.DataFrame({"a": [0, 3], "v": ["p", "q"]}), on="a"))
show("melt", lambda: df.melt(id_vars="c", value_vars=["a", "b"]).sort_values(["c", "variable", "value"]).to_pandas().values.tolist())
show("pivot", lambda: df.pivot(index="a", columns="c", values="b"))
show("pivot_table", lambda: df.pivot_table(values="a", index=["a"], columns="c", aggfunc="sum"))
show("dummies", lambda: ps.get_dummies(df[["c"]]))
show("transpose", lambda: df[["a", "b"]].head(2).T)
show("stack", lambda: df[["a", "b"]].head(2).stack())
show("where", lambda: df[["a", "b"]].where(df.a > 2))
show("loc", lambda: df.loc[df.a > 2, ["a", "c"]])
show("iloc", lambda: df.iloc[1:3])
show("xs", lambda: df.set_index(["c", "a"]).xs("x"))
show("concat", lambda: ps.concat([df[["a"]], df[["a"]]], ignore_index=True))
show("other frame", lambda: df.a + ps.Series([10, 20, 30, 40, 50, 60]))
show("texts", lambda: df.c.str.upper() + df.c.str.repeat(2))
show("split", lambda: ps.Series(["a b", "c d"]).str.split(" "))
show("times", lambda: (df.d.dt.year.to_pandas().tolist(), df.d.dt.dayofweek.to_pandas().tolist(), df.d.dt.strftime("%Y/%m").to_pandas().tolist()))
show("resample", lambda: df.set_index("d")[["a", "b"]].resample("2D").sum())
show("to_datetime", lambda: ps.to_datetime(ps.Series(["2024-01-01", "2024-02-02"])))
show("apply", lambda: df.apply(lambda r: r.a + 1, axis=1))
show("map", lambda: df.a.apply(lambda x: x * 10))
show("batches", lambda: df.pandas_on_spark.apply_batch(lambda p: p.assign(q=p.a * 2)))
show("sql", lambda: ps.sql("SELECT a, c FROM {df} WHERE a > 3", df=df))
show("query", lambda: df.query("a > 2 and c == 'x'"))
show("eval", lambda: df.eval("a + b"))
show("isin", lambda: df[df.c.isin(["z"])])
show("nlargest", lambda: df.nlargest(2, "a"))
show("sort", lambda: df.sort_values(["c", "a"], ascending=[True, False]).to_pandas().a.tolist())
show("index", lambda: (df.index.max(), df.set_index("d").index.min(), len(df), df.shape, df.dtypes.astype(str).to_dict()))
show("error", lambda: df.nosuch)
show("range", lambda: ps.range(10).id.sum())
