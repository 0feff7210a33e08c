// The story of one send, branch by branch: what is asked of the store and the provider, and what the record is told. The
// store and the client are literal objects, time is moved by hand, the decision is the real one.

import { beforeEach, describe, expect, test } from "@jest/globals";
import { DEFAULT_SENDING_POLICY, type DueJob, type Failure, type Outcome, type Verdict } from "@tern/core";
import type { SendRequest, SendResult } from "@tern/dialog360";
import { type Begun, DEFAULT_STORE_SETTINGS, type Finish, type Finished } from "@tern/store";
import { createOnWire } from "./on-wire.ts";
import { createRedisClock } from "./redis-clock.ts";
import { createSendMessage, type SendingBegun, type SendingSender, type SentReport } from "./send-message.ts";
import { createHandClock, type HandClock, settle } from "./testing/hand-clock.ts";

const LOCAL_ID = "01kahz3n8qf6q9t0x2m4w7c5rd";
const NEXT: DueJob = { localId: "01kahz3n8qf6q9t0x2m4w7c5re", promotion: 2, lane: 1 };
const WAMID = "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA";
const ACCEPTED: Outcome = { class: "accepted", wamid: WAMID, held: false };
const failure: Failure = { code: 131026, httpStatus: 400, reason: "undeliverable", hint: "check the number" };
const TOOK_MS = 120;

let clock: HandClock;
let sender: SendingSender;
/** What the store and the provider answer; a test changes what its story needs. */
let begin: () => Promise<Begun>;
let reslot: () => Promise<{ nowUs: number; slotUs: number } | null>;
let finish: () => Promise<Finished>;
let answer: (request: SendRequest) => Promise<SendResult>;
/** What happened, in order. */
let steps: string[];
let sent: SendRequest[];
let finished: Finish[];
let enqueued: DueJob[];
let reports: SentReport[];
let onWire: ReturnType<typeof createOnWire>;

/** A moment of Redis's clock, `inMs` from now. Redis is 500 s ahead of this machine's clock. */
const redisUs = (inMs = 0) => (clock.nowMs() + 500_000 + inMs) * 1_000;

function begun(fields: Partial<SendingBegun> = {}): SendingBegun {
  return {
    kind: "send",
    localId: LOCAL_ID,
    nowUs: redisUs(),
    slotUs: redisUs(),
    wireNumber: 3,
    attempts: 2,
    to: "+4915112345678",
    lane: "normal",
    content: '{"type":"text","text":{"body":"Hello"}}',
    expiresAtMs: null,
    doubtPolicy: "resend",
    throttles: 0,
    acceptedAtMs: clock.nowMs() - 5_000,
    caller: "shop",
    ...fields,
  };
}

beforeEach(() => {
  clock = createHandClock();
  sender = { id: "demo", pace: 80, baseUrl: "https://provider.example", revealApiKey: () => "the key" };
  [steps, sent, finished, enqueued, reports] = [[], [], [], [], []];
  begin = async () => begun();
  reslot = async () => ({ nowUs: redisUs(), slotUs: redisUs() });
  finish = async () => ({ inTime: true, next: null });
  answer = answering(ACCEPTED);
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

/** Runs the story and lets time pass until it is over. */
async function send(): Promise<Begun["kind"]> {
  const settings = DEFAULT_STORE_SETTINGS;
  onWire = createOnWire("demo", { settings, renew: async () => [] }, clock);
  const sendMessage = createSendMessage({
    store: {
      settings,
      begin: (_sender, localId, promotion) => {
        steps.push(`begin ${localId}.${promotion}`);
        return begin();
      },
      reslot: (_sender, localId, wireNumber, lane) => {
        steps.push(`reslot ${localId}.${wireNumber} ${lane}`);
        return reslot();
      },
      finish: (senderId, done) => {
        steps.push(`finish ${senderId} ${done.verdict.kind}`);
        finished.push(done);
        return finish();
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
    enqueue: async (job) => {
      steps.push("enqueue");
      enqueued.push(job);
    },
    report: (report) => {
      reports.push(report);
    },
  });
  const ended = sendMessage(sender, LOCAL_ID, 7);
  ended.catch(() => {}); // looked at below
  for (let step = 0; step < 100; step += 1) await clock.pass(100);
  return ended;
}

describe("nothing to send", () => {
  test.each(["stale", "waits"] as const)("%s: the job ends, the provider hears nothing", async (kind) => {
    begin = async () => ({ kind });
    expect(await send()).toBe(kind);
    expect(steps).toEqual([`begin ${LOCAL_ID}.7`]);
    expect(reports).toEqual([]);
  });

  test("expired: the recipient's next message gets its job", async () => {
    begin = async () => ({ kind: "expired", next: NEXT });
    expect(await send()).toBe("expired");
    expect(enqueued).toEqual([NEXT]);
    expect(sent).toEqual([]);
  });

  test("expired with nobody behind it", async () => {
    begin = async () => ({ kind: "expired", next: null });
    expect(await send()).toBe("expired");
    expect(steps).toEqual([`begin ${LOCAL_ID}.7`]);
  });
});

describe("a send that goes well", () => {
  test("begin, send, finish, in this order, and the turn passes on", async () => {
    finish = async () => ({ inTime: true, next: NEXT });
    expect(await send()).toBe("send");
    expect(steps).toEqual([`begin ${LOCAL_ID}.7`, "send", "written", "finish demo submit", "enqueue"]);
    expect(enqueued).toEqual([NEXT]);
    expect(onWire.size).toBe(0);
  });

  test("the provider gets the content in its envelope, under the sender's key and address", async () => {
    await send();
    const [{ baseUrl, apiKey, body }] = sent as [SendRequest];
    expect({ baseUrl, apiKey }).toEqual({ baseUrl: "https://provider.example", apiKey: "the key" });
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
      },
    ]);
  });

  test("is reported once, with what the log and the metrics need", async () => {
    await send();
    expect(reports).toEqual([
      {
        messageId: `msg_demo_${LOCAL_ID}`,
        lane: "normal",
        wireNumber: 3,
        attempts: 2,
        outcome: ACCEPTED,
        verdict: { kind: "submit", wamid: WAMID },
        queuedMs: 5_000,
        tookMs: TOOK_MS,
        inTime: true,
      },
    ]);
  });

  test("finished late (it had been declared unconfirmed): reported as such, the turn is not lost", async () => {
    finish = async () => ({ inTime: false, next: NEXT });
    await send();
    expect(reports[0]?.inTime).toBe(false);
    expect(enqueued).toEqual([NEXT]);
  });

  test("a key that was changed while it waited for its slot is used", async () => {
    let key = "old";
    sender = { ...sender, revealApiKey: () => key };
    begin = async () => begun({ slotUs: redisUs(200) });
    clock.after(100, () => {
      key = "new";
    });
    await send();
    expect(sent[0]?.apiKey).toBe("new");
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
    begin = async () => begun({ slotUs: redisUs(180) });
    expect(await writtenAfterMs()).toBe(180);
  });

  test("is not fired before its moment, by a fraction of a ms neither", async () => {
    begin = async () => begun({ slotUs: redisUs(180) + 300 });
    expect(await writtenAfterMs()).toBe(181);
  });

  test("missed by a hair (within our half of the pace's margin): sent all the same", async () => {
    const hairMs = Math.floor(((1 - DEFAULT_STORE_SETTINGS.paceMargin) * 1_000) / 2) - 1;
    begin = async () => {
      const result = begun({ slotUs: redisUs(10) });
      clock.after(0, () => clock.freeze(10 + hairMs));
      return result;
    };
    await send();
    expect(steps).not.toContain(`reslot ${LOCAL_ID}.3 normal`);
    expect(steps).toContain("written");
  });

  test("missed by more: another one is taken and waited for, so that no burst follows a pause", async () => {
    begin = async () => {
      const result = begun({ slotUs: redisUs(10) });
      clock.after(0, () => clock.freeze(100));
      return result;
    };
    reslot = async () => ({ nowUs: redisUs(), slotUs: redisUs(60) });
    expect(await writtenAfterMs()).toBe(160);
    expect(steps.slice(0, 3)).toEqual([`begin ${LOCAL_ID}.7`, `reslot ${LOCAL_ID}.3 normal`, "send"]);
  });

  test("a new slot brings a new lease", async () => {
    const { leaseMs } = DEFAULT_STORE_SETTINGS;
    begin = async () => {
      const result = begun({ slotUs: redisUs(10) });
      clock.after(0, () => clock.freeze(leaseMs - 10)); // the first lease is nearly over
      return result;
    };
    reslot = async () => ({ nowUs: redisUs(), slotUs: redisUs(200) }); // and would be over in the new slot
    await send();
    expect(steps).toContain("written");
  });

  test("missed, and the lease is gone: nothing is written, and the message is given back at once", async () => {
    begin = async () => {
      const result = begun({ slotUs: redisUs(10) });
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
    expect(steps).toEqual([`begin ${LOCAL_ID}.7`, "send", `reslot ${LOCAL_ID}.3 normal`, "send", "finish demo submit"]);
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
    sender = { ...sender, pace: "unlimited" };
    begin = async () => {
      const result = begun({ slotUs: redisUs() });
      clock.freeze(5_000);
      return result;
    };
    await send();
    expect(steps).toEqual([`begin ${LOCAL_ID}.7`, "send", "written", "finish demo submit"]);
  });
});

describe("the lease", () => {
  test("over while waiting: nothing is written", async () => {
    sender = { ...sender, pace: "unlimited" };
    begin = async () => {
      const result = begun();
      clock.freeze(60_000); // the answer of begin came a minute late
      return result;
    };
    await send();
    expect(sent).toEqual([]);
    expect(finished[0]?.outcome).toBe("withheld");
  });

  test("over while waiting for a connection: nothing is written, no attempt is used", async () => {
    sender = { ...sender, pace: "unlimited" };
    answer = async (request) => {
      clock.freeze(60_000); // the process was stopped before the first byte
      return written(request);
    };
    await send();
    expect(finished).toHaveLength(1);
    expect(finished[0]).toMatchObject({
      outcome: "withheld",
      verdict: { kind: "snooze", afterMs: 0, slow: false, holdSenderMs: 0 },
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
    sender = { ...sender, pace: "unlimited" };
    begin = async () => begun({ expiresAtMs: Math.floor(redisUs(1_000) / 1_000) });
    answer = async (request) => {
      await new Promise<void>((resolve) => clock.after(1_001, resolve));
      return written(request);
    };
    await send();
    expect(finished[0]?.outcome).toBe("withheld"); // it goes back at once, and promote says that it has expired
  });

  test("that is still ahead changes nothing", async () => {
    begin = async () => begun({ expiresAtMs: Math.floor(redisUs(1_000) / 1_000) });
    await send();
    expect(finished[0]?.outcome).toBe("accepted");
  });

  test("bounds a doubt from the moment the doubt begins", async () => {
    begin = async () => begun({ expiresAtMs: Math.floor(redisUs(40_000) / 1_000) });
    answer = answering({ class: "unknown", grade: "no-answer", failure });
    await send();
    const { verdict } = finished[0] as Finish;
    expect(verdict).toEqual({ kind: "doubt", afterMs: 40_000 - TOOK_MS, unsettled: "resend" });
  });
});

describe("each outcome is decided about and carried out", () => {
  const cases: readonly (readonly [string, Partial<SendingBegun>, Outcome, Verdict])[] = [
    [
      "throttled: later, the sender slows down",
      {},
      { class: "throttled", scope: "number", failure },
      { kind: "snooze", afterMs: 1_000, reason: "throttled", slow: true, holdSenderMs: 0 },
    ],
    [
      "throttled for one recipient, the third time in a row: 4^2 s",
      { throttles: 2 },
      { class: "throttled", scope: "pair", failure },
      { kind: "snooze", afterMs: 16_000, reason: "pair-throttled", slow: false, holdSenderMs: 0 },
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
      { kind: "fail", failure: { ...failure, reason: "undeliverable (5 attempts)" } },
    ],
    [
      "unknown, no answer: the lane's time, then the message's policy",
      { doubtPolicy: "fail", lane: "urgent" },
      { class: "unknown", grade: "no-answer", failure },
      { kind: "doubt", afterMs: 30_000, unsettled: "fail" },
    ],
    [
      "unknown, an ambiguous answer: a minute, then again",
      { doubtPolicy: "fail" },
      { class: "unknown", grade: "ambiguous-answer", failure },
      { kind: "doubt", afterMs: 60_000, unsettled: "resend" },
    ],
    ["rejected: failed for good", {}, { class: "rejected", failure }, { kind: "fail", failure }],
    [
      "template paused: this message waits",
      {},
      { class: "template-paused", failure },
      { kind: "snooze", afterMs: 1_800_000, reason: "template-held", slow: false, holdSenderMs: 0 },
    ],
    [
      "number paused: the sender waits",
      {},
      { class: "number-paused", failure },
      { kind: "snooze", afterMs: 600_000, reason: "sender-held", slow: false, holdSenderMs: 600_000 },
    ],
    [
      "misconfigured: the sender waits",
      {},
      { class: "misconfigured", failure },
      { kind: "snooze", afterMs: 60_000, reason: "sender-held", slow: false, holdSenderMs: 60_000 },
    ],
  ];

  test.each(cases)("%s", async (_, fields, outcome, verdict) => {
    begin = async () => begun(fields);
    answer = answering(outcome);
    await send();
    expect(finished).toHaveLength(1);
    expect(finished[0]).toMatchObject({ outcome: outcome.class, failure, verdict });
    expect(reports[0]).toMatchObject({ outcome, verdict });
  });
});

describe("mistakes of ours", () => {
  test("a record whose content is damaged fails with a reason, at once: the provider never heard of it", async () => {
    begin = async () => begun({ content: "null" });
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

  test("a begin that fails is an error of the job, and nothing is sent", async () => {
    begin = () => Promise.reject(new Error("Redis is away"));
    await expect(send()).rejects.toThrow("Redis is away");
    await settle();
    expect(steps).toEqual([`begin ${LOCAL_ID}.7`]);
  });
});
