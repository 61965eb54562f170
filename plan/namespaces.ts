// SPDX-License-Identifier: Apache-2.0

/** The namespace of everything of Istio's. */
export const ISTIO_NAMESPACE = "istio-system";

/** The namespace of everything of MetalLB's. */
export const METALLB_NAMESPACE = "metallb-system";

/** The namespace of everything that measures: Prometheus Operator, Prometheus, Thanos, Grafana. */
export const MONITORING_NAMESPACE = "monitoring";
