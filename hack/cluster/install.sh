#!/usr/bin/env bash
# From nothing to a published table, each part timed: a cluster, the images, the chart, the flights contracts, and the
# table read through the warehouse's service inside the cluster.
#
#   install.sh local    on the local cluster of cluster.sh, where no container registry can be reached
#   install.sh kind     on kind (KIND, DOCKER: the commands to use), with kind-config.yaml
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
ROOT=$(cd "$HERE/../.." && pwd)
NAMESPACE=${NAMESPACE:-flights}
SYSTEM=datacontract-system
PYTHON=${PYTHON:-$ROOT/.venv/bin/python}
RELEASE=datacontract
TRIAL=$RELEASE-operator-trial

local_cluster() {
  took "packages" "$HERE/cluster.sh" packages
  took "kubernetes and helm built" "$HERE/cluster.sh" build
  took "cluster up" "$HERE/cluster.sh" up
  took "images" "$HERE/cluster.sh" images
  took "data image" "$HERE/cluster.sh" data_image
  KUBECONFIG=$("$HERE/cluster.sh" kubeconfig)
  export KUBECONFIG
}

kind_cluster() {
  local kind=${KIND:-kind} docker=${DOCKER:-docker}
  took "kind cluster" "$kind" create cluster --name datacontract --config "$ROOT/kind-config.yaml"
  took "operator image" "$docker" build -q -f "$ROOT/operator/Dockerfile" -t datacontract-operator:dev "$ROOT"
  took "runner image" "$docker" build -q --build-arg EXTRAS=runner,embedded -f "$ROOT/runner-image/Dockerfile" \
    -t datacontract-runner:dev "$ROOT"
  "$PYTHON" "$ROOT/examples/flights/fetch.py"
  took "data image" "$docker" build -q -f "$HERE/flights-data.Dockerfile" -t flights-data:dev "$ROOT/examples/flights/data"
  took "images loaded" "$kind" load docker-image --name datacontract datacontract-operator:dev datacontract-runner:dev \
    flights-data:dev
  HELM_BIN=${HELM_COMMAND:-helm}
}

chart() {
  "$HELM_BIN" upgrade --install "$RELEASE" "$ROOT/charts/datacontract-operator" \
    --namespace "$SYSTEM" --create-namespace --wait --timeout 180s \
    --set fullname="$RELEASE-operator" --set image.tag=dev --set runner.image.tag=dev --set warehouse.trial.enabled=true \
    --set warehouse.trial.embedded=true --set warehouse.trial.storage.ephemeral=true >/dev/null
}

contracts() {
  kubectl create namespace "$NAMESPACE" --dry-run=client -o yaml | kubectl apply -f - >/dev/null
  kubectl label --overwrite namespace "$NAMESPACE" pod-security.kubernetes.io/enforce=restricted >/dev/null
  kubectl -n "$SYSTEM" get secret "$TRIAL" -o json | "$PYTHON" "$HERE/flights.py" secret "$NAMESPACE" | kubectl apply -f - >/dev/null
  "$PYTHON" "$HERE/flights.py" contracts "$NAMESPACE" "http://$TRIAL.$SYSTEM.svc:8123" \
    "$ROOT/examples/flights/contract.yaml" | kubectl apply -f - >/dev/null
}

ready() { kubectl -n "$NAMESPACE" wait --for=condition=Ready dc --all --timeout=600s >/dev/null; }

query() { # through the warehouse's service, from a pod
  local password
  password=$(kubectl -n "$SYSTEM" get secret "$TRIAL" -o jsonpath='{.data.password}' | base64 -d)
  kubectl -n "$SYSTEM" exec -i deploy/"$TRIAL" -- python -c "
import sys, urllib.request
request = urllib.request.Request('http://$TRIAL.$SYSTEM.svc:8123/', data=sys.stdin.buffer.read(),
    headers={'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': '$password'})
print(urllib.request.urlopen(request).read().decode(), end='')" <<'SQL'
SELECT carrier, sum(departures) AS departures, round(avg(mean_delay), 1) AS mean_delay
FROM flights.punctuality GROUP BY carrier ORDER BY departures DESC LIMIT 5 FORMAT PrettyCompactMonoBlock
SQL
}

case ${1:-} in
  local) local_cluster ;;
  kind) kind_cluster ;;
  *) sed -n '2,8p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
took "chart installed" chart
took "contracts applied" contracts
took "contracts Ready" ready
kubectl -n "$NAMESPACE" get dc,wh
query
