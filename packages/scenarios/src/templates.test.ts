// Templates as a company meets them: created over the API, approved and paused by the platform, told by webhooks or, where
// these do not arrive, found by asking. What a template does not allow never reaches the provider.

import { afterEach, describe, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { type Outside, startOutside } from "./outside.ts";

let outside: Outside;
afterEach(async () => {
  await outside.stop();
}, 60_000);

const BODY = { type: "BODY", text: "Hello {{1}}, your order is on its way.", example: { body_text: [["Ada"]] } };
const SOON = { timeoutMs: 20_000 };
let recipients = 0;

function anOrder(texts: readonly string[] = ["Ada"], language = "en_US"): Record<string, unknown> {
  recipients += 1;
  const components = [{ type: "body", parameters: texts.map((text) => ({ type: "text", text })) }];
  return {
    sender: "demo",
    to: `+49151${String(20_000_000 + recipients)}`,
    type: "template",
    template: { name: "order_update", language: { code: language }, components },
  };
}

const apiKey = () => outside.system.providerKey("demo");
const change = (status: string) =>
  outside.system.simulator.changeTemplate({ apiKey: apiKey(), name: "order_update", language: "en_US", status });

async function json(method: "GET" | "POST", path: string, body?: unknown): Promise<{ status: number; body: Json }> {
  const response = await outside.request(method, path, body);
  return { status: response.status, body: (await response.json()) as Json };
}
type Json = Record<string, unknown> & {
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly languages?: readonly { readonly language: string; readonly status: string }[];
};

/** Waits until the API knows the template with this status. */
const knownAs = (status: string) =>
  waitUntil(
    async () => {
      const { body } = await json("GET", "/v1/senders/demo/templates/order_update");
      return body.languages?.find(({ language }) => language === "en_US")?.status === status;
    },
    { ...SOON, what: `the template to be known as ${status}` },
  );
/** Waits until a message that fits is refused or accepted for its template. */
const sendsAre = (status: number) =>
  waitUntil(async () => (await json("POST", "/v1/messages", anOrder([]))).status === status, {
    ...SOON,
    what: `wrong sends to be answered ${status}`,
  });
const waitsForTemplate = async (id: string) =>
  ((await json("GET", `/v1/messages/${id}/explain`)).body.waiting as { for?: string } | null)?.for === "template";

/** The system, with a template in two languages that the API knows; the workers come when the list has been read. */
async function start({ workers = 1, ...options }: Parameters<typeof startOutside>[0] = {}) {
  outside = await startOutside({ ...options, workers: 0 });
  const template = { name: "order_update", status: "APPROVED", category: "UTILITY" as const, components: [BODY] };
  await outside.system.simulator.putTemplates({
    apiKey: apiKey(),
    templates: ["en_US", "de"].map((language) => ({ ...template, language })),
  });
  expect((await json("POST", "/v1/senders/demo/template-sync")).body).toMatchObject({ count: 2 });
  await sendsAre(422);
  for (let at = 0; at < workers; at++) await outside.system.startWorker();
}

describe("with webhooks", () => {
  test("messages with a paused template wait, those in another language go, and after the unpause all have gone", async () => {
    await start();
    await change("PAUSED");
    await knownAs("PAUSED");
    const waiting = await outside.post([anOrder(), anOrder()]);
    const german = await outside.post([anOrder(["Ada"], "de")]);
    await outside.settle(({ status }) => status === "read", { ...SOON, ids: german });
    for (const id of waiting) {
      await waitUntil(() => waitsForTemplate(id), { ...SOON, what: "the message to wait for its template" });
    }

    await change("APPROVED");
    await outside.settle(({ status }) => status === "read", SOON);
    expect(await outside.broken()).toEqual([]);
    const { requests, taken } = await outside.system.simulator.summary();
    expect({ requests, taken }).toEqual({ requests: 3, taken: 3 }); // none was sent in vain
  }, 60_000);

  test("a disabled template fails what waits, and refuses what comes; nothing reaches the provider", async () => {
    await start();
    await change("PAUSED");
    await knownAs("PAUSED");
    const [waiting = ""] = await outside.post([anOrder()]);
    await waitUntil(() => waitsForTemplate(waiting), { ...SOON, what: "the message to wait for its template" });
    await change("DISABLED");
    const [failed] = await outside.settle(({ isFinal }) => isFinal, SOON);
    expect(failed).toMatchObject({ status: "failed", error: { class: "template-disabled", code: 132_016 } });
    const refused = await waitUntil(
      async () => {
        const answer = await json("POST", "/v1/messages", anOrder());
        return answer.status === 422 && answer.body;
      },
      { ...SOON, what: "a message with it to be refused" },
    );
    expect(refused.errors).toMatchObject([
      { pointer: "/template/name", detail: expect.stringContaining("is disabled for good") },
    ]);
    expect((await outside.system.simulator.summary()).requests).toBe(0);
  }, 60_000);
});

test("what does not fit the template is told before it is queued, each in a batch by itself", async () => {
  await start();
  const messages = [
    anOrder(),
    anOrder(["Ada", "4711"]),
    anOrder(["Ada"], "fr"),
    { ...anOrder(), template: { name: "orders", language: { code: "de" } } },
  ];
  const { status, body } = await json("POST", "/v1/messages/batch", { messages });
  const results = body.results as {
    id?: string;
    problem?: { status: number; errors: { pointer: string; detail: string }[] };
  }[];
  expect(status).toBe(200);
  expect(results.map(({ id, problem }) => (id ? "accepted" : problem?.errors[0]))).toEqual([
    "accepted",
    {
      pointer: "/messages/1/template/components/0/parameters",
      detail: "the body of the template order_update (en_US) takes 1 parameter, not 2: {{1}}",
    },
    { pointer: "/messages/2/template/language/code", detail: "order_update exists in de, en_US, and not in fr" },
    { pointer: "/messages/3/template/name", detail: "demo has no template orders; there are order_update" },
  ]);
  expect(results.map(({ problem }) => problem?.status)).toEqual([undefined, 422, 422, 422]);
}, 60_000);

test("without webhooks the workers find a pause and its end by asking", async () => {
  await start({ webhook: 0, workers: 2, workerEnv: { PROVIDER_POLL_MS: "1000" } });
  await change("PAUSED");
  await knownAs("PAUSED");
  const ids = await outside.post([anOrder()]);
  await waitUntil(() => waitsForTemplate(ids[0] ?? ""), { ...SOON, what: "the message to wait for its template" });
  await change("APPROVED");
  await outside.settle(({ status }) => status === "submitted", SOON);
  const { body } = await json("GET", "/v1/senders/demo");
  expect(body).toMatchObject({
    provider: { health: { canSendMessage: "AVAILABLE" }, templates: { byStatus: { APPROVED: 2 } } },
  });
}, 60_000);

test("a template that is created over the API can be sent as soon as the platform has approved it", async () => {
  await start();
  const template = { name: "welcome", language: "en_US", category: "UTILITY", components: [BODY] };
  const created = await json("POST", "/v1/senders/demo/templates", template);
  expect(created).toMatchObject({ status: 201, body: { name: "welcome", status: "PENDING" } });
  const welcome = { ...anOrder(), template: { ...(anOrder().template as object), name: "welcome" } };
  expect((await json("POST", "/v1/messages", welcome)).status).toBe(422);

  await outside.system.simulator.changeTemplate({ apiKey: apiKey(), name: "welcome", status: "APPROVED" });
  const accepted = await waitUntil(
    async () => {
      const answer = await json("POST", "/v1/messages", welcome);
      return answer.status === 202 && answer.body;
    },
    { ...SOON, what: "the message to be accepted" },
  );
  await outside.settle(({ status }) => status === "read", { ...SOON, ids: [String(accepted.id)] });
}, 60_000);
