// The deployment of the demo: one sender at the simulator, one caller, and secrets that exist for this run only. The file
// names the secrets' variables; the secrets themselves go to the services through the environment.
import { createHash, randomBytes } from "node:crypto";
import { SCOPES } from "@tern/runtime";

export interface DemoSecrets {
  /** What callers of the API send as bearer token. */
  callerKey: string;
  /** What the worker sends to the simulator as D360-API-KEY. */
  providerKey: string;
  /** The last part of the webhook's URL, which nobody can guess. */
  webhookPath: string;
  /** What the simulator sends with each webhook. */
  webhookSecret: string;
}

/** A number that cannot exist (555), and ids like those in Meta's own examples. */
export const demoSender = {
  id: "demo",
  phoneNumber: "+15550783881",
  phoneNumberId: "106540352242922",
  wabaId: "102290129340398",
  portfolio: "demo",
  pace: 80,
} as const;

export const WEBHOOK_SECRET_HEADER = "x-tern-webhook-secret";

export function makeSecrets(): DemoSecrets {
  const secret = () => randomBytes(18).toString("base64url");
  return {
    callerKey: `tern_${secret()}`,
    providerKey: secret(),
    webhookPath: randomBytes(12).toString("hex"),
    webhookSecret: secret(),
  };
}

/** The variables that the deployment file refers to. */
export function secretsEnv(secrets: DemoSecrets): Record<string, string> {
  return {
    TERN_DEMO_PROVIDER_KEY: secrets.providerKey,
    TERN_WEBHOOK_PATH: secrets.webhookPath,
    TERN_WEBHOOK_SECRET: secrets.webhookSecret,
  };
}

/** The content of the deployment file. */
export function deploymentFile(demo: { secrets: DemoSecrets; simulatorUrl: string }): object {
  return {
    senders: [
      {
        ...demoSender,
        baseUrl: demo.simulatorUrl,
        apiKey: { env: "TERN_DEMO_PROVIDER_KEY" },
        window: { check: "off" }, // the demo writes first, and the simulator does not mind
      },
    ],
    callers: [
      {
        id: "demo-shop",
        keySha256: [createHash("sha256").update(demo.secrets.callerKey).digest("hex")],
        scopes: SCOPES, // so that whoever tries Tern out can try all of it
        senders: ["*"],
      },
    ],
    webhook: {
      path: { env: "TERN_WEBHOOK_PATH" },
      header: { name: WEBHOOK_SECRET_HEADER, secrets: [{ env: "TERN_WEBHOOK_SECRET" }] },
    },
  };
}
