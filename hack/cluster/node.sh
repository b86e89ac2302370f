# containerd, kubelet, kube-proxy and CoreDNS: the one node. Sourced by cluster.sh.

network() { # the pods' bridge, made first so that the API server can listen on its address
  ip link show cni0 >/dev/null 2>&1 && return
  ip link add cni0 type bridge
  ip addr add "$HOST/16" dev cni0
  ip link set cni0 up
}

node_files() {
  mkdir -p "$STATE/cni" "$STATE/kubelet"
  # restrict_oom_score_adj: a host without CAP_SYS_RESOURCE cannot lower it, and runc then fails
  # with "can't get final child's PID from pipe: EOF".
  cat >"$STATE/containerd.toml" <<Y
version = 2
root = "$STATE/containerd-root"
state = "$STATE/containerd-state"
[grpc]
  address = "$STATE/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$STATE/cni"
Y
  cat >"$STATE/cni/10-bridge.conflist" <<Y
{"cniVersion": "1.0.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.88.0.0/16"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
Y
  cat >"$STATE/kubelet.yaml" <<Y
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $STATE/pki/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $STATE/pki/kubelet.crt
tlsPrivateKeyFile: $STATE/pki/kubelet.key
containerRuntimeEndpoint: unix://$STATE/containerd.sock
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
resolvConf: ""
clusterDNS: [$HOST]
clusterDomain: cluster.local
evictionHard: {imagefs.available: "1%", nodefs.available: "1%", memory.available: "100Mi"}
Y
  cat >"$STATE/proxy.yaml" <<Y
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clusterCIDR: 10.88.0.0/16
clientConnection: {kubeconfig: $STATE/admin.kubeconfig}
hostnameOverride: node0
conntrack: {maxPerCore: 0, min: 0}
Y
  cat >"$STATE/Corefile" <<Y
.:53 {
  bind $HOST
  errors
  kubernetes cluster.local in-addr.arpa {
    kubeconfig $STATE/admin.kubeconfig
  }
}
Y
}

node_up() {
  cd "$STATE"
  node_files
  spawn containerd containerd -c containerd.toml
  until_true 100 test -S containerd.sock
  spawn kubelet "$KUBE" kubelet --config=kubelet.yaml --kubeconfig=kubelet.kubeconfig --hostname-override=node0 \
    --root-dir="$STATE/kubelet" --node-ip="$HOST"
  spawn kube-proxy "$KUBE" kube-proxy --config=proxy.yaml
  spawn coredns "$KUBE" coredns -conf "$STATE/Corefile"
}
