"""Raw gRPC access: requests as the protocol defines them, errors as they travel."""
import json
import uuid

import grpc
import pyspark.sql.connect.proto as pb
from google.rpc import error_details_pb2, status_pb2
from pyspark.sql.connect.proto import base_pb2_grpc

SERVICE = "/spark.connect.SparkConnectService/"
# A query that nobody waits to the end of: 10^12 rows.
ENDLESS = "SELECT sum(a.id * b.id % 7) FROM range(1000000) a CROSS JOIN range(1000000) b"


class RemoteError(Exception):
    """A failed RPC, with what its trailers say."""

    def __init__(self, error):
        self.code, self.text = error.code(), error.details() or ""
        self.reason = self.domain = None
        self.metadata = {}
        for key, value in error.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                for detail in status_pb2.Status.FromString(value).details:
                    info = error_details_pb2.ErrorInfo()
                    if detail.Unpack(info):
                        self.reason, self.domain, self.metadata = info.reason, info.domain, dict(info.metadata)
        super().__init__(f"{self.code.name} {self.text[:500]} {self.metadata.get('errorClass')}")

    @property
    def condition(self):
        return self.metadata.get("errorClass")

    @property
    def state(self):
        return self.metadata.get("sqlState")

    @property
    def classes(self):
        return json.loads(self.metadata.get("classes", "[]"))

    @property
    def parameters(self):
        return json.loads(self.metadata.get("messageParameters", "{}"))


def new_id():
    return str(uuid.uuid4())


def sql_plan(text):
    return pb.Plan(root=pb.Relation(sql=pb.SQL(query=text)))


def range_plan(end):
    return pb.Plan(root=pb.Relation(range=pb.Range(end=end, step=1)))


class Wire:
    def __init__(self, remote, session=None, user="tester"):
        address = remote.removeprefix("sc://").split("/")[0]
        self.channel = grpc.insecure_channel(address, options=[("grpc.max_receive_message_length", -1),
                                                               ("grpc.max_send_message_length", -1)])
        self.stub = base_pb2_grpc.SparkConnectServiceStub(self.channel)
        self.session = session or new_id()
        self.user = pb.UserContext(user_id=user)

    def close(self):
        self.channel.close()

    def request(self, kind, **fields):
        fields.setdefault("session_id", self.session)
        fields.setdefault("user_context", self.user)
        return kind(**fields)

    def execute_request(self, plan, operation=None, reattachable=None, **fields):
        out = self.request(pb.ExecutePlanRequest, plan=plan, **fields)
        if operation:
            out.operation_id = operation
        if reattachable is not None:
            out.request_options.add().reattach_options.reattachable = reattachable
        return out

    def execute(self, plan, timeout=60, **fields):
        """All responses of an execution; RemoteError when it fails."""
        try:
            return list(self.stub.ExecutePlan(self.execute_request(plan, **fields), timeout=timeout))
        except grpc.RpcError as e:
            raise RemoteError(e) from None

    def reattach(self, operation, last=None, timeout=60, **fields):
        request = self.request(pb.ReattachExecuteRequest, operation_id=operation, **fields)
        if last:
            request.last_response_id = last
        try:
            return list(self.stub.ReattachExecute(request, timeout=timeout))
        except grpc.RpcError as e:
            raise RemoteError(e) from None

    def release(self, operation, until=None, **fields):
        request = self.request(pb.ReleaseExecuteRequest, operation_id=operation, **fields)
        if until:
            request.release_until.response_id = until
        else:
            request.release_all.SetInParent()
        return self.unary("ReleaseExecute", request)

    def config(self, **operation):
        return self.unary("Config", self.request(pb.ConfigRequest, operation=pb.ConfigRequest.Operation(**operation)))

    def analyze(self, **fields):
        return self.unary("AnalyzePlan", self.request(pb.AnalyzePlanRequest, **fields))

    def interrupt(self, **fields):
        return self.unary("Interrupt", self.request(pb.InterruptRequest, **fields))

    def unary(self, name, request, timeout=60):
        try:
            return getattr(self.stub, name)(request, timeout=timeout)
        except grpc.RpcError as e:
            raise RemoteError(e) from None

    def raw(self, name, data, stream, timeout=60, limit=2**26):
        """Sends bytes as they are; gives the answers' bytes, up to a limit: a damaged plan may ask for very much."""
        make = self.channel.unary_stream if stream else self.channel.unary_unary
        call = make(SERVICE + name, request_serializer=lambda b: b, response_deserializer=lambda b: b)
        try:
            answer = call(data, timeout=timeout)
            if not stream:
                return answer
            out, size = [], 0
            for message in answer:
                out.append(message)
                size += len(message)
                if size > limit:
                    answer.cancel()
                    break
            return out
        except grpc.RpcError as e:
            raise RemoteError(e) from None


def kinds(responses):
    """What a stream carried, without what a server may send at will."""
    out = []
    for r in responses:
        kind = r.WhichOneof("response_type")
        if kind == "execution_progress" or (kind is None and not r.HasField("schema")):
            continue
        out.append(kind or "schema")
    return out


def rows_of(responses):
    return sum(r.arrow_batch.row_count for r in responses if r.HasField("arrow_batch"))


def failure(action, *args, **kwargs):
    """The RemoteError that the action must raise."""
    try:
        result = action(*args, **kwargs)
    except RemoteError as e:
        return e
    raise AssertionError(f"no error, but {str(result)[:300]}")
