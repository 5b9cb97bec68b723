#!/bin/sh
# The work of a job that is started for each event: keeps one file for each team in the folder TARGET. Put your own system in its
# place; it has to outlast the job. A job cannot be sure that it is alone, first, or run once. This is right all the same, because
# each event has the whole team and a sequence that only grows: what is not newer than what is there is passed over.
#
#     follow.sh event.json        needs jq
set -eu

target=${TARGET:-target}
mkdir -p "$target"

# follow TEAM STATE: the newest state of a team; STATE is empty for one that is gone
follow() {
  place=$target/team-$(printf '%s' "$1" | jq -sRr @uri)
  known=$(cat "$place.sequence" 2>/dev/null || true)
  if [ "$(printf '%s\n' "$known" "$sequence" | LC_ALL=C sort | tail -n 1)" = "$known" ]; then
    echo "$1: $sequence is not newer than $known"
    return
  fi
  if [ -n "$2" ]; then printf '%s\n' "$2" > "$place.json"; else rm -f "$place.json"; fi
  printf '%s\n' "$sequence" > "$place.sequence"
  echo "$1: $type"
}

type=$(jq -er .type "$1")
sequence=$(jq -er .sequence "$1")
team=$(jq -r .subject "$1")
state=$(jq -c .data.team "$1")
[ "$type" != team.deleted ] || state=

# A team under a new id: the earlier one is gone.
earlier=$(jq -r '.data.changes // [] | map(select(.field == "id").from) | first // empty' "$1")
[ -z "$earlier" ] || follow "$earlier" ''
follow "$team" "$state"
