#!/bin/sh
# Plays the scenes of test/concourse on a real Concourse. Skips where there is none.
#
#   FLY_TARGET      a target that `fly` is logged in to
#   E2E_REPO        an ssh URI of an EMPTY repository for this alone; its branch main is overwritten by force
#   E2E_KEY         path of a private key that may push there, here and from the workers
#   E2E_IMAGE       repository of the image, as workers pull it; E2E_TAG: its tag (default: latest)
#   E2E_PROGRAM     URI of this repo for that key (default: the origin of this clone); E2E_BRANCH: its branch (default: main)
#   E2E_UP          a URL that answers 2xx to a POST from the workers
#   E2E_DOWN        one that answers 503
set -eu

skip() {
  echo "skipped: $1" >&2
  exit 0
}
[ -n "${FLY_TARGET:-}" ] || skip 'FLY_TARGET names no Concourse'
command -v fly > /dev/null || skip 'there is no fly'
for name in E2E_REPO E2E_KEY E2E_IMAGE E2E_UP E2E_DOWN; do
  eval "[ -n \"\${$name:-}\" ]" || {
    echo "$name is not set; the first lines of $0 say what it is" >&2
    exit 2
  }
done

here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
pipeline=team-events-e2e-$$
consumer=$pipeline-consumer
# shellcheck disable=SC2329
end() {
  for name in "$pipeline" "$pipeline-two" "$consumer"; do fly -t "$FLY_TARGET" destroy-pipeline -n -p "$name" > /dev/null 2>&1 || true; done
  rm -rf "$work"
}
trap end EXIT

fail() {
  echo "FAILED: $1" >&2
  exit 1
}
say() { echo "== $1"; }

export GIT_SSH_COMMAND="ssh -i $E2E_KEY -o IdentitiesOnly=yes -o StrictHostKeyChecking=accept-new"
repo=$work/repo
git init -q --initial-branch=main "$repo"
git -C "$repo" config user.name e2e
git -C "$repo" config user.email e2e@example.com
git -C "$repo" remote add origin "$E2E_REPO"
git -C "$repo" ls-remote --tags origin 'refs/tags/team-events/*' | cut -f2 | grep -v '\^{}' |
  while read -r tag; do git -C "$repo" push -q origin ":$tag"; done

members=0
commit() {
  members=$((members + 1))
  mkdir -p "$repo/teams"
  printf 'id: a\nmembers: [member-%s]\n' "$members" > "$repo/teams/a.yml"
  git -C "$repo" add --all
  git -C "$repo" commit -q -m "Change $members"
}
push() { git -C "$repo" push -q --force origin main; }
clients() {
  printf 'clients:\n  - name: all\n    start: snapshot\n    subscriptions:\n      - events: [%s]\n        url: %s\n' \
    'team.created, team.modified, team.members.removed, team.members.added, team.deleted' "$1" > "$repo/clients.yml"
  git -C "$repo" add --all
  git -C "$repo" commit -q -m 'Clients'
}
place() { git -C "$repo" ls-remote origin 'refs/tags/team-events/all^{}' | cut -f1; }
told() { [ "$(place)" = "$(git -C "$repo" rev-parse main)" ]; }

set_pipeline() {
  fly -t "$FLY_TARGET" set-pipeline -n -p "${2:-$pipeline}" -c "$here/pipeline.yml" -l "$here/vars.example.yml" -l "$work/vars.yml" \
    -v "init=${1:-}" > /dev/null
}
# Checks what the build gets first: a webhook would have.
build() {
  for name in teams clients; do fly -t "$FLY_TARGET" check-resource -r "$pipeline/$name" > /dev/null; done
  fly -t "$FLY_TARGET" trigger-job -j "$pipeline/notify" --watch > "$work/log" 2>&1
}

sed 's/^/  /' "$E2E_KEY" > "$work/key"
cat > "$work/vars.yml" << YAML
teams-uri: $E2E_REPO
clients-uri: $E2E_REPO
team-events-uri: ${E2E_PROGRAM:-$(git -C "$here" remote get-url origin)}
team-events-branch: ${E2E_BRANCH:-main}
team-events-image: $E2E_IMAGE
team-events-tag: ${E2E_TAG:-latest}
retry-interval: 24h
webhook-token: unused
gitlab-token: unused
team-events-secrets: {}
team-events-git-key: |
$(cat "$work/key")
YAML

say 'first run'
clients "$E2E_UP"
commit
push
set_pipeline
fly -t "$FLY_TARGET" unpause-pipeline -p "$pipeline" > /dev/null
if build; then fail 'it began without init'; fi
grep -q -- --init "$work/log" || fail 'the build does not say that nobody has begun'
set_pipeline true
build || fail 'the first run'
told || fail 'the tag is not on the newest commit'
set_pipeline

say 'three commits in one build'
commit && commit && commit && push
build || fail 'three commits'
told || fail 'the tag is not on the newest commit'
grep -q '6 delivered' "$work/log" || fail 'not six events'

say 'a receiver is down, and up again'
clients "$E2E_DOWN"
commit && push
before=$(place)
if build; then fail 'green, though the receiver is down'; fi
[ "$(place)" = "$before" ] || fail 'the tag has moved'
clients "$E2E_UP"
push
build || fail 'the build after it'
told || fail 'the tag is not on the newest commit'

say 'a build is aborted'
clients "$E2E_DOWN"
commit && push
before=$(place)
for name in teams clients; do fly -t "$FLY_TARGET" check-resource -r "$pipeline/$name" > /dev/null; done
number=$(fly -t "$FLY_TARGET" trigger-job -j "$pipeline/notify" | sed -n 's/.*#\([0-9]*\).*/\1/p')
(sleep 45 && fly -t "$FLY_TARGET" abort-build -j "$pipeline/notify" -b "$number" > /dev/null) & # amid its retries
if fly -t "$FLY_TARGET" watch -j "$pipeline/notify" -b "$number" > "$work/log" 2>&1; then fail 'green, though aborted'; fi
wait
[ "$(place)" = "$before" ] || fail 'the tag has moved'
clients "$E2E_UP"
push
build || fail 'the build after it' # at once: the aborted one has given back its claim
told || fail 'the tag is not on the newest commit'

say 'two pipelines on one cursor'
set_pipeline '' "$pipeline-two"
fly -t "$FLY_TARGET" unpause-pipeline -p "$pipeline-two" > /dev/null
commit && push
fly -t "$FLY_TARGET" check-resource -r "$pipeline-two/teams" > /dev/null
fly -t "$FLY_TARGET" trigger-job -j "$pipeline-two/notify" --watch > "$work/log-two" 2>&1 &
build || grep -q 'another run serves it' "$work/log" || fail 'neither told, nor left to the other'
wait
told || fail 'the tag is not on the newest commit'
fly -t "$FLY_TARGET" destroy-pipeline -n -p "$pipeline-two" > /dev/null

say 'an old build is run again'
before=$(place)
fly -t "$FLY_TARGET" rerun-build -j "$pipeline/notify" -b 2 --watch > "$work/log" 2>&1 || fail 'the rerun'
[ "$(place)" = "$before" ] || fail 'the tag has moved back'

say 'history is rewritten'
git -C "$repo" reset -q --hard HEAD~2
clients "$E2E_UP"
commit && push
if build; then fail 'green, though history was rewritten'; fi
grep -q rewritten "$work/log" || fail 'the build does not say so'

say 'one build for each of ten events'
cat > "$work/consumer.yml" << YAML
resource_types:
  - name: team-events
    type: registry-image
    source: { repository: $E2E_IMAGE, tag: ${E2E_TAG:-latest} }
resources:
  - name: event
    type: team-events
    source:
      uri: $E2E_REPO
      branch: main
      private_key: ((team-events-git-key))
jobs:
  - name: follow
    serial: true
    plan:
      - get: event
        trigger: true
        version: every
YAML
fly -t "$FLY_TARGET" set-pipeline -n -p "$consumer" -c "$work/consumer.yml" -l "$work/vars.yml" > /dev/null
fly -t "$FLY_TARGET" unpause-pipeline -p "$consumer" > /dev/null
fly -t "$FLY_TARGET" check-resource -r "$consumer/event" > /dev/null
commit && commit && commit && commit && commit && push
fly -t "$FLY_TARGET" check-resource -r "$consumer/event" > /dev/null
wanted=11 # the newest at the first check, and two for each commit after it
for _ in $(seq 60); do
  builds=$(fly -t "$FLY_TARGET" builds -j "$consumer/follow" | grep -c succeeded || true)
  [ "$builds" -ge "$wanted" ] && break
  sleep 5
done
[ "$builds" -eq "$wanted" ] || fail "$builds builds instead of $wanted"

say 'all passed'
