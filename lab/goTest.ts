import { join } from "node:path";
import { repository } from "./paths";
import { run } from "./process";
import type { Workshop } from "./workshop";

/** The Go modules that are the lab's own, and so have tests here. */
const folders = ["programs", "stand-ins"];

/** Runs the tests of the lab's own Go programs. */
export async function testPrograms(workshop: Workshop): Promise<void> {
    const { command, env } = await workshop.go();
    for (const folder of folders) {
        const options = { cwd: join(repository, "lab", folder), env };
        await run(command, ["vet", "-mod=readonly", "./..."], options);
        workshop.say(await run(command, ["test", "-mod=readonly", "./..."], options));
    }
}
