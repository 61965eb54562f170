// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { once } from "node:events";
import { type Server, createServer } from "node:http";
import { type AddressInfo, type Socket, connect, createServer as createTcpServer } from "node:net";
import { expect } from "chai";
import { forwardWith } from "../../verify/forward";
import { messageOf } from "../helpers/errors";

const backend = { namespace: "monitoring", pod: "p", port: 9090 };
const DATA = 0;
const ERROR = 1;

/** A web socket's answer to a handshake (RFC 6455). */
function accept(key: string): string {
    const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    const hash = createHash("sha1").update(`${key}${guid}`).digest("base64");
    return [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        `Sec-WebSocket-Accept: ${hash}`,
        "Sec-WebSocket-Protocol: v4.channel.k8s.io",
        "\r\n",
    ].join("\r\n");
}

/** A message on a channel, in one frame of less than 126 bytes. */
function frame(channel: number, content: Buffer): Buffer {
    return Buffer.concat([Buffer.from([0x82, content.length + 1, channel]), content]);
}

/** The content of a frame of a client, which is masked. */
function unmask(bytes: Buffer): Buffer {
    const mask = bytes.subarray(2, 6);
    return Buffer.from(bytes.subarray(6).map((byte, i) => byte ^ (mask[i % 4] ?? 0)));
}

describe("forward", () => {
    let api: Server;
    /** What the API server does with an opened connection to the pod's port. */
    let serve: (socket: Socket) => void;
    let asked: string[];
    /** An HTTP server leaves the connections of web sockets half open. */
    const sockets: Socket[] = [];

    before(async () => {
        api = createServer();
        api.on("upgrade", ({ url = "", headers }, socket: Socket) => {
            asked.push(url);
            sockets.push(socket);
            socket.on("error", () => undefined);
            if (url.includes("/gone/")) {
                socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
                return;
            }
            socket.write(accept(headers["sec-websocket-key"] ?? ""));
            // The kubelet says the port first, on both channels.
            for (const channel of [DATA, ERROR]) socket.write(frame(channel, Buffer.from([2, 35])));
            serve(socket);
        });
        api.listen(0, "127.0.0.1");
        await once(api, "listening");
    });
    beforeEach(() => {
        asked = [];
    });
    after((done) => {
        for (const socket of sockets) socket.destroy();
        api.close(done);
    });

    const kubeconfig = (port: number) => {
        const server = `http://127.0.0.1:${String(port)}`;
        return JSON.stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
            users: [{ name: "u", user: {} }],
            contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
            "current-context": "x",
        });
    };
    const forward = () => forwardWith(kubeconfig((api.address() as AddressInfo).port));

    /** Both ends of a connection of this machine. */
    const connection = async () => {
        const server = createTcpServer().listen(0, "127.0.0.1");
        await once(server, "listening");
        const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
        const [socket] = (await once(server, "connection")) as [Socket];
        server.close();
        return { client, socket };
    };

    it("carries bytes both ways, and closes when the pod's end does", async () => {
        serve = (socket) => {
            socket.once("data", (bytes: Buffer) => {
                const answer = `got ${unmask(bytes).toString().slice(1)}`;
                socket.end(frame(DATA, Buffer.from(answer)));
            });
        };
        const { client, socket } = await connection();
        client.write("hello");
        let received = "";
        client.setEncoding("utf8").on("data", (text: string) => (received += text));
        await Promise.all([forward()(backend, socket), once(client, "end")]);
        expect(received).to.equal("got hello");
        expect(asked).to.deep.equal([
            "/api/v1/namespaces/monitoring/pods/p/portforward?ports=9090",
        ]);
    });

    it("closes when the client does", async () => {
        const opened = new Promise<Socket>((resolve) => (serve = resolve));
        const { client, socket } = await connection();
        const carried = forward()(backend, socket);
        const pod = await opened;
        const ended = once(pod.resume(), "end");
        client.destroy();
        await Promise.all([carried, ended]);
        expect(socket.destroyed).to.equal(true);
    });

    it("closes at once for a client that has gone meanwhile", async () => {
        const { client, socket } = await connection();
        serve = (pod) => pod.resume();
        socket.destroy();
        await forward()(backend, socket);
        client.destroy();
        expect(asked).to.have.length(1);
    });

    it("fails with what the pod's node says", async () => {
        serve = (socket) => socket.write(frame(ERROR, Buffer.from("connection refused\n")));
        const { client, socket } = await connection();
        expect(await messageOf(() => forward()(backend, socket))).to.equal(
            "port 9090 of pod monitoring/p was not reached: connection refused",
        );
        client.destroy();
    });

    it("fails when the pod is not there any more", async () => {
        const { client, socket } = await connection();
        const gone = { ...backend, pod: "gone" };
        expect(await messageOf(() => forward()(gone, socket))).to.equal(
            "port 9090 of pod monitoring/gone cannot be reached: Unexpected server response: 404",
        );
        client.destroy();
        socket.destroy();
    });
});
