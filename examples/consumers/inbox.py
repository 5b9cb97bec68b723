"""What every receiver in Python needs: is the request genuine, and is the event safely ours? Standard library only."""

import base64
import hashlib
import hmac
import json
import sqlite3
import sys
import threading
import time

FIVE_MINUTES = 300


def is_genuine(body, headers, secrets):
    """Standard Webhooks, on the bytes as they came: parse them after this.

    `secrets` are one or more `whsec_…` with spaces between them, so that one can be changed for another.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > FIVE_MINUTES:
        return False
    signed = f"{message_id}.{timestamp}.".encode() + body
    offered = headers.get("webhook-signature", "").split(" ")
    for secret in secrets.split():
        key = base64.b64decode(secret.removeprefix("whsec_"))
        digest = hmac.new(key, signed, hashlib.sha256).digest()
        expected = b"v1," + base64.b64encode(digest)
        if any(hmac.compare_digest(expected, one.encode()) for one in offered):
            return True
    return False


class Inbox:
    """Events in the order in which they came, each once, in an SQLite file.

    `accept` writes and is done, `work` does the work. Both go on where they were after a crash;
    what was being worked on then is worked on again. One process at a time.
    """

    def __init__(self, path):
        self._changed = threading.Condition()
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS inbox"
            " (place INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, event TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0)"
        )

    def accept(self, body, previous_id):
        """Safely ours once it returns; False for one that was there. Raises where it cannot be written: answer 503."""
        event_id = json.loads(body)["id"]
        with self._changed, self._database as database:
            if previous_id is not None:
                known, first = database.execute(
                    "SELECT EXISTS (SELECT 1 FROM inbox WHERE id = ?), NOT EXISTS (SELECT 1 FROM inbox)", (previous_id,)
                ).fetchone()
                if not known and not first:
                    print(f"a gap: {previous_id} should have come before {event_id}; ask for a replay", file=sys.stderr)
            added = database.execute(
                "INSERT OR IGNORE INTO inbox (id, event) VALUES (?, ?)", (event_id, body.decode())
            )
            self._changed.notify_all()
            return added.rowcount == 1

    def work(self, handle, retry_seconds=5):
        """Gives `handle` one event after the other, for ever; one that fails is tried again before the next."""
        while True:
            with self._changed:
                while (row := self._next()) is None:
                    self._changed.wait()
            place, event = row
            try:
                handle(json.loads(event))
            except Exception as error:  # pylint: disable=broad-except
                print(f"trying again: {error!r}", file=sys.stderr)
                time.sleep(retry_seconds)
                continue
            with self._changed, self._database as database:
                database.execute("UPDATE inbox SET done = 1 WHERE place = ?", (place,))

    def _next(self):
        return self._database.execute(
            "SELECT place, event FROM inbox WHERE done = 0 ORDER BY place LIMIT 1"
        ).fetchone()
