// Rules about what one pod is told: how it is asked after its health, how it stops, what it may do and use.
import { at, type Container, listAt, type Manifest, nameOf, ofKind, type Pod, podsOf, portOf } from "../manifests.ts";
import { environmentOf, settingOf, ternPods } from "../services.ts";

const PROBES = ["startupProbe", "livenessProbe", "readinessProbe"] as const;

/** Three probes, three paths: a process that cannot reach Redis must not be restarted for it (docs/operations.md). */
export function probes(manifests: readonly Manifest[]): string[] {
  return ternPods(manifests).flatMap(({ pod, container }) => {
    const who = nameOf(pod.owner);
    const paths = PROBES.map((probe) => at(container, probe, "httpGet", "path"));
    const missing = PROBES.filter((_, index) => paths[index] === undefined).map((probe) => `${who}: no ${probe}`);
    if (missing.length > 0) return missing;
    return [
      ...(new Set(paths).size < paths.length ? [`${who}: two probes ask ${paths.join(", ")}`] : []),
      ...(paths[1] === "/livez" ? [] : [`${who}: livenessProbe asks ${paths[1]}; /livez alone never asks Redis`]),
      ...PROBES.filter((probe) => portOf(pod, at(container, probe, "httpGet", "port")) === undefined).map(
        (probe) => `${who}: ${probe} asks a port that the pod does not have`,
      ),
    ];
  });
}

/** The ordered stop fits into the grace period, and what is running fits into the ordered stop. */
export function stops(manifests: readonly Manifest[]): string[] {
  return ternPods(manifests).flatMap(({ service, pod, container }) => {
    const environment = environmentOf(container, manifests);
    const ms = (name: string) => Number(settingOf(service, name, environment) ?? 0);
    const sleepMs = 1_000 * Number(at(container, "lifecycle", "preStop", "sleep", "seconds") ?? 0);
    const graceMs = 1_000 * Number(at(pod.spec, "terminationGracePeriodSeconds") ?? 30);
    const stopMs = ms("SHUTDOWN_TIMEOUT_MS");
    const who = nameOf(pod.owner);
    return [
      ...(graceMs > stopMs + sleepMs
        ? []
        : [`${who}: killed after ${graceMs} ms, and its stop may take ${sleepMs} + ${stopMs} ms`]),
      ...(stopMs > ms("SEND_TIMEOUT_MS") ? [] : [`${who}: SHUTDOWN_TIMEOUT_MS is not above SEND_TIMEOUT_MS`]),
      ...(stopMs > ms("DRAIN_DELAY_MS") ? [] : [`${who}: SHUTDOWN_TIMEOUT_MS is not above DRAIN_DELAY_MS`]),
      ...(hasService(manifests, pod) && sleepMs + ms("DRAIN_DELAY_MS") === 0
        ? [`${who}: is called by others and does not wait for them before it stops (preStop sleep, or DRAIN_DELAY_MS)`]
        : []),
    ];
  });
}

function hasService(manifests: readonly Manifest[], pod: Pod): boolean {
  return ofKind(manifests, "Service").some((service) => {
    const selector = Object.entries((at(service, "spec", "selector") ?? {}) as Record<string, string>);
    return selector.length > 0 && selector.every(([key, value]) => pod.labels[key] === value);
  });
}

/** Nobody is root, nothing is written but into volumes, and no token of the cluster lies about. */
export function rights(manifests: readonly Manifest[]): string[] {
  return podsOf(manifests).flatMap((pod) => {
    const who = nameOf(pod.owner);
    const pods: [boolean, string][] = [
      [at(pod.spec, "automountServiceAccountToken") === false, "automountServiceAccountToken is not false"],
      [at(pod.spec, "securityContext", "runAsNonRoot") === true, "runAsNonRoot is not true"],
      [
        at(pod.spec, "securityContext", "seccompProfile", "type") === "RuntimeDefault",
        "seccompProfile is not RuntimeDefault",
      ],
    ];
    return [
      ...pods.filter(([isSo]) => !isSo).map(([, what]) => `${who}: ${what}`),
      ...pod.containers.flatMap((container) =>
        rightsOf(container).map((what) => `${who} (${container.name}): ${what}`),
      ),
    ];
  });
}

function rightsOf(container: Container): string[] {
  const context = at(container, "securityContext");
  return [
    ...(at(context, "allowPrivilegeEscalation") === false ? [] : ["allowPrivilegeEscalation is not false"]),
    ...(at(context, "readOnlyRootFilesystem") === true ? [] : ["readOnlyRootFilesystem is not true"]),
    ...(listAt(context, "capabilities", "drop").includes("ALL") ? [] : ["does not drop ALL capabilities"]),
  ];
}

/** What is asked for is known to the scheduler; memory has an end, and CPU none: a throttled process misses its slots. */
export function resources(manifests: readonly Manifest[]): string[] {
  return podsOf(manifests).flatMap((pod) =>
    pod.containers.flatMap((container) => {
      const has = (...path: string[]) => at(container, "resources", ...path) !== undefined;
      return [
        ...(has("requests", "cpu") && has("requests", "memory") ? [] : ["requests no CPU or no memory"]),
        ...(has("limits", "memory") ? [] : ["has no limit of memory"]),
        ...(has("limits", "cpu") ? ["has a limit of CPU"] : []),
      ].map((what) => `${nameOf(pod.owner)} (${container.name}): ${what}`);
    }),
  );
}

/** A release starts a new pod before it stops an old one, spreads them, and keeps few old versions. */
export function rollouts(manifests: readonly Manifest[]): string[] {
  return ternPods(manifests).flatMap(({ pod }) => {
    const who = nameOf(pod.owner);
    const spread = listAt(pod.spec, "topologySpreadConstraints").map((constraint) => at(constraint, "topologyKey"));
    return [
      ...(at(pod.owner, "spec", "strategy", "rollingUpdate", "maxUnavailable") === 0
        ? []
        : [`${who}: a rolling update may take a pod away first (maxUnavailable is not 0)`]),
      ...(at(pod.owner, "spec", "revisionHistoryLimit") === undefined ? [`${who}: no revisionHistoryLimit`] : []),
      ...["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
        .filter((key) => !spread.includes(key))
        .map((key) => `${who}: not spread over ${key}`),
    ];
  });
}

const MEDIA_FILE_MB = 100;

/** Files on their way through lie on the node's disk, with room for as many as may be there at once (docs/media.md). */
export function mediaRoom(manifests: readonly Manifest[]): string[] {
  return ternPods(manifests)
    .filter(({ service }) => service === "api")
    .flatMap(({ service, pod, container }) => {
      const environment = environmentOf(container, manifests);
      const folder = String(settingOf(service, "MEDIA_DIR", environment));
      const mount = container.volumeMounts?.find(({ mountPath }) => `${folder}/`.startsWith(`${mountPath}/`));
      const volume = listAt(pod.spec, "volumes").find((each) => at(each, "name") === mount?.name);
      const neededMb = MEDIA_FILE_MB * Number(settingOf(service, "MEDIA_TRANSFERS_MAX", environment));
      const limitMb = megabytes(at(volume, "emptyDir", "sizeLimit"));
      const who = nameOf(pod.owner);
      if (limitMb === undefined) return [`${who}: MEDIA_DIR (${folder}) lies in no emptyDir with a sizeLimit`];
      if (at(volume, "emptyDir", "medium") === "Memory") return [`${who}: MEDIA_DIR lies in memory`];
      return limitMb >= neededMb ? [] : [`${who}: MEDIA_DIR has room for ${Math.floor(limitMb)} MB of ${neededMb}`];
    });
}

const UNITS: Readonly<Record<string, number>> = { M: 1e6, G: 1e9, Mi: 2 ** 20, Gi: 2 ** 30 };

function megabytes(quantity: unknown): number | undefined {
  const [, number, unit = ""] = /^(\d+)(M|G|Mi|Gi)$/.exec(String(quantity)) ?? [];
  const factor = UNITS[unit];
  return factor === undefined ? undefined : (Number(number) * factor) / 1e6;
}

/** A tag may be moved to another image. What is tested and what runs are the same only by digest. */
export function imagesByDigest(manifests: readonly Manifest[]): string[] {
  return imagesThat(manifests, (image) => !/@sha256:[0-9a-f]{64}$/.test(image), "is not named by its digest");
}

export function imagesByVersion(manifests: readonly Manifest[]): string[] {
  const isVague = (image: string) => !/@sha256:[0-9a-f]{64}$|:(?!latest$)[\w.-]+$/.test(image);
  return imagesThat(manifests, isVague, "has no tag, or latest");
}

function imagesThat(manifests: readonly Manifest[], isWrong: (image: string) => boolean, what: string): string[] {
  return podsOf(manifests).flatMap((pod) =>
    pod.containers
      .filter(({ image = "" }) => isWrong(image))
      .map(({ name, image }) => `${nameOf(pod.owner)} (${name}): the image ${image} ${what}`),
  );
}
