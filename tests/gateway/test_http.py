"""The gateway's HTTP port: who is where, buttons, and applications over REST."""
import hashlib
import json
import time
import urllib.error
import urllib.request

import pytest
from gateway import Gateway
from pyspark.sql import SparkSession
from server import Server


def ask(gateway, path, token=None, body=None, method=None, headers=()):
    """(status, text) of a request."""
    request = urllib.request.Request(f"http://127.0.0.1:{gateway.http_port}{path}", method=method,
                                     data=None if body is None else body.encode())
    for name, value in dict(headers).items():
        request.add_header(name, value)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def start(gateway, token, body):
    status, text = ask(gateway, "/api/v1/applications", token, json.dumps(body), headers={"Content-Type": "application/json"})
    assert status == 202, text
    return json.loads(text)


def state(gateway, token, application):
    status, text = ask(gateway, f"/api/v1/applications/{application['id']}", token)
    assert status == 200, text
    return json.loads(text)


def wait_for(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def becomes(gateway, token, application, expected):
    wait_for(lambda: state(gateway, token, application)["state"] != "STARTING" or expected == "STARTING")
    found = state(gateway, token, application)
    assert found["state"] == expected, found
    return found


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


AUTH = f"""
[[auth.token]]
name = "ann"
user = "ann"
sha256 = "{sha256('anns-token')}"
[[auth.token]]
name = "root"
user = "root"
operator = true
sha256 = "{sha256('roots-token')}"
"""


@pytest.fixture(scope="module")
def guarded(servers):
    one, two = servers
    with Gateway(f"""{AUTH}
[routing]
header_prefix = "x-acme-"
[policy]
denied_config = ["spark.denied.*"]
[environments.test]
servers = ["both"]
[environments.test.config]
"spark.sql.session.timeZone" = "Asia/Tokyo"
[servers.both]
addresses = ["127.0.0.1:{one.port}", "127.0.0.1:{two.port}"]
""") as gateway:
        assert wait_for(lambda: ask(gateway, "/readyz")[0] == 200)
        yield gateway


def test_application(guarded):
    application = start(guarded, "anns-token", {"name": "report", "environment": "test",
                                                "config": {"spark.sql.ansi.enabled": False}})
    running = becomes(guarded, "anns-token", application, "RUNNING")
    assert running["connect"].startswith(f"sc://localhost:{guarded.port}/;session_id={application['session_id']}")
    session = SparkSession.builder.remote(running["connect"] + ";token=anns-token").create()
    try:
        assert session.session_id == application["session_id"]
        assert session.conf.get("spark.sql.ansi.enabled") == "false"
        assert session.conf.get("spark.sql.session.timeZone") == "Asia/Tokyo"
        assert session.range(3).count() == 3
        status, page = ask(guarded, f"/sessions/{application['session_id']}", "anns-token")
        assert status == 200 and "ann" in page and running["server"] in page
        status, found = ask(guarded, f"/api/v1/sessions/{application['session_id']}", "anns-token")
        assert json.loads(found)["state"] == "bound"
        assert json.loads(found)["status_url"].endswith(f"/sessions/{application['session_id']}")
        assert ask(guarded, f"/api/v1/applications/{application['id']}", "anns-token", method="DELETE")[0] == 200
        with pytest.raises(Exception, match="SESSION_CHANGED"):
            session.range(3).count()
    finally:
        session.client.close()
    assert state(guarded, "anns-token", application)["state"] == "ENDED"


def test_application_ends_with_its_session(guarded):
    application = start(guarded, "anns-token", {"name": "report", "environment": "test"})
    running = becomes(guarded, "anns-token", application, "RUNNING")
    SparkSession.builder.remote(running["connect"] + ";token=anns-token").create().stop()
    assert wait_for(lambda: state(guarded, "anns-token", application)["state"] == "ENDED")


def test_application_is_refused_with_the_reason(guarded):
    for body, status, words in [({"name": "x", "environment": "nowhere"}, 400, "nowhere"),
                                ({"name": "x", "config": {"spark.denied.key": "1"}}, 403, "spark.denied.key"),
                                ({"name": "x", "user": "bob"}, 403, "another user")]:
        found, text = ask(guarded, "/api/v1/applications", "anns-token", json.dumps(body),
                          headers={"Content-Type": "application/json"})
        assert found == status and words in json.loads(text)["error"], text


def test_configuration_that_the_server_refuses(guarded):
    application = start(guarded, "anns-token", {"name": "x", "config": {"spark.sql.shuffle.partitions": "many"}})
    failed = becomes(guarded, "anns-token", application, "FAILED")
    assert "spark.sql.shuffle.partitions" in failed["reason"]
    assert json.loads(ask(guarded, "/status.json", "anns-token")[1])["sessions"][0]["state"] != "bound"


def test_drained_server_gets_no_new_sessions(guarded):
    servers = json.loads(ask(guarded, "/status.json", "roots-token")[1])["servers"]
    assert [s["state"] for s in servers] == ["ready", "ready"]
    drained, other = servers
    assert ask(guarded, f"/servers/{drained['id']}/drain", "anns-token", "")[0] == 403
    assert ask(guarded, f"/servers/{drained['id']}/drain", "roots-token", "", headers={"Origin": "http://evil.example"})[0] == 403
    assert ask(guarded, f"/servers/{drained['id']}/drain", "roots-token", "")[0] == 200  # back on the status page
    try:
        states = {s["id"]: s["state"] for s in json.loads(ask(guarded, "/status.json", "roots-token")[1])["servers"]}
        assert states == {drained["id"]: "draining", other["id"]: "ready"}
        for _ in range(4):
            application = start(guarded, "anns-token", {"name": "x"})
            assert application["server"] == other["address"]
            ask(guarded, f"/api/v1/applications/{application['id']}", "anns-token", method="DELETE")
    finally:
        ask(guarded, f"/servers/{drained['id']}/undrain", "roots-token", "")
    assert wait_for(lambda: any("DrainServer" == line["rpc"] and line["code"] == "OK" for line in guarded.audit()))


def test_operators_end_sessions(guarded):
    session = SparkSession.builder.remote(guarded.remote("token=anns-token;x-acme-environment=test")).create()
    try:
        assert session.range(1).count() == 1
        assert ask(guarded, f"/sessions/{session.session_id}/end", "roots-token", "user=ann")[0] == 200
        with pytest.raises(Exception, match="SESSION_CHANGED"):
            session.range(1).count()
    finally:
        session.client.close()


def test_application_on_a_server_of_its_own():
    with Server() as template:  # only for its binary
        command = f"{template.binary} serve --host {{host}} --port {{port}}"
    with Gateway(f"""{AUTH}
[environments.test]
servers = ["pool"]
[servers.pool.pool]
command = "{command}"
warm = 0
per_user = true
""") as gateway:
        application = start(gateway, "anns-token", {"name": "own"})
        assert application["state"] == "STARTING"
        pool = json.loads(ask(gateway, "/status.json", "anns-token")[1])["pools"][0]
        assert pool["launching"] == 1 and pool["servers"] == 0
        assert wait_for(lambda: state(gateway, "anns-token", application)["state"] != "STARTING", 60)
        running = state(gateway, "anns-token", application)
        assert running["state"] == "RUNNING", running
        pool = json.loads(ask(gateway, "/status.json", "anns-token")[1])["pools"][0]
        assert pool["launching"] == 0 and pool["servers"] == 1 and pool["free"] == 0
        ask(gateway, f"/api/v1/applications/{application['id']}", "anns-token", method="DELETE")
        # A per-user server ends with its user's last session.
        assert wait_for(lambda: not json.loads(ask(gateway, "/status.json", "anns-token")[1])["servers"], 30)
