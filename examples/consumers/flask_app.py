"""A receiver with Flask: WEBHOOK_SECRET=whsec_… python3 flask_app.py

In production, behind a server with one process: gunicorn --workers 1 --threads 8 flask_app:app
"""

import os
import sys
import threading

from flask import Flask, request
from inbox import Inbox, is_genuine, is_list
from werkzeug.serving import make_server

SECRET = os.environ["WEBHOOK_SECRET"]
if not SECRET.startswith("whsec_"):
    sys.exit("WEBHOOK_SECRET has to be set")
inbox = Inbox(os.environ.get("INBOX", "inbox.sqlite"))
app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 16 * 1024 * 1024


@app.post("/events")
def receive():
    body = request.get_data()  # the bytes as they came; request.json comes after the signature, if at all
    if not is_genuine(body, request.headers, SECRET):
        return "", 401
    if is_list(body):
        return {"message": "one event a request: no batch"}, 422
    try:
        inbox.accept(body, request.headers)
    except Exception:  # pylint: disable=broad-except
        app.logger.exception("could not be written")
        return "", 503, {"retry-after": "10"}
    return "", 204


def handle(event):
    """Your work, in order, each event once."""
    print(event["type"], event["subject"], flush=True)


threading.Thread(target=inbox.work, args=(handle,), daemon=True).start()

if __name__ == "__main__":
    server = make_server("127.0.0.1", int(os.environ.get("PORT", "3000")), app, threaded=True)
    print(f"listening on http://127.0.0.1:{server.server_port}/events", file=sys.stderr, flush=True)
    server.serve_forever()
