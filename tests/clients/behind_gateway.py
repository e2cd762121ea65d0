"""The server that the clients talk to: a running one, a new one, or a new one with a gateway before it."""
import contextlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "gateway"), str(HERE.parent / "golden"), str(HERE.parent / "client")]
from gateway import Gateway, anonymous
from server import Server


def add_options(parser):
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--remote", help="a running server; without it build/firesteel is started")
    where.add_argument("--gateway", action="store_true", help="build/firesteel gateway stands before the server")


@contextlib.contextmanager
def serving(options):
    """The address of what the clients are to call."""
    if options.remote:
        yield options.remote
        return
    with Server() as server:
        if not options.gateway:
            yield server.remote
            return
        with Gateway(anonymous(server)) as gateway:
            yield gateway.remote()
            if not gateway.alive():
                raise RuntimeError(f"the gateway died:\n{gateway.log()[-3000:]}")
