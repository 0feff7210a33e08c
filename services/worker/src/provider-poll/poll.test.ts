// What a worker learns by asking, and what it does about it: on a real Redis, with a provider that says what the test wants.

import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { DEFAULT_SENDING_POLICY } from "@tern/core";
import { testRedisUrl, uniquePrefix } from "@tern/devkit";
import type { HealthStatus, ManagementFailure, ManagementResult, ProviderTemplate } from "@tern/dialog360";
import { Secret, type Sender } from "@tern/runtime";
import { connectRedis, createStore, type Store } from "@tern/store";
import { createHandClock, type HandClock } from "../testing/hand-clock.ts";
import { canSendValue, type ProviderPoll, startProviderPoll } from "./poll.ts";

const EVERY_MS = 600_000;
const WABA = "102290129340398";
const HOUR_MS = 3_600_000;
const AWAY: ManagementFailure = { class: "unreachable", code: null, httpStatus: null, reason: "refused", hint: "wait" };

const redis = connectRedis(testRedisUrl(), { whileAway: "wait", name: "poll tests", onError: () => {} });
const prefixes: string[] = [];
const polls: ProviderPoll[] = [];
afterAll(async () => {
  await Promise.all(polls.map((poll) => poll.stop()));
  for (const prefix of prefixes) {
    const keys = await redis.keys(`${prefix}:*`);
    if (keys.length > 0) await redis.unlink(...keys);
  }
  redis.disconnect();
});

let clock: HandClock;
let store: Store;
let pages: (readonly ProviderTemplate[] | ManagementFailure)[];
let health: ManagementResult<HealthStatus>;
let lists: string[];
let asked: string[];
let logged: { level: string; fields: Record<string, unknown>; text: string }[];
let errors: unknown[];

beforeEach(() => {
  const prefix = uniquePrefix();
  prefixes.push(prefix);
  clock = createHandClock();
  store = createStore({ redis, prefix, nowMs: clock.nowMs });
  pages = [[aTemplate()]];
  health = { ok: { canSendMessage: "AVAILABLE", entities: [] } };
  [lists, asked, logged, errors] = [[], [], [], []];
});

function aTemplate(fields: Partial<ProviderTemplate> = {}): ProviderTemplate {
  return {
    id: "1",
    name: "sale",
    language: "de",
    status: "APPROVED",
    category: "MARKETING",
    quality: "GREEN",
    parameterFormat: "POSITIONAL",
    components: [{ type: "BODY", text: "Hello." }],
    rejectedReason: null,
    ...fields,
  };
}

function aSender(id: string, fields: Partial<Sender> = {}): Sender {
  return {
    id,
    phoneNumber: "+15550783881",
    phoneNumberId: id,
    wabaId: WABA,
    portfolio: { id: "main", tier: "unlimited", reserve: 0 },
    profile: "360dialog",
    apiVersion: null,
    baseUrl: "http://127.0.0.1:1",
    apiKey: new Secret("key"),
    pace: "unlimited",
    marketing: "messages",
    window: { check: "off", marginSeconds: 300 },
    consent: { marketing: "off" },
    templateCheck: "refuse",
    ...fields,
  };
}

/** A worker that asks for these senders; it has asked once when this returns. */
async function aWorker(senders: readonly Sender[] = [aSender("demo")]): Promise<ProviderPoll> {
  const log = (level: string) => (fields: Record<string, unknown>, text: string) => {
    logged.push({ level, fields, text });
  };
  const poll = startProviderPoll({
    store,
    provider: {
      async *listTemplates(account) {
        lists.push(account.phoneNumberId);
        for (const page of pages)
          yield "class" in page ? { failure: page } : { ok: page as readonly ProviderTemplate[] };
      },
      async getHealth(account) {
        asked.push(account.phoneNumberId);
        return health;
      },
    },
    deployment: () => ({
      senders,
      sendersByWabaId: Map.groupBy(senders, ({ wabaId }) => wabaId),
      sending: DEFAULT_SENDING_POLICY,
    }),
    clock,
    log: { info: log("info") as never, warn: log("warn") as never },
    onError: (error) => errors.push(error),
    everyMs: EVERY_MS,
  });
  polls.push(poll);
  await nextLook();
  return poll;
}

/** Until the look that is under way has ended: then the next one is planned. */
async function nextLook(): Promise<void> {
  while (clock.pending().length === 0) await new Promise((resolve) => setImmediate(resolve));
}
async function lookAgain(): Promise<void> {
  await clock.pass(15_000);
  await nextLook();
}
/** Redis's clock runs the turns; a test takes them away instead of waiting. */
const turnsAreFree = async () => {
  for (const key of await redis.keys(`${prefixes.at(-1)}:*poll`)) await redis.del(key);
};
const known = async () => [...((await store.readTemplates(WABA))?.entries.keys() ?? [])].sort();

describe("templates", () => {
  test("of an account are read once for all its numbers, by one worker of several", async () => {
    pages = [[aTemplate()], [aTemplate({ name: "order", language: "en" })]];
    const senders = [aSender("demo"), aSender("second")];
    await aWorker(senders);
    await aWorker(senders);
    expect(lists).toEqual(["demo"]);
    expect(await known()).toEqual(["order/en", "sale/de"]);
    expect(await store.readTemplateSummary(WABA)).toMatchObject({ count: 2, byStatus: { APPROVED: 2 } });
    expect(errors).toEqual([]);
  });

  test("are read again when their turn comes round, or when a webhook asks for it", async () => {
    await aWorker();
    await lookAgain();
    expect(lists).toHaveLength(1);
    await store.pollTemplatesIn(WABA, 0);
    pages = [[aTemplate({ name: "new" })]];
    await lookAgain();
    expect(lists).toHaveLength(2);
    expect(await known()).toEqual(["new/de"]);
  });

  test("are kept as they were when a page fails: half a list would take templates away", async () => {
    await aWorker();
    pages = [[], AWAY];
    await turnsAreFree();
    await lookAgain();
    expect(await known()).toEqual(["sale/de"]);
    expect(logged).toMatchObject([
      { level: "info" },
      { level: "warn", text: "the list of templates could not be read", fields: { class: "unreachable" } },
    ]);
    const [key = ""] = await redis.keys(`${prefixes.at(-1)}:{waba.*poll`);
    expect(await redis.pttl(key)).toBeLessThanOrEqual(60_000); // tried again sooner than in ten minutes
  });

  test("are asked for with the next number's key when one number's is refused", async () => {
    let calls = 0;
    const poll = startProviderPoll({
      store,
      provider: {
        async *listTemplates(account) {
          calls += 1;
          yield account.phoneNumberId === "demo"
            ? { failure: { ...AWAY, class: "misconfigured" } }
            : { ok: [aTemplate()] };
        },
        getHealth: async () => health,
      },
      deployment: () => {
        const senders = [aSender("demo"), aSender("second")];
        return { senders, sendersByWabaId: new Map([[WABA, senders]]), sending: DEFAULT_SENDING_POLICY };
      },
      clock,
      log: { info: () => {}, warn: () => {} },
      onError: (error) => errors.push(error),
      everyMs: EVERY_MS,
    });
    polls.push(poll);
    await nextLook();
    expect(calls).toBe(2);
    expect(await known()).toEqual(["sale/de"]);
  });
});

describe("messages that wait for a template", () => {
  const GERMAN = { template: "sale", templateLanguage: "de" } as const;
  let recipients = 0;

  async function waiting(): Promise<string> {
    recipients += 1;
    const { results } = await store.accept("demo", [
      {
        to: `+49151${10_000_000 + recipients}`,
        lane: "normal",
        caller: "shop",
        type: "template",
        ...GERMAN,
        content: '{"type":"template"}',
        sendAtMs: null,
        expiresAtMs: null,
        reference: null,
        metadata: null,
        idempotency: null,
        doubtPolicy: "resend",
      },
    ]);
    const [accepted] = results;
    if (accepted?.kind !== "accepted") throw new Error("the message was not accepted");
    return accepted.localId;
  }
  async function taken(): Promise<string[]> {
    await store.promote("demo");
    const room = {
      most: 64,
      byLane: { urgent: 64, normal: 64, bulk: 64 },
      bulkRestsUntilMs: null,
      needsWindows: false,
    };
    const { messages } = await store.begin({ id: "demo", pace: "unlimited" }, room);
    return messages.map(({ localId }) => localId);
  }

  test("wait while the list says PAUSED, and go when it says APPROVED", async () => {
    pages = [[aTemplate({ status: "PAUSED" })]];
    await aWorker();
    const message = await waiting();
    expect(await taken()).toEqual([]);

    // The list says so again and again: the rest lasts, and no message asks the provider for nothing.
    for (let at = 0; at < 4; at++) {
      await clock.pass(EVERY_MS);
      await turnsAreFree();
      await lookAgain();
    }
    expect(await taken()).toEqual([]);

    pages = [[aTemplate()]];
    await turnsAreFree();
    await lookAgain();
    expect(await taken()).toEqual([message]);
  });

  test("are not stopped by a list that a webhook has overtaken", async () => {
    pages = [[aTemplate({ status: "PAUSED" })]];
    const poll = startProviderPoll({
      store,
      provider: {
        async *listTemplates() {
          await clock.pass(100); // while it is under way, the template is approved
          const approved = JSON.stringify({ ...aTemplate(), reason: null, categoryChange: null });
          await store.changeTemplate(WABA, { name: "sale", language: "de", definition: approved }, clock.nowMs(), null);
          yield { ok: [aTemplate({ status: "PAUSED" })] };
        },
        getHealth: async () => health,
      },
      deployment: () => {
        const senders = [aSender("demo")];
        return { senders, sendersByWabaId: new Map([[WABA, senders]]), sending: DEFAULT_SENDING_POLICY };
      },
      clock,
      log: { info: () => {}, warn: () => {} },
      onError: (error) => errors.push(error),
      everyMs: EVERY_MS,
    });
    polls.push(poll);
    await nextLook();
    const message = await waiting();
    expect(await taken()).toEqual([message]);
  });

  test("fail when the list says DISABLED", async () => {
    pages = [[aTemplate({ status: "DISABLED" })]];
    await aWorker();
    const message = await waiting();
    expect(await taken()).toEqual([]);
    expect(await store.read("demo", message)).toMatchObject({
      status: "failed",
      failure: { class: "template-disabled", code: 132_016 },
    });
  });

  test("go on waiting for an operator, whatever the list says", async () => {
    await store.pause("demo", { kind: "template", name: "sale" }, "ops");
    await aWorker();
    await waiting();
    expect(await taken()).toEqual([]);
  });

  test("go by themselves when nobody asks any more: the rest has an end", async () => {
    pages = [[aTemplate({ status: "PAUSED" })]];
    const poll = await aWorker();
    await poll.stop();
    const message = await waiting();
    expect(await taken()).toEqual([]);
    await clock.pass(HOUR_MS);
    expect(await taken()).toEqual([message]);
  });
});

describe("the health of a number", () => {
  const BLOCKED: ManagementResult<HealthStatus> = {
    ok: {
      canSendMessage: "BLOCKED",
      entities: [
        {
          type: "WABA",
          id: WABA,
          canSendMessage: "BLOCKED",
          additionalInfo: [],
          errors: [{ code: 141_006, description: "There is a payment problem.", solution: "Add a payment method." }],
        },
      ],
    },
  };

  test("is asked of each number, kept, and told when it changes", async () => {
    const senders = [aSender("demo"), aSender("second")];
    await aWorker(senders);
    expect(asked).toEqual(["demo", "second"]);
    expect((await store.readNumberReports("demo")).health).toMatchObject({ canSendMessage: "AVAILABLE", canSend: 1 });

    health = BLOCKED;
    logged = [];
    await turnsAreFree();
    await lookAgain();
    expect((await store.readNumberReports("second")).health).toMatchObject({
      canSendMessage: "BLOCKED",
      canSend: 0,
      entities: [{ errors: [{ solution: "Add a payment method." }] }],
    });
    await turnsAreFree();
    await lookAgain(); // still so: not told again
    expect(logged.map(({ level, fields }) => [level, fields.sender, fields.parts])).toEqual([
      ["warn", "demo", ["WABA"]],
      ["warn", "second", ["WABA"]],
    ]);
  });

  test("does not stop a number: only what a send is answered does", async () => {
    health = BLOCKED;
    await aWorker();
    expect(await store.readSender("demo")).toMatchObject({ held: null, paused: null });
  });

  test("that could not be asked is said beside the last answer", async () => {
    await aWorker();
    health = { failure: AWAY };
    await turnsAreFree();
    await lookAgain();
    expect(await store.readNumberReports("demo")).toMatchObject({
      health: { canSendMessage: "AVAILABLE" },
      failed: { reason: "refused" },
    });
    health = { ok: { canSendMessage: "AVAILABLE", entities: [] } };
    await turnsAreFree();
    await lookAgain();
    expect((await store.readNumberReports("demo")).failed).toBeNull();
  });

  test("as a number for a gauge", () => {
    expect(["AVAILABLE", "LIMITED", "BLOCKED", "SOMETHING_NEW"].map(canSendValue)).toEqual([1, 0.5, 0, 0.5]);
  });
});
