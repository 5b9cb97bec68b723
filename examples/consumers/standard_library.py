"""A receiver with the standard library: WEBHOOK_SECRET=whsec_… python3 standard_library.py"""

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from inbox import Inbox, is_genuine, is_list

SECRET = os.environ["WEBHOOK_SECRET"]
if not SECRET.startswith("whsec_"):
    sys.exit("WEBHOOK_SECRET has to be set")
MAX_BYTES = 16 * 1024 * 1024
inbox = Inbox(os.environ.get("INBOX", "inbox.sqlite"))


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self):
        length = int(self.headers.get("content-length", "0"))
        if self.path != "/events" or length > MAX_BYTES:
            self.close_connection = True
            return self.answer(404 if self.path != "/events" else 413)
        body = self.rfile.read(length)  # the bytes as they came
        if not is_genuine(body, self.headers, SECRET):
            return self.answer(401)
        if is_list(body):
            return self.answer(422, body=b'{"message":"one event a request: no batch"}')
        try:
            inbox.accept(body, self.headers)
        except Exception as error:  # pylint: disable=broad-except
            self.log_error("%r", error)
            return self.answer(503, {"retry-after": "10"})
        return self.answer(204)

    def answer(self, status, headers=None, body=b""):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        """Says nothing of what goes well."""


def handle(event):
    """Your work, in order, each event once."""
    print(event["type"], event["subject"], flush=True)


if __name__ == "__main__":
    threading.Thread(target=inbox.work, args=(handle,), daemon=True).start()
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Receiver)
    print(f"listening on http://127.0.0.1:{server.server_port}/events", file=sys.stderr, flush=True)
    server.serve_forever()
