"""One worker: runs tasks with PySpark's own worker code, one after the other, over the socket that it was given.

Before each task the server sends a frame of our own: the length (int32, big endian) of a JSON object with what PySpark
would have in its environment, and what kinds without Arrow need. Then Spark's protocol follows.
"""

import faulthandler
import gc
import importlib
import io
import json
import os
import signal
import socket
import struct
import sys

import firesteel_rows
import pyspark.worker
from pyspark.sql.types import StringType

# PySpark 3.5's types have no collations: what its clients pickled lacks the attribute.
StringType.collation = "UTF8_BINARY"

BUFFER_BYTES = 256 << 10
MAX_PREAMBLE_BYTES = 64 << 20


def _read_preamble(source):
    head = source.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack("!i", head)
    if not 0 < length <= MAX_PREAMBLE_BYTES:
        return None
    return json.loads(source.read(length))


def _wait_for_close(connection):
    """The server reads what was written before it closes; a socket closed with unread bytes would lose it. That nothing
    follows it must see: an error's text that is no UTF-8 is announced by PySpark and never comes."""
    try:
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1 << 16):
            pass
    except OSError:
        pass


def _exit_code(end):
    if end.code is None:
        return 0
    return end.code if isinstance(end.code, int) else 1


def _answer(module, source, sink):
    """One of PySpark's programs for planning, whose protocols differ: its input and its output go as a whole."""
    (length,) = struct.unpack("!i", source.read(4))
    answer, code = io.BytesIO(), 0
    try:
        importlib.import_module(module).main(io.BytesIO(source.read(length)), answer)
    except SystemExit as end:
        code = _exit_code(end)
    sink.write(struct.pack("!ii", code, answer.tell()))
    sink.write(answer.getbuffer())
    return code


def serve(connection, folder, environment):
    """Never returns."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    base = dict(os.environ)
    base.update(environment)
    descriptor = connection.fileno()
    source = os.fdopen(os.dup(descriptor), "rb", BUFFER_BYTES)
    sink = os.fdopen(os.dup(descriptor), "wb", BUFFER_BYTES)
    while True:
        preamble = _read_preamble(source)
        if preamble is None:
            os._exit(0)
        os.environ.clear()
        os.environ.update(base)
        os.environ.update(preamble["environment"])
        try:
            os.chdir(folder)
        except OSError:
            pass
        faulthandler.enable(all_threads=False)
        firesteel_rows.set_task(preamble.get("input"), preamble.get("output"))
        code = 0
        try:
            if "module" in preamble:
                code = _answer(preamble["module"], source, sink)
            else:
                pyspark.worker.main(source, sink)
        except SystemExit as end:
            code = _exit_code(end)
        sink.flush()
        if code != 0:
            _wait_for_close(connection)
            os._exit(code & 0xFF)
        gc.collect()


def start(socket_fd, output_fd, folder, environment):
    os.dup2(output_fd, 1)
    os.dup2(output_fd, 2)
    os.close(output_fd)
    sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")
    sys.stderr.reconfigure(line_buffering=True, errors="backslashreplace")
    serve(socket.socket(fileno=socket_fd), folder, environment)
