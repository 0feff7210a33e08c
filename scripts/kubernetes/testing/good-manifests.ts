// Manifests in which every rule finds what it asks for, as text, so that a test can break one line of them and read what
// the rules say. Shorter than deploy/k8s, and of the same shape.

const deployment = (service: string, settings: string, port: string, rest: string): string => `
apiVersion: v1
kind: ServiceAccount
metadata: { name: tern-${service} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: tern-${service} }
spec:
  ${service === "worker" ? "replicas: 2" : "progressDeadlineSeconds: 600"}
  revisionHistoryLimit: 5
  strategy: { rollingUpdate: { maxUnavailable: 0 } }
  selector: { matchLabels: { app.kubernetes.io/name: tern-${service} } }
  template:
    metadata:
      labels: { app.kubernetes.io/name: tern-${service}, app.kubernetes.io/component: ${service} }
    spec:
      serviceAccountName: tern-${service}
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 60
      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
      topologySpreadConstraints:
        - topologyKey: topology.kubernetes.io/zone
        - topologyKey: kubernetes.io/hostname
      containers:
        - name: ${service}
          image: registry.example.com/tern-${service}@sha256:${"ab".repeat(32)}
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
          envFrom: [{ configMapRef: { name: tern-environment } }]
          env:
            - { name: SHUTDOWN_TIMEOUT_MS, value: "40000" }
            ${settings}
          ports: [${port}{ name: operations, containerPort: 9464 }]
          startupProbe: { httpGet: { path: /healthz, port: operations } }
          livenessProbe: { httpGet: { path: /livez, port: operations } }
          readinessProbe: { httpGet: { path: /readyz, port: operations } }
          lifecycle: { preStop: { sleep: { seconds: 5 } } }
          resources: { requests: { cpu: 1, memory: 1Gi }, limits: { memory: 1Gi } }
          volumeMounts:
            - { name: config, mountPath: /etc/tern }
            - { name: secrets, mountPath: /run/secrets/tern }
            - { name: media, mountPath: /var/media }
      volumes:
        - { name: config, configMap: { name: tern-config } }
        - { name: secrets, secret: { secretName: tern-secrets } }
        - { name: media, emptyDir: { sizeLimit: 2Gi } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: tern-${service} }
spec: { maxUnavailable: 1, selector: { matchLabels: { app.kubernetes.io/name: tern-${service} } } }
---${rest}`;

const service = (name: string, port: number): string => `
apiVersion: v1
kind: Service
metadata: { name: tern-${name}, labels: { app.kubernetes.io/component: ${name} } }
spec:
  selector: { app.kubernetes.io/name: tern-${name} }
  ports: [{ name: http, port: ${port}, targetPort: http }]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: tern-${name} }
spec: { scaleTargetRef: { kind: Deployment, name: tern-${name} } }
---`;

export const GOOD = [
  deployment(
    "api",
    "- { name: MEDIA_DIR, value: /var/media }",
    "{ name: http, containerPort: 8080 }, ",
    service("api", 8080),
  ),
  deployment(
    "webhook",
    "- { name: LOG_LEVEL, value: info }",
    "{ name: http, containerPort: 8081 }, ",
    service("webhook", 8081),
  ),
  deployment("worker", "- { name: CONCURRENCY, value: '512' }", "", ""),
  `
apiVersion: v1
kind: ConfigMap
metadata: { name: tern-environment }
data: { TERN_CONFIG: /etc/tern/tern.config.json, REDIS_URL_FILE: /run/secrets/tern/url }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: tern-config }
data:
  tern.config.json: |
    {
      "senders": [{ "id": "main", "phoneNumber": "+15550783881", "phoneNumberId": "1", "wabaId": "1", "portfolio": "acme",
        "apiKey": {"file":"/run/secrets/tern/main"} }],
      "callers": [],
      "webhook": { "path": {"file":"/run/secrets/tern/path"},
        "header": { "name": "x-secret", "secrets": [{"file":"/run/secrets/tern/header"}] } }
    }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: dashboard, labels: { grafana_dashboard: "1" } }
data: { overview.json: '{"schemaVersion": 42}' }
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: tern-secrets }
spec: { target: { name: tern-secrets } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow-callers }
spec:
  podSelector: { matchExpressions: [{ key: app.kubernetes.io/name, operator: In, values: [tern-api] }] }
  policyTypes: [Ingress]
  ingress: [{ ports: [{ port: 8080 }] }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow-to-webhook }
spec:
  podSelector: { matchLabels: { app.kubernetes.io/name: tern-worker } }
  policyTypes: [Egress]
  egress: [{ to: [{ podSelector: { matchLabels: { app.kubernetes.io/name: tern-webhook } } }], ports: [{ port: 8081 }] }]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: hooks }
spec:
  rules: [{ http: { paths: [{ path: /webhook/, backend: { service: { name: tern-webhook, port: { name: http } } } }] } }]
---
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: { name: tern }
spec:
  selector: { matchExpressions: [{ key: app.kubernetes.io/component, operator: In, values: [api, webhook, worker] }] }
  podMetricsEndpoints: [{ port: operations }]
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: other, namespace: tern }
spec:
  scaleTargetRef: { name: sized-by-keda }
  triggers: [{ name: work, metadata: { query: 'max(tern_on_wire{namespace="tern"})' } }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: sized-by-keda }
spec:
  strategy: { type: Recreate }
  selector: { matchLabels: { app.kubernetes.io/name: sized-by-keda } }
  template:
    metadata: { labels: { app.kubernetes.io/name: sized-by-keda } }
    spec:
      automountServiceAccountToken: false
      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
      containers: []
`,
].join("");
