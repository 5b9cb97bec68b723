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


def is_list(body):
    """Whether it is a `batch`: a list, and no event."""
    return body.startswith(b"[")


class Inbox:
    """Events in the order in which they came, each once, in an SQLite file.

    `accept` writes and is done, `work` does the work. Both go on where they were after a crash;
    what was being worked on then is worked on again. One process at a time.

    It knows the newest of each team, which decides what of a replay is taken, and which teams are gone after a snapshot.
    """

    def __init__(self, path):
        self._changed = threading.Condition()
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS inbox"
            " (place INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, event TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0)"
        )
        # The step of a team's newest event, and the team as JSON; none where it is gone.
        self._database.execute("CREATE TABLE IF NOT EXISTS newest (id TEXT PRIMARY KEY, step TEXT NOT NULL, team TEXT)")

    def accept(self, body, headers):
        """Safely ours once it returns; False for one that was there. Raises where it cannot be written: answer 503."""
        event = json.loads(body)
        with self._changed, self._database as database:
            if headers.get("webhook-replay") == "true":
                newer = database.execute(
                    "SELECT 1 FROM newest WHERE id = ? AND step > ?", (event["subject"], _step_of(event))
                ).fetchone()
                if newer:
                    return False
            elif self._has(event["id"]):
                return False
            else:
                previous_id = headers.get("webhook-previous-id")
                first = database.execute("SELECT 1 FROM inbox LIMIT 1").fetchone() is None
                if previous_id is not None and not first and not self._has(previous_id):
                    gap = f"a gap: {previous_id} should have come before {event['id']}; ask for a replay"
                    print(gap, file=sys.stderr)
            if event.get("data", {}).get("snapshot") and headers.get("webhook-remaining") == "0":
                for gone in self._gone_after(event):
                    self._keep(gone, json.dumps(gone))
            self._keep(event, body.decode())
            self._changed.notify_all()
            return True

    def _has(self, event_id):
        return self._database.execute("SELECT 1 FROM inbox WHERE id = ?", (event_id,)).fetchone() is not None

    def _keep(self, event, text):
        """Writes the event down; one that is there already is taken out, and works again at the end."""
        database, step, data = self._database, _step_of(event), event.get("data", {})
        if data.get("rewritten") and not self._has(event["id"]):
            # History was rewritten: what is known of a later step of the old one counts as known at this step.
            database.execute("UPDATE newest SET step = ? WHERE step > ?", (step, step))
        for change in data.get("changes", []):
            if change["field"] == "id":
                database.execute("INSERT OR REPLACE INTO newest VALUES (?, ?, NULL)", (change["from"], step))
        team = data["team"] if "team" in data and event["type"] != "team.deleted" else None
        state = team and json.dumps(team)
        database.execute("INSERT OR REPLACE INTO newest VALUES (?, ?, ?)", (event.get("subject"), step, state))
        database.execute("INSERT OR REPLACE INTO inbox (id, event) VALUES (?, ?)", (event["id"], text))

    def _gone_after(self, event):
        """Of a snapshot's last event: the deletion of each team that the snapshot did not name."""
        gone = self._database.execute(
            "SELECT id, team FROM newest WHERE team IS NOT NULL AND step < ? AND id <> ?",
            (_step_of(event), event["subject"]),
        ).fetchall()
        for subject, team in gone:
            data = {**event["data"], "team": json.loads(team)}
            yield {**event, "id": f"{event['id']}-{subject}", "type": "team.deleted", "subject": subject, "data": data}

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


def _step_of(event):
    """The first half of the sequence: all events of one step tell the same of a team."""
    return event.get("sequence", "").partition(".")[0]
