"""Gateway tests: the real PySpark client and raw gRPC stubs through the real gateway to real servers.

    .deps/venv-client/bin/python -m pytest tests/gateway
"""
import os
import sys

import pytest
from pyspark.sql.connect.session import SparkSession

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE] + [os.path.join(HERE, "..", name) for name in ("golden", "client", "faults")]
import outcome
from gateway import Gateway, anonymous
from server import Server
from wire import Wire

outcome.prepare_process()


@pytest.fixture(scope="session")
def servers():
    """Two servers that all tests share; those that end servers start their own."""
    with Server() as one, Server() as two:
        yield one, two
        for server in (one, two):
            assert server.alive(), f"a server died:\n{server.log()[-3000:]}"


@pytest.fixture(scope="session")
def gateway(servers):
    """A gateway before both that lets everybody in."""
    with Gateway(anonymous(*servers)) as running:
        yield running
        assert running.alive(), f"the gateway died:\n{running.log()[-3000:]}"


@pytest.fixture
def spark(gateway):
    session = outcome.new_session(gateway.remote())
    yield session
    session.stop()


@pytest.fixture
def wire(gateway):
    client = Wire(gateway.remote())
    yield client
    client.close()


@pytest.fixture(autouse=True)
def no_active_session():
    """getOrCreate() must not give a session that an earlier test has left at a gateway of its own."""
    SparkSession._active_session.session = SparkSession._default_session = None
