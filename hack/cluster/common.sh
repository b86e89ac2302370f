# Where things are kept, and how processes are started and ended. Sourced by the scripts beside it.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/datacontract-operator
STATE=${STATE:-$CACHE/cluster}
KUBERNETES=v1.37.2
HELM=v4.3.1
export GOPATH=$CACHE/go GOCACHE=$CACHE/go-build GOFLAGS=-buildvcs=false CGO_ENABLED=0

# One binary per content of its sources: an unchanged checkout builds nothing.
KUBE=$CACHE/bin/kube-$(cat "$HERE"/go.mod "$HERE"/go.sum "$HERE"/main.go | sha256sum | cut -c1-12)
HELM_BIN=$CACHE/bin/helm-$HELM

say() { printf '%s\n' "$*" >&2; }

took() { # words command…: runs the command and says how long it took
  local words=$1 start
  start=$(date +%s)
  shift
  "$@"
  say "$words: $(($(date +%s) - start)) s"
}

have() { # command…: whether all of them are installed
  local command
  for command in "$@"; do command -v "$command" >/dev/null || return 1; done
}

spawn() { # name command…: starts a process of its own session, its log and pid under STATE/log
  local name=$1
  shift
  mkdir -p "$STATE/log"
  setsid nohup "$@" >"$STATE/log/$name.log" 2>&1 </dev/null &
  echo $! >"$STATE/log/$name.pid"
}

running() { # name: whether the process that we started is still there
  kill -0 "$(cat "$STATE/log/$1.pid" 2>/dev/null)" 2>/dev/null
}

end() { # name…: ends processes in this order, each waited for: the next start needs the ports back
  local name pid
  for name in "$@"; do
    running "$name" || continue
    pid=$(cat "$STATE/log/$name.pid")
    kill "$pid" 2>/dev/null
    for _ in $(seq 300); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    rm -f "$STATE/log/$name.pid"
  done
}

until_true() { # tries command…: repeats every 0.1 s
  local tries=$1
  shift
  for _ in $(seq "$tries"); do
    "$@" && return
    sleep 0.1
  done
  say "gave up waiting for: $*"
  return 1
}
