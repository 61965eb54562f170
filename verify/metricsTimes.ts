// SPDX-License-Identifier: Apache-2.0
import type { LiveMetrics } from "./fleet";

/*
 * How long what happens in a cluster takes to the central Thanos. Scrapes, rules and federation take
 * turns of `scrapeSeconds` each, one after the other, and none knows when the one before it is due.
 */

/** Some seconds for clocks that differ, slow scrapes and remote write. */
const SLACK_SECONDS = 30;

/** The age that a heartbeat may have: the rule's and the federation's turn, and as much again. */
export function freshSeconds({ scrapeSeconds }: LiveMetrics): number {
    return Math.max(60, 4 * scrapeSeconds);
}

/**
 * Time in which a request is seen: a scrape, the rule twice (for a series begins at 0) and a third of a
 * turn for the federation, 57 s with turns of 15 s; and two turns more of a collector that has only just
 * begun, for it counts from there.
 */
export function visibleSeconds({ scrapeSeconds }: LiveMetrics): number {
    return 6 * scrapeSeconds + SLACK_SECONDS;
}
