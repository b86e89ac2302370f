# etcd, API server, controller manager and scheduler. Sourced by cluster.sh and apiserver.sh.
# HOST: address that the API server listens on; PORT, ETCD_PORT: its port and etcd's.
HOST=${HOST:-10.88.0.1}
PORT=${PORT:-6443}
ETCD_PORT=${ETCD_PORT:-2379}

issue() { # name subject [alternative names]: a certificate signed by our authority
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out "$1.crt" \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth' "${3:-DNS:localhost}") 2>/dev/null
}

pki() {
  mkdir -p "$STATE/pki"
  cd "$STATE/pki"
  [ -f sa.pub ] && return
  local service=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local
  openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 3650 -subj /CN=kubernetes-ca 2>/dev/null
  issue apiserver /CN=kube-apiserver "DNS:localhost,$service,IP:127.0.0.1,IP:10.96.0.1,IP:$HOST"
  issue admin /O=system:masters/CN=admin
  issue controller-manager /CN=system:kube-controller-manager
  issue scheduler /CN=system:kube-scheduler
  issue kubelet /O=system:nodes/CN=system:node:node0 "DNS:node0,IP:$HOST"
  openssl genrsa -out sa.key 2048 2>/dev/null
  openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
}

kubeconfigs() {
  local user
  for user in admin controller-manager scheduler kubelet; do
    cat >"$STATE/$user.kubeconfig" <<Y
apiVersion: v1
kind: Config
clusters: [{name: local, cluster: {server: "https://$HOST:$PORT", certificate-authority: $STATE/pki/ca.crt}}]
users: [{name: $user, user: {client-certificate: $STATE/pki/$user.crt, client-key: $STATE/pki/$user.key}}]
contexts: [{name: local, context: {cluster: local, user: $user}}]
current-context: local
Y
  done
}

api_ready() {
  curl -s --cacert "$STATE/pki/ca.crt" --cert "$STATE/pki/admin.crt" --key "$STATE/pki/admin.key" \
    "https://$HOST:$PORT/readyz" 2>/dev/null | grep -q '^ok'
}

etcd_up() {
  spawn etcd "$KUBE" etcd --data-dir "$STATE/etcd" --unsafe-no-fsync --log-level error \
    --listen-client-urls "http://127.0.0.1:$ETCD_PORT" --advertise-client-urls "http://127.0.0.1:$ETCD_PORT" \
    --listen-peer-urls "http://127.0.0.1:$((ETCD_PORT + 1))"
}

apiserver_up() { # [option…]
  cd "$STATE"
  spawn apiserver "$KUBE" kube-apiserver --etcd-servers="http://127.0.0.1:$ETCD_PORT" \
    --bind-address="$HOST" --advertise-address="$HOST" --secure-port="$PORT" --service-cluster-ip-range=10.96.0.0/16 \
    --client-ca-file=pki/ca.crt --tls-cert-file=pki/apiserver.crt --tls-private-key-file=pki/apiserver.key \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file=pki/sa.pub \
    --service-account-signing-key-file=pki/sa.key --kubelet-client-certificate=pki/admin.crt \
    --kubelet-client-key=pki/admin.key --kubelet-certificate-authority=pki/ca.crt \
    --kubelet-preferred-address-types=InternalIP --authorization-mode=Node,RBAC --allow-privileged=true \
    --enable-admission-plugins=NodeRestriction "$@"
  until_true 600 api_ready
}

controllers_up() {
  cd "$STATE"
  spawn controller-manager "$KUBE" kube-controller-manager --kubeconfig=controller-manager.kubeconfig \
    --leader-elect=false --service-account-private-key-file=pki/sa.key --root-ca-file=pki/ca.crt \
    --use-service-account-credentials --cluster-signing-cert-file=pki/ca.crt --cluster-signing-key-file=pki/ca.key
  spawn scheduler "$KUBE" kube-scheduler --kubeconfig=scheduler.kubeconfig --leader-elect=false
}
