"""Writes the protocol's descriptors, as protoc's --descriptor_set_in wants them.

usage: proto_descriptors.py OUT.pb      (prints the files to generate code for, separated by semicolons)

The `*_pb2` modules of PySpark and of googleapis-common-protos carry the descriptors of their files: no .proto file of
Spark Connect is published on its own. Run with the client virtual environment's Python.
"""

import importlib
import pathlib
import sys

from google.protobuf import descriptor_pb2

PROTOC_OWNS = "google/protobuf/"
MODULES_OF_GOOGLE_RPC = ["google.rpc.status_pb2", "google.rpc.error_details_pb2"]


def spark_connect_modules():
    import pyspark.sql.connect.proto as package

    folder = pathlib.Path(package.__file__).parent
    return sorted(f"pyspark.sql.connect.proto.{path.stem}" for path in folder.glob("*_pb2.py"))


def collect(file, found):
    """Adds `file` after everything that it imports (protoc wants that order)."""
    if file.name in found:
        return
    for dependency in file.dependencies:
        collect(dependency, found)
    proto = descriptor_pb2.FileDescriptorProto()
    file.CopyToProto(proto)
    found[file.name] = proto


def main(out):
    found = {}
    for module in spark_connect_modules() + MODULES_OF_GOOGLE_RPC:
        collect(importlib.import_module(module).DESCRIPTOR, found)
    wanted = descriptor_pb2.FileDescriptorSet(file=found.values())
    pathlib.Path(out).write_bytes(wanted.SerializeToString(deterministic=True))
    # The files to generate: protobuf's own library has the rest.
    print(";".join(name for name in found if not name.startswith(PROTOC_OWNS)))


if __name__ == "__main__":
    main(sys.argv[1])
