// The story of one send, branch by branch: what is asked of the store and the provider, and what the record is told. The
// store and the client are literal objects, time is moved by hand, the decision is the real one.

import { beforeEach, describe, expect, test } from "@jest/globals";
import { type ConsentAnswer, DEFAULT_SENDING_POLICY, type Failure, type Outcome, type Verdict } from "@tern/core";
import type { SendRequest, SendResult } from "@tern/dialog360";
import { DEFAULT_STORE_SETTINGS, type Finish, type Finished, type Reached, type Taken } from "@tern/store";
import { createOnWire } from "./on-wire.ts";
import { type CountedSend, createProviderHealth, type ProviderHealth } from "./provider-health.ts";
import { createRedisClock } from "./redis-clock.ts";
import { createSendMessage, type SendingSender, type SentReport } from "./send-message.ts";
import type { Look } from "./take-loop.ts";
import { createHandClock, type HandClock } from "./testing/hand-clock.ts";

const LOCAL_ID = "01kahz3n8qf6q9t0x2m4w7c5rd";
const TO = "+4915112345678";
const WAMID = "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA";
const ACCEPTED: Outcome = { class: "accepted", wamid: WAMID, held: false };
const failure: Failure = { code: 131026, httpStatus: 400, reason: "undeliverable", hint: "check the number" };
const TOOK_MS = 120;
/** 80 a second. */
const PACED_US = 12_500;
const UNPACED_US = 0;

let clock: HandClock;
let sender: SendingSender;
/** The look that took the message, and the message: made when the story begins. */
let look: () => Look;
let message: () => Taken;
/** What the store and the provider answer; a test changes what its story needs. */
let reslot: () => Promise<{ nowUs: number; slotUs: number } | null>;
let finish: () => Promise<Finished>;
let reach: () => Promise<Reached>;
let checkConsent: () => Promise<ConsentAnswer[]>;
let recordConsents: () => Promise<[]>;
let hasTier: boolean;
let isCurrent: boolean;
let answer: (request: SendRequest) => Promise<SendResult>;
let health: ProviderHealth;
/** What happened, in order. */
let steps: string[];
let sent: SendRequest[];
let finished: Finish[];
let givenBack: CountedSend[];
let reports: SentReport[];
let onWire: ReturnType<typeof createOnWire>;

/** A moment of Redis's clock, `inMs` from now. Redis is 500 s ahead of this machine's clock. */
const redisUs = (inMs = 0) => (clock.nowMs() + 500_000 + inMs) * 1_000;

function looked(fields: Partial<Look> = {}): Look {
  const nowMs = clock.monotonicMs();
  return { nowUs: redisUs(), intervalUs: PACED_US, askedMs: nowMs, answeredMs: nowMs, ...fields };
}

function taken(fields: Partial<Taken> = {}): Taken {
  return {
    localId: LOCAL_ID,
    slotUs: redisUs(),
    wireNumber: 3,
    attempts: 2,
    to: TO,
    lane: "normal",
    content: '{"type":"text","text":{"body":"Hello"}}',
    expiresAtMs: null,
    doubtPolicy: "resend",
    throttles: 0,
    dueAtMs: clock.nowMs() - 5_000,
    caller: "shop",
    contact: TO,
    template: null,
    templateLanguage: null,
    isFallback: false,
    windowClosesAtMs: null,
    writableUntilMs: null,
    isWindowOpen: false,
    marketingTo: null,
    way: null,
    ...fields,
  };
}

beforeEach(() => {
  clock = createHandClock();
  sender = {
    id: "demo",
    pace: 80,
    profile: "360dialog",
    apiVersion: null,
    baseUrl: "https://provider.example",
    phoneNumberId: "106540352242922",
    wabaId: "102290129340398",
    apiKey: { reveal: () => "the key" },
    portfolio: { id: "acme", tier: 250, reserve: 25 },
    portfolioSenderIds: ["demo"],
    quietHours: null,
    marketing: "messages",
    window: { check: "refuse", marginSeconds: 300 },
    consent: { marketing: "optout-only" },
  };
  checkConsent = async () => ["allowed"];
  recordConsents = async () => [];
  [steps, sent, finished, givenBack, reports] = [[], [], [], [], []];
  look = looked;
  message = taken;
  reslot = async () => ({ nowUs: redisUs(), slotUs: redisUs() });
  finish = async () => ({ result: "done", isReady: false });
  reach = async () => ({ kind: "known" });
  hasTier = false;
  isCurrent = true;
  answer = answering(ACCEPTED);
  health = createProviderHealth({ clock, giveBack: (sends) => givenBack.push(...sends), onChange: () => {} });
});

/** A provider that looks at the lease, is on the wire for a while, and answers. */
function answering(result: Outcome): typeof answer {
  return async ({ beforeWrite }) => {
    if (!beforeWrite()) return { class: "withheld" };
    steps.push("written");
    await new Promise<void>((resolve) => clock.after(TOOK_MS, resolve));
    return result;
  };
}

/** The last moment before the first byte, and an answer at once. */
async function written({ beforeWrite }: SendRequest): Promise<SendResult> {
  return beforeWrite() ? ACCEPTED : { class: "withheld" };
}

/** Runs the story and lets time pass until it is over; whether something became ready. */
async function send(): Promise<boolean> {
  const settings = DEFAULT_STORE_SETTINGS;
  onWire = createOnWire("demo", { settings, renew: async () => [] }, clock);
  const sendMessage = createSendMessage({
    store: {
      settings,
      reslot: (_sender, { localId, wireNumber, lane }) => {
        steps.push(`reslot ${localId}.${wireNumber} ${lane}`);
        return reslot();
      },
      finish: (senderId, done) => {
        steps.push(`finish ${senderId} ${done.verdict.kind}`);
        finished.push(done);
        return finish();
      },
      reach: (portfolio, to, lane) => {
        steps.push(`reach ${portfolio.id} ${to} ${lane}`);
        return reach();
      },
      unreach: async (portfolioId, to, markMs) => {
        steps.push(`unreach ${portfolioId} ${to} ${markMs}`);
        return true;
      },
      checkConsent: (portfolioId, contacts) => {
        steps.push(`checkConsent ${portfolioId} ${contacts.join(" ")}`);
        return checkConsent();
      },
      recordConsents: async (portfolioId, changes) => {
        for (const { spellings, statement } of changes) {
          steps.push(`recordConsents ${portfolioId} ${spellings} ${statement.state} ${statement.source}`);
        }
        return recordConsents();
      },
      joinPeople: async (portfolioId, senderIds, people) => {
        steps.push(`joinPeople ${portfolioId} ${senderIds.join(" ")} ${people.join(" ")}`);
      },
    },
    client: {
      send: (request) => {
        steps.push("send");
        sent.push(request);
        return answer(request);
      },
    },
    onWire,
    redisClock: createRedisClock(),
    clock,
    random: () => 0.5,
    policy: () => DEFAULT_SENDING_POLICY,
    health: () => health,
    hasTier: () => hasTier,
    isCurrent: () => isCurrent,
    report: (report) => {
      reports.push(report);
    },
  });
  const ended = sendMessage(sender, message(), look());
  ended.catch(() => {}); // looked at below
  for (let step = 0; step < 100; step += 1) await clock.pass(100);
  return ended;
}

describe("a send that goes well", () => {
  test("is sent, then finished, and that is all", async () => {
    expect(await send()).toBe(false);
    expect(steps).toEqual(["send", "written", "finish demo submit"]);
    expect(onWire.size).toBe(0);
  });

  test("after which something is ready says so: it is worth a look", async () => {
    finish = async () => ({ result: "done", isReady: true });
    expect(await send()).toBe(true);
  });

  test("the provider gets the content in its envelope, under the sender's key and address", async () => {
    await send();
    const [{ baseUrl, path, auth, body }] = sent as [SendRequest];
    expect({ baseUrl, path }).toEqual({ baseUrl: "https://provider.example", path: "/messages" });
    expect(auth).toEqual({ header: "D360-API-KEY", value: "the key" });
    expect(JSON.parse(body)).toEqual({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: "+4915112345678",
      biz_opaque_callback_data: `tern1:msg_demo_${LOCAL_ID}:3`,
      type: "text",
      text: { body: "Hello" },
    });
  });

  test("the record is told the wamid, when it was put on the wire and how long that took", async () => {
    const startMs = clock.nowMs();
    await send();
    expect(finished).toEqual([
      {
        localId: LOCAL_ID,
        wireNumber: 3,
        verdict: { kind: "submit", wamid: WAMID },
        outcome: "accepted",
        failure: null,
        begunAtMs: startMs,
        tookMs: TOOK_MS,
        spellings: [],
      },
    ]);
  });

  test("is reported once, with what the log and the metrics need", async () => {
    const startMs = clock.nowMs();
    await send();
    expect(reports).toEqual([
      {
        messageId: `msg_demo_${LOCAL_ID}`,
        caller: "shop",
        lane: "normal",
        wireNumber: 3,
        attempts: 2,
        outcome: ACCEPTED,
        verdict: { kind: "submit", wamid: WAMID },
        queuedMs: 5_000,
        takenAtMs: startMs,
        begunAtMs: startMs,
        tookMs: TOOK_MS,
        inTime: true,
        way: "messages",
      },
    ]);
  });

  test.each(["late", "damaged"] as const)(
    "finished %s: reported as such, and what became ready is not forgotten",
    async (result) => {
      finish = async () => ({ result, isReady: true });
      expect(await send()).toBe(true);
      expect(reports[0]?.inTime).toBe(false);
    },
  );

  test("a key that was changed while it waited for its slot is used", async () => {
    let key = "old";
    sender = { ...sender, apiKey: { reveal: () => key } };
    message = () => taken({ slotUs: redisUs(200) });
    clock.after(100, () => {
      key = "new";
    });
    await send();
    expect(sent[0]?.auth.value).toBe("new");
  });
});

describe("the slot", () => {
  const writtenAfterMs = async () => {
    const startMs = clock.monotonicMs();
    let atMs = Number.NaN;
    const inner = answer;
    answer = async (request) => {
      atMs = clock.monotonicMs();
      return inner(request);
    };
    await send();
    return atMs - startMs;
  };

  test("is waited for, by Redis's clock", async () => {
    message = () => taken({ slotUs: redisUs(180) });
    expect(await writtenAfterMs()).toBe(180);
  });

  test("is not fired before its moment, by a fraction of a ms neither", async () => {
    message = () => taken({ slotUs: redisUs(180) + 300 });
    expect(await writtenAfterMs()).toBe(181);
  });

  test("missed by a hair (within our half of the pace's margin): sent all the same", async () => {
    const hairMs = Math.floor(((1 - DEFAULT_STORE_SETTINGS.paceMargin) * 1_000) / 2) - 1;
    message = () => {
      const result = taken({ slotUs: redisUs(10) });
      clock.after(0, () => clock.freeze(10 + hairMs));
      return result;
    };
    await send();
    expect(steps).not.toContain(`reslot ${LOCAL_ID}.3 normal`);
    expect(steps).toContain("written");
  });

  test("missed by more: another one is taken and waited for, so that no burst follows a pause", async () => {
    message = () => {
      const result = taken({ slotUs: redisUs(10) });
      clock.after(0, () => clock.freeze(100));
      return result;
    };
    reslot = async () => ({ nowUs: redisUs(), slotUs: redisUs(60) });
    expect(await writtenAfterMs()).toBe(160);
    expect(steps.slice(0, 2)).toEqual([`reslot ${LOCAL_ID}.3 normal`, "send"]);
  });

  test("perhaps missed, since the first reply of Redis was long under way: another one is taken", async () => {
    look = () => looked({ askedMs: clock.monotonicMs() - 30, nowUs: redisUs(-30) });
    message = () => taken({ slotUs: redisUs(-10) });
    reslot = async () => ({ nowUs: redisUs(), slotUs: redisUs(60) });
    expect(await writtenAfterMs()).toBe(80);
    expect(steps.slice(0, 2)).toEqual([`reslot ${LOCAL_ID}.3 normal`, "send"]);
  });

  test("a new slot brings a new lease", async () => {
    const { leaseMs } = DEFAULT_STORE_SETTINGS;
    message = () => {
      const result = taken({ slotUs: redisUs(10) });
      clock.after(0, () => clock.freeze(leaseMs - 10)); // the first lease is nearly over
      return result;
    };
    reslot = async () => ({ nowUs: redisUs(), slotUs: redisUs(200) }); // and would be over in the new slot
    await send();
    expect(steps).toContain("written");
  });

  test("missed, and the lease is gone: nothing is written, and the message is given back at once", async () => {
    message = () => {
      const result = taken({ slotUs: redisUs(10) });
      clock.after(0, () => clock.freeze(100));
      return result;
    };
    reslot = async () => null;
    await send();
    expect(sent).toEqual([]);
    expect(finished[0]).toMatchObject({ outcome: "withheld", failure: null, verdict: { kind: "snooze", afterMs: 0 } });
  });

  test("missed while a connection was made: nothing is written but in the next slot, over the connection that is there now", async () => {
    const writtenAtMs: number[] = [];
    const startMs = clock.monotonicMs();
    let connectMs = 120;
    answer = async (request) => {
      await new Promise<void>((resolve) => clock.after(connectMs, resolve));
      connectMs = 0;
      const result = await written(request);
      if (result.class === "accepted") writtenAtMs.push(clock.monotonicMs() - startMs);
      return result;
    };
    reslot = async () => ({ nowUs: redisUs(), slotUs: redisUs(80) });
    await send();
    expect(writtenAtMs).toEqual([200]);
    expect(steps).toEqual(["send", `reslot ${LOCAL_ID}.3 normal`, "send", "finish demo submit"]);
    expect(finished[0]).toMatchObject({ begunAtMs: clock.nowMs() - clock.monotonicMs() + startMs + 200, tookMs: 0 });
  });

  test("missed while a connection was made, and the lease is gone: given back at once", async () => {
    answer = async (request) => {
      clock.freeze(60_000);
      return written(request);
    };
    reslot = async () => null;
    await send();
    expect(finished).toHaveLength(1);
    expect(finished[0]).toMatchObject({ outcome: "withheld", verdict: { kind: "snooze", afterMs: 0 } });
  });

  test("of a sender without pace means nothing", async () => {
    look = () => looked({ intervalUs: UNPACED_US });
    message = () => {
      const result = taken({ slotUs: redisUs() });
      clock.freeze(5_000);
      return result;
    };
    await send();
    expect(steps).toEqual(["send", "written", "finish demo submit"]);
  });
});

describe("the lease", () => {
  test("over while waiting: nothing is written", async () => {
    look = () => {
      const result = looked({ intervalUs: UNPACED_US });
      clock.freeze(60_000); // the answer of the look came a minute late
      return { ...result, answeredMs: clock.monotonicMs() };
    };
    await send();
    expect(sent).toEqual([]);
    expect(finished[0]?.outcome).toBe("withheld");
  });

  test("over while waiting for a connection: nothing is written, no attempt is used", async () => {
    look = () => looked({ intervalUs: UNPACED_US });
    answer = async (request) => {
      clock.freeze(60_000); // the process was stopped before the first byte
      return written(request);
    };
    await send();
    expect(finished).toHaveLength(1);
    expect(finished[0]).toMatchObject({
      outcome: "withheld",
      verdict: { kind: "snooze", afterMs: 0, slow: false, hold: null },
    });
    expect(reports[0]?.outcome).toEqual({ class: "withheld" });
  });

  test("is given up when the story is over, whatever its end", async () => {
    finish = () => Promise.reject(new Error("Redis is away"));
    await expect(send()).rejects.toThrow("Redis is away");
    expect(onWire.size).toBe(0);
    expect(reports).toEqual([]);
  });
});

describe("an expiry", () => {
  test("that comes while the message waits for a connection keeps it off the wire", async () => {
    look = () => looked({ intervalUs: UNPACED_US });
    message = () => taken({ expiresAtMs: Math.floor(redisUs(1_000) / 1_000) });
    answer = async (request) => {
      await new Promise<void>((resolve) => clock.after(1_001, resolve));
      return written(request);
    };
    await send();
    expect(finished[0]?.outcome).toBe("withheld"); // it goes back at once, and promote says that it has expired
  });

  test("that is still ahead changes nothing", async () => {
    message = () => taken({ expiresAtMs: Math.floor(redisUs(1_000) / 1_000) });
    await send();
    expect(finished[0]?.outcome).toBe("accepted");
  });

  test("bounds a doubt from the moment the doubt begins", async () => {
    message = () => taken({ expiresAtMs: Math.floor(redisUs(40_000) / 1_000) });
    answer = answering({ class: "unknown", grade: "no-answer", failure });
    await send();
    const { verdict } = finished[0] as Finish;
    expect(verdict).toEqual({ kind: "doubt", afterMs: 40_000 - TOOK_MS, unsettled: "resend", counted: true });
  });
});

describe("each outcome is decided about and carried out", () => {
  const HELD = { kind: "snooze", slow: false } as const;
  const cases: readonly (readonly [string, Partial<Taken>, Outcome, Verdict])[] = [
    [
      "throttled: later, the sender slows down",
      {},
      { class: "throttled", scope: "number", failure },
      { kind: "snooze", afterMs: 1_000, reason: "throttled", slow: true, hold: null },
    ],
    [
      "throttled for one recipient, the third time in a row: 4^2 s",
      { throttles: 2 },
      { class: "throttled", scope: "pair", failure },
      { ...HELD, afterMs: 16_000, reason: "pair-throttled", hold: { of: "recipient", forMs: 16_000 } },
    ],
    [
      "transient: backoff by the attempts so far",
      {},
      { class: "transient", failure },
      { kind: "retry", afterMs: 1_500 },
    ],
    [
      "transient at the last attempt: failed",
      { attempts: 5 },
      { class: "transient", failure },
      { kind: "fail", failure: { ...failure, reason: "undeliverable (5 attempts)" }, endsTemplate: false },
    ],
    [
      "unknown, no answer: the lane's time, then the message's policy",
      { doubtPolicy: "fail", lane: "urgent" },
      { class: "unknown", grade: "no-answer", failure },
      { kind: "doubt", afterMs: 30_000, unsettled: "fail", counted: true },
    ],
    [
      "unknown, an ambiguous answer: a minute, then again",
      { doubtPolicy: "fail" },
      { class: "unknown", grade: "ambiguous-answer", failure },
      { kind: "doubt", afterMs: 60_000, unsettled: "resend", counted: true },
    ],
    ["rejected: failed for good", {}, { class: "rejected", failure }, { kind: "fail", failure, endsTemplate: false }],
    [
      "unreachable: a moment later, and nothing is used up",
      { attempts: 5 },
      { class: "unreachable", failure },
      { ...HELD, afterMs: 1_000, reason: "provider-away", hold: null },
    ],
    [
      "template paused: it rests with its template",
      { template: "order" },
      { class: "template-paused", failure },
      { ...HELD, afterMs: 0, reason: "template-held", hold: { of: "template", forMs: 1_800_000 } },
    ],
    [
      "template disabled: failed, and so are the others with it",
      { template: "order" },
      { class: "template-disabled", failure },
      { kind: "fail", failure, endsTemplate: true },
    ],
    [
      "number paused with a time: the sender waits so long",
      {},
      { class: "number-paused", failure, retryAfterMs: 90_000 },
      { ...HELD, afterMs: 0, reason: "sender-held", hold: { of: "sender", forMs: 90_000 } },
    ],
    [
      "number paused without: the sender waits until somebody resumes it",
      {},
      { class: "number-paused", failure },
      { ...HELD, afterMs: 0, reason: "sender-held", hold: { of: "sender", forMs: null } },
    ],
    [
      "misconfigured: the sender waits until somebody resumes it",
      {},
      { class: "misconfigured", failure },
      { ...HELD, afterMs: 0, reason: "sender-held", hold: { of: "sender", forMs: null } },
    ],
  ];

  test.each(cases)("%s", async (_, fields, outcome, verdict) => {
    message = () => taken(fields);
    answer = answering(outcome);
    await send();
    expect(finished).toHaveLength(1);
    const told = verdict.kind === "fail" ? verdict.failure : failure;
    expect(finished[0]).toMatchObject({ outcome: outcome.class, failure: told, verdict });
    expect(reports[0]).toMatchObject({ outcome, verdict });
  });
});

describe("a key that was changed while the send was on its way", () => {
  test("and is refused stops nobody: the message goes again with the new one, and no attempt is used", async () => {
    isCurrent = false;
    answer = answering({ class: "misconfigured", failure });
    await send();
    expect(finished).toMatchObject([
      { outcome: "misconfigured", failure, verdict: { kind: "snooze", afterMs: 0, hold: null } },
    ]);
  });

  test("changes nothing about any other answer", async () => {
    isCurrent = false;
    answer = answering({ class: "rejected", failure });
    await send();
    expect(finished).toMatchObject([{ verdict: { kind: "fail" } }]);
  });
});

describe("mistakes of ours", () => {
  test("a record whose content is damaged fails with a reason, at once: the provider never heard of it", async () => {
    message = () => taken({ content: "null" });
    await send();
    expect(sent).toEqual([]);
    expect(finished[0]).toMatchObject({ outcome: "rejected", verdict: { kind: "fail" } });
    expect(finished[0]?.failure?.reason).toMatch(/content/);
    expect(finished[0]?.failure?.hint).toMatch(/\w{3}/);
  });

  test("a client that rejects because its last question threw: nothing is told the record, the lease settles it", async () => {
    answer = () => Promise.reject(new Error("beforeWrite threw"));
    await expect(send()).rejects.toThrow("beforeWrite threw");
    expect(finished).toEqual([]);
    expect(reports).toEqual([]);
    expect(onWire.size).toBe(0);
  });
});

describe("a recipient outside its window, where the portfolio has a tier", () => {
  beforeEach(() => {
    hasTier = true;
  });
  const untilMs = () => redisUs(7_200_000) / 1_000;

  test("asks for its place before it is sent", async () => {
    reach = async () => ({ kind: "new", markMs: 4_711 });
    await send();
    expect(steps).toEqual([`reach acme ${TO} normal`, "send", "written", "finish demo submit"]);
  });

  test("asks for it, too, when the window may close before it is written", async () => {
    message = () => taken({ windowClosesAtMs: redisUs(59_000) / 1_000 });
    await send();
    expect(steps[0]).toBe(`reach acme ${TO} normal`);
  });

  test("asks for it, too, when it goes as its fallback: the provider may have said that the window we believe in is closed", async () => {
    message = () =>
      taken({
        content: '{"type":"text"}\n{"type":"template","template":{"name":"hello","language":{"code":"en"}}}',
        isFallback: true,
        windowClosesAtMs: redisUs(3_600_000) / 1_000,
      });
    await send();
    expect(steps[0]).toBe(`reach acme ${TO} normal`);
  });

  test("asks for its contact, whatever spelling it is sent to", async () => {
    message = () => taken({ contact: "+551187654321" });
    await send();
    expect(steps[0]).toBe("reach acme +551187654321 normal");
  });

  test("does not lose its slot by asking", async () => {
    message = () => taken({ slotUs: redisUs(20) });
    reach = async () => {
      await new Promise<void>((resolve) => clock.after(20, resolve));
      return { kind: "known" };
    };
    await send();
    expect(steps).not.toContain(`reslot ${LOCAL_ID}.3 normal`);
  });

  test.each([
    ["inside its window", () => (message = () => taken({ windowClosesAtMs: redisUs(61_000) / 1_000 }))],
    ["where there is no tier", () => (hasTier = false)],
  ])("and one %s needs none", async (_, given) => {
    given();
    await send();
    expect(steps[0]).toBe("send");
  });

  test("that finds none waits until one may be free; nothing is written and no attempt used", async () => {
    reach = async () => ({ kind: "full", untilMs: untilMs() });
    await send();
    expect(sent).toEqual([]);
    const verdict = { kind: "snooze", afterMs: 7_200_000, reason: "tier", slow: false, hold: null };
    expect(finished).toMatchObject([{ outcome: "tier", failure: null, verdict, tookMs: 0 }]);
    expect(reports).toMatchObject([{ outcome: { class: "tier" }, verdict }]);
    expect(onWire.size).toBe(0);
  });

  test("in bulk keeps its place in line, and the lane waits", async () => {
    message = () => taken({ lane: "bulk" });
    reach = async () => ({ kind: "full", untilMs: untilMs() });
    await send();
    expect(sent).toEqual([]);
    expect(finished).toMatchObject([
      { outcome: "tier", verdict: { afterMs: 0, reason: "tier", hold: { of: "lane", forMs: 7_200_000 } } },
    ]);
  });

  test("whose place may be free at once does not spin", async () => {
    reach = async () => ({ kind: "full", untilMs: redisUs(-50) / 1_000 });
    await send();
    expect(finished).toMatchObject([{ verdict: { afterMs: 1, reason: "tier" } }]);
  });

  test("gives the new place back when it is refused for good", async () => {
    reach = async () => ({ kind: "new", markMs: 4_711 });
    answer = answering({ class: "rejected", failure });
    await send();
    expect(steps.slice(-2)).toEqual(["finish demo fail", `unreach acme ${TO} 4711`]);
    expect(reports).toHaveLength(1);
  });

  test.each<[string, Reached, Outcome]>([
    ["it was counted before", { kind: "known" }, { class: "rejected", failure }],
    ["it may have been written to", { kind: "new", markMs: 1 }, { class: "unknown", grade: "no-answer", failure }],
    ["it is tried again", { kind: "new", markMs: 1 }, { class: "transient", failure }],
    ["it was written to", { kind: "new", markMs: 1 }, ACCEPTED],
  ])("keeps its place when %s", async (_, reached, outcome) => {
    reach = async () => reached;
    answer = answering(outcome);
    await send();
    expect(steps.some((step) => step.startsWith("unreach"))).toBe(false);
  });

  test("is not sent while Redis does not say whether it may be: a second later it asks again", async () => {
    reach = () => Promise.reject(new Error("the portfolio's node is away"));
    await send();
    expect(sent).toEqual([]);
    expect(finished).toMatchObject([{ verdict: { kind: "snooze", afterMs: 1_000, hold: null } }]);
  });
});

describe("the customer service window of free-form content", () => {
  const FALLBACK = '{"type":"template","template":{"name":"hello","language":{"code":"en"}}}';
  const withFallback = `{"type":"text","text":{"body":"Hello"}}\n${FALLBACK}`;
  const CLOSED: Outcome = { class: "rejected", failure, isWindowClosed: true };

  test("is asked once more right before the first byte: 1 s before its margin it is written", async () => {
    message = () => taken({ writableUntilMs: redisUs(1_000) / 1_000 });
    await send();
    expect(sent).toHaveLength(1);
    expect(finished).toMatchObject([{ verdict: { kind: "submit" } }]);
  });

  test("1 s after, nothing is written, and no attempt is used: the next look decides", async () => {
    message = () => taken({ writableUntilMs: redisUs(-1_000) / 1_000 });
    await send();
    expect(sent).toEqual([]);
    expect(finished).toMatchObject([{ outcome: "withheld", verdict: { kind: "snooze", afterMs: 0 } }]);
  });

  test("may close while it waits for its slot", async () => {
    message = () => taken({ slotUs: redisUs(20), writableUntilMs: redisUs(10) / 1_000 });
    await send();
    expect(sent).toEqual([]);
  });

  test("decides which of the two is sent, never both in one body", async () => {
    message = () => taken({ content: withFallback });
    await send();
    message = () => taken({ content: withFallback, isFallback: true, template: "hello", templateLanguage: "en" });
    await send();
    const [one, other] = sent.map(({ body }) => JSON.parse(body));
    expect(one).toMatchObject({ type: "text", to: TO });
    expect(other).toMatchObject({ type: "template", template: { name: "hello" } });
    expect([one.template, other.text]).toEqual([undefined, undefined]);
  });

  test("is closed, the provider says: the fallback goes next", async () => {
    message = () => taken({ content: withFallback });
    answer = answering(CLOSED);
    await send();
    expect(finished).toMatchObject([{ verdict: { kind: "retry", afterMs: 0, asFallback: true }, failure }]);
  });

  test.each([
    ["without a fallback", () => taken()],
    ["sent as its fallback already", () => taken({ content: withFallback, isFallback: true, template: "hello" })],
  ])("is closed, the provider says of one %s: it fails", async (_, given) => {
    message = given;
    answer = answering(CLOSED);
    await send();
    expect(finished).toMatchObject([{ verdict: { kind: "fail" } }]);
  });
});

describe("another spelling of the recipient in the answer", () => {
  const answers = (recipient: object) => answering({ ...ACCEPTED, recipient } as Outcome);

  test.each<[string, Partial<Taken>, object, string[][]]>([
    ["another number is told to the store", {}, { phone: "+551187654321" }, [[TO, "+551187654321"]]],
    ["the same number is no news", {}, { phone: TO }, []],
    ["a number that is known as the contact is none either", { contact: "+551187" }, { phone: "+551187" }, []],
    [
      "the number of a BSUID is told",
      { to: "BR.1", contact: "BR.1" },
      { phone: "+551187", bsuid: "BR.1" },
      [["BR.1", "+551187"]],
    ],
    ["a BSUID joins the number", {}, { phone: TO, bsuid: "BR.1" }, [["BR.1", TO]]],
  ])("%s", async (_, fields, recipient, spellings) => {
    message = () => taken(fields);
    answer = answers(recipient);
    await send();
    expect(finished).toMatchObject([{ spellings }]);
  });
});

describe("the health of the provider", () => {
  const NO_ANSWER: Outcome = { class: "unknown", grade: "no-answer", failure: { ...failure, httpStatus: null } };

  test("hears of each answer and each silence", async () => {
    answer = answering(NO_ANSWER);
    for (let count = 0; count < 10; count += 1) await send();
    expect(health.isFailing).toBe(true);
    answer = answering(ACCEPTED);
    await send();
    expect(health.state).toBe("closed");
  });

  test("an outage uses no attempt up: later silences are not counted, those before are given back", async () => {
    answer = answering(NO_ANSWER);
    for (let count = 0; count < 11; count += 1) await send();
    expect(finished.map(({ verdict }) => verdict.kind === "doubt" && verdict.counted)).toEqual([
      ...Array.from({ length: 9 }, () => true),
      false,
      false,
    ]);
    expect(givenBack).toEqual(
      Array.from({ length: 9 }, () => ({ senderId: "demo", localId: LOCAL_ID, wireNumber: 3 })),
    );
  });

  test("a probe that was never written, or broke down, leaves the way free for the next", async () => {
    answer = answering(NO_ANSWER);
    for (let count = 0; count < 10; count += 1) await send();
    expect(health.allowance().most).toBe(1); // enough time has passed
    hasTier = true;
    reach = async () => ({ kind: "full", untilMs: redisUs(60_000) / 1_000 });
    await send();
    expect(health.allowance().most).toBe(1);
    hasTier = false;
    answer = () => Promise.reject(new Error("beforeWrite threw"));
    await expect(send()).rejects.toThrow("beforeWrite threw");
    expect(health.allowance().most).toBe(1);
  });
});

describe("a marketing template", () => {
  const BSUID = "DE.13491208655302741918";
  const marketing = () => taken({ marketingTo: [TO, BSUID] });

  test("is sent when its recipient allows it, asked for by every name", async () => {
    message = marketing;
    await send();
    expect(steps).toEqual([`checkConsent acme ${TO},${BSUID}`, "send", "written", "finish demo submit"]);
  });

  test("is not sent when its recipient has opted out meanwhile: it fails, and no attempt is used", async () => {
    message = marketing;
    checkConsent = async () => ["opted-out"];
    await send();
    expect(steps).toEqual([`checkConsent acme ${TO},${BSUID}`, "finish demo fail"]);
    expect(finished).toMatchObject([
      {
        verdict: { kind: "fail", counted: false },
        outcome: "rejected",
        failure: { code: null, reason: "the recipient opted out of marketing" },
      },
    ]);
  });

  test("gives its place in the tier back when it is not sent", async () => {
    [message, hasTier] = [marketing, true];
    reach = async () => ({ kind: "new", markMs: 77 });
    checkConsent = async () => ["consent-missing"];
    await send();
    expect(steps.at(-1)).toBe(`unreach acme ${TO} 77`);
    expect(finished[0]?.failure?.reason).toBe("the recipient has not opted in to marketing");
  });

  test("is not sent, and comes back, when Redis does not say what its recipient allows", async () => {
    message = marketing;
    checkConsent = () => Promise.reject(new Error("Redis is away"));
    await send();
    expect(finished).toMatchObject([{ verdict: { kind: "snooze", afterMs: 1_000, hold: null }, outcome: "withheld" }]);
    expect(sent).toEqual([]);
  });

  test("needs no consent of a sender whose policy is off", async () => {
    message = marketing;
    sender = { ...sender, consent: { marketing: "off" } };
    checkConsent = async () => ["opted-out"];
    await send();
    expect(steps).toEqual(["send", "written", "finish demo submit"]);
  });

  test("that the provider refuses since its recipient has stopped marketing is an opt-out", async () => {
    message = marketing;
    answer = answering({ class: "rejected", failure: { ...failure, code: 131_050 } });
    await send();
    expect(steps.slice(-2)).toEqual(["finish demo fail", `recordConsents acme ${TO} opted-out 131050`]);
  });

  test("that is refused so gives its place back and is reported, though Redis does not take the opt-out", async () => {
    [message, hasTier] = [marketing, true];
    reach = async () => ({ kind: "new", markMs: 77 });
    answer = answering({ class: "rejected", failure: { ...failure, code: 131_050 } });
    recordConsents = () => Promise.reject(new Error("the node of the portfolio is away"));
    await expect(send()).rejects.toThrow("the node of the portfolio is away");
    expect(steps).toContain(`unreach acme ${TO} 77`);
    expect(reports).toHaveLength(1);
  });
});

test("an answer that names another spelling of the recipient joins what was said under it", async () => {
  answer = answering({ class: "accepted", wamid: "wamid.A", held: false, recipient: { bsuid: "DE.1" } });
  await send();
  expect(steps.at(-1)).toBe(`joinPeople acme demo ${TO},DE.1`);
});
