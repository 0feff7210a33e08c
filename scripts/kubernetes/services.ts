// Tern's services as the rules see them: which pods are theirs, and what they read from the environment.
import type { ZodObject } from "zod";
import { apiSettings } from "../../services/api/src/config.ts";
import { webhookSettings } from "../../services/webhook/src/config.ts";
import { workerSettings } from "../../services/worker/src/config.ts";
import { at, type Container, listAt, type Manifest, ofKind, type Pod, podsOf } from "./manifests.ts";

/** What each service reads, by the value of its label app.kubernetes.io/component. */
export const SETTINGS: Readonly<Record<string, ZodObject>> = {
  api: apiSettings,
  worker: workerSettings,
  webhook: webhookSettings,
};

export interface TernPod {
  /** `api`, `worker` or `webhook`. */
  readonly service: string;
  readonly pod: Pod;
  readonly container: Container;
}

/** The pods of the three services; others (a Redis, the simulator) are not theirs. */
export function ternPods(manifests: readonly Manifest[]): TernPod[] {
  return podsOf(manifests).flatMap((pod) => {
    const service = pod.labels["app.kubernetes.io/component"] ?? "";
    const container = pod.containers.find(({ name }) => name === service);
    return service in SETTINGS && container ? [{ service, pod, container }] : [];
  });
}

/** The environment of a container as it will be, as far as the manifests say it: env over envFrom's ConfigMaps. */
export function environmentOf(container: Container, manifests: readonly Manifest[]): Record<string, string> {
  const shared = (container.envFrom ?? []).flatMap((source) => {
    const name = at(source, "configMapRef", "name");
    const found = ofKind(manifests, "ConfigMap").find(({ metadata }) => metadata.name === name);
    return Object.entries((at(found, "data") ?? {}) as Record<string, string>);
  });
  const own = (listAt(container, "env") as { name: string; value?: string }[]).map(
    ({ name, value }) => [name, value ?? ""] as const,
  );
  return Object.fromEntries([...shared, ...own]);
}

/** The setting as the service will read it; undefined if it has none of this name. Throws if the value does not fit. */
export function settingOf(service: string, name: string, environment: Readonly<Record<string, string>>): unknown {
  return SETTINGS[service]?.shape[name]?.parse(environment[name]);
}
