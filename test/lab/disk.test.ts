import { expect } from "chai";
import { gigabytes, planDisk, shortage, witnessFolder, type GoCacheUse } from "../../lab/disk";
import type { Part } from "../../lab/part";

const use = (folder: string, modules: number, build: number): GoCacheUse => ({
    folder,
    witness: folder,
    modules,
    build,
});

function part(name: string, megabytes: number, goModule?: string): Part {
    return {
        name,
        recipe: {},
        needs: [],
        megabytes,
        commands: [],
        ...(goModule === undefined ? {} : { goModule }),
        make: () => Promise.resolve(),
    };
}

describe("disk", () => {
    const uses = [use("modules/a", 100, 1000), use("modules/b", 200, 2000)];
    const parts = [part("a1", 10, "modules/a"), part("a2", 20, "modules/a"), part("root", 300)];

    it("counts a module once for all its programs, and only modules in use", () => {
        expect(planDisk(parts, uses, () => false)).to.deep.equal({ lab: 330, goCaches: 1100 });
    });

    it("counts nothing for modules that were built here before", () => {
        expect(planDisk(parts, uses, () => true)).to.deep.equal({ lab: 330, goCaches: 0 });
    });

    it("is content where there is enough, on one file system or two", () => {
        const plan = { lab: 10, goCaches: 20 };
        expect(shortage(plan, { lab: 30, goCaches: 30, same: true })).to.equal(undefined);
        expect(shortage(plan, { lab: 10, goCaches: 20, same: false })).to.equal(undefined);
    });

    it("says what lacks where", () => {
        const plan = { lab: 2000, goCaches: 20000 };
        expect(shortage(plan, { lab: 21999, goCaches: 21999, same: true })).to.match(
            /^the lab with Go's caches needs about 22.0 GB of disk and 22.0 GB are free. Free some/,
        );
        expect(shortage(plan, { lab: 1999, goCaches: 99999, same: false })).to.match(
            /^the lab nee/,
        );
        expect(shortage(plan, { lab: 9999, goCaches: 9, same: false })).to.match(
            /^Go's caches needs? about 20.0 GB of disk and 9 MB are free/,
        );
    });

    it("speaks of MB below one GB", () => {
        expect([999.4, 1000].map(gigabytes)).to.deep.equal(["999 MB", "1.0 GB"]);
    });

    describe("witness", () => {
        it("finds a required module's version, alone or in a list", () => {
            expect(witnessFolder("module m\n\nrequire a.b/c v1.2.3\n", "a.b/c")).to.equal(
                "a.b/c@v1.2.3",
            );
            const list = "require (\n\ta.b/c/d v2.0.0 // indirect\n\ta.b/c v1.0.0\n)\n";
            expect(witnessFolder(list, "a.b/c")).to.equal("a.b/c@v1.0.0");
        });

        it("refuses a module that nothing requires", () => {
            expect(() => witnessFolder("module m\n", "a.b/c")).to.throw("no go.mod line requires");
        });
    });
});
