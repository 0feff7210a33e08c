// Rules about how manifests fit together: whatever one names must be there, and whatever selects must select something.
// Kubernetes accepts all of these mistakes and does nothing.
import {
  at,
  type Labels,
  listAt,
  type Manifest,
  nameOf,
  ofKind,
  type Pod,
  podsOf,
  portOf,
  selects,
} from "../manifests.ts";

/** Every Service has pods behind it, and they have the port it sends to. */
export function services(manifests: readonly Manifest[]): string[] {
  const pods = podsOf(manifests);
  return ofKind(manifests, "Service").flatMap((service) => {
    const behind = pods.filter((pod) => selects({ matchLabels: at(service, "spec", "selector") ?? {} }, pod.labels));
    const who = nameOf(service);
    if (behind.length === 0) return [`${who}: selects no pods`];
    return listAt(service, "spec", "ports").flatMap((port) => {
      const target = at(port, "targetPort") ?? at(port, "port");
      const missing = behind.filter((pod) => portOf(pod, target) === undefined);
      return missing.map((pod) => `${who}: ${nameOf(pod.owner)} has no port ${target}`);
    });
  });
}

/** A workload's own selector selects its own pods, and nobody else's. */
export function workloads(manifests: readonly Manifest[]): string[] {
  const pods = podsOf(manifests).filter(({ owner }) => owner.kind !== "Job");
  return pods.flatMap(({ owner, labels }) => {
    const selector = at(owner, "spec", "selector");
    const others = pods.filter((pod) => pod.owner !== owner && selects(selector, pod.labels));
    return [
      ...(selects(selector, labels) ? [] : [`${nameOf(owner)}: does not select its own pods`]),
      ...others.map((pod) => `${nameOf(owner)}: selects the pods of ${nameOf(pod.owner)}, too`),
    ];
  });
}

/** Everything is closed first; what a policy then opens is a port that the pods it is about do have. */
export function networkPolicies(manifests: readonly Manifest[]): string[] {
  const policies = ofKind(manifests, "NetworkPolicy");
  const pods = podsOf(manifests);
  const isClosed = policies.some(
    (policy) =>
      selects(at(policy, "spec", "podSelector"), {}) &&
      ["Ingress", "Egress"].every((type) => listAt(policy, "spec", "policyTypes").includes(type)) &&
      listAt(policy, "spec", "ingress").length + listAt(policy, "spec", "egress").length === 0,
  );
  return [
    ...(isClosed ? [] : ["no NetworkPolicy denies everything to begin with"]),
    ...policies.flatMap((policy) => openedPorts(policy, pods)),
  ];
}

function openedPorts(policy: Manifest, pods: readonly Pod[]): string[] {
  const who = nameOf(policy);
  const about = pods.filter((pod) => selects(at(policy, "spec", "podSelector"), pod.labels));
  if (about.length === 0) return [`${who}: selects no pods`];
  const inward = listAt(policy, "spec", "ingress").flatMap((rule) => listAt(rule, "ports"));
  const missing = inward.flatMap((port) =>
    about
      .filter((pod) => portOf(pod, at(port, "port")) === undefined)
      .map((pod) => `${who}: ${nameOf(pod.owner)} has no port ${at(port, "port")}`),
  );
  return [...missing, ...listAt(policy, "spec", "egress").flatMap((rule) => unmetTargets(who, rule, pods))];
}

/** A target in this namespace is a pod that is here, at a port that it has. */
function unmetTargets(who: string, rule: unknown, pods: readonly Pod[]): string[] {
  return listAt(rule, "to")
    .filter((target) => at(target, "podSelector") !== undefined && at(target, "namespaceSelector") === undefined)
    .flatMap((target) => {
      const targets = pods.filter((pod) => selects(at(target, "podSelector"), pod.labels));
      if (targets.length === 0) return [`${who}: opens the way to pods that are not there`];
      return listAt(rule, "ports")
        .filter((port) => targets.every((pod) => portOf(pod, at(port, "port")) === undefined))
        .map(
          (port) =>
            `${who}: opens the way to port ${at(port, "port")}, which ${nameOf(targets[0]?.owner as Manifest)} does not have`,
        );
    });
}

/** One at a time, and of pods that exist; and every Deployment of Tern's has one. */
export function disruptionBudgets(manifests: readonly Manifest[]): string[] {
  const budgets = ofKind(manifests, "PodDisruptionBudget");
  const pods = podsOf(manifests);
  const covers = (budget: Manifest, labels: Labels) => selects(at(budget, "spec", "selector"), labels);
  return [
    ...budgets
      .filter((budget) => !pods.some(({ labels }) => covers(budget, labels)))
      .map((budget) => `${nameOf(budget)}: selects no pods`),
    ...budgets
      .filter((budget) => at(budget, "spec", "maxUnavailable") !== 1)
      .map((budget) => `${nameOf(budget)}: maxUnavailable is not 1`),
    ...pods
      .filter(({ owner, labels }) => isReplicated(owner) && !budgets.some((budget) => covers(budget, labels)))
      .map(({ owner }) => `${nameOf(owner)}: has no PodDisruptionBudget`),
  ];
}

/** Recreate means: there is only ever one. */
function isReplicated(owner: Manifest): boolean {
  return owner.kind === "Deployment" && at(owner, "spec", "strategy", "type") !== "Recreate";
}

/** What is scaled is there, is scaled by one only, and does not say itself how many it wants to be. */
export function scaling(manifests: readonly Manifest[]): string[] {
  const scalers = ofKind(manifests, "HorizontalPodAutoscaler", "ScaledObject");
  const seen = new Set<unknown>();
  return scalers.flatMap((scaler) => {
    const name = at(scaler, "spec", "scaleTargetRef", "name");
    const target = ofKind(manifests, "Deployment").find(({ metadata }) => metadata.name === name);
    const isSecond = seen.has(name);
    seen.add(name);
    const who = nameOf(scaler);
    if (target === undefined) return [`${who}: there is no Deployment ${name}`];
    return [
      ...(isSecond ? [`${who}: another one scales ${name}, too`] : []),
      ...(at(target, "spec", "replicas") === undefined
        ? []
        : [`${who}: ${name} says how many replicas it has, and would get them back with every apply`]),
    ];
  });
}

/** Every ConfigMap, Secret and ServiceAccount that a pod names is there; a Secret may come from an ExternalSecret. */
export function references(manifests: readonly Manifest[]): string[] {
  const names = (...kinds: string[]) => ofKind(manifests, ...kinds).map(({ metadata }) => metadata.name);
  const external = ofKind(manifests, "ExternalSecret").map((each) => at(each, "spec", "target", "name"));
  const there: Readonly<Record<string, readonly unknown[]>> = {
    ConfigMap: names("ConfigMap"),
    Secret: [...names("Secret"), ...external],
    ServiceAccount: names("ServiceAccount"),
  };
  return podsOf(manifests).flatMap((pod) =>
    namedBy(pod)
      .filter(([kind, name]) => !there[kind]?.includes(name))
      .map(([kind, name]) => `${nameOf(pod.owner)}: there is no ${kind} ${name}`),
  );
}

function namedBy({ spec, containers }: Pod): [kind: string, name: unknown][] {
  const volumes = listAt(spec, "volumes");
  const sources = containers.flatMap((container) => container.envFrom ?? []);
  const values = containers.flatMap((container) => listAt(container, "env"));
  const all: [string, unknown][] = [
    ...volumes.flatMap((volume): [string, unknown][] => [
      ["ConfigMap", at(volume, "configMap", "name")],
      ["Secret", at(volume, "secret", "secretName")],
    ]),
    ...sources.flatMap((source): [string, unknown][] => [
      ["ConfigMap", at(source, "configMapRef", "name")],
      ["Secret", at(source, "secretRef", "name")],
    ]),
    ...values.flatMap((value): [string, unknown][] => [
      ["ConfigMap", at(value, "valueFrom", "configMapKeyRef", "name")],
      ["Secret", at(value, "valueFrom", "secretKeyRef", "name")],
    ]),
    ["ServiceAccount", at(spec, "serviceAccountName")],
  ];
  return all.filter(([, name]) => name !== undefined);
}

/** Every volume that is mounted is one of the pod's. */
export function mounts(manifests: readonly Manifest[]): string[] {
  return podsOf(manifests).flatMap(({ owner, spec, containers }) => {
    const claims = listAt(owner, "spec", "volumeClaimTemplates").map((claim) => at(claim, "metadata", "name"));
    const volumes = [...listAt(spec, "volumes").map((volume) => at(volume, "name")), ...claims];
    return containers
      .flatMap((container) => container.volumeMounts ?? [])
      .filter(({ name }) => !volumes.includes(name))
      .map(({ name, mountPath }) => `${nameOf(owner)}: mounts a volume ${name} at ${mountPath} that it does not have`);
  });
}

/** The internet reaches the webhook service and nothing else. */
export function ingress(manifests: readonly Manifest[]): string[] {
  const there = ofKind(manifests, "Service");
  return ofKind(manifests, "Ingress").flatMap((each) => {
    const paths = listAt(each, "spec", "rules").flatMap((rule) => listAt(rule, "http", "paths"));
    return paths.flatMap((path) => {
      const name = at(path, "backend", "service", "name");
      const port = at(path, "backend", "service", "port", "name") ?? at(path, "backend", "service", "port", "number");
      const service = there.find(({ metadata }) => metadata.name === name);
      const ports = listAt(service, "spec", "ports").flatMap((known) => [at(known, "name"), at(known, "port")]);
      const who = nameOf(each);
      if (service === undefined) return [`${who}: there is no Service ${name}`];
      return [
        ...(ports.includes(port) ? [] : [`${who}: ${nameOf(service)} has no port ${port}`]),
        ...(service.metadata.labels?.["app.kubernetes.io/component"] === "webhook" && at(path, "path") === "/webhook/"
          ? []
          : [`${who}: opens ${at(path, "path")} of ${nameOf(service)} to the internet; only /webhook/ belongs there`]),
      ];
    });
  });
}

/** What Prometheus is told to scrape is there, and all three services are scraped. */
export function podMonitors(manifests: readonly Manifest[]): string[] {
  const pods = podsOf(manifests);
  return ofKind(manifests, "PodMonitor").flatMap((monitor) => {
    const scraped = pods.filter((pod) => selects(at(monitor, "spec", "selector"), pod.labels));
    const who = nameOf(monitor);
    const isWithout = (component: string) =>
      !scraped.some(({ labels }) => labels["app.kubernetes.io/component"] === component);
    return [
      ...["api", "webhook", "worker"].filter(isWithout).map((component) => `${who}: does not scrape the ${component}`),
      ...listAt(monitor, "spec", "podMetricsEndpoints").flatMap((endpoint) =>
        scraped
          .filter((pod) => portOf(pod, at(endpoint, "port")) === undefined)
          .map((pod) => `${who}: ${nameOf(pod.owner)} has no port ${at(endpoint, "port")}`),
      ),
    ];
  });
}

/** The API server's limit, less something for the names. */
const CONFIG_MAP_BYTES_MAX = 1_000_000;

/** Dashboards are ConfigMaps that Grafana's sidecar finds by their label, and none is too large to be one. */
export function configMaps(manifests: readonly Manifest[]): string[] {
  return ofKind(manifests, "ConfigMap").flatMap((map) => {
    const data = Object.entries((at(map, "data") ?? {}) as Record<string, string>);
    const bytes = data.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
    const isDashboard = data.some(([name, text]) => name.endsWith(".json") && /"schemaVersion"\s*:/.test(text));
    return [
      ...(bytes > CONFIG_MAP_BYTES_MAX ? [`${nameOf(map)}: ${bytes} bytes are more than a ConfigMap may have`] : []),
      ...(isDashboard && map.metadata.labels?.grafana_dashboard !== "1"
        ? [`${nameOf(map)}: a dashboard without the label grafana_dashboard: "1"`]
        : []),
    ];
  });
}
