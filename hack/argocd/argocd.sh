#!/usr/bin/env bash
# Argo CD's real controller and repo server as processes of this host, against the local cluster, with git repositories
# served on loopback.
#
#   argocd.sh build      8 minutes on 2 cores the first time, then nothing
#   argocd.sh up REPOS   REPOS: folder that holds git repositories; each is git://127.0.0.1:9418/NAME
#   argocd.sh down
#
# Applications name the destination server https://10.88.0.1:6443.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
ARGO_HERE=$HERE
. "$HERE/../cluster/common.sh"
CLUSTER=$STATE
STATE=$CACHE/argocd
ARGO=$CACHE/bin/argo-$(cat "$ARGO_HERE"/go.mod "$ARGO_HERE"/go.sum "$ARGO_HERE"/main.go | sha256sum | cut -c1-12)
export KUBECONFIG=$STATE/kubeconfig
PARTS="controller repo-server redis git"

packages() {
  have redis-server gpg git && return
  apt-get update -qq
  apt-get install -y -qq redis-server gpg git >/dev/null
}

build() {
  [ -x "$ARGO" ] || (cd "$ARGO_HERE" && nice -n 19 go build -trimpath -ldflags '-s -w' -o "$ARGO" .)
}

is_built() { [ -x "$ARGO" ]; }

settings() { # Argo CD's own CRDs and settings, the local cluster as a destination, a project that allows everything
  local manifests pki=$CLUSTER/pki
  manifests=$(cd "$ARGO_HERE" && go list -m -f '{{.Dir}}' github.com/argoproj/argo-cd/v3)/manifests
  cp "$CLUSTER/admin.kubeconfig" "$KUBECONFIG"
  kubectl config set-context --current --namespace=argocd >/dev/null # where Argo CD looks for its settings
  kubectl create namespace argocd --dry-run=client -o yaml | kubectl apply -f - >/dev/null
  kubectl apply --server-side -k "$manifests/crds" >/dev/null
  kubectl apply -n argocd -k "$manifests/base/config" >/dev/null 2>&1
  "${PYTHON:-$ARGO_HERE/../../.venv/bin/python}" -c 'import json, sys, yaml
print(json.dumps({"data": yaml.safe_load(open(sys.argv[1]))["configs"]["cm"]}))' \
    "$ARGO_HERE/../../examples/argocd/argo-cd-values.yaml" >"$STATE/argocd-cm.json"
  kubectl -n argocd patch configmap argocd-cm --type merge --patch-file "$STATE/argocd-cm.json" >/dev/null
  kubectl -n argocd patch secret argocd-secret --type merge -p '{"stringData":{"server.secretkey":"local"}}' >/dev/null
  kubectl apply -f - >/dev/null <<Y
apiVersion: v1
kind: Secret
metadata: {name: local, namespace: argocd, labels: {argocd.argoproj.io/secret-type: cluster}}
stringData:
  name: local
  server: https://10.88.0.1:6443
  config: '{"tlsClientConfig":{"caData":"$(base64 -w0 "$pki/ca.crt")","certData":"$(base64 -w0 "$pki/admin.crt")","keyData":"$(base64 -w0 "$pki/admin.key")"}}'
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: default, namespace: argocd}
spec: {sourceRepos: ["*"], destinations: [{namespace: "*", server: "*"}], clusterResourceWhitelist: [{group: "*", kind: "*"}]}
Y
}

up() {
  down
  mkdir -p "$STATE"/{bin,log,tls,ssh}
  settings
  # The repo server verifies commits through this name; nothing is signed here.
  printf '#!/bin/sh\ngit verify-commit "$1" 2>&1 || true\n' >"$STATE/bin/git-verify-wrapper.sh"
  chmod +x "$STATE/bin/git-verify-wrapper.sh"
  export PATH=$STATE/bin:$PATH ARGOCD_GPG_ENABLED=false ARGOCD_TLS_DATA_PATH=$STATE/tls ARGOCD_SSH_DATA_PATH=$STATE/ssh
  spawn git git daemon --base-path="$1" --export-all --listen=127.0.0.1 --port=9418 --reuseaddr
  spawn redis redis-server --port 16379 --bind 127.0.0.1 --save ""
  spawn repo-server "$ARGO" argocd-repo-server --redis 127.0.0.1:16379 --disable-tls --client-ca-path "" \
    --address 127.0.0.1 --port 18081 --metrics-address 127.0.0.1 --metrics-port 18084
  spawn controller "$ARGO" argocd-application-controller --repo-server 127.0.0.1:18081 --repo-server-plaintext \
    --redis 127.0.0.1:16379 --namespace argocd --metrics-port 18082 --app-resync 5
}

# shellcheck disable=SC2086  # PARTS is a list
down() { end $PARTS; }

"$@"
