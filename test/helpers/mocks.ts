// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { Callback } from "@pulumi/pulumi/proto/callback_pb";
import type {
    RegisterResourceOutputsRequest,
    RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import * as runtimeState from "@pulumi/pulumi/runtime/state";
import { orFirstFailure, withoutStackTraces } from "./promises";
import { type Rendered, defaultState, functionResult, renderedBy } from "./providers";
import { type Properties, reference, secret, unwrap } from "./wire";

/*
 * Pulumi's mocks see the type, name, inputs and provider of a resource, and nothing else. The monitor
 * behind them gets the whole request, so that is what is recorded here: also its parent, its
 * dependencies, and its options. The monitor is made more like the engine where it matters:
 *   - URNs have the types of all ancestors, not just of the parent (two resources may otherwise
 *     share one that have their own in the engine);
 *   - outputs that a resource asks to be secret (additionalSecretOutputs) are secret;
 *   - option `transforms` is taken (the mocks refuse it, as if the CLI were too old): the functions are
 *     recorded, for the test to call. The engine would call them back over gRPC.
 */

/** What a program asked the engine to make. */
export interface Registration {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** True for resources of a provider, false for components. */
    readonly custom: boolean;
    /** True for components that live in a provider, like Helm charts. */
    readonly remote: boolean;
    /** Inputs, secrets without their wrappers. */
    readonly inputs: Properties;
    /** Paths of the inputs that are secret. */
    readonly secrets: readonly string[];
    /** Name of the provider that it names itself, or "". */
    readonly provider: string;
    /** Names of the providers for its children, by package. */
    readonly providers: Readonly<Record<string, string>>;
    /** Id of what is there already, and is taken over, or "". */
    readonly import: string;
    /** URN of the parent, or "". */
    readonly parent: string;
    /** URN of the resource that it is deleted with, or "". */
    readonly deletedWith: string;
    /** URNs of the resources that it is replaced with. */
    readonly replaceWith: readonly string[];
    /** URNs of everything that must be there before. */
    readonly dependencies: readonly string[];
    readonly additionalSecretOutputs: readonly string[];
    readonly deleteBeforeReplace: boolean;
    /** Whether it stays when it is deleted, or replaced. */
    readonly retainOnDelete: boolean;
    /** Inputs that stay as they were when the resource was made. */
    readonly ignoreChanges: readonly string[];
    readonly transforms: readonly pulumi.ResourceTransform[];
}

/** What a component registered for its outputs. */
export interface RegisteredOutputs {
    readonly outputs: Properties;
    /** Paths of the outputs that are secret. */
    readonly secrets: readonly string[];
}

/** The parts of Pulumi's MockMonitor that are changed here. */
interface Monitor {
    resources: Map<string, { urn: string; id: string; state: Properties }>;
    newUrn(parent: string, type: string, name: string): string;
    registerResource(request: RegisterResourceRequest, callback: unknown): Promise<void>;
    registerResourceOutputs(request: RegisterResourceOutputsRequest, callback: unknown): void;
}

/** The parts of Pulumi's store, which it keeps to itself. */
interface Store {
    supportsTransforms: boolean;
    callbacks: unknown;
}

/** A function of a provider that was called. */
export interface Call {
    readonly token: string;
    readonly args: Properties;
}

/** Everything that was made in one run, in the order in which the engine heard of it. */
export class Recording {
    public readonly calls: Call[] = [];
    public readonly all: Registration[] = [];
    public readonly outputs = new Map<string, RegisteredOutputs>();

    /** The names of all resources of a type, sorted. */
    public names(type: string): string[] {
        return this.ofType(type)
            .map(({ name }) => name)
            .sort();
    }

    public ofType(type: string): Registration[] {
        return this.all.filter((resource) => resource.type === type);
    }

    /** How many there are of each type. */
    public counts(): Record<string, number> {
        const counts: Record<string, number> = {};
        for (const { type } of this.all) counts[type] = (counts[type] ?? 0) + 1;
        return counts;
    }

    /** The one resource of a type and name. */
    public get(type: string, name: string): Registration {
        const found = this.all.filter((one) => one.type === type && one.name === name);
        const [resource] = found;
        if (!resource || found.length > 1) {
            throw new Error(`${String(found.length)} resources are ${type} ${name}, not one`);
        }
        return resource;
    }

    /** The names of the resources that one was told to wait for, sorted. Without ancestors. */
    public dependencyNames({ dependencies, parent }: Registration): string[] {
        return dependencies
            .filter((urn) => urn !== parent)
            .map((urn) => urn.split("::").slice(3).join("::"))
            .sort();
    }
}

/**
 * Runs a program with mocks for the engine, waits for all that it makes, and gives both results.
 *
 * @param states outputs of resources by their names, which win over what the mocks have.
 */
export async function record<T>(
    program: () => T | Promise<T>,
    stack = "test",
    states: ReadonlyMap<string, Properties> = new Map(),
): Promise<{ result: T; recording: Recording }> {
    const recording = new Recording();
    const requests = new Map<string, RegisterResourceRequest>();
    await pulumi.runtime.setMocks(
        {
            call: ({ token, inputs }) => {
                recording.calls.push({ token, args: inputs as Properties });
                return functionResult(token, inputs as Properties);
            },
            newResource: ({ type, name, inputs }) => {
                const request = requests.get(`${type} ${name}`);
                const { id, state } = answer(monitor, request, type, name, inputs as Properties);
                return { id, state: { ...state, ...states.get(name) } };
            },
        },
        "istio-fleet",
        stack,
        false,
    );
    const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
    const transforms = acceptTransforms();
    monitor.newUrn = engineUrn;
    const registerResource = monitor.registerResource.bind(monitor);
    const registerResourceOutputs = monitor.registerResourceOutputs.bind(monitor);
    monitor.registerResource = (request, callback) => {
        requests.set(`${request.getType()} ${request.getName()}`, request);
        recording.all.push(toRegistration(request, transforms));
        return registerResource(request, callback);
    };
    monitor.registerResourceOutputs = (request, callback) => {
        const { value, secrets } = unwrap(request.getOutputs()?.toJavaScript() ?? {});
        recording.outputs.set(request.getUrn(), { outputs: value as Properties, secrets });
        registerResourceOutputs(request, callback);
    };
    const result = await withoutStackTraces(() =>
        orFirstFailure(async () => {
            const made = await program();
            await pulumi.runtime.disconnect();
            return made;
        }),
    );
    refuseDuplicates(recording.all);
    return { result, recording };
}

/** An output's value, and whether it is secret. */
export async function settled<T>(output: pulumi.Output<T>): Promise<{ value: T; secret: boolean }> {
    const value = await new Promise<T>((resolve) => {
        output.apply((known) => {
            resolve(known);
        });
    });
    return { value, secret: await pulumi.isSecret(output) };
}

/** The URN that the engine gives: with the types of all ancestors. */
export function engineUrn(parent: string, type: string, name: string): string {
    const ancestors = parent === "" ? "" : `${parent.split("::")[2] ?? ""}$`;
    const place = [pulumi.getStack(), pulumi.getProject()].join("::");
    return `urn:pulumi:${place}::${ancestors}${type}::${name}`;
}

function acceptTransforms(): Map<string, pulumi.ResourceTransform> {
    const transforms = new Map<string, pulumi.ResourceTransform>();
    const store = (runtimeState as unknown as { getStore: () => Store }).getStore();
    store.supportsTransforms = true;
    store.callbacks = {
        registerTransform: (transform: pulumi.ResourceTransform) => {
            const token = String(transforms.size);
            transforms.set(token, transform);
            return Promise.resolve(new Callback().setToken(token));
        },
        awaitStackRegistrations: () => Promise.resolve(),
        shutdown: () => undefined,
    };
    return transforms;
}

function toRegistration(
    request: RegisterResourceRequest,
    transforms: ReadonlyMap<string, pulumi.ResourceTransform>,
): Registration {
    const { value, secrets } = unwrap(request.getObject()?.toJavaScript() ?? {});
    const parent = request.getParent();
    return {
        urn: engineUrn(parent, request.getType(), request.getName()),
        type: request.getType(),
        name: request.getName(),
        custom: request.getCustom(),
        remote: request.getRemote(),
        inputs: value as Properties,
        secrets,
        provider: providerName(request.getProvider()),
        providers: Object.fromEntries(
            request
                .getProvidersMap()
                .toArray()
                .map(([key, ref]) => [key, providerName(ref)]),
        ),
        import: request.getImportid(),
        parent,
        deletedWith: request.getDeletedwith(),
        replaceWith: request.getReplaceWithList(),
        dependencies: request.getDependenciesList(),
        additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
        deleteBeforeReplace: request.getDeletebeforereplace(),
        retainOnDelete: request.getRetainondelete() ?? false,
        ignoreChanges: request.getIgnorechangesList(),
        transforms: request.getTransformsList().flatMap((callback) => {
            const transform = transforms.get(callback.getToken());
            return transform ? [transform] : [];
        }),
    };
}

/** The name in `urn:pulumi:stack::project::type::name::id`. */
function providerName(ref: string): string {
    return ref.split("::")[3] ?? "";
}

function answer(
    monitor: Monitor,
    request: RegisterResourceRequest | undefined,
    type: string,
    name: string,
    inputs: Properties,
): { id: string; state: Properties } {
    const urn = engineUrn(request?.getParent() ?? "", type, name);
    const state: Properties = { ...inputs, ...defaultState(type, name, inputs) };
    for (const key of new Set(request?.getAdditionalsecretoutputsList())) {
        if (key in state) state[key] = secret(state[key]);
    }
    const rendered = renderedBy(type, inputs);
    if (rendered) state.resources = rendered.map((child) => addRendered(monitor, urn, child));
    return { id: `${name}-id`, state };
}

/** Makes a resource of a chart known to the monitor, and gives the chart's reference to it. */
function addRendered(
    monitor: Monitor,
    parent: string,
    { type, name, state }: Rendered,
): Properties {
    const urn = engineUrn(parent, type, name);
    monitor.resources.set(urn, { urn, id: name, state });
    return reference(urn, name);
}

function refuseDuplicates(resources: readonly Registration[]): void {
    const urns = resources.map(({ urn }) => urn);
    const twice = urns.filter((urn, i) => urns.indexOf(urn) !== i);
    if (twice.length > 0) throw new Error(`Duplicate resource URN ${twice.join(", ")}`);
}
