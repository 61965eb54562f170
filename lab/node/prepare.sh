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

# A containerd of its own unpacks the images on a volume, where overlay mounts can be made.
containerd --root /build/containerd > /build/containerd.log 2>&1 &
daemon=$!
until ctr version > /dev/null 2>&1; do
    if ! kill -0 "$daemon" 2> /dev/null; then
        echo "containerd ended before it served:" >&2
        tail -n 20 /build/containerd.log >&2
        exit 1
    fi
done
ctr --namespace k8s.io images import --snapshotter overlayfs - > /dev/null
ctr --namespace k8s.io images list --quiet
if ctr --namespace k8s.io images check --snapshotter overlayfs | grep -E 'incomplete|false$'; then
    echo "the images above are not whole, or not unpacked" >&2
    exit 1
fi
kill "$daemon"
wait "$daemon" || true
rm -rf /run/containerd

# kind gives every node a volume for /var and docker fills it with what the image has there: a copy
# for each cluster. So the blobs and the unpacked layers lie elsewhere, in the image's own layer that
# all clusters share (and the page cache with it), and /var has links to them. containerd only reads
# them; what it adds or removes later happens among the links.
share() { # folder below containerd's root, name of the shared folder
    mkdir -p "/kind/store/$2" "/var/lib/containerd/$1"
    cp -a "/build/containerd/$1/." "/kind/store/$2/"
    for entry in "/kind/store/$2"/*; do ln -s "$entry" "/var/lib/containerd/$1/"; done
}
blobs=io.containerd.content.v1.content/blobs/sha256
snapshots=io.containerd.snapshotter.v1.overlayfs/snapshots
mkdir -p /var/lib/containerd
tar -C /build/containerd --exclude="./$blobs/*" --exclude="./$snapshots/*" -c . |
    tar -C /var/lib/containerd -x
share "$blobs" blobs
share "$snapshots" snapshots
