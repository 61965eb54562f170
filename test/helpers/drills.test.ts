// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { configOf } from "./fleets";
import type { Recording } from "./mocks";
import { providerOf, recordFleet } from "./stacks";
import { type Drill, type PatchStep, drillName } from "../e2e/drill";
import { CENTRAL, DRIFT_CONFIG, DRILLS, EDGE, IMPOSSIBLE } from "../e2e/drills";

const CHART = "kubernetes:helm.sh/v4:Chart";

/** The drill's own resource: what it does to it, an update or a creation would undo. */
function ownOf({ what, expects, does }: Drill): { type: string; name: string } {
    const object = (does.find((arg) => arg.includes("/")) ?? "").split("/")[0]?.split(".")[0] ?? "";
    const operation = what === "edited" ? "update" : "create";
    const own = expects.filter((change) => {
        const [op, type = ""] = change.split(" ");
        const kind = type.split(":").at(-1)?.toLowerCase() ?? "";
        // kubectl's plural of a kind.
        const plurals = [`${kind}s`, `${kind}es`, kind.replace(/y$/, "ies")];
        return op === operation && plurals.includes(object);
    });
    expect(own.length, `${drillName({ what, object })}: one of ${expects.join()}`).to.equal(1);
    const [, type = "", name = ""] = own[0]?.split(" ") ?? [];
    return { type, name };
}

/** What a value has at the path of a JSON patch; undefined for nothing. */
function at(value: unknown, path: string): unknown {
    const keys = path.split("/").slice(1);
    return keys.reduce<unknown>((inner, key) => {
        const name = key.replaceAll("~1", "/").replaceAll("~0", "~");
        return (inner as Record<string, unknown> | undefined)?.[name];
    }, value);
}

function patchOf({ does }: Drill): PatchStep[] {
    return JSON.parse(does.at(-1) ?? "") as PatchStep[];
}

describe("the drills of drift", () => {
    let recording: Recording;
    before(async () => {
        const { clusters, ...others } = DRIFT_CONFIG;
        expect(clusters).to.deep.equal([{ name: EDGE }, { name: CENTRAL }]);
        ({ recording } = await recordFleet(configOf([EDGE, CENTRAL], others)));
    });

    it("are each object edited and deleted, or say why not", () => {
        const all = [...DRILLS, ...IMPOSSIBLE];
        const names = all.map(drillName);
        expect(new Set(names).size).to.equal(names.length);
        const lacking = all.flatMap(({ object }) =>
            ["edited", "deleted"]
                .map((what) => drillName({ object, what }))
                .filter((name) => !names.includes(name)),
        );
        // Its loss is a drill of its own, and none of kubectl's.
        const elsewhere = ["kind cluster, deleted", "Thanos' ConfigMap, deleted"];
        expect([...new Set(lacking)].filter((name) => !elsewhere.includes(name))).to.deep.equal([]);
    });

    for (const drill of DRILLS) {
        it(`are done to what the program makes: ${drillName(drill)}`, () => {
            const { type, name } = ownOf(drill);
            const [chart = "", child] = name.split(":");
            const resource =
                child === undefined ? recording.get(type, name) : recording.get(CHART, chart);
            expect(providerOf(recording, resource)).to.equal(drill.cluster);
            const ref = (drill.does.find((arg) => arg.includes("/")) ?? "").split("/")[1];
            if (child !== undefined) {
                expect(child.split("/").at(-1)).to.equal(ref);
                return;
            }
            const { metadata } = resource.inputs as { metadata: Record<string, string> };
            expect(metadata.name).to.equal(ref);
            const namespaced = `--namespace=${metadata.namespace ?? ""}`;
            expect(drill.does[0] === namespaced).to.equal(metadata.namespace !== undefined);
            if (drill.what === "deleted") return;
            for (const { op, path, value } of patchOf(drill)) {
                const present = at(resource.inputs, path.replace(/^\/data\//, "/stringData/"));
                if (op === "test") expect(present).to.deep.equal(value);
                else expect(present, path).not.to.be.oneOf([undefined, value]);
            }
        });
    }
});
