// What the component `monitoring` needs in another form than Prometheus and Grafana themselves: the rules as one manifest,
// and the list of dashboards, since Kustomize takes no wildcards.
import { basename } from "node:path";
import { parse, stringify } from "yaml";

export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

const WRITTEN = "# Written by scripts/generate-kubernetes.ts; change";

/** Prometheus's rule files as a PrometheusRule; a group keeps its name, so two files may not have the same. */
export function prometheusRules(files: readonly RuleFile[]): string {
  const groups = files.flatMap(({ path, text }) => {
    const found = (parse(text) as { groups?: { name: string }[] } | null)?.groups ?? [];
    return found.map((group) => ({ ...group, path }));
  });
  for (const [index, { name, path }] of groups.entries()) {
    const first = groups.findIndex((group) => group.name === name);
    if (first < index) throw new Error(`the group ${name} is in ${groups[first]?.path} and in ${path}`);
  }
  const manifest = {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: { name: "tern" },
    spec: { groups: groups.map(({ path: _, ...group }) => group) },
  };
  const sources = files.map(({ path }) => path).join(", ");
  return `${WRITTEN} ${sources} instead.\n${stringify(manifest, { lineWidth: 120 })}`;
}

/** A Kustomization beside the dashboards that makes a ConfigMap of each, as Grafana's sidecar looks for them. */
export function dashboardList(paths: readonly string[]): string {
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    // No pod refers to them, so no name needs a hash; the sidecar sees a change by itself.
    generatorOptions: {
      disableNameSuffixHash: true,
      labels: { grafana_dashboard: "1" },
      annotations: { grafana_folder: "Tern" },
    },
    configMapGenerator: paths.map((path) => ({ name: dashboardName(path), files: [path] })),
  };
  return `${WRITTEN} the dashboards instead.\n${stringify(kustomization)}`;
}

function dashboardName(path: string): string {
  const name = basename(path, ".json")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  return name.startsWith("tern") ? `dashboard-${name}` : `dashboard-tern-${name}`;
}
