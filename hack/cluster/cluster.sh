#!/usr/bin/env bash
# A real single-node Kubernetes on this host, as root, without a container registry: every component in one Go binary
# (main.go beside this file), containerd and runc from Debian's packages.
#
#   cluster.sh packages   install containerd, runc, CNI plugins, docker.io, debootstrap
#   cluster.sh build      build Kubernetes and helm (15 minutes on 2 cores the first time, then nothing)
#   cluster.sh up|down    start or stop it (6 s, 9 s); its state stays
#   cluster.sh base       make the base image local/python:bookworm (70 s the first time)
#   cluster.sh images     build the operator's and the runner's image and load them
#   cluster.sh data_image build and load the server of examples/flights' files
#   cluster.sh load IMG…  load images from docker
#   cluster.sh kubeconfig say where the kubeconfig is
#   cluster.sh wipe       stop it and forget its state, but not the images
#
# Pods reach this host at 10.88.0.1.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
. "$HERE/control-plane.sh"
. "$HERE/node.sh"
. "$HERE/images.sh"
ROOT=$(cd "$HERE/../.." && pwd)
PARTS="coredns kube-proxy kubelet scheduler controller-manager apiserver etcd containerd dockerd"

packages() {
  have dockerd containerd runc debootstrap iptables conntrack openssl curl && [ -x /usr/lib/cni/bridge ] && return
  apt-get update -qq
  apt-get install -y -qq containerd runc containernetworking-plugins docker.io debootstrap iptables conntrack openssl curl \
    >/dev/null
}

build() {
  mkdir -p "$CACHE/bin"
  local version=k8s.io/component-base/version
  [ -x "$KUBE" ] || (cd "$HERE" && nice -n 19 go build -trimpath -o "$KUBE" -ldflags \
    "-s -w -X $version.gitVersion=$KUBERNETES -X $version.gitMajor=1 -X $version.gitMinor=37" .)
  [ -x "$HELM_BIN" ] || {
    nice -n 19 go install -trimpath -ldflags "-s -w" "helm.sh/helm/v4/cmd/helm@$HELM"
    mv "$GOPATH/bin/helm" "$HELM_BIN"
  }
}

up() {
  mkdir -p "$STATE/log"
  running apiserver && api_ready && running kubelet && return
  down
  network
  (pki)
  kubeconfigs
  etcd_up
  apiserver_up
  controllers_up
  node_up
  until_true 600 node_ready
}

restart_apiserver() { # for tests: everybody's watches break
  end apiserver
  apiserver_up
}

node_ready() {
  kubectl --kubeconfig "$STATE/admin.kubeconfig" get node node0 2>/dev/null | grep -q ' Ready'
}

# shellcheck disable=SC2086  # PARTS is a list
down() { end $PARTS; }

base() {
  base_image
  pause_image
  load_images localhost/pause:1
}

images() {
  base
  took "operator image" docker build -q --network host --build-arg "BASE=$BASE_IMAGE" \
    -f "$ROOT/operator/Dockerfile" -t datacontract-operator:dev "$ROOT"
  took "runner image" docker build -q --network host --build-arg "BASE=$BASE_IMAGE" --build-arg EXTRAS=runner,embedded \
    -f "$ROOT/runner-image/Dockerfile" -t datacontract-runner:dev "$ROOT"
  took "images loaded" load_images datacontract-operator:dev datacontract-runner:dev
}

data_image() { # the files of examples/flights, for the contracts inside the cluster
  "${PYTHON:-$ROOT/.venv/bin/python}" "$ROOT/examples/flights/fetch.py" >/dev/null
  docker_up
  docker build -q --build-arg "BASE=$BASE_IMAGE" -f "$HERE/flights-data.Dockerfile" -t flights-data:dev "$ROOT/examples/flights/data" >/dev/null
  load_images flights-data:dev
}

load() { load_images "$@"; }
helm() { exec "$HELM_BIN" --kubeconfig "$STATE/admin.kubeconfig" "$@"; }
helm_path() { echo "$HELM_BIN"; }
kubeconfig() { echo "$STATE/admin.kubeconfig"; }
is_built() { [ -x "$KUBE" ] && [ -x "$HELM_BIN" ]; }

wipe() {
  down
  rm -rf "$STATE/etcd" "$STATE/kubelet" "$STATE/pki"
}

[ $# -gt 0 ] || { sed -n '2,15p' "${BASH_SOURCE[0]}" >&2; exit 2; }
"$@"
