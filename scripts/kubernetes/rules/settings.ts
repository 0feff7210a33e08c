// Rules about what the services are told: variables they know with values they take, a deployment file they can load, and
// queries that ask for this Tern's figures.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, loadDeployment } from "@tern/runtime";
import { at, listAt, type Manifest, nameOf, ofKind, type Pod } from "../manifests.ts";
import { environmentOf, SETTINGS, settingOf, ternPods } from "../services.ts";

/** A variable that nobody reads is a misspelt one; a value that the schema refuses ends the process at its start. */
export function environment(manifests: readonly Manifest[]): string[] {
  return ternPods(manifests).flatMap(({ service, pod, container }) => {
    const who = nameOf(pod.owner);
    const known = SETTINGS[service]?.shape ?? {};
    const values = environmentOf(container, manifests);
    return Object.entries(values).flatMap(([name, value]) => {
      const asFile = name.replace(/_FILE$/, "");
      if (!(name in known)) {
        if (name === asFile || !(asFile in known)) return [`${who}: the ${service} reads no ${name}`];
        if (asFile in values) return [`${who}: ${asFile} and ${name} are both set`];
        return isThere(pod, value, manifests) ? [] : [`${who}: ${name} names ${value}, which is not mounted`];
      }
      try {
        settingOf(service, name, values);
        return [];
      } catch {
        return [`${who}: ${name} may not be "${value}"`];
      }
    });
  });
}

/** METRICS_PORT and PORT are the ports that the manifests call by name. */
export function ports(manifests: readonly Manifest[]): string[] {
  return ternPods(manifests).flatMap(({ service, pod, container }) => {
    const values = environmentOf(container, manifests);
    const expected = { METRICS_PORT: "operations", PORT: "http" };
    return Object.entries(expected).flatMap(([setting, name]) => {
      const port = settingOf(service, setting, values);
      const declared = container.ports?.find((each) => each.name === name)?.containerPort;
      return port === declared ? [] : [`${nameOf(pod.owner)}: listens on ${port} and declares ${declared} as ${name}`];
    });
  });
}

/** The deployment file loads as a service would load it, and each file with a secret that it names is mounted. */
export function deploymentFile(manifests: readonly Manifest[]): string[] {
  return ternPods(manifests).flatMap(({ service, pod, container }) => {
    const who = nameOf(pod.owner);
    const path = String(settingOf(service, "TERN_CONFIG", environmentOf(container, manifests)));
    const text = fileIn(pod, path, manifests);
    if (text === undefined) return [`${who}: TERN_CONFIG (${path}) is no file of a ConfigMap`];
    const secrets = service === "webhook" ? "webhook" : "senders";
    return [
      ...problemsOf(text).map((problem) => `${who}: ${problem}`),
      ...secretFilesOf(text, secrets)
        .filter((file) => !isThere(pod, file, manifests))
        .map((file) => `${who}: its deployment file names ${file}, which is not mounted`),
    ];
  });
}

/** The text of a file that a ConfigMap brings into the pod. */
function fileIn(pod: Pod, path: string, manifests: readonly Manifest[]): string | undefined {
  const { volume, name } = placeOf(pod, path);
  const map = ofKind(manifests, "ConfigMap").find(({ metadata }) => metadata.name === at(volume, "configMap", "name"));
  const text = at(map, "data", name);
  return typeof text === "string" ? text : undefined;
}

/** Whether a file is mounted; what a Secret from elsewhere (an ExternalSecret's) has in it cannot be known here. */
function isThere(pod: Pod, path: string, manifests: readonly Manifest[]): boolean {
  const { volume, name } = placeOf(pod, path);
  if (volume === undefined) return false;
  const secretName = at(volume, "secret", "secretName");
  const secret = ofKind(manifests, "Secret").find(({ metadata }) => metadata.name === secretName);
  if (secret !== undefined) return at(secret, "data", name) !== undefined;
  return at(volume, "configMap") === undefined || fileIn(pod, path, manifests) !== undefined;
}

/** The volume that a path lies in, and the path within it. */
function placeOf(pod: Pod, path: string): { volume?: unknown; name: string } {
  const mount = pod.containers
    .flatMap((container) => container.volumeMounts ?? [])
    .find(({ mountPath }) => path.startsWith(`${mountPath}/`));
  if (mount === undefined) return { name: path };
  const volume = listAt(pod.spec, "volumes").find((each) => at(each, "name") === mount.name);
  return { volume, name: path.slice(mount.mountPath.length + 1) };
}

function problemsOf(text: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "tern-kubernetes-"));
  try {
    const path = join(folder, "tern.config.json");
    writeFileSync(path, text);
    loadDeployment(path, {}, { secrets: [] });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [`its deployment file cannot be used: ${error.message.split("\n").slice(1).join("; ")}`];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function secretFilesOf(text: string, part: string): string[] {
  return [...JSON.stringify(at(parsed(text), part) ?? []).matchAll(/\{"file":("(?:[^"\\]|\\.)*")\}/g)].map(
    ([, quoted = '""']) => JSON.parse(quoted) as string,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // loadDeployment says so
  }
}

/** One Prometheus may watch several Terns: a query for the autoscaler names the namespace in each of its selectors. */
export function queries(manifests: readonly Manifest[]): string[] {
  return ofKind(manifests, "ScaledObject").flatMap((scaled) => {
    const wanted = `namespace="${scaled.metadata.namespace ?? "tern"}"`;
    return listAt(scaled, "spec", "triggers").flatMap((trigger) => {
      const query = String(at(trigger, "metadata", "query") ?? "");
      const selectors = [...query.matchAll(/\btern_\w+(\{[^}]*\})?/g)].map(([selector]) => selector);
      return selectors
        .filter((selector) => !selector.includes(wanted))
        .map((selector) => `${nameOf(scaled)} (${at(trigger, "name")}): ${selector} does not say ${wanted}`);
    });
  });
}
