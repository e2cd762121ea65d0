"""SQL: aggregations, joins, windows, sorts larger than memory."""
from decimal import Decimal

from closed_forms import below, group_size, group_sum, letter, multiples, next_prime
from mix import check, operation


@operation(8)
def one(c):
    c.check_query(f"SELECT {c.mark}, '{c.name}', {c.k} + 1", [(c.mark, c.name, c.k + 1)])


@operation(8)
def aggregate(c):
    n, k = c.size(1_000, 100_000, 1_000_000), c.size(2, 50, 2_000)
    query = (f"SELECT id % {k} AS g, count(*), sum(id * {c.mark}), min(id), max(id) FROM range({n}) GROUP BY 1 ORDER BY 1")
    sizes = [(g, group_size(n, k, g)) for g in range(min(n, k))]
    c.check_query(query, [(g, s, group_sum(n, k, g) * c.mark, g, g + k * (s - 1)) for g, s in sizes])


@operation(3)
def distinct(c):
    n, k = c.size(10_000, 1_000_000), c.size(10, 30_000)
    c.check_query(f"SELECT count(DISTINCT id % {k}), count(DISTINCT concat('{c.name}', id % {k})), {c.mark} FROM range({n})",
                  [(min(n, k), min(n, k), c.mark)])


@operation(3)
def exact_decimals(c):
    n = c.size(100, 50_000)
    got = c.tuples(f"SELECT sum(CAST(id AS DECIMAL(18,2)) * 1.25), count(*) FROM range({n})")
    check("decimal sum", got, [(Decimal(below(n)) * Decimal("1.25"), n)])


@operation(5)
def join(c):
    n, p, m = c.size(10_000, 1_000_000), c.size(100, 200_000), c.random.randrange(1, 20)
    matched = min(p, multiples(n, m))
    pair = f"FROM range({n}) a {{}} JOIN (SELECT id * {m} AS id, {c.mark} AS mark FROM range({p})) b ON a.id = b.id"
    c.check_query("SELECT count(*), sum(a.id), sum(mark) " + pair.format(""), [(matched, m * below(matched), matched * c.mark)])
    c.check_query("SELECT count(*), count(mark) " + pair.format("LEFT"), [(n, matched)])
    c.check_query("SELECT count(*), sum(a.id) " + pair.format("LEFT ANTI"), [(n - matched, (below(n) - m * below(matched)) if n > matched else None)])


@operation(2)
def join_of_texts(c):
    n, k = c.size(20_000, 200_000), c.size(100, 1_000)
    query = (f"SELECT count(*), sum(a.id), min(b.text) FROM (SELECT id, concat('{c.name}-', id % {k}) AS text FROM range({n})) a "
             f"JOIN (SELECT concat('{c.name}-', id) AS text FROM range({k})) b ON a.text = b.text")
    c.check_query(query, [(n, below(n), f"{c.name}-0")])


@operation(4)
def window(c):
    n, k = c.size(1_000, 200_000), c.size(3, 400)
    query = (f"SELECT count(*), sum(r), sum(before), max(top), sum(mark) FROM (SELECT row_number() OVER w AS r, "
             f"coalesce(lag(id) OVER w, 0) AS before, max(id) OVER (PARTITION BY id % {k}) AS top, {c.mark} AS mark "
             f"FROM range({n}) WINDOW w AS (PARTITION BY id % {k} ORDER BY id))")
    groups = [(g, group_size(n, k, g)) for g in range(min(n, k))]
    c.check_query(query, [(n, sum(s * (s + 1) // 2 for _, s in groups), sum((s - 1) * g + k * below(s - 1) for g, s in groups),
                           n - 1, n * c.mark)])


@operation(2)
def running_sum(c):
    n = c.size(1_000, 100_000)
    j = c.random.randrange(n)
    c.check_query(f"SELECT s FROM (SELECT id, sum(id * {c.mark}) OVER (ORDER BY id) AS s FROM range({n})) WHERE id = {j}",
                  [(below(j + 1) * c.mark,)])


def sorted_permutation(c, n, width):
    """id * 7919 + mark modulo a prime p is a permutation of 0 … p - 1: the row at place j of its order is known."""
    p = next_prime(n)
    inverse = pow(7919, -1, p)
    j = c.random.randrange(p - 5)
    query = (f"SELECT h, id, length(text), substr(text, 1, 1) FROM (SELECT (id * 7919 + {c.mark}) % {p} AS h, id, "
             f"repeat(chr(CAST(65 + id % 26 AS INT)), {width}) AS text FROM range({p})) ORDER BY h LIMIT 5 OFFSET {j}")
    ids = [(h, (h - c.mark) * inverse % p) for h in range(j, j + 5)]
    c.check_query(query, [(h, i, width, letter(i)) for h, i in ids])


@operation(4)
def sort(c):
    sorted_permutation(c, c.size(10_000, 300_000), c.random.randrange(1, 60))


@operation(1)
def sort_that_spills(c):
    sorted_permutation(c, c.size(1_500_000, 4_000_000), 100)


@operation(1)
def aggregate_that_spills(c):
    n = c.size(1_000_000, 3_000_000)
    query = (f"SELECT count(*), sum(n), sum(length(text)) FROM (SELECT concat('{c.name}-', id % {n // 2}, repeat('x', 40)) AS text, "
             f"count(*) AS n FROM range({n // 2 * 2}) GROUP BY 1)")
    half = n // 2
    digits = 1 + sum((e + 1) * (min(half, 10 ** (e + 1)) - 10**e) for e in range(8) if 10**e < half)
    c.check_query(query, [(half, half * 2, digits + half * (len(c.name) + 41))])


@operation(3)
def exploded(c):
    n, k = c.size(100, 20_000), c.size(2, 30)
    expected = sum(group_size(n, k, g) * below(g + 2) for g in range(min(n, k)))
    c.check_query(f"SELECT sum(x), {c.mark} FROM (SELECT explode(sequence(1, id % {k} + 1)) AS x FROM range({n}))", [(expected, c.mark)])


@operation(3)
def lists(c):
    n, k = c.size(100, 30_000), c.size(2, 9)
    query = f"SELECT id % {k}, array_join(sort_array(collect_list(id)), ',') FROM range({n}) GROUP BY 1 ORDER BY 1"
    c.check_query(query, [(g, ",".join(map(str, range(g, n, k)))) for g in range(min(n, k))])


@operation(3)
def sets(c):
    n, m = c.size(100, 100_000), c.random.randrange(2, 9)
    both = f"SELECT id, {c.mark} AS mark FROM range({n}) {{}} SELECT id * {m}, {c.mark} FROM range({n})"
    common = multiples(n, m)
    for words, count in (("INTERSECT", common), ("EXCEPT", n - common), ("UNION", 2 * n - common), ("UNION ALL", 2 * n)):
        c.check_query(f"SELECT count(*), min(mark), max(mark) FROM ({both.format(words)})",
                      [(count, c.mark, c.mark)])


@operation(3)
def subqueries(c):
    n, k = c.size(1_000, 100_000), c.size(2, 50)
    query = (f"WITH t AS (SELECT id, id % {k} AS g FROM range({n})) SELECT count(*) FROM t WHERE id = (SELECT max(id) FROM t) "
             f"OR g IN (SELECT g FROM t WHERE id = 1) OR EXISTS (SELECT 1 FROM t AS u WHERE u.id = t.id + {n - 1})")
    c.check_query(query, [(len({n - 1, 0} | set(range(1, n, k))),)])
