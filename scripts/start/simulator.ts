// Tells the simulator, over its admin API, which number the demo sends from and how its recipients behave.
import { type DemoSecrets, demoSender, WEBHOOK_SECRET_HEADER } from "./deployment.ts";
import { Problem } from "./problem.ts";

/** A pace at which a person can watch a message climb. */
const statuses = { sentAfterMs: 250, deliveredAfterMs: 800, readAfterMs: 2_000, jitterMs: 100 };

export async function registerSender(demo: {
  simulatorUrl: string;
  secrets: DemoSecrets;
  webhookUrl: string;
}): Promise<void> {
  const { simulatorUrl, secrets, webhookUrl } = demo;
  const apiKey = secrets.providerKey;
  await put(`${simulatorUrl}/_sim/numbers`, {
    apiKey,
    phoneNumberId: demoSender.phoneNumberId,
    displayPhoneNumber: demoSender.phoneNumber,
    wabaId: demoSender.wabaId,
    portfolio: demoSender.portfolio,
    throughputPerSecond: demoSender.pace,
    webhook: { url: webhookUrl, headers: { [WEBHOOK_SECRET_HEADER]: secrets.webhookSecret } },
  });
  await put(`${simulatorUrl}/_sim/behaviour`, { apiKey, statuses });
}

async function put(url: string, body: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "PUT", headers, body: JSON.stringify(body) });
  if (response.ok) return;
  throw new Problem(
    `The simulator refused PUT ${new URL(url).pathname}: HTTP ${response.status} ${await response.text()}`,
  );
}
