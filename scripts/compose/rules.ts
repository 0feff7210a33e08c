// Rules about docker-compose.yml that its own linter does not know: each service is bounded and unprivileged, its image is
// of one version, its variables are ones that somebody reads, and what it mounts is there.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { SETTINGS } from "../kubernetes/services.ts";

interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly target?: string };
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly healthcheck?: unknown;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly stop_grace_period?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition?: string }>>;
  readonly deploy?: { readonly resources?: { readonly limits?: { readonly cpus?: string; readonly memory?: string } } };
}

/**
 * What is wrong with a compose file; empty when nothing is.
 *
 * folder    where it lies: files it mounts are looked for there
 * secrets   the variables that the deployment files name as the places of secrets
 */
export function brokenCompose(text: string, { folder, secrets }: { folder: string; secrets: ReadonlySet<string> }) {
  const { services } = parse(text, { merge: true }) as { services: Readonly<Record<string, ComposeService>> };
  return Object.entries(services).flatMap(([name, service]) =>
    [
      ...bounds(service),
      ...image(service),
      ...variables(service, secrets),
      ...mounts(service, folder),
      ...stop(service),
      ...dependencies(service, services),
    ].map((what) => `${name}: ${what}`),
  );
}

/** The variables that a deployment file says its secrets are in. */
export function secretVariables(paths: readonly string[]): Set<string> {
  const texts = paths.map((path) => readFileSync(path, "utf8"));
  return new Set(texts.flatMap((text) => [...text.matchAll(/"env":\s*"(\w+)"/g)].map(([, name = ""]) => name)));
}

function bounds({ deploy, read_only, cap_drop, security_opt, restart, ports = [] }: ComposeService): string[] {
  const limits = deploy?.resources?.limits;
  return [
    ...(limits?.cpus && limits.memory ? [] : ["has no limits of CPU and memory"]),
    ...(read_only ? [] : ["can write into its image"]),
    ...(cap_drop?.includes("ALL") ? [] : ["keeps capabilities"]),
    ...(security_opt?.includes("no-new-privileges:true") ? [] : ["may gain privileges"]),
    ...(restart ? [] : ["does not say when it is restarted"]),
    ...ports.filter((port) => !port.startsWith("127.0.0.1:")).map((port) => `is reached from other hosts at ${port}`),
  ];
}

function image({ image, build, healthcheck }: ComposeService): string[] {
  if (build) return []; // deploy/Dockerfile has its health check
  return [
    ...(/:v?\d+\.\d+\.\d+/.test(image ?? "") ? [] : [`${image} is not one version`]),
    ...(healthcheck ? [] : ["has no health check"]),
  ];
}

function variables({ build, environment = {} }: ComposeService, secrets: ReadonlySet<string>): string[] {
  const schema = SETTINGS[build?.target ?? ""];
  if (!schema) return [];
  return Object.entries(environment).flatMap(([name, written]) => {
    if (secrets.has(name)) return [];
    const setting = schema.shape[name];
    if (!setting) return name.replace(/_FILE$/, "") in schema.shape ? [] : [`nobody reads ${name}`];
    const value = byDefault(written);
    return setting.safeParse(value).success ? [] : [`${name} may not be "${value}"`];
  });
}

/** `${NAME:-default}` with no such variable set. */
function byDefault(written: string): string {
  return written.replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1");
}

function mounts({ volumes = [] }: ComposeService, folder: string): string[] {
  const files = volumes.map((volume) => volume.split(":")[0] ?? "").filter((source) => source.startsWith("."));
  return files.filter((source) => !existsSync(join(folder, source))).map((source) => `${source} is not there`);
}

/** Docker kills after stop_grace_period (10 s unless told): longer than an ordered stop may take. */
function stop({ build, environment = {}, stop_grace_period = "10s" }: ComposeService): string[] {
  const schema = SETTINGS[build?.target ?? ""];
  if (!schema) return [];
  const stopMs = Number(schema.shape.SHUTDOWN_TIMEOUT_MS?.parse(environment.SHUTDOWN_TIMEOUT_MS));
  const graceMs = Number.parseInt(stop_grace_period, 10) * 1_000;
  return graceMs > stopMs ? [] : [`is killed after ${graceMs} ms, and its stop may take ${stopMs}`];
}

/** Whom one waits for, one waits until it is well, which only a health check can tell. */
function dependencies({ depends_on = {} }: ComposeService, all: Readonly<Record<string, ComposeService>>): string[] {
  return Object.entries(depends_on).flatMap(([name, { condition }]) => {
    const other = all[name];
    if (!other) return [`waits for ${name}, which is not there`];
    return condition === "service_healthy" ? [] : [`waits for ${name}, but not until it is healthy`];
  });
}
