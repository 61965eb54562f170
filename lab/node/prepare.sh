#!/bin/bash
# Runs once inside a container of the raw node, before it is committed as the node image. Does what
# kind's images/base/Dockerfile does after its packages, and imports the images, an OCI layout that
# comes as a tar on standard input.
set -euo pipefail

# Services that would get in the way of a container's systemd.
rm -f /lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service \
    /lib/systemd/system/multi-user.target.wants/* \
    /etc/systemd/system/*.wants/* \
    /lib/systemd/system/local-fs.target.wants/* \
    /lib/systemd/system/sockets.target.wants/*udev* \
    /lib/systemd/system/sockets.target.wants/*initctl* \
    /lib/systemd/system/basic.target.wants/*
echo ReadKMsg=no >> /etc/systemd/journald.conf
systemctl --quiet enable kubelet containerd undo-mount-hacks
systemctl --quiet mask systemd-binfmt

# Where kind and the kubelet look for what Debian keeps elsewhere.
mkdir -p /opt/cni/bin /etc/cni/net.d /etc/kubernetes/manifests
cp /usr/lib/cni/* /opt/cni/bin/
for command in containerd ctr; do ln -sf "/usr/bin/$command" "/usr/local/bin/$command"; done

hook='.hooks.createContainer = [{path: "/kind/bin/mount-product-files.sh"}]'
ctr oci spec | jq "$hook | del(.process.rlimits)" > /etc/containerd/cri-base.json

# A containerd with nothing but the store and the snapshots.
containerd > /tmp/containerd.log 2>&1 &
daemon=$!
until ctr version > /dev/null 2>&1; do
    if ! kill -0 "$daemon" 2> /dev/null; then
        echo "containerd ended before it served:" >&2
        tail -n 20 /tmp/containerd.log >&2
        exit 1
    fi
done
ctr --namespace k8s.io images import --no-unpack - > /dev/null
ctr --namespace k8s.io images list --quiet
kill "$daemon"
wait "$daemon" || true
rm -rf /run/containerd /tmp/containerd.log
