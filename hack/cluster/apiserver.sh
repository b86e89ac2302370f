#!/usr/bin/env bash
# etcd and a real API server alone, on 127.0.0.1: no node, no controllers. For measurements and for tests of the
# operator's loop that need no pods.
#
#   apiserver.sh up|down   start it empty, stop it; the kubeconfig is $STATE/admin.kubeconfig
#
# STATE, PORT and ETCD_PORT choose the place; each caller its own.
set -euo pipefail
HOST=127.0.0.1
PORT=${PORT:-16443}
ETCD_PORT=${ETCD_PORT:-12379}
STATE=${STATE:-${TMPDIR:-/tmp}/datacontract-apiserver}
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
. "$HERE/control-plane.sh"

up() {
  [ -x "$KUBE" ] || { say "Kubernetes is not built: run hack/cluster/cluster.sh build"; exit 1; }
  down
  rm -rf "$STATE/etcd"
  mkdir -p "$STATE/log"
  (pki)
  kubeconfigs
  etcd_up
  # Loopback cannot be the address of a Service's endpoint: the API server is not reachable as one here.
  apiserver_up --endpoint-reconciler-type=none
}

down() { end apiserver etcd; }

"$@"
