// Each rule is shown manifests with one line of them broken, and says what is wrong with it.
import { expect, test } from "@jest/globals";
import { readManifests } from "./manifests.ts";
import { brokenRules } from "./rules.ts";
import { GOOD } from "./testing/good-manifests.ts";

function problemsAfter(from: string, to: string): string[] {
  expect(GOOD).toContain(from);
  return brokenRules(readManifests(GOOD.replace(from, to)), { images: "by-digest" });
}

test("nothing is said about manifests in which nothing is wrong", () => {
  expect(brokenRules(readManifests(GOOD), { images: "by-digest" })).toEqual([]);
});

const BROKEN: readonly [what: string, from: string, to: string, said: string][] = [
  [
    "a probe is missing",
    "startupProbe: { httpGet: { path: /healthz, port: operations } }",
    "stdin: false",
    "no startupProbe",
  ],
  ["two probes ask the same path", "path: /healthz", "path: /readyz", "two probes ask"],
  ["liveness asks Redis", "path: /livez", "path: /alive", "/livez alone never asks Redis"],
  [
    "a probe asks a port that is not there",
    "path: /livez, port: operations",
    "path: /livez, port: health",
    "asks a port",
  ],
  [
    "a pod is killed before its stop ends",
    "terminationGracePeriodSeconds: 60",
    "terminationGracePeriodSeconds: 45",
    "killed after",
  ],
  [
    "a send is longer than the stop",
    "CONCURRENCY, value: '512'",
    "SEND_TIMEOUT_MS, value: '50000'",
    "not above SEND_TIMEOUT_MS",
  ],
  [
    "draining takes the whole stop",
    "- { name: MEDIA_DIR, value: /var/media }",
    "- { name: MEDIA_DIR, value: /var/media }\n            - { name: DRAIN_DELAY_MS, value: '40000' }",
    "not above DRAIN_DELAY_MS",
  ],
  [
    "nobody waits for the load balancer",
    "lifecycle: { preStop: { sleep: { seconds: 5 } } }",
    "stdin: false",
    "does not wait for them",
  ],
  [
    "a token of the cluster lies about",
    "automountServiceAccountToken: false",
    "hostNetwork: false",
    "automountServiceAccountToken",
  ],
  ["somebody may be root", "runAsNonRoot: true", "runAsUser: 0", "runAsNonRoot"],
  [
    "any system call is allowed",
    "seccompProfile: { type: RuntimeDefault }",
    "seccompProfile: { type: Unconfined }",
    "seccompProfile",
  ],
  ["more rights can be had", "allowPrivilegeEscalation: false", "privileged: false", "allowPrivilegeEscalation"],
  [
    "the image can be written to",
    "readOnlyRootFilesystem: true",
    "readOnlyRootFilesystem: false",
    "readOnlyRootFilesystem",
  ],
  ["capabilities are kept", "drop: [ALL]", "drop: [CHOWN]", "does not drop ALL"],
  ["CPU is limited", "limits: { memory: 1Gi }", "limits: { cpu: 1, memory: 1Gi }", "has a limit of CPU"],
  ["memory is not limited", "limits: { memory: 1Gi }", "limits: {}", "no limit of memory"],
  ["nothing is requested", "requests: { cpu: 1, memory: 1Gi }", "requests: { cpu: 1 }", "requests no CPU or no memory"],
  ["a release takes a pod away first", "maxUnavailable: 0", "maxUnavailable: 1", "may take a pod away first"],
  ["old versions are never removed", "revisionHistoryLimit: 5", "minReadySeconds: 5", "no revisionHistoryLimit"],
  [
    "all pods may be in one zone",
    "topologyKey: topology.kubernetes.io/zone",
    "topologyKey: rack",
    "not spread over topology",
  ],
  ["media have too little room", "sizeLimit: 2Gi", "sizeLimit: 1Gi", "has room for 1073 MB of 1600"],
  [
    "media have no room of their own",
    "MEDIA_DIR, value: /var/media",
    "MEDIA_DIR, value: /tmp/media",
    "lies in no emptyDir",
  ],
  [
    "media lie in memory",
    "emptyDir: { sizeLimit: 2Gi }",
    "emptyDir: { medium: Memory, sizeLimit: 2Gi }",
    "lies in memory",
  ],
  ["an image is named by a tag", `@sha256:${"ab".repeat(32)}`, ":1.2.3", "is not named by its digest"],
  [
    "a Service selects nothing",
    "selector: { app.kubernetes.io/name: tern-api }",
    "selector: { app: api }",
    "Service/tern-api: selects no pods",
  ],
  ["a Service sends to no port", "targetPort: http", "targetPort: https", "has no port https"],
  [
    "a workload selects others' pods",
    "selector: { matchLabels: { app.kubernetes.io/name: tern-api } }\n  template",
    "selector: { matchLabels: {} }\n  template",
    "selects the pods of",
  ],
  [
    "a workload does not select its own pods",
    "selector: { matchLabels: { app.kubernetes.io/name: tern-api } }\n  template",
    "selector: { matchLabels: { app: api } }\n  template",
    "does not select its own",
  ],
  [
    "nothing is closed to begin with",
    "podSelector: {}, policyTypes: [Ingress, Egress]",
    "podSelector: {}, policyTypes: [Ingress]",
    "denies everything",
  ],
  [
    "a policy is about nobody",
    "values: [tern-api]",
    "values: [tern-apis]",
    "NetworkPolicy/allow-callers: selects no pods",
  ],
  [
    "a policy opens a port that is not there",
    "ingress: [{ ports: [{ port: 8080 }] }]",
    "ingress: [{ ports: [{ port: 80 }] }]",
    "has no port 80",
  ],
  [
    "a policy opens the way to nobody",
    "{ podSelector: { matchLabels: { app.kubernetes.io/name: tern-webhook } } }",
    "{ podSelector: { matchLabels: { app: none } } }",
    "pods that are not there",
  ],
  [
    "a policy opens the way to a port that is not there",
    "ports: [{ port: 8081 }] }]",
    "ports: [{ port: 81 }] }]",
    "port 81, which",
  ],
  [
    "a budget covers nothing",
    "maxUnavailable: 1, selector: { matchLabels: { app.kubernetes.io/name: tern-api } }",
    "maxUnavailable: 1, selector: { matchLabels: { app: api } }",
    "PodDisruptionBudget/tern-api: selects no pods",
  ],
  [
    "a Deployment has no budget",
    "maxUnavailable: 1, selector: { matchLabels: { app.kubernetes.io/name: tern-api } }",
    "maxUnavailable: 1, selector: { matchLabels: { app.kubernetes.io/name: tern-worker } }",
    "Deployment/tern-api: has no PodDisruptionBudget",
  ],
  ["a budget keeps all pods", "spec: { maxUnavailable: 1", "spec: { maxUnavailable: 0", "maxUnavailable is not 1"],
  [
    "what is scaled is not there",
    "scaleTargetRef: { name: sized-by-keda }",
    "scaleTargetRef: { name: nobody }",
    "there is no Deployment nobody",
  ],
  [
    "two scale the same",
    "scaleTargetRef: { name: sized-by-keda }",
    "scaleTargetRef: { name: tern-api }",
    "another one scales tern-api",
  ],
  [
    "what is scaled says its own number",
    "progressDeadlineSeconds: 600",
    "replicas: 2",
    "would get them back with every apply",
  ],
  [
    "a ConfigMap is not there",
    "configMap: { name: tern-config }",
    "configMap: { name: tern-confg }",
    "no ConfigMap tern-confg",
  ],
  ["a Secret is not there", "secretName: tern-secrets", "secretName: tern-secret", "no Secret tern-secret"],
  [
    "a ServiceAccount is not there",
    "serviceAccountName: tern-api",
    "serviceAccountName: tern",
    "no ServiceAccount tern",
  ],
  ["a volume is not there", "{ name: media, emptyDir", "{ name: files, emptyDir", "mounts a volume media"],
  [
    "an Ingress leads nowhere",
    "service: { name: tern-webhook, port",
    "service: { name: webhook, port",
    "no Service webhook",
  ],
  ["an Ingress asks a port that is not there", "port: { name: http }", "port: { number: 80 }", "has no port 80"],
  [
    "the API is open to the internet",
    "service: { name: tern-webhook, port",
    "service: { name: tern-api, port",
    "only /webhook/ belongs there",
  ],
  ["more than webhooks is open to the internet", "path: /webhook/", "path: /", "only /webhook/ belongs there"],
  [
    "a service is not scraped",
    "values: [api, webhook, worker]",
    "values: [api, webhook]",
    "does not scrape the worker",
  ],
  [
    "a port is scraped that is not there",
    "podMetricsEndpoints: [{ port: operations }]",
    "podMetricsEndpoints: [{ port: metrics }]",
    "has no port metrics",
  ],
  ["Grafana does not find a dashboard", 'grafana_dashboard: "1"', 'grafana_dashboard: "yes"', "without the label"],
  [
    "a dashboard is too large",
    '{"schemaVersion": 42}',
    `{"schemaVersion": 42, "title": "${"x".repeat(1_000_000)}"}`,
    "more than a ConfigMap",
  ],
  ["a variable is misspelt", "name: CONCURRENCY", "name: CONCURENCY", "the worker reads no CONCURENCY"],
  [
    "a variable may not have that value",
    "CONCURRENCY, value: '512'",
    "CONCURRENCY, value: 'many'",
    'may not be "many"',
  ],
  ["a variable is given twice", "TERN_CONFIG: /etc", "REDIS_URL: redis://redis, TERN_CONFIG: /etc", "are both set"],
  [
    "a secret's file is not mounted",
    "REDIS_URL_FILE: /run/secrets",
    "REDIS_URL_FILE: /var/secrets",
    "which is not mounted",
  ],
  [
    "a process listens elsewhere",
    "- { name: LOG_LEVEL, value: info }",
    "- { name: METRICS_PORT, value: '9000' }",
    "listens on 9000 and declares 9464",
  ],
  ["there is no deployment file", "tern.config.json: |", "config.json: |", "is no file of a ConfigMap"],
  ["the deployment file has an unknown field", '"callers": [],', '"callers": [], "limits": {},', "cannot be used"],
  ["a sender's key is not mounted", '"/run/secrets/tern/main"', '"/run/keys/main"', "names /run/keys/main"],
  ["a query asks for every Tern's figures", 'tern_on_wire{namespace="tern"}', "tern_on_wire", "does not say namespace"],
];

test.each(BROKEN)("it is said that %s", (_what, from, to, said) => {
  expect(problemsAfter(from, to)).toContainEqual(expect.stringContaining(said));
});

test("a file is looked for among the keys of a Secret whose keys are known", () => {
  const from =
    "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: tern-secrets }\n" +
    "spec: { target: { name: tern-secrets } }";
  const secret = (keys: readonly string[]) =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: tern-secrets }\ndata: { ${keys.map((key) => `${key}: eA==`).join(", ")} }`;
  const said = (...keys: string[]) => {
    const text = GOOD.replace(from, secret(keys));
    expect(text).toContain("kind: Secret\n");
    return brokenRules(readManifests(text), { images: "by-digest" });
  };
  expect(said("url", "main", "path", "header")).toEqual([]);
  expect(said("url", "main", "path")).toEqual([expect.stringContaining("names /run/secrets/tern/header")]);
  expect(said("main", "path", "header").join()).toContain("REDIS_URL_FILE names /run/secrets/tern/url");
});

test("on a developer's machine a tag will do, but not just any", () => {
  const digest = new RegExp(`@sha256:${"ab".repeat(32)}`, "g");
  const withTag = (tag: string) => brokenRules(readManifests(GOOD.replace(digest, tag)), { images: "by-version" });
  expect(withTag(":dev")).toEqual([]);
  expect(withTag(":latest").join()).toContain("no tag, or latest");
  expect(withTag("").join()).toContain("no tag, or latest");
});
