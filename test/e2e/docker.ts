// SPDX-License-Identifier: Apache-2.0
import { execa } from "execa";
import { STACK_LABEL } from "../../plan/hostCheck";

/** The docker CLI, with the environment that the test's stack has. */
export class Docker {
    constructor(private readonly environment: NodeJS.ProcessEnv) {}

    async run(...args: string[]): Promise<string> {
        const { stdout } = await execa("docker", args, { env: this.environment });
        return stdout;
    }

    /** kubectl as the cluster's own administrator, in its node. */
    async kubectl(cluster: string, ...args: string[]): Promise<string> {
        const admin = ["--kubeconfig", "/etc/kubernetes/admin.conf"];
        return await this.run("exec", `${cluster}-control-plane`, "kubectl", ...admin, ...args);
    }

    /** The same with something on its standard input. */
    async kubectlWith(input: string, cluster: string, ...args: string[]): Promise<string> {
        const node = ["exec", "--interactive", `${cluster}-control-plane`];
        const admin = ["kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf"];
        const all = [...node, ...admin, ...args];
        const { stdout } = await execa("docker", all, { env: this.environment, input });
        return stdout;
    }

    private async names(...args: string[]): Promise<string[]> {
        return (await this.run(...args)).split("\n").filter((name) => name !== "");
    }

    /** Names of the containers, running or not, whose name starts with a prefix. */
    async containers(prefix: string): Promise<string[]> {
        const names = await this.names("container", "ls", "--all", "--format", "{{.Names}}");
        return names.filter((name) => name.startsWith(prefix)).sort();
    }

    /** IPv4 address of a container on its first network. */
    async address(container: string): Promise<string> {
        const format = "{{range .NetworkSettings.Networks}}{{println .IPAddress}}{{end}}";
        const [address = ""] = await this.names(
            "container",
            "inspect",
            "--format",
            format,
            container,
        );
        return address;
    }

    /** One fact of a container, by a Go template. */
    async fact(container: string, template: string): Promise<string> {
        return (await this.run("container", "inspect", "--format", template, container)).trim();
    }

    async isRunning(container: string): Promise<boolean> {
        return (await this.fact(container, "{{.State.Running}}")) === "true";
    }

    /** Starts two containers again, each with the address that the other one had on a network. */
    async swapAddresses(network: string, pair: readonly [string, string]): Promise<void> {
        const addresses = await Promise.all(pair.map((container) => this.address(container)));
        await this.run("stop", ...pair);
        for (const container of pair) await this.run("network", "disconnect", network, container);
        for (const [i, container] of pair.entries()) {
            const ip = ["--ip", addresses[1 - i] ?? ""];
            await this.run("network", "connect", ...ip, network, container);
            await this.run("start", container);
        }
        const now = await Promise.all(pair.map((container) => this.address(container)));
        if (now.join() !== [...addresses].reverse().join()) {
            throw new Error(`${pair.join(" and ")} have ${now.join(" and ")}`);
        }
    }

    /**
     * Removes what an earlier run of a test's stack left when it was killed together with its machine:
     * its network, which bears the stack's name, and the nodes on it.
     */
    async removeEarlier(stack: string): Promise<void> {
        const label = `label=${STACK_LABEL}=istio-fleet/${stack}`;
        const all = ["--filter", label, "--format", "{{.Name}}"];
        for (const network of await this.names("network", "ls", ...all)) {
            await this.removeNetwork(network);
        }
    }

    /** Removes a network and every container on it; nothing where there is none of that name. */
    async removeNetwork(network: string): Promise<void> {
        if (!(await this.networks()).includes(network)) return;
        const on = ["--all", "--filter", `network=${network}`, "--format", "{{.Names}}"];
        for (const container of await this.names("container", "ls", ...on)) {
            await this.remove(container);
        }
        await this.run("network", "rm", network);
    }

    async networks(): Promise<string[]> {
        return await this.names("network", "ls", "--format", "{{.Name}}");
    }

    /** Names of all volumes. */
    async volumes(): Promise<string[]> {
        return (await this.names("volume", "ls", "--format", "{{.Name}}")).sort();
    }

    async remove(container: string): Promise<void> {
        await this.run("container", "rm", "--force", "--volumes", container);
    }
}
