"""What operators look at: the status page, /metrics, gRPC health and reflection."""
import base64
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import grpc
import outcome
import pytest
from server import Server, free_port
from wire import ENDLESS, RemoteError, Wire, new_id, sql_plan

pytestmark = [pytest.mark.process, pytest.mark.firesteel]


class Page:
    def __init__(self, port, **headers):
        self.base, self.headers = f"http://127.0.0.1:{port}", headers

    def get(self, path, data=None, **headers):
        request = urllib.request.Request(self.base + path, data=data, headers={**self.headers, **headers})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metric(self, name):
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.get("/metrics")[1], re.M)
        assert found, name
        return float(found.group(1))


@pytest.fixture
def served():
    port = free_port()
    with Server(args=["--status-port", str(port)]) as server:
        yield server, Page(port)


def wait_for(look, seconds=20):
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_statements_with_text_plan_rows_and_errors(served):
    server, page = served
    spark = outcome.new_session(server.remote)
    spark.addTag("nightly")
    assert len(spark.sql("SELECT id, '<b>&' AS t FROM range(7) WHERE id > 1").collect()) == 5
    with pytest.raises(Exception):
        spark.sql("SELECT 1 / id FROM range(1)").collect()
    spark.range(5).filter("id > 2").limit(1).collect()
    status, text = page.get("/")
    assert status == 200 and "<b>&" not in text
    assert "SELECT id, &#39;&lt;b&gt;&amp;&#39; AS t FROM range(7) WHERE id &gt; 1" in text
    assert "limit ← filter ← range" in text
    links = {page.get(path)[1] for path in set(re.findall(r'href="(/statements/[0-9a-f-]+)"', text))}
    whole = next(t for t in links if "5 rows" in t)
    assert "succeeded" in whole and "tags: nightly" in whole and "<h2>Plan</h2>" in whole and "Filter" in whole
    failed = next(t for t in links if "DIVIDE_BY_ZERO" in t)
    assert "failed" in failed
    assert page.get(f"/statements/{new_id()}")[0] == 404
    assert page.get("/nosuch")[0] == 404
    assert page.metric('firesteel_operations_total{state="failed"}') == 1
    assert page.metric("firesteel_result_rows_total") == 6
    assert page.metric("firesteel_sessions") == 1
    assert page.metric("firesteel_operations_running") == 0
    assert page.metric("process_resident_memory_bytes") > 1e7
    assert page.metric('firesteel_operation_seconds_bucket{le="+Inf"}') == page.metric("firesteel_operation_seconds_count") > 3
    spark.stop()


def test_a_statement_is_killed(served):
    server, page = served
    wire, errors = Wire(server.remote), []

    def run():
        try:
            wire.execute(sql_plan(ENDLESS), reattachable=True)
        except RemoteError as error:
            errors.append(error.condition)

    thread = threading.Thread(target=run)
    thread.start()
    wait_for(lambda: "running" in page.get("/")[1] and "<button>" in page.get("/")[1])
    form = re.search(r'action="(/statements/[0-9a-f-]+/interrupt)"><input type="hidden" name="token" value="([^"]+)"', page.get("/")[1])
    # Only a form of this server's pages may do it.
    for token in ("", "x", new_id()):
        assert page.get(form.group(1), data=urllib.parse.urlencode({"token": token}).encode())[0] == 403
    assert page.get(form.group(1))[0] == 404  # no GET
    time.sleep(0.3)
    assert not errors
    status, text = page.get(form.group(1), data=urllib.parse.urlencode({"token": form.group(2)}).encode())
    assert status == 200 and "Firesteel" in text  # redirected to the overview
    thread.join(30)
    assert errors == ["OPERATION_CANCELED"]
    wait_for(lambda: "canceled" in page.get("/")[1])
    # The page tells at once that it is canceled, the total counts what has ended.
    wait_for(lambda: page.metric('firesteel_operations_total{state="canceled"}') == 1)
    wire.close()


def test_the_token_guards_the_page():
    port = free_port()
    with Server(args=["--status-port", str(port), "--token", "of the house"]):
        page = Page(port)
        basic = "Basic " + base64.b64encode(b"anyone:of the house").decode()
        for path in ("/", "/metrics", f"/statements/{new_id()}"):
            assert page.get(path)[0] == 401
            assert page.get(path, Authorization="Bearer wrong")[0] == 401
            assert page.get(path, Authorization="Basic !!!!")[0] == 401
            assert page.get(path, Authorization=basic[:-4])[0] == 401
        assert page.get("/", Authorization="Bearer of the house")[0] == 200
        assert page.get("/metrics", Authorization=basic)[0] == 200
        assert page.get("/healthz") == (200, "ok\n")


def test_large_and_odd_requests(served):
    server, page = served
    assert page.get("/statements/" + "a" * 5000)[0] in (404, 414, 431)
    assert page.get(f"/statements/{new_id()}/interrupt", data=b"x" * 100_000)[0] in (403, 413)
    assert page.get("/healthz")[0] == 200 and server.alive()


def test_port_taken(served):
    _, page = served
    port = page.base.rsplit(":", 1)[1]
    with pytest.raises(Exception, match="status page"):
        Server(args=["--status-port", port]).start()


def test_grpc_health_and_reflection(remote):
    with grpc.insecure_channel(remote.removeprefix("sc://")) as channel:
        raw = {"request_serializer": lambda b: b, "response_deserializer": lambda b: b}
        # HealthCheckResponse{status: SERVING}
        assert channel.unary_unary("/grpc.health.v1.Health/Check", **raw)(b"", timeout=10) == b"\x08\x01"
        # ServerReflectionRequest{list_services: ""}
        listed = channel.stream_stream("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", **raw)
        assert b"spark.connect.SparkConnectService" in next(listed(iter([b"\x3a\x00"]), timeout=10))
