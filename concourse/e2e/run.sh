#!/bin/sh
# Plays the scenes of test/concourse on a real Concourse. Skips where there is none.
#
#   FLY_TARGET      a target that `fly` is logged in to
#   E2E_REPO        an ssh URI of an EMPTY repository for this alone; its branch main is overwritten by force, so it must
#                   not be protected, and neither may tags be
#   E2E_KEY         path of a private key that may push there, here and from the workers
#   E2E_IMAGE       repository of the image, as workers pull it; E2E_TAG: its tag (default: latest)
#   E2E_PROGRAM     URI of this repo for that key (default: the origin of this clone); E2E_BRANCH: its branch (default: main)
#   E2E_UP          a URL that answers 2xx to each POST from the workers: https with a certificate that the image trusts,
#                   or else what E2E_POLICY lets pass
#   E2E_DOWN        one that answers 503 to each
#   E2E_POLICY      the policy, in one line (default: 30 attempts within a minute); for plain http, say,
#                   '{ network: { allow: [receiver.example.com] }, delivery: { attempts: 30, giveUpAfter: 1m } }'
#
# It takes some 10 minutes: a build of a real Concourse takes 10 to 20 seconds.
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
fly() { command fly -t "$FLY_TARGET" "$@"; }
# shellcheck disable=SC2329
end() {
  for name in "$pipeline" "$pipeline-two" "$consumer"; do fly destroy-pipeline -n -p "$name" > /dev/null 2>&1 || true; done
  rm -rf "$work"
}
trap end EXIT

fail() {
  tail -n 40 "$work/log" >&2 || true
  echo "FAILED: $1" >&2
  exit 1
}
say() { echo "== $1"; }
# At most so many times, a second apart, until a command succeeds.
await() {
  tries=$1
  shift
  for _ in $(seq "$tries"); do
    if "$@"; then return 0; fi
    sleep 1
  done
  return 1
}

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
# The newest commit waits. Those before it do not: one that changes the clients file alone has no event.
waits() { [ "$(place)" = "$(git -C "$repo" rev-parse main~1)" ]; }

# Without `trigger`, so that there is no build but those that are asked for, and each gets what is newest: a build that
# is triggered by hand has all its inputs checked first.
sed 's/trigger: true/trigger: false/' "$here/pipeline.yml" > "$work/by-hand.yml"
set_pipeline() {
  fly set-pipeline -n -p "${3:-$pipeline}" -c "$1" -l "$here/vars.example.yml" -l "$work/vars.yml" -v "init=${2:-}" > /dev/null
}
build() { fly trigger-job -j "${1:-$pipeline}/notify" --watch > "$work/log${2:-}" 2>&1; }

# Long enough that a build can be aborted amid its retries.
policy='{ delivery: { attempts: 30, giveUpAfter: 1m } }'
sed 's/^/  /' "$E2E_KEY" > "$work/key"
cat > "$work/vars.yml" << YAML
teams-uri: $E2E_REPO
clients-uri: $E2E_REPO
team-events-uri: ${E2E_PROGRAM:-$(git -C "$here" remote get-url origin)}
team-events-branch: ${E2E_BRANCH:-main}
team-events-image: $E2E_IMAGE
team-events-tag: ${E2E_TAG:-latest}
team-events-policy: ${E2E_POLICY:-$policy}
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
set_pipeline "$work/by-hand.yml"
fly unpause-pipeline -p "$pipeline" > /dev/null
if build; then fail 'it began without init'; fi
grep -q -- --init "$work/log" || fail 'the build does not say that nobody has begun'
set_pipeline "$work/by-hand.yml" true
build || fail 'the first run'
told || fail 'the tag is not on the newest commit'
set_pipeline "$work/by-hand.yml"

say 'three commits in one build'
commit && commit && commit && push
build || fail 'three commits'
told || fail 'the tag is not on the newest commit'
grep -q '6 delivered' "$work/log" || fail 'not six events'

say 'a receiver is down, and up again'
clients "$E2E_DOWN"
commit && push
if build; then fail 'green, though the receiver is down'; fi
waits || fail 'the tag is not on the commit before'
clients "$E2E_UP"
push
build || fail 'the build after it'
told || fail 'the tag is not on the newest commit'

say 'a build is aborted'
clients "$E2E_DOWN"
commit && push
number=$(fly trigger-job -j "$pipeline/notify" | sed -n 's/^started .*#\([0-9]*\)$/\1/p')
fly watch -j "$pipeline/notify" -b "$number" > "$work/log" 2>&1 &
await 180 grep -q 'next try' "$work/log" || fail 'it has not tried again'
fly abort-build -j "$pipeline/notify" -b "$number" > /dev/null
if wait $!; then fail 'green, though aborted'; fi
waits || fail 'the tag is not on the commit before'
clients "$E2E_UP"
push
build || fail 'the build after it' # at once: the aborted one has given back its claim
told || fail 'the tag is not on the newest commit'

say 'two pipelines on one cursor'
set_pipeline "$work/by-hand.yml" '' "$pipeline-two"
fly unpause-pipeline -p "$pipeline-two" > /dev/null
commit && push
build "$pipeline-two" -two &
build || grep -Eq 'another run (serves it|has moved its cursor)' "$work/log" || fail 'neither told, nor left to the other'
wait $! || grep -Eq 'another run (serves it|has moved its cursor)' "$work/log-two" || fail 'the other failed, too'
told || fail 'the tag is not on the newest commit'
fly destroy-pipeline -n -p "$pipeline-two" > /dev/null

say 'an old build is run again'
before=$(place)
fly rerun-build -j "$pipeline/notify" -b 2 --watch > "$work/log" 2>&1 || fail 'the rerun'
[ "$(place)" = "$before" ] || fail 'the tag has moved back'

say 'a commit is told by itself'
set_pipeline "$here/pipeline.yml"
commit && push
fly check-resource -r "$pipeline/teams" > "$work/log" # as its webhook does
await 180 told || fail 'no build has come of it'
set_pipeline "$work/by-hand.yml"

say 'history is rewritten'
git -C "$repo" reset -q --hard HEAD~2
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
fly set-pipeline -n -p "$consumer" -c "$work/consumer.yml" -l "$work/vars.yml" > /dev/null
fly unpause-pipeline -p "$consumer" > /dev/null
fly check-resource -r "$consumer/event" > "$work/log"
builds() { [ "$(fly builds -j "$consumer/follow" | grep -c succeeded || true)" -ge "$1" ]; }
await 180 builds 1 || fail 'no build of the newest event' # a job begins at what is newest at its first build
commit && commit && commit && commit && commit && push
fly check-resource -r "$consumer/event" > "$work/log"
await 600 builds 11 || fail 'not a build for each event' # two of each commit
if builds 12; then fail 'more builds than events'; fi

say 'all passed'
