"""Built-in functions in common use, each over ten million rows of one Parquet file. Each answers with seconds.

A measurement is one query that computes the function for every row and one aggregate of the results, so that nothing is left
out and nothing is sent. It is run once to warm up and then a few times, and its best time counts.
"""
import os
import time

ROWS = 10_000_000

# What the rows hold: numbers with and without NULLs, words of a small set, text, instants, arrays, JSON.
DATA = f"""
COPY (
  SELECT i AS id, CAST(hash(i) % 100000 AS INTEGER) AS n, CASE WHEN i % 10 = 0 THEN NULL ELSE CAST(hash(i + 1) % 1000 AS INTEGER) END AS o,
    (hash(i) % 10000000) / 977.0 AS x, CAST((hash(i) % 10000000) / 100.0 AS DECIMAL(12, 2)) AS p,
    ['alpha', 'beta', 'gamma', 'delta', 'epsilon'][1 + i % 5] AS w,
    'User ' || (hash(i) % 100000) || ' of group-' || (i % 97) || ', ok' AS s, CAST(hash(i) % 1000000 AS VARCHAR) AS digits,
    CAST(DATE '2000-01-01' + CAST(hash(i) % 9000 AS INTEGER) AS DATE) AS d,
    CAST(TIMESTAMP '2000-01-01' + to_seconds(hash(i) % 800000000) AS TIMESTAMPTZ) AS t,
    strftime(TIMESTAMP '2000-01-01' + to_seconds(hash(i) % 800000000), '%Y-%m-%d %H:%M:%S') AS instant,
    [CAST(i % 7 AS INTEGER), CAST(i % 11 AS INTEGER), CAST(i % 5 AS INTEGER), CAST(i % 3 AS INTEGER)] AS a,
    '{{"id": ' || i || ', "tag": "t' || (i % 13) || '", "in": {{"v": ' || (i % 101) || '}}}}' AS j
  FROM range({ROWS}) AS numbers(i)
) TO '{{path}}' (FORMAT parquet, ROW_GROUP_SIZE 250000)
"""

SCALAR = {  # the aggregate over the call is max, or the sum of lengths where a result is text
    "abs": "max(abs(n - 50000))", "round": "max(round(x, 2))", "floor": "max(floor(x))", "sqrt": "max(sqrt(x))",
    "pow": "max(pow(x, 1.5))", "ln": "max(ln(x + 1))", "sin": "max(sin(x))", "pmod": "max(pmod(n, 7))", "greatest": "max(greatest(n, o))",
    "decimal *": "max(p * 1.07)", "decimal /": "max(p / 3)", "bit_count": "max(bit_count(id))",
    "coalesce": "max(coalesce(o, n))", "CASE": "max(CASE WHEN n < 10 THEN 'a' WHEN n < 1000 THEN 'b' ELSE w END)",
    "CAST to STRING": "sum(length(CAST(id AS STRING)))", "CAST of DOUBLE to STRING": "sum(length(CAST(x AS STRING)))",
    "CAST to INT": "max(CAST(digits AS INT))", "CAST to DATE": "max(CAST(substring(instant, 1, 10) AS DATE))",
    "CAST to TIMESTAMP": "max(CAST(instant AS TIMESTAMP))", "CAST to DECIMAL": "max(CAST(x AS DECIMAL(18, 4)))",
    "upper": "max(upper(s))", "length": "sum(length(s))", "substring": "max(substring(s, 6, 4))", "concat": "sum(length(concat(s, '-', w)))",
    "concat_ws": "sum(length(concat_ws(',', s, w)))", "trim": "sum(length(trim(s)))", "replace": "sum(length(replace(s, 'group', 'g')))",
    "split": "sum(size(split(s, ' ')))", "regexp_replace": "sum(length(regexp_replace(s, '[0-9]+', '#')))",
    "regexp_extract": "sum(length(regexp_extract(s, 'group-([0-9]+)', 1)))", "RLIKE": "count_if(s RLIKE 'group-[0-9]7')",
    "LIKE": "count_if(s LIKE '%7 of group%')", "instr": "max(instr(s, 'group'))", "lpad": "sum(length(lpad(digits, 8, '0')))",
    "initcap": "max(initcap(s))", "reverse": "max(reverse(s))", "translate": "sum(length(translate(s, 'aeiou', '12345')))",
    "substring_index": "sum(length(substring_index(s, ' ', 2)))", "levenshtein": "max(levenshtein(w, 'gamut'))",
    "format_number": "sum(length(format_number(x, 2)))", "format_string": "sum(length(format_string('%05d-%s', n, w)))",
    "year": "max(year(d))", "date_add": "max(date_add(d, 30))", "datediff": "max(datediff(d, DATE'2010-01-01'))",
    "trunc": "max(trunc(d, 'MM'))", "last_day": "max(last_day(d))", "months_between": "max(months_between(d, DATE'2010-01-15'))",
    "hour": "max(hour(t))", "date_trunc": "max(date_trunc('HOUR', t))", "date_format": "sum(length(date_format(t, 'yyyy-MM-dd HH:mm')))",
    "to_timestamp": "max(to_timestamp(instant, 'yyyy-MM-dd HH:mm:ss'))", "unix_timestamp": "max(unix_timestamp(t))",
    "from_unixtime": "sum(length(from_unixtime(id)))", "from_utc_timestamp": "max(from_utc_timestamp(t, 'America/New_York'))",
    "hash": "max(hash(id, w))", "xxhash64": "max(xxhash64(id, w))", "md5": "max(md5(s))", "sha2": "max(sha2(s, 256))",
    "crc32": "max(crc32(s))", "base64": "sum(length(base64(s)))", "hex": "sum(length(hex(s)))",
    "get_json_object": "max(get_json_object(j, '$.in.v'))", "from_json": "max(from_json(j, 'id BIGINT, tag STRING').id)",
    "to_json": "sum(length(to_json(named_struct('n', n, 'w', w))))",
    "array_contains": "count_if(array_contains(a, 10))", "element_at": "max(element_at(a, 2))", "sort_array": "max(sort_array(a)[0])",
    "array_distinct": "sum(size(array_distinct(a)))", "transform": "max(transform(a, v -> v * 2)[1])",
    "filter": "sum(size(filter(a, v -> v > 2)))", "aggregate": "max(aggregate(a, 0, (s, v) -> s + v))",
    "array_join": "sum(length(array_join(a, ',')))",
}
AGGREGATE = {
    "sum": "sum(p)", "avg": "avg(x)", "count(DISTINCT)": "count(DISTINCT n)", "stddev": "stddev(x)", "corr": "corr(x, n)",
    "approx_count_distinct": "approx_count_distinct(id)", "percentile_approx": "percentile_approx(x, 0.5)", "median": "median(n)",
    "max_by": "max_by(s, x)", "collect_set": "size(collect_set(n))",
}
QUERIES = {
    **{name: f"SELECT {call} FROM {{t}}" for name, call in {**SCALAR, **AGGREGATE}.items()},
    "sum of groups": "SELECT max(v) FROM (SELECT sum(x) AS v FROM {t} GROUP BY n)",
    "collect_list of groups": "SELECT max(size(v)) FROM (SELECT collect_list(id) AS v FROM {t} GROUP BY n)",
    "explode": "SELECT sum(v) FROM (SELECT explode(a) AS v FROM {t})",
    "row_number": "SELECT max(v) FROM (SELECT row_number() OVER (PARTITION BY n ORDER BY id) AS v FROM {t})",
    "lag": "SELECT max(v) FROM (SELECT lag(x) OVER (PARTITION BY n ORDER BY id) AS v FROM {t})",
    "sum as a window": "SELECT max(v) FROM (SELECT sum(x) OVER (PARTITION BY n ORDER BY id) AS v FROM {t})",
}


def data_file():
    """The path of the Parquet file, made on first use (about 600 MB)."""
    import duckdb

    folder = os.path.join(os.path.expanduser("~"), ".cache", "firesteel", "sql_functions")
    path = os.path.join(folder, f"rows-{ROWS}.parquet")
    if not os.path.exists(path):
        os.makedirs(folder, exist_ok=True)
        duckdb.sql("SET TimeZone = 'UTC'")
        duckdb.sql(DATA.replace("{path}", f"{path}.new"))
        os.rename(f"{path}.new", path)
    return path


def run(spark, rounds, names=()):
    """names: of the measurements to run (all when empty)."""
    path = data_file()
    # A view's name works in every engine; a file in the query's text does not.
    spark.read.parquet(path).createOrReplaceTempView("bench_sql_functions")
    out = {}
    for name in names or QUERIES:
        query = QUERIES[name]
        times = []
        try:
            for _ in range(rounds + 1):
                begun = time.perf_counter()
                spark.sql(query.format(t="bench_sql_functions")).collect()
                times.append(time.perf_counter() - begun)
            out[name] = {"seconds": min(times[1:]), "first_s": times[0]}
        except Exception as e:
            out[name] = {"error": f"{type(e).__name__}: {str(e)[:200]}"}
    return out
