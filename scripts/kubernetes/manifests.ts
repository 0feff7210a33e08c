// Kubernetes manifests as this check reads them: only the fields its rules ask for, all of them optional, since whether the
// whole has the right shape is tsc's to say (types.ts).
import { parseAllDocuments } from "yaml";

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  // biome's and tsc's strictness ends here on purpose: rules reach for what they need with `at`.
  readonly [field: string]: unknown;
}

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Labels;
}

export type Labels = Readonly<Record<string, string>>;

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly unknown[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly [field: string]: unknown;
}

/** A pod template, and the manifest that it is part of. */
export interface Pod {
  readonly owner: Manifest;
  readonly labels: Labels;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly containers: readonly Container[];
}

/** All documents of a rendered stream; throws with the parser's words on anything that is no YAML. */
export function readManifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw new Error(document.errors.map(({ message }) => message).join("\n"));
    return document.toJS() as Manifest;
  });
}

/** What stands at a path, `at(manifest, "spec", "template")`; undefined as soon as a step is missing. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as Record<string | number, unknown>)[step];
  }
  return here;
}

/** The list at a path; empty where there is none. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const list = at(value, ...path);
  return Array.isArray(list) ? list : [];
}

/** For people: `Deployment/tern-api`. */
export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.name}`;
}

export function ofKind(manifests: readonly Manifest[], ...kinds: readonly string[]): Manifest[] {
  return manifests.filter(({ kind }) => kinds.includes(kind));
}

const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet", "Job"];

/** The pod templates of all workloads. */
export function podsOf(manifests: readonly Manifest[]): Pod[] {
  return ofKind(manifests, ...WORKLOADS).map((owner) => {
    const spec = (at(owner, "spec", "template", "spec") ?? {}) as Pod["spec"];
    return {
      owner,
      labels: (at(owner, "spec", "template", "metadata", "labels") ?? {}) as Labels,
      spec,
      containers: [...listAt(spec, "initContainers"), ...listAt(spec, "containers")] as Container[],
    };
  });
}

/** The name of the port, or its number, that a container offers; undefined if it offers none such. */
export function portOf(pod: Pod, port: unknown): number | undefined {
  const ports = pod.containers.flatMap((container) => container.ports ?? []);
  return ports.find(({ name, containerPort }) => port === name || port === containerPort)?.containerPort;
}

/** Whether a label selector (matchLabels, matchExpressions; an empty one selects all) selects these labels. */
export function selects(selector: unknown, labels: Labels): boolean {
  const wanted = Object.entries((at(selector, "matchLabels") ?? {}) as Labels);
  const isWanted = wanted.every(([key, value]) => labels[key] === value);
  return isWanted && listAt(selector, "matchExpressions").every((expression) => isMet(expression, labels));
}

function isMet(expression: unknown, labels: Labels): boolean {
  const value = labels[String(at(expression, "key"))];
  const values = listAt(expression, "values");
  switch (at(expression, "operator")) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}
