"""Sessions opened, released and left behind; clients that vanish."""
import time

from failures import LONG, check_fails
from mix import Background, check, new_session, operation

FINITE = "SELECT sum(a.id * b.id % 7) FROM range(1000000) a, range(2000) b"


@operation(3)
def second_session(c):
    """What one session has, another one of the same user does not see."""
    other = new_session(c.remote)
    try:
        other.range(c.mark).createOrReplaceTempView("mine_alone")
        other.conf.set("soak.second", c.name)
        check("view of the second session", other.table("mine_alone").count(), c.mark)
        check_fails("TABLE_OR_VIEW_NOT_FOUND", lambda: c.spark.table("mine_alone").count())
        check("configuration of the second session", (other.conf.get("soak.second"), c.spark.conf.get("soak.second", "none")), (c.name, "none"))
    finally:
        other.stop()


@operation(2)
def new_session_instead(c):
    """Releases the client's session, with what is in it, and goes on in another."""
    c.spark.range(c.size(100, 100_000)).cache().count()
    c.spark.range(1).createOrReplaceTempView("of_the_old_session")
    c.renew()
    check_fails("TABLE_OR_VIEW_NOT_FOUND", lambda: c.spark.table("of_the_old_session").count())


@operation(2)
def session_released_while_it_runs(c):
    other = new_session(c.remote)
    running = Background(lambda: other.sql(LONG).collect())
    running.thread.join(c.random.uniform(0, 1))
    other.stop()
    check("a query of a released session has ended", running.ended(60), True)
    check("a query of a released session has failed", running.error is not None, True)


@operation(1)
def vanish(c):
    """The process dies by SIGKILL with views, cached data and a large result half read; its successor is a new life.

    A server keeps an operation for its client to come back to for five minutes, as Spark does: it must not be one that
    computes so long, or a few clients that vanish would take all places at work. A young life goes on.
    """
    if time.monotonic() < c.may_vanish_at:
        return c.check_query(f"SELECT {c.mark}", [(c.mark,)])
    c.spark.range(1_000).cache().count()
    c.spark.range(10).createOrReplaceTempView("left_behind")
    how = c.random.choice(["reading", "computing", "sorting"])
    if how == "reading":
        rows = c.spark.sql(f"SELECT id, {c.mark} AS mark, repeat('v', 1000) AS text FROM range(3000000)").toLocalIterator()
        for expected in range(c.random.randrange(1, 5_000)):
            row = next(rows)
            check("row of a client that vanishes", (row[0], row[1]), (expected, c.mark))
    else:
        query = FINITE if how == "computing" else ("SELECT id, repeat('w', 100) AS text FROM range(6000000) ORDER BY id % 1000, id DESC")
        running = Background(lambda: c.spark.sql(query).toArrow())
        running.thread.join(c.random.uniform(0.5, 3))
    c.on_vanish()
