import { expect, test } from "@jest/globals";
import type { Manifest } from "./manifests.ts";
import { wrongTypes } from "./types.ts";

const sourced = (manifest: Record<string, unknown>) => ({ source: "here", manifest: manifest as Manifest });

test("a misspelt field and a text where a number belongs are told with their line; what is right is not mentioned", async () => {
  const metadata = { name: "tern" };
  const container = { name: "api", ports: [{ containerPort: "http" }] };
  const problems = await wrongTypes([
    sourced({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { LOG_LEVEL: "info" } }),
    sourced({ apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [container] } }),
    sourced({
      apiVersion: "keda.sh/v1alpha1",
      kind: "ScaledObject",
      metadata,
      spec: { scaleTargetRef: metadata, maxReplicas: 3, triggers: [] },
    }),
  ]);
  expect(problems).toEqual([
    expect.stringMatching(/^here Pod\/tern: "containerPort": "http"/),
    expect.stringMatching(/^here ScaledObject\/tern: "maxReplicas": 3.*does not exist/),
  ]);
}, 60_000);
