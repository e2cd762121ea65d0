"""Queries that must fail, each with its condition, and queries that are interrupted."""
import time

from mix import Background, WrongAnswer, check, operation

LONG = "SELECT sum(a.id * b.id % 7) FROM range(1000000) a, range(1000000) b"


def condition_of(error):
    return error.getCondition() if hasattr(error, "getCondition") else None


def check_fails(condition, function):
    from pyspark.errors import PySparkException

    try:
        got = function()
    except PySparkException as e:
        if condition_of(e) != condition:
            raise WrongAnswer(f"condition {condition_of(e)}, expected {condition}: {str(e)[:300]}") from e
        return
    raise WrongAnswer(f"no error, expected {condition}: {got!r}")


@operation(6)
def must_fail(c):
    n = c.size(10, 100_000)
    condition, query = c.random.choice([
        ("DIVIDE_BY_ZERO", f"SELECT sum({c.mark} / (id - {n // 2})) FROM range({n})"),
        ("DIVIDE_BY_ZERO", "SELECT 1 / 0"),
        ("UNRESOLVED_COLUMN.WITH_SUGGESTION", f"SELECT no_{c.name} FROM range({n})"),
        ("TABLE_OR_VIEW_NOT_FOUND", f"SELECT * FROM no_{c.name}"),
        ("CAST_INVALID_INPUT", f"SELECT CAST(concat('{c.name}', id) AS INT) FROM range({n})"),
        ("CAST_OVERFLOW", f"SELECT CAST(id + 3000000000 AS INT) FROM range({n})"),
        ("ARITHMETIC_OVERFLOW", "SELECT 9223372036854775807 + id FROM range(2)"),
        ("INVALID_ARRAY_INDEX", "SELECT array(1, 2)[id] FROM range(3)"),
        ("PARSE_SYNTAX_ERROR", f"SELEC {c.mark}"),
        ("UNRESOLVED_ROUTINE", f"SELECT no_{c.name}(1)"),
        ("USER_RAISED_EXCEPTION", f"SELECT raise_error('{c.name}') FROM range({n})"),
    ])
    check_fails(condition, lambda: c.spark.sql(query).collect())


@operation(2)
def failing_frame(c):
    """Fails late, after rows were already sent."""
    n = c.size(100_000, 500_000)
    frame = c.spark.range(n).selectExpr("id", f"{c.mark} / (id - {n - 1}) AS x", "repeat('x', 100) AS text")
    check_fails("DIVIDE_BY_ZERO", frame.toArrow)


def interrupted(c, start, interrupt):
    """Runs LONG beside this thread and interrupts until the server says that it hit one."""
    running = Background(start)
    time.sleep(c.random.uniform(0, 1.5))
    for _ in range(300):
        if interrupt():
            break
        if not running.thread.is_alive():
            raise WrongAnswer(f"the long query ended by itself: {running.error or running.result!r}")
        time.sleep(0.1)
    else:
        raise WrongAnswer("nothing to interrupt in 30 s")
    if not running.ended(60):
        raise WrongAnswer("an interrupted query still runs after 60 s")
    if condition_of(running.error) != "OPERATION_CANCELED":
        raise WrongAnswer(f"interrupted: {running.error or running.result!r}, expected OPERATION_CANCELED")
    c.check_query(f"SELECT {c.mark}", [(c.mark,)])


@operation(1)
def interrupted_by_tag(c):
    tag = c.unique("tag")

    def start():
        c.spark.addTag(tag)
        try:
            return c.spark.sql(LONG).collect()
        finally:
            c.spark.removeTag(tag)

    check("a tag of nobody", c.spark.interruptTag(tag + "x"), [])
    interrupted(c, start, lambda: c.spark.interruptTag(tag))


@operation(1)
def interrupted_all(c):
    interrupted(c, lambda: c.spark.sql(LONG).collect(), c.spark.interruptAll)


@operation(1)
def interrupted_sort(c):
    """One that holds memory and files when it is interrupted."""
    query = "SELECT repeat(chr(CAST(65 + id % 26 AS INT)), 100) AS text, id FROM range(60000000) ORDER BY text, id DESC LIMIT 59999999"
    interrupted(c, lambda: c.spark.sql(f"SELECT max(id), count(*) FROM ({query})").collect(), c.spark.interruptAll)
