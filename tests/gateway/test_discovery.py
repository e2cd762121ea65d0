"""Servers that names, Kubernetes and files list: they appear, drain and vanish while sessions run on them."""
import os
import shlex
import signal
import socket
import subprocess
import threading
import time

import pytest

from fake_kubernetes import FakeKubernetes
from faults import MortalServer
from gateway import Gateway
from relaying_proxy import relay
from server import Server, free_port
from test_rolling import used, wait_for


def ready(gateway, count, wait_s=15):
    wait_for(lambda: gateway.log().count("server ready") >= count, wait_s, f"{count} servers")


def states(gateway):
    """Of the servers that have answered, by their addresses."""
    return {server["address"]: server["state"] for server in gateway.status()["servers"]}


def lost(session):
    """Seconds until the session's next call was told that the session is no more."""
    began = time.monotonic()
    with pytest.raises(Exception, match="SESSION_CHANGED"):
        session.range(1).collect()
    return time.monotonic() - began


def kubernetes(api, token):
    return f"""[auth]
anonymous = true
[environments.prod]
servers = "spark"
[servers.spark]
probe_interval = "500ms"
[servers.spark.kubernetes]
api_url = "{api.url}"
namespace = "sjns"
service = "spark"
port_name = "grpc"
token_file = "{token}"
"""


@pytest.fixture
def token(tmp_path):
    (tmp_path / "token").write_text("any")
    return tmp_path / "token"


def test_pods_come_drain_and_go(token):
    with Server() as one, Server() as two, FakeKubernetes() as api:
        api.set("spark-1", one.port, "pod-1")
        with Gateway(kubernetes(api, token)) as gateway:
            ready(gateway, 1)
            first, home = used(gateway)
            assert home == one.port
            running, answers = threading.Event(), []

            def keep_on():
                """A session that is never quiet."""
                while not running.is_set():
                    answers.append(first.range(5).count())

            thread = threading.Thread(target=keep_on)
            thread.start()
            api.set("spark-2", two.port, "pod-2")  # a second pod
            ready(gateway, 2)
            second, home = used(gateway)
            assert home == two.port, "the least-loaded one"
            api.set("spark-1", one.port, "pod-1", ready=False, terminating=True)  # the first is told to end
            wait_for(lambda: states(gateway)[f"127.0.0.1:{one.port}"] == "draining", 5, "the drain")
            assert [used(gateway)[1] for _ in range(3)] == [two.port] * 3
            before = len(answers)
            wait_for(lambda: len(answers) > before + 3, 10, "answers of the draining one")
            api.delete("spark-1")
            assert second.range(3).count() == 3
            running.set()
            thread.join()
            assert set(answers) == {5}
            one.stop(signal.SIGKILL)  # its grace is over
            assert lost(first) < 2
            again, home = used(gateway)
            assert home == two.port
            for session in (second, again):
                session.stop()


def test_another_pod_at_an_old_address(token):
    """A pod's address is given to its successor: no call of an old session reaches that."""
    with MortalServer() as server, FakeKubernetes() as api:
        api.set("spark-1", server.port, "pod-1")
        with Gateway(kubernetes(api, token)) as gateway:
            ready(gateway, 1)
            session, _ = used(gateway)
            server.stop(signal.SIGKILL)
            server.rise()
            api.set("spark-1", server.port, "pod-2")
            assert lost(session) < 2
            ready(gateway, 2)
            fresh, _ = used(gateway)
            assert fresh.range(3).count() == 3
            fresh.stop()


def test_the_api_is_away_for_a_while(token):
    """What was listed stays; what changed meanwhile is known when it is back."""
    with Server() as one, Server() as two:
        api = FakeKubernetes().__enter__()
        api.set("spark-1", one.port, "pod-1")
        port = api.server.server_address[1]
        with Gateway(kubernetes(api, token)) as gateway:
            ready(gateway, 1)
            session, _ = used(gateway)
            api.__exit__()
            time.sleep(1)
            assert session.range(3).count() == 3
            fresh, home = used(gateway)
            assert home == one.port
            back = FakeKubernetes()
            back.server.server_close()
            back.server.__init__(("127.0.0.1", port), back.server.RequestHandlerClass)
            with back:
                back.version = 500
                back.set("spark-2", two.port, "pod-2")
                ready(gateway, 2, 30)
                wait_for(lambda: used(gateway)[1] == two.port, 10, "sessions at the second")
                for each in (session, fresh):
                    assert each.range(3).count() == 3
                    each.stop()


def names_can_be_changed():
    return subprocess.run(["unshare", "-m", "--propagation", "private", "true"], capture_output=True, check=False).returncode == 0


class Doors:
    """Listens on other loopback addresses, one port for all, and passes on to servers: hosts of one name."""

    def __init__(self):
        self.port, self.sockets = free_port(), []

    def open(self, address, server):
        listener = socket.create_server((address, self.port))
        self.sockets.append(listener)

        def serve():
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                try:
                    upstream = socket.create_connection(("127.0.0.1", server.port))
                except OSError:
                    client.close()
                    continue
                for source, sink in ((client, upstream), (upstream, client)):
                    threading.Thread(target=relay, args=(source, sink), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()

    def close(self):
        for listener in self.sockets:
            listener.close()


class NamedGateway(Gateway):
    """Sees a hosts file of the test's: the process has a mount namespace of its own."""

    hosts = None

    def command(self):
        inner = f"mount --bind {shlex.quote(str(self.hosts))} /etc/hosts && exec {shlex.join(super().command())}"
        return ["unshare", "-m", "--propagation", "private", "sh", "-c", inner]


@pytest.mark.skipif(not names_can_be_changed(), reason="needs a mount namespace")
def test_addresses_of_a_name_come_and_go(tmp_path):
    hosts, doors = tmp_path / "hosts", Doors()

    def name(*addresses):
        # The file itself, in place: the gateway sees this one.
        lines = "127.0.0.1 localhost\n" + "".join(f"{address} spark.test\n" for address in addresses)
        with open(hosts, "r+" if hosts.exists() else "w", encoding="utf-8") as f:
            f.write(lines)
            f.truncate()

    with Server() as one, Server() as two:
        doors.open("127.0.0.11", one)
        doors.open("127.0.0.12", two)
        name("127.0.0.11")
        gateway = NamedGateway(f"""[auth]
anonymous = true
[environments.prod]
servers = "spark"
[servers.spark]
dns = "spark.test:{doors.port}"
probe_interval = "500ms"
""")
        gateway.hosts = hosts
        with gateway:
            ready(gateway, 1)

            def home():
                session, _ = used(gateway)
                line = next(line for line in gateway.audit() if line["session"] == session.session_id and line["server"])
                return session, line["server"].rsplit(":", 1)[0]

            first, where = home()
            assert where == "127.0.0.11"
            name("127.0.0.11", "127.0.0.12")  # one more
            ready(gateway, 2)
            second, where = home()
            assert where == "127.0.0.12", "the least-loaded one"
            name("127.0.0.12")  # the first drains
            wait_for(lambda: states(gateway)[f"127.0.0.11:{doors.port}"] == "draining", 15, "the drain")
            assert [home()[1] for _ in range(3)] == ["127.0.0.12"] * 3
            assert first.range(5).count() == 5
            name()  # the name is not known any more: what was known stays
            wait_for(lambda: "cannot look up spark.test" in gateway.log(), 20, "the look-up that fails")
            assert second.range(3).count() == 3
            _, where = home()
            assert where == "127.0.0.12"
            one.stop(signal.SIGKILL)
            for listener in doors.sockets[:1]:
                listener.close()
            assert lost(first) < 2
            assert second.range(3).count() == 3
    doors.close()


def test_a_server_that_died_unlisted_is_used_when_it_is_listed_again(tmp_path):
    """Taken from the list, replaced at its address, listed again: a rolling restart in place."""
    names = tmp_path / "servers.txt"

    def write(*ports):
        (tmp_path / "new").write_text("".join(f"127.0.0.1:{port}\n" for port in ports), encoding="utf-8")
        os.replace(tmp_path / "new", names)

    with MortalServer() as one, Server() as two:
        write(one.port, two.port)
        with Gateway(f'[auth]\nanonymous = true\n[environments.dev]\nservers = "all"\n[servers.all]\nfile = "{names}"') as gateway:
            ready(gateway, 2)
            write(two.port)
            time.sleep(1.5)  # the file is looked at each second
            one.stop(signal.SIGKILL)
            wait_for(lambda: "server lost" in gateway.log(), 10, "the loss")
            one.rise()
            write(one.port, two.port)
            ready(gateway, 3)
            homes = {used(gateway)[1] for _ in range(4)}
            assert homes == {one.port, two.port}


def test_an_operators_drain_outlives_the_list_and_the_gateway(tmp_path):
    """A server that is drained by hand stays so when it is listed anew and when the gateway is: until the operator ends it."""
    names = tmp_path / "servers.txt"

    def write(*servers):
        (tmp_path / "new").write_text("".join(f"127.0.0.1:{server.port}\n" for server in servers), encoding="utf-8")
        os.replace(tmp_path / "new", names)

    with Server() as one, Server() as two:
        write(one, two)
        with Gateway(f"""[auth]
anonymous = true
[environments.prod]
servers = "spark"
[servers.spark]
file = "{names}"
probe_interval = "500ms"
[state]
file = "{tmp_path}/gateway.state"
""") as gateway:
            ready(gateway, 2)

            def becomes(server, state):
                wait_for(lambda: states(gateway).get(f"127.0.0.1:{server.port}") == state, 15, state)

            def button(server, what):
                number = next(row["id"] for row in gateway.status()["servers"] if row["address"] == f"127.0.0.1:{server.port}")
                gateway.press(f"/servers/{number}/{what}")

            button(one, "drain")
            write(two)
            becomes(one, "draining")
            write(one)  # one is listed again and two is not
            becomes(two, "draining")
            assert states(gateway)[f"127.0.0.1:{one.port}"] == "draining", "the operator's wish"
            write(one, two)
            becomes(two, "ready")
            assert [used(gateway)[1] for _ in range(3)] == [two.port] * 3
            gateway.stop(signal.SIGKILL)
            gateway.rise()
            becomes(two, "ready")
            assert states(gateway)[f"127.0.0.1:{one.port}"] == "draining", "the operator's wish"
            assert [used(gateway)[1] for _ in range(3)] == [two.port] * 3
            button(one, "undrain")
            becomes(one, "ready")
            assert used(gateway)[1] == one.port, "the least-loaded one"
