#!/bin/sh
# The work of a job that is started for each event: keeps one file for each team in the folder TARGET. Put your own system in its
# place; it has to outlast the job. A job cannot be sure that it is alone, first, or run once. This is right all the same, because
# each event has the whole team, and a sequence whose first half, the step, only grows: what is of an earlier step than what is
# there is passed over. What is of the same step says the same again, so a replay repairs what was lost.
#
#     follow.sh event.json        needs jq
set -eu

target=${TARGET:-target}
mkdir -p "$target"

# is_newer A B: whether the step A comes after the step B
is_newer() { [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | LC_ALL=C sort | tail -n 1)" = "$1" ]; }

# follow TEAM STATE: the newest state of a team; STATE is empty for one that is gone
follow() {
  place=$target/team-$(printf '%s' "$1" | jq -sRr @uri)
  known=$(cat "$place.step" 2>/dev/null || true)
  if is_newer "$known" "$step"; then
    echo "$1: $step is older than $known"
    return
  fi
  if [ -n "$2" ]; then printf '%s\n' "$2" > "$place.json"; else rm -f "$place.json"; fi
  printf '%s\n' "$step" > "$place.step"
  echo "$1: $type"
}

type=$(jq -er .type "$1")
step=$(jq -er '.sequence | split(".") | first' "$1")
team=$(jq -r .subject "$1")
state=$(jq -c .data.team "$1")
[ "$type" != team.deleted ] || state=

# History was rewritten: what is known of later steps of the old one counts as known at this step; once for each rewrite.
rewrite=$(jq -r 'select(.data.rewritten).data.commit.id' "$1")
if [ -n "$rewrite" ] && ! grep -qxF "$rewrite" "$target/rewrites" 2>/dev/null; then
  for file in "$target"/team-*.step; do
    [ ! -e "$file" ] || ! is_newer "$(cat "$file")" "$step" || printf '%s\n' "$step" > "$file"
  done
  printf '%s\n' "$rewrite" >> "$target/rewrites"
fi

# A team under a new id: the earlier one is gone.
earlier=$(jq -r '.data.changes // [] | map(select(.field == "id").from) | first // empty' "$1")
[ -z "$earlier" ] || follow "$earlier" ''
follow "$team" "$state"
