// SPDX-License-Identifier: Apache-2.0

/** Rules as `spec.groups` of a PrometheusRule and the rule files of Prometheus and Thanos have them. */

export interface RecordingRule {
    readonly record: string;
    readonly expr: string;
    readonly labels?: Readonly<Record<string, string>>;
}

export interface AlertRule {
    readonly alert: string;
    readonly expr: string;
    /** How long the expression must hold before the alert fires; at once when absent. */
    readonly for?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleGroup {
    readonly name: string;
    /** How often the group is evaluated; the server's default when absent. */
    readonly interval?: string;
    /** How far back the group looks; the server's default, which is 0, when absent. */
    readonly query_offset?: string;
    readonly rules: readonly (RecordingRule | AlertRule)[];
}

/** How soon somebody has to look: requests or samples are lost now, or may be if nobody does. */
export type Severity = "critical" | "warning";

/** A text from the config in an expression, as PromQL's string. */
export function quoted(text: string): string {
    return JSON.stringify(text);
}

/** A pattern, as a matcher's, of exactly these texts. */
export function oneOf(texts: readonly string[]): string {
    return quoted(texts.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"));
}

/** A text from the config in a label or annotation of an alert, where `{{` begins a template. */
export function plain(text: string): string {
    return text.replaceAll("{{", '{{"{{"}}');
}
