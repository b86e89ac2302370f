# Images where no container registry can be reached: a base made with debootstrap, Debian's docker to build, containerd
# to run. Sourced by cluster.sh.
export DOCKER_HOST=unix://$STATE/docker.sock
BASE_IMAGE=local/python:bookworm

docker_answers() { docker info >/dev/null 2>&1; }

docker_up() {
  docker_answers && return
  spawn dockerd dockerd --iptables=false --bridge=none -H "$DOCKER_HOST" --data-root "$STATE/docker" \
    --exec-root "$STATE/docker-exec" -p "$STATE/docker.pid"
  until_true 300 docker_answers
}

has_image() { docker image inspect "$1" >/dev/null 2>&1; }

base_image() { # Python on Debian, trusting what this host trusts
  docker_up
  has_image "$BASE_IMAGE" && return
  [ -f "$STATE/rootfs/.complete" ] || {
    rm -rf "$STATE/rootfs"
    debootstrap --variant=minbase --include=python3,python3-venv,python3-pip,ca-certificates,tzdata,git \
      bookworm "$STATE/rootfs" >"$STATE/log/debootstrap.log"
    touch "$STATE/rootfs/.complete"
  }
  cp -L /etc/ssl/certs/ca-certificates.crt "$STATE/rootfs/etc/ssl/certs/ca-certificates.crt"
  tar -C "$STATE/rootfs" --exclude=./var/cache/apt --exclude=./var/lib/apt/lists -c . | docker import \
    -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    -c 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt' -c 'ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt' \
    - "$BASE_IMAGE" >/dev/null
}

pause_image() { # what holds a pod's namespaces open
  docker_up
  has_image localhost/pause:1 && return
  mkdir -p "$STATE/pause"
  cat >"$STATE/pause/pause.c" <<'C'
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static void finish(int signal_) { (void)signal_; exit(0); }
static void reap(int signal_) { (void)signal_; while (waitpid(-1, 0, WNOHANG) > 0); }
int main(void) { signal(SIGINT, finish); signal(SIGTERM, finish); signal(SIGCHLD, reap); for (;;) pause(); }
C
  gcc -static -Os -s "$STATE/pause/pause.c" -o "$STATE/pause/pause"
  printf 'FROM scratch\nCOPY pause /pause\nENTRYPOINT ["/pause"]\n' >"$STATE/pause/Dockerfile"
  docker build -q -t localhost/pause:1 "$STATE/pause" >/dev/null
}

load_images() { # image…: from docker into the cluster's containerd, when it does not have this very image
  local image id
  docker_up
  for image in "$@"; do
    id=$(docker image inspect -f '{{.Id}}' "$image")
    [ "$(cat "$STATE/log/loaded-${image//[\/:]/_}" 2>/dev/null)" = "$id" ] && continue
    docker save "$image" | ctr -a "$STATE/containerd.sock" -n k8s.io images import - >/dev/null
    echo "$id" >"$STATE/log/loaded-${image//[\/:]/_}"
  done
}
