// SPDX-License-Identifier: Apache-2.0
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { isPortFree, parseAvailable } from "../../host/machine";

describe("machine", () => {
    it("reads the memory that programs can still have", () => {
        const text = "MemTotal:       24683520 kB\nMemFree:  1 kB\nMemAvailable:   22000000 kB\n";
        expect(parseAvailable(text)).to.equal(22_000_000 * 1024);
        expect(parseAvailable("")).to.equal(undefined);
    });

    it("tells a port that is taken from one that is free", async () => {
        const server = createServer();
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const { port } = server.address() as AddressInfo;
        expect(await isPortFree(port)).to.equal(false);
        await new Promise((resolve) => server.close(resolve));
        expect(await isPortFree(port)).to.equal(true);
    });
});
