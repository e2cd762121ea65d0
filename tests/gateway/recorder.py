"""A server that keeps the bytes and metadata of every call and answers what it is told: what passes the gateway, exactly."""
import threading
from concurrent import futures

import grpc
from pyspark.sql.connect.proto import base_pb2 as pb

SERVICE = "/spark.connect.SparkConnectService/"
OPTIONS = [("grpc.max_receive_message_length", 130 << 20), ("grpc.max_send_message_length", 130 << 20),
           ("grpc.max_metadata_size", 64 << 10)]


class Seen:
    def __init__(self, method, messages, metadata, peer):
        self.method, self.messages, self.metadata, self.peer = method, messages, metadata, peer

    def values(self, name):
        return [value for key, value in self.metadata if key == name]


class Recorder(grpc.GenericRpcHandler):
    """`with Recorder() as server`: server.port; server.seen; server.answers[method] = function(request messages, context)
    that gives the response messages as bytes. Config requests of the gateway's own are answered and not kept."""

    def __init__(self, credentials=None):
        self.lock = threading.Lock()
        self.seen, self.answers = [], {}
        self.server = grpc.server(futures.ThreadPoolExecutor(32), options=OPTIONS)
        self.server.add_generic_rpc_handlers((self,))
        self.port = (self.server.add_secure_port("127.0.0.1:0", credentials) if credentials
                     else self.server.add_insecure_port("127.0.0.1:0"))

    def service(self, details):
        method = details.method

        def handle(requests, context):
            messages = list(requests)
            if method == SERVICE + "Config":
                request = pb.ConfigRequest.FromString(messages[0])
                if request.user_context.user_id == "firesteel-gateway":
                    yield self.probe(request)
                    return
            with self.lock:
                self.seen.append(Seen(method, messages, list(context.invocation_metadata()), context.peer()))
            answer = self.answers.get(method)
            if answer is None:
                context.abort(grpc.StatusCode.UNIMPLEMENTED, "no answer for " + method)
            yield from answer(messages, context)

        return grpc.stream_stream_rpc_method_handler(handle)

    def probe(self, request):
        response = pb.ConfigResponse(session_id=request.session_id, server_side_session_id=f"start-of-{id(self)}")
        for key in request.operation.get_option.keys:
            response.pairs.add(key=key)
        return response.SerializeToString()

    def of(self, method):
        with self.lock:
            return [seen for seen in self.seen if seen.method == SERVICE + method]

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *_):
        self.server.stop(0)
