"""The part of the Kubernetes API that lists and watches EndpointSlices (discovery.k8s.io/v1), as it speaks on the wire."""
import http.server
import json
import threading
import urllib.parse

PATH = "/apis/discovery.k8s.io/v1/namespaces/sjns/endpointslices"


class FakeKubernetes:
    """`with FakeKubernetes() as api: api.set(name, port, uid, ready)`: a slice for each server, since on one machine
    servers differ by their ports."""

    def __init__(self):
        self.changed = threading.Condition()
        self.version, self.slices, self.events, self.watches, self.ended = 100, {}, [], 0, False
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                url = urllib.parse.urlsplit(self.path)
                query = dict(urllib.parse.parse_qsl(url.query))
                assert url.path == PATH and query["labelSelector"] == "kubernetes.io/service-name=spark", self.path
                if query.get("watch") == "true":
                    self.watch(int(query["resourceVersion"]))
                else:
                    self.list()

            def list(self):
                with outer.changed:
                    body = json.dumps({"kind": "EndpointSliceList", "metadata": {"resourceVersion": str(outer.version)},
                                       "items": list(outer.slices.values())}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def watch(self, since):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                with outer.changed:
                    outer.watches += 1
                    outer.changed.notify_all()
                while True:
                    with outer.changed:
                        outer.changed.wait_for(lambda: outer.ended or any(v > since for v, _ in outer.events), timeout=1)
                        if outer.ended:
                            break
                        lines = [line for version, line in outer.events if version > since]
                        since = outer.version
                    try:
                        for line in lines:
                            self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
                        self.wfile.flush()
                    except OSError:
                        return
                try:
                    self.wfile.write(b"0\r\n\r\n")
                except OSError:
                    pass

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def happen(self, kind, item):
        self.events.append((self.version, json.dumps({"type": kind, "object": item}).encode() + b"\n"))
        self.changed.notify_all()

    def set(self, name, port, uid, ready=True, terminating=False):
        with self.changed:
            self.version += 1
            kind = "MODIFIED" if name in self.slices else "ADDED"
            self.slices[name] = {
                "kind": "EndpointSlice", "metadata": {"name": name, "resourceVersion": str(self.version)}, "addressType": "IPv4",
                "endpoints": [{"addresses": ["127.0.0.1"], "targetRef": {"kind": "Pod", "uid": uid},
                               "conditions": {"ready": ready, "serving": True, "terminating": terminating}}],
                "ports": [{"name": "grpc", "port": port, "protocol": "TCP"}]}
            self.happen(kind, self.slices[name])

    def delete(self, name):
        with self.changed:
            self.version += 1
            item = self.slices.pop(name)
            item["metadata"]["resourceVersion"] = str(self.version)
            self.happen("DELETED", item)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        with self.changed:
            self.ended = True
            self.changed.notify_all()
        self.server.shutdown()
        self.server.server_close()
