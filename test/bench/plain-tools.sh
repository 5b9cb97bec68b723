#!/usr/bin/env bash
# What people write without a program for it: plain-tools.sh RANGE URL, in the repo. For each commit what changed by
# git, both sides of each file by a YAML reader ($YAML_TO_JSON), the differences by jq, a request for each by curl.
# It promises nothing: no order among clients, no retry, no cursor, no id, no broken file.
set -euo pipefail
post() { curl --silent --fail --output /dev/null --json "$1" "$url"; }
side() { if git cat-file -e "$1:$2" 2>/dev/null; then git show "$1:$2" | $YAML_TO_JSON; else echo null; fi; }
url=$2
for commit in $(git rev-list --reverse --first-parent "$1"); do
  git diff-tree --no-commit-id --name-only -r "$commit^" "$commit" | while read -r path; do
    before=$(side "$commit^" "$path")
    after=$(side "$commit" "$path")
    jq --compact-output --null-input --argjson before "$before" --argjson after "$after" '
      def members: [.members // [] | .[] | if type == "object" then .id else tostring end];
      if $before == null then {type: "team.created", team: $after}
      elif $after == null then {type: "team.deleted", team: $before}
      else
        ($before | members) as $was | ($after | members) as $is |
        (if ($before | del(.members)) != ($after | del(.members)) then {type: "team.modified", team: $after} else empty end),
        (if $was - $is != [] then {type: "team.members.removed", team: $after, removed: ($was - $is)} else empty end),
        (if $is - $was != [] then {type: "team.members.added", team: $after, added: ($is - $was)} else empty end)
      end' | while read -r event; do post "$event"; done
  done
done
