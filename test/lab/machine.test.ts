import { expect } from "chai";
import { mayHaveSysResource } from "../../lab/capabilities";
import { refusal, systemPath } from "../../lab/debian";
import { isNewEnough } from "../../lab/goToolchain";
import { parseStat } from "../../lab/processId";
import { requirement } from "../../lab/pypi";
import { mountsUnder } from "../../lab/removeTree";

describe("the machine", () => {
    describe("CAP_SYS_RESOURCE", () => {
        it("is looked for in the bounding set and nowhere else", () => {
            const status = (bounding: string) =>
                `Name:\tnode\nCapEff:\t000001fffeffffff\nCapBnd:\t${bounding}\nCapAmb:\t0\n`;
            expect(mayHaveSysResource(status("000001ffffffffff"))).to.equal(true);
            expect(mayHaveSysResource(status("000001fffeffffff"))).to.equal(false);
            expect(mayHaveSysResource(status("0000000001000000"))).to.equal(true);
        });

        it("is not guessed", () => {
            expect(() => mayHaveSysResource("Name:\tnode\n")).to.throw("no CapBnd line");
        });
    });

    describe("Go", () => {
        const cases: [string, boolean][] = [
            ["go1.26", true],
            ["go1.26.8", true],
            ["go1.27rc1", true],
            ["go2.0", true],
            ["devel go1.28-abc", true],
            ["go1.25.9", false],
            ["go1.3", false],
            ["", false],
        ];
        for (const [version, enough] of cases) {
            it(`${version || "(none)"} is ${enough ? "new enough" : "too old"}`, () => {
                expect(isNewEnough(version, "1.26")).to.equal(enough);
            });
        }
    });

    describe("system", () => {
        const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';

        it("is Debian, Ubuntu or one of their kind, as root", () => {
            const mint = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n';
            for (const text of [debian, 'ID="ubuntu"\nID_LIKE=debian\n', mint]) {
                expect(refusal(text, 0)).to.equal(undefined);
            }
        });

        it("is refused by its name elsewhere", () => {
            const fedora = 'ID=fedora\nPRETTY_NAME="Fedora Linux 43"\n';
            expect(refusal(fedora, 0)).to.match(/Fedora Linux 43 is neither Debian nor Ubuntu/);
            expect(refusal("", 0)).to.match(/this machine is neither/);
        });

        it("is refused to anybody but root", () => {
            expect(refusal(debian, 1000)).to.match(/user 1000 may not. Run it as root/);
        });

        it("keeps the user's PATH before the administrators' folders", () => {
            expect(systemPath("/a:/sbin:/b")).to.equal("/a:/sbin:/b:/usr/local/sbin:/usr/sbin");
        });
    });

    describe("process", () => {
        it("has its start after a name that may hold anything", () => {
            const rest = ["S", ...Array.from({ length: 18 }, (_, i) => String(i)), "4242", "0"];
            expect(parseStat(`17 (a) b (c) ${rest.join(" ")}`)).to.deep.equal({
                state: "S",
                startTicks: "4242",
            });
        });
    });

    describe("mounts", () => {
        const mountinfo = [
            "22 1 8:1 / / rw - ext4 /dev/sda1 rw",
            "30 22 0:5 / /lab/tmp/x/root rw - tmpfs t rw",
            "31 30 0:6 / /lab/tmp/x/root/proc rw - proc proc rw",
            "32 22 0:7 / /lab/tmp/x\\040y rw - tmpfs t rw",
            "33 22 0:8 / /lab/tmp2 rw - tmpfs t rw",
        ].join("\n");

        it("are found below a folder, the deepest first", () => {
            expect(mountsUnder("/lab/tmp", mountinfo)).to.deep.equal([
                "/lab/tmp/x/root/proc",
                "/lab/tmp/x/root",
                "/lab/tmp/x y",
            ]);
        });
    });

    describe("PyPI", () => {
        const wheel = { name: "w", version: "1.0", sha256: { x64: "abc" } };

        it("gives one version by its checksum and no other", () => {
            expect(requirement(wheel, "x64")).to.equal("w==1.0 --hash=sha256:abc\n");
        });

        it("is not asked for a processor whose checksum is not known", () => {
            expect(() => requirement(wheel, "riscv64")).to.throw(
                'no checksum of w 1.0 is known for processor "riscv64" (known: x64)',
            );
        });
    });
});
