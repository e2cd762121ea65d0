"""The status page as people see it: in a real browser, which also is the judge of what is escaped."""
import os
import threading

import browser
import outcome
import pytest
from server import Server, free_port
from wire import ENDLESS, RemoteError, Wire, sql_plan

pytestmark = [pytest.mark.process, pytest.mark.firesteel,
              pytest.mark.skipif(not browser.installed(), reason="no chromium: tools/setup/apt.sh tools/setup/apt-packages-browser.txt")]
# What a page that forgot to escape would run, in an element, in an attribute, in a closing tag.
HOSTILE = """SELECT 7 AS `</code></pre><script>window.broken = 1</script>`, '<img src=x onerror="window.broken = 2">' AS b, '" onclick="x' AS c"""


def test_the_page(tmp_path):
    port = free_port()
    with Server(args=["--status-port", str(port)]) as server, browser.Page() as page:
        spark = outcome.new_session(server.remote)
        spark.addTag("<script>window.broken = 3</script>")
        spark.sql(HOSTILE).collect()
        with pytest.raises(Exception):
            spark.sql("SELECT CAST('<u>no number</u>' AS INT)").collect()
        spark.sql("SELECT id, count(*) FROM range(100) WHERE id > 2 GROUP BY id").collect()
        wire, errors = Wire(server.remote, user="<b>bold</b>"), []

        def endless():
            try:
                wire.execute(sql_plan(ENDLESS), reattachable=True)
            except RemoteError as error:
                errors.append(error.condition)

        thread = threading.Thread(target=endless)
        thread.start()
        base = f"http://127.0.0.1:{port}"
        page.go(base + "/")
        for _ in range(100):
            if page.run("[...document.querySelectorAll('td.running')].map(c => c.parentNode.innerText).join()").count("<b>bold</b>") == 1 and \
                    page.run("document.querySelectorAll('td.running').length") == 1:
                break
            page.go(base + "/")
        if os.environ.get("FIRESTEEL_SCREENSHOT"):
            page.screenshot(os.environ["FIRESTEEL_SCREENSHOT"])
        # Sessions, what runs and what ended, and nothing that a statement smuggled in.
        assert "2 sessions" in page.run("document.body.innerText")
        rows = page.run("[...document.querySelectorAll('tbody tr')].map(r => [...r.cells].map(c => c.innerText))")
        assert [row[1] for row in rows][0] == "running"
        assert {"running", "succeeded", "failed"} <= {row[1] for row in rows}
        assert any(row[0] == HOSTILE for row in rows)
        assert any("<b>bold</b>" in row for row in rows)
        assert page.run("document.scripts.length + document.images.length + document.querySelectorAll('b, u, [onclick]').length") == 0
        # A finished statement's own page: text, plan, rows, tags.
        page.run("[...document.links].find(a => a.innerText.startsWith('SELECT 7')).click()")
        page.wait_for("location.pathname.startsWith('/statements/') && document.readyState === 'complete'")
        assert page.run("document.querySelector('pre').innerText") == HOSTILE
        assert "<script>window.broken = 3</script>" in page.run("document.body.innerText")
        assert page.run("window.broken") is None and page.run("document.scripts.length") == 0
        # The kill button ends the statement, and its client hears of it.
        page.go(base + "/")
        assert page.run("document.querySelectorAll('button').length") == 1
        page.run("document.querySelector('button').click()")
        page.wait_for("location.pathname === '/' && document.readyState === 'complete' && !document.querySelector('button')")
        thread.join(30)
        assert errors == ["OPERATION_CANCELED"]
        page.go(base + "/")
        assert page.run("document.querySelectorAll('td.canceled').length") == 1
        spark.stop()
        wire.close()
