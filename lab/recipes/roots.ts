import type { Rootfs } from "../rootfs";
import { versions } from "./versions";

/** What images with programs of the host's network need under them. */
export const netRoot: Rootfs = {
    name: "debian-net",
    suite: versions.debian,
    packages: ["ca-certificates", "conntrack", "curl", "iproute2", "iptables", "kmod", "nftables"],
    megabytes: 250,
};

/** The root of a kind node: what `images/base/Dockerfile` of kind installs, all of it from Debian. */
export const nodeRoot: Rootfs = {
    name: "debian-node",
    suite: versions.debian,
    packages: [
        "ca-certificates",
        "conntrack",
        "containerd",
        "containernetworking-plugins",
        "curl",
        "dbus",
        "ethtool",
        "hostname",
        "iproute2",
        "iptables",
        "jq",
        "kmod",
        "libseccomp2",
        "mount",
        "nftables",
        "procps",
        "runc",
        "socat",
        "systemd",
        "systemd-sysv",
        "util-linux",
    ],
    megabytes: 700,
};
