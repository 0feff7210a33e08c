// Whatever changes something leaves a line in the audit trail that says who, what and how it ended, and no caller can change
// that trail. An endpoint that is new here fails this test until somebody decides which it is.

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ENDPOINTS } from "./endpoints.ts";
import { type MediaProvider, startMediaProvider } from "./testing/media-provider.ts";
import { listed, startTemplateProvider, type TemplateProvider } from "./testing/template-provider.ts";
import { type Answer, aText, startTestApi, type TestApi } from "./testing/test-api.ts";
import type { TestCaller } from "./testing/test-deployment.ts";
import { refuse } from "./testing/worker.ts";

/** Why these leave no line: what they do is kept elsewhere, with who did it, or changes nothing of anybody's. */
const WITHOUT_A_LINE: Readonly<Record<string, string>> = {
  sendMessage: "the record says which caller sent it",
  sendBatch: "the record says which caller sent it",
  setConsent: "the consent's own history says who told what and when, and is appended to only",
  setConsents: "the consent's own history says who told what and when, and is appended to only",
  uploadMedia: "it adds a file and changes nothing",
  markRead: "it tells the provider what a person has seen",
  syncTemplates: "it reads; what it finds about a template stands in the trail as the provider's word",
};

interface Deed {
  readonly as: TestCaller;
  readonly path: string;
  readonly body?: unknown;
  /** What the line says: verb, kind, name and value in one. */
  readonly line: RegExp;
  readonly before?: () => Promise<Partial<Deed>>;
}

let api: TestApi;
let mediaApi: TestApi;
let templates: TemplateProvider;
let media: MediaProvider;
beforeAll(async () => {
  templates = await startTemplateProvider();
  media = await startMediaProvider();
  api = await startTestApi({ deployment: () => templates.deployment });
  mediaApi = await startTestApi({ deployment: () => media.deployment });
});
afterAll(async () => {
  await api.close();
  await mediaApi.close();
  await templates.close();
  await media.close();
});

const sent = async (changes = {}) =>
  (await api.request("POST", "/v1/messages", { body: aText({ lane: "bulk", ...changes }) })).body.id;
const failed = async (changes = {}) => {
  const id = await sent(changes);
  await refuse(api, id);
  return id;
};
const operator = { as: "operator" } as const;
const template = {
  name: "order_update",
  language: "en_US",
  category: "UTILITY",
  components: [{ type: "BODY", text: "Hi." }],
};
async function templateIsThere(status = "APPROVED"): Promise<Partial<Deed>> {
  templates.templates = [listed({ status })];
  await api.request("POST", "/v1/senders/demo/template-sync", { as: "designer" });
  return {};
}

const DEEDS: Readonly<Record<string, Deed>> = {
  pauseSender: { ...operator, path: "/v1/senders/demo/pause", line: /^pause sender/ },
  resumeSender: { ...operator, path: "/v1/senders/demo/resume", line: /^resume sender/ },
  pauseLane: { ...operator, path: "/v1/senders/demo/lanes/bulk/pause", line: /^pause lane 2/ },
  resumeLane: { ...operator, path: "/v1/senders/demo/lanes/bulk/resume", line: /^resume lane 2/ },
  pauseTemplate: { ...operator, path: "/v1/senders/demo/templates/sale/pause", line: /^pause template sale/ },
  resumeTemplate: { ...operator, path: "/v1/senders/demo/templates/sale/resume", line: /^resume template sale/ },
  cancelMessage: {
    ...operator,
    path: "",
    line: /^note sender {2}cancel msg_demo_/,
    before: async () => ({ path: `/v1/messages/${await sent()}/cancel` }),
  },
  retryMessage: {
    ...operator,
    path: "",
    line: /^note sender {2}retry msg_demo_/,
    before: async () => ({ path: `/v1/messages/${await failed()}/retry` }),
  },
  cancelMessages: {
    ...operator,
    path: "/v1/messages/cancel",
    body: { sender: "demo", reference: "many" },
    line: /^note sender {2}cancel 1 of 1 with .*many/,
    before: async () => {
      await sent({ reference: "many" });
      return {};
    },
  },
  retryMessages: {
    ...operator,
    path: "/v1/messages/retry",
    body: { sender: "demo", reference: "again" },
    line: /^note sender {2}retry 1 of 1 with .*again/,
    before: async () => {
      await failed({ reference: "again" });
      return {};
    },
  },
  eraseContact: { as: "desk", path: "/v1/contacts/+4915112340000", line: /erasure of the contact \S+ ordered/ },
  createTemplate: {
    as: "designer",
    path: "/v1/senders/demo/templates",
    body: template,
    line: /template created: order_update/,
  },
  editTemplate: {
    as: "designer",
    path: "/v1/senders/demo/templates/order_update/en_US",
    body: { components: template.components },
    line: /template edited: order_update/,
    before: () => templateIsThere(),
  },
  deleteTemplateLanguage: {
    as: "designer",
    path: "/v1/senders/demo/templates/order_update/en_US",
    line: /template deleted: order_update \(en_US\)/,
  },
  deleteTemplate: {
    as: "designer",
    path: "/v1/senders/demo/templates/order_update",
    line: /template deleted: order_update$/,
    before: () => templateIsThere(),
  },
  blockUsers: {
    as: "agent",
    path: "/v1/senders/demo/block",
    body: { users: ["+4915112345678"] },
    line: /block 1 of 1 users/,
  },
  unblockUsers: {
    as: "agent",
    path: "/v1/senders/demo/unblock",
    body: { users: ["+4915112345678"] },
    line: /unblock 1 of 1 users/,
  },
  deleteMedia: {
    as: "agent",
    path: "",
    line: /media deleted: \d+/,
    before: async () => ({ path: `/v1/media/demo/${media.keep(Buffer.from("a file"), "image/png")}` }),
  },
  // Last, for messages wait from then on.
  setPace: { ...operator, path: "/v1/senders/demo/pace", body: { perSecond: 41 }, line: /^set sender pace 41$/ },
  setTier: { ...operator, path: "/v1/portfolios/test/tier", body: { tier: 99 }, line: /tier.*99/ },
};

const AT_MEDIA_PROVIDER = new Set(["blockUsers", "unblockUsers", "deleteMedia"]);
const changing = ENDPOINTS.filter(({ method }) => method !== "get");
const idOf = ({ operation }: (typeof ENDPOINTS)[number]) => operation.operationId;

test("every endpoint that changes something is in one list or the other", () => {
  const decided = [...Object.keys(DEEDS), ...Object.keys(WITHOUT_A_LINE)];
  expect(changing.map(idOf).sort()).toEqual(decided.sort());
});

/** In the order of the deeds: some lead to the next. */
const orders = Object.keys(DEEDS).map((id) => [id, changing.find((endpoint) => idOf(endpoint) === id)] as const);

describe("a line says who, what and how it ended", () => {
  test.each(orders)("%s", async (id, endpoint) => {
    const deed = DEEDS[id] as Deed;
    const { path, as, body, line } = { ...deed, ...(await deed.before?.()) };
    const where = AT_MEDIA_PROVIDER.has(id) ? mediaApi : api;
    const known = new Set((await trailOf(where)).map(({ position }) => position));
    const answer: Answer = await where.request(endpoint?.method.toUpperCase() ?? "", path, {
      as,
      ...(body !== undefined && { body }),
    });
    expect([200, 201, 204]).toContain(answer.status);

    const added = (await trailOf(where)).filter(({ position }) => !known.has(position));
    expect(added.map(({ verb, kind, name, value }) => [verb, kind, name, value].join(" ").trimEnd())).toEqual(
      expect.arrayContaining([expect.stringMatching(line)]),
    );
    for (const { who, atMs, changed } of added) {
      expect(who).toBe(as);
      expect(Math.abs(atMs - Date.now())).toBeLessThan(60_000);
      expect(typeof changed).toBe("boolean");
    }
    expect(JSON.stringify(added)).not.toMatch(/15112345678|15112340000/); // whom it concerned is not for the trail
  });
});

const trailOf = (where: TestApi) => where.store.readAudit("demo", 200, null);

describe("the trail itself", () => {
  test("can be read with the scope operate and by nobody else, and has no other verb", async () => {
    expect(ENDPOINTS.filter(({ path }) => path.includes("audit")).map(({ method }) => method)).toEqual(["get"]);
    expect((await api.request("GET", "/v1/senders/demo/audit", { as: "operator" })).status).toBe(200);
    for (const as of ["shop", "auditor", "supervisor", "desk", "agent", "designer"] as const) {
      expect((await api.request("GET", "/v1/senders/demo/audit", { as })).status).toBe(403);
    }
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      expect((await api.request(method, "/v1/senders/demo/audit", { as: "operator" })).status).toBe(405);
    }
  });

  test("keeps its lines whatever callers do, but for those that name a person who is erased", async () => {
    const before = await trailOf(api);
    expect(before.length).toBeGreaterThan(10);
    await api.request("DELETE", "/v1/contacts/+4915112345678", { as: "desk" });
    await api.request("DELETE", "/v1/contacts/US.13491208655302741918", { as: "desk" });
    const after = await trailOf(api);
    expect(after.slice(-before.length)).toEqual(before);
  });
});
