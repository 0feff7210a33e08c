// Every error that the provider documents, from the bytes of the answer to the verdict: the rows of its catalogue
// (docs/sources.md, error codes) one by one, then every shape of a body for each class that it can carry. Written apart
// from the tables that the code judges by, so that a slip of the hand in one shows.

import { describe, expect, test } from "@jest/globals";
import {
  DEFAULT_SENDING_POLICY,
  type DecideInput,
  decide,
  LANES,
  OUTCOME_CLASSES,
  type Outcome,
  type Verdict,
} from "@tern/core";
import fc from "fast-check";
import { outcomeOfAnswer } from "./answer.ts";
import { ERROR_CODES } from "./error-codes.ts";
import type { FailureClass } from "./judgement.ts";
import { outcomeOfError } from "./no-answer.ts";
import { STATUS_RULES, TEXT_RULES } from "./plain-answers.ts";
import { parseWebhook } from "./webhook/parse.ts";

const POLICY = DEFAULT_SENDING_POLICY;
const aHint = expect.stringMatching(/^[A-Z].{10,}\.$/s);
const HOUR_MS = 3_600_000;
const MAINTENANCE_MS = 90_000;

function judge(httpStatus: number, body: unknown, retryAfter?: string): Outcome {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return outcomeOfAnswer({ httpStatus, headers: { retryAfter }, body: text, nowMs: 0 });
}

function verdictOf(outcome: Outcome, fields: Partial<DecideInput> = {}): Verdict {
  const input: DecideInput = {
    outcome,
    lane: "normal",
    attempts: 1,
    pairThrottles: 1,
    doubtPolicy: "resend",
    providerFails: false,
    expiresInMs: Number.POSITIVE_INFINITY,
    chance: 0,
    ...fields,
  };
  return decide(input, POLICY);
}

function metaError(code: number, more: object = {}) {
  return { error: { message: `(#${code}) Said by Meta`, type: "OAuthException", code, fbtrace_id: "A1b2", ...more } };
}

const SNOOZE = { kind: "snooze", slow: false, hold: null } as const;
const sender = (forMs: number | null) =>
  ({ ...SNOOZE, afterMs: 0, reason: "sender-held", hold: { of: "sender", forMs } }) as const;

/** What a class of the catalogue means here; the letters in the comments are the catalogue's. */
const CLASSES = {
  stop: { outcome: "misconfigured", verdict: sender(null) }, // STOP
  pause: { outcome: "number-paused", verdict: sender(null) }, // PN: no automatic retry
  pauseForAnHour: { outcome: "number-paused", verdict: sender(HOUR_MS) }, // PN that lifts itself
  maintenance: { outcome: "number-paused", verdict: sender(MAINTENANCE_MS) }, // PN, short
  slow: {
    outcome: "throttled", // RLN
    verdict: { ...SNOOZE, afterMs: POLICY.throttledWaitMs, reason: "throttled", slow: true },
  },
  pair: {
    outcome: "throttled", // RLP
    verdict: { ...SNOOZE, afterMs: 1_000, reason: "pair-throttled", hold: { of: "recipient", forMs: 1_000 } },
  },
  template: {
    outcome: "template-paused", // PT
    verdict: {
      ...SNOOZE,
      afterMs: 0,
      reason: "template-held",
      hold: { of: "template", forMs: POLICY.templatePausedMs },
    },
  },
  templateEnd: { outcome: "template-disabled", verdict: { kind: "fail", endsTemplate: true } }, // PT permanent
  doubt: {
    outcome: "unknown", // AMB
    verdict: { kind: "doubt", afterMs: POLICY.ambiguousWaitMs, unsettled: "resend", counted: true },
  },
  byMessages: { outcome: "misrouted", verdict: { kind: "retry", afterMs: 0, way: "messages" } }, // PF, routed
  byMarketing: { outcome: "misrouted", verdict: { kind: "retry", afterMs: 0, way: "marketing_messages" } }, // PF, routed
  retryIn1H: { outcome: "transient", verdict: { kind: "retry", afterMs: HOUR_MS } }, // RB >= 1 h
  fail: { outcome: "rejected", verdict: { kind: "fail", endsTemplate: false } }, // PF, and n/a to sending
} as const satisfies Record<string, { outcome: FailureClass; verdict: object }>;

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The catalogue, row by row and in its order: HTTP status as documented (400 where none is), codes, class. */
const CATALOGUE: readonly (readonly [number, readonly number[], keyof typeof CLASSES])[] = [
  [401, [0], "stop"],
  [400, [1], "doubt"],
  [503, [2], "doubt"],
  [500, [3], "stop"],
  [400, [4], "slow"],
  [403, [10], "stop"],
  [400, [17, 613], "slow"],
  [400, [33], "stop"],
  [400, [100], "fail"],
  [401, [190], "stop"],
  [403, from(200, 299), "stop"],
  [403, [368], "pauseForAnHour"],
  [400, [80007], "slow"],
  [400, [130403], "fail"],
  [400, [130429], "slow"],
  [400, [130472], "fail"],
  [403, [130497], "fail"],
  [500, [131000], "doubt"],
  [403, [131005], "stop"],
  [400, [131008], "fail"],
  [400, [131009], "fail"],
  [500, [131016], "doubt"],
  [400, [131021], "fail"],
  [400, [131026], "fail"],
  [403, [131031], "pause"],
  [400, [131037], "stop"],
  [400, [131042], "stop"],
  [500, [131045], "stop"],
  [400, [131047], "fail"],
  [400, [131048], "pause"],
  [400, [131049], "fail"],
  [400, [131050], "fail"],
  [400, [131051], "fail"],
  [400, [131052], "fail"],
  [400, [131053], "fail"],
  [400, [131055], "byMessages"],
  [400, [131056], "pair"],
  [500, [131057], "maintenance"],
  [400, [131060], "fail"],
  [400, [131061], "byMarketing"],
  [400, [131062], "fail"],
  [400, [131063], "byMarketing"],
  [400, [131064], "pauseForAnHour"],
  [400, [132000], "fail"],
  [404, [132001], "fail"],
  [400, [132005], "fail"],
  [400, [132007], "fail"],
  [400, [132012], "fail"],
  [400, [132015], "template"],
  [400, [132016], "templateEnd"],
  [400, [132018], "fail"],
  [400, [132068], "fail"],
  [400, [132069], "retryIn1H"],
  [500, [133000], "stop"],
  [503, [133004], "doubt"],
  [400, [133005, 133006, 133008, 133009, 133010, 133015], "stop"],
  [400, [133016], "stop"],
  [400, [134011], "fail"],
  [400, [134100], "byMessages"],
  [400, [134101], "byMessages"],
  [500, [134102], "byMessages"],
  [400, [135000], "fail"],
  [400, [1752041], "fail"],
  [400, from(139100, 139103), "fail"],
  [400, [2388019], "fail"],
  [400, [2388040, 2388047, 2388072, 2388073, 2388293, 2388299, 2388039], "fail"],
  [400, [2494100], "maintenance"],
  [400, from(2593107, 2593109), "fail"],
];
const rows = CATALOGUE.flatMap(([httpStatus, codes, name]) =>
  codes.map((code) => ({ code, httpStatus, name, ...CLASSES[name] })),
);

describe("every documented code", () => {
  test("stands in the catalogue above, and only once", () => {
    const documented = ERROR_CODES.flatMap(({ code, codeEnd = code }) => from(code, codeEnd));
    const byNumber = (a: number, b: number) => a - b;
    expect(rows.map(({ code }) => code).sort(byNumber)).toEqual(documented.sort(byNumber));
  });

  test.each(rows)("$code is $name: $outcome, with a verdict and a hint", ({ code, httpStatus, outcome, verdict }) => {
    const judged = judge(httpStatus, metaError(code));
    expect(judged).toMatchObject({ class: outcome, failure: { code, httpStatus, hint: aHint } });
    expect(verdictOf(judged)).toMatchObject(verdict);
  });

  test("means the same under any HTTP status that is no success", () => {
    for (const { code, outcome, verdict } of rows) {
      for (const httpStatus of [400, 401, 403, 404, 429, 500, 503]) {
        const judged = judge(httpStatus, metaError(code));
        expect([code, httpStatus, judged.class]).toEqual([code, httpStatus, outcome]);
        expect(verdictOf(judged)).toMatchObject(verdict);
      }
    }
  });

  test("has the same class and hint in the webhook of a failed message", () => {
    for (const { code, httpStatus, outcome } of rows) {
      const status = { id: "wamid.A", status: "failed", timestamp: "1790000000", errors: [{ code, title: "Said" }] };
      const change = { field: "messages", value: { metadata: { phone_number_id: "1" }, statuses: [status] } };
      const content = parseWebhook(JSON.stringify({ entry: [{ id: "2", changes: [change] }] }));
      const judged = judge(httpStatus, metaError(code));
      const hint = judged.class === "accepted" ? "" : judged.failure.hint;
      expect(content).toMatchObject({ items: [{ kind: "status", failure: { class: outcome, code, hint } }] });
    }
  });
});

describe("a code that nobody documented", () => {
  test.each([
    ["4xx", 400, {}, "rejected", { kind: "fail", endsTemplate: false }],
    ["4xx that says is_transient", 400, { is_transient: true }, "transient", { kind: "retry" }],
    ["5xx", 500, {}, "unknown", { kind: "doubt", unsettled: "resend" }],
    ["5xx that says is_transient", 500, { is_transient: true }, "unknown", { kind: "doubt" }],
    ["429", 429, {}, "throttled", { kind: "snooze", slow: true }],
    ["401", 401, {}, "misconfigured", sender(null)],
  ])("with a %s", (_what, httpStatus, more, outcome, verdict) => {
    const judged = judge(httpStatus, metaError(999_999, more));
    expect(judged).toMatchObject({ class: outcome, failure: { hint: aHint } });
    expect(verdictOf(judged)).toMatchObject(verdict);
  });
});

// A person who has had enough, or has said so: one more message is what brings the number's quality down.
describe.each([131049, 131050])("code %d", (code) => {
  test("is never retried, whatever else the answer and the message say", () => {
    const anyAnswer = fc.record({
      httpStatus: fc.constantFrom(400, 403, 429, 500, 503),
      more: fc.constantFrom({}, { is_transient: true }, { error_subcode: 2494055 }),
      retryAfter: fc.constantFrom(undefined, "1", "86400"),
    });
    const anyState = fc.record({
      lane: fc.constantFrom(...LANES),
      attempts: fc.integer({ min: 1, max: 10 }),
      doubtPolicy: fc.constantFrom("resend" as const, "fail" as const),
      providerFails: fc.boolean(),
    });
    fc.assert(
      fc.property(anyAnswer, anyState, ({ httpStatus, more, retryAfter }, state) => {
        const judged = judge(httpStatus, metaError(code, more), retryAfter);
        expect(verdictOf(judged, state)).toMatchObject({ kind: "fail", endsTemplate: false, failure: { code } });
      }),
    );
  });
});

// Only Meta's error object has a code. 360dialog's texts and bare statuses know five classes.
const said = {
  error: (text: string) => ({ error: text }),
  legacy: (text: string) => ({ meta: { httpCode: 400, developerMessage: text, success: false } }),
};
const HTML = "<!DOCTYPE html><html><head><title>Bad</title></head><body><h1>nginx</h1></body></html>";
const shapes: readonly {
  name: FailureClass;
  httpStatus: number;
  code: number;
  text: string | null;
}[] = [
  { name: "misconfigured", httpStatus: 401, code: 0, text: "Invalid API key" },
  { name: "misconfigured", httpStatus: 403, code: 131005, text: "The endpoint is blocked" },
  { name: "misconfigured", httpStatus: 403, code: 131042, text: "lack of payment: overdue invoices towards 360Dialog" },
  { name: "throttled", httpStatus: 429, code: 130429, text: "You have exceeded the endpoint rate limit" },
  { name: "throttled", httpStatus: 429, code: 80007, text: "exceeded the limit of 1 request every 10 seconds" },
  { name: "unknown", httpStatus: 500, code: 131000, text: "Internal server error" },
  { name: "unknown", httpStatus: 502, code: 131016, text: "WhatsApp for Business API not available" },
  { name: "unknown", httpStatus: 503, code: 2, text: null },
  { name: "unknown", httpStatus: 504, code: 133004, text: null },
  { name: "rejected", httpStatus: 400, code: 131026, text: "the moon is in the wrong phase" },
];

describe("every shape of a body", () => {
  test.each(shapes)("is $name with HTTP $httpStatus and $text", ({ name, httpStatus, code, text }) => {
    const coded = metaError(code, { error_data: { messaging_product: "whatsapp", details: "why" } });
    const whole = JSON.stringify(coded);
    const bodies: Record<string, unknown> = {
      "Meta's error object": coded,
      '360dialog\'s {"error": text}': said.error(text ?? "x"),
      "the legacy meta": said.legacy(text ?? "x"),
      HTML,
      empty: "",
      "cut JSON": whole.slice(0, -8),
      "JSON cut in the code": whole.slice(0, whole.indexOf('"code"') + 8),
    };
    const judged = Object.entries(bodies).map(([shape, body]) => [shape, judge(httpStatus, body).class]);
    expect(judged).toEqual(Object.keys(bodies).map((shape) => [shape, name]));
    for (const body of Object.values(bodies))
      expect(judge(httpStatus, body)).toMatchObject({ failure: { hint: aHint } });
  });

  test.each([
    ["You have exceeded the endpoint rate limit", "throttled"],
    ["Could not send message due to lack of payment", "misconfigured"],
    ["Your WhatsApp for Business API has been disabled", "misconfigured"],
    ["Invalid api_key or token expired", "misconfigured"],
  ])("says %j with HTTP 400, and the words outrank the status: %s", (text, name) => {
    for (const body of [said.error(text), said.legacy(text), text])
      expect(judge(400, body)).toMatchObject({ class: name });
  });

  test.each([
    ["transient", 132069],
    ["misrouted", 131055],
    ["number-paused", 131048],
    ["template-paused", 132015],
    ["template-disabled", 132016],
  ])("cannot say %s without its code", (name, code) => {
    expect([...TEXT_RULES, ...STATUS_RULES].map((rule) => rule.class)).not.toContain(name);
    const whole = JSON.stringify(metaError(code));
    expect(judge(400, whole)).toMatchObject({ class: name });
    expect(judge(400, whole.slice(0, -8)).class).toBe("rejected");
  });

  // A 2xx says that the message was taken: without an id it must not go out again by itself.
  test.each([
    ["empty", ""],
    ["HTML", HTML],
    ["cut JSON", '{"messaging_product":"whatsapp","messages":[{"id":"wamid.HBg'],
    ["360dialog's error text", said.error("Internal server error")],
    ["the legacy meta", said.legacy("Internal server error")],
  ])("of a success without an id (%s) leaves a doubt of the graver kind", (_shape, body) => {
    const judged = judge(200, body);
    expect(judged).toMatchObject({ class: "unknown", grade: "no-answer" });
    expect(verdictOf(judged, { doubtPolicy: "fail" })).toMatchObject({ kind: "doubt", unsettled: "fail" });
  });
});

describe("no body at all", () => {
  test("before the first byte was written it is unreachable: the message waits and nothing was used up", () => {
    const judged = outcomeOfError({ code: "ECONNREFUSED" }, { written: false });
    expect(judged).toMatchObject({ class: "unreachable", failure: { code: null, httpStatus: null, hint: aHint } });
    expect(verdictOf(judged, { attempts: 99 })).toEqual({
      ...SNOOZE,
      afterMs: POLICY.unreachableWaitMs,
      reason: "provider-away",
    });
  });

  test("after it, it is a doubt of the graver kind", () => {
    const judged = outcomeOfError({ code: "ECONNRESET" }, { written: true });
    expect(judged).toMatchObject({ class: "unknown", grade: "no-answer", failure: { hint: aHint } });
    expect(verdictOf(judged)).toMatchObject({ kind: "doubt", afterMs: POLICY.reconcileMs.normal });
  });
});

test("this file meets every class but the one of success", () => {
  const met = new Set<string>([...rows.map(({ outcome }) => outcome), "unreachable"]);
  expect(OUTCOME_CLASSES.filter((name) => !met.has(name))).toEqual(["accepted"]);
});

// It stays stopped: somebody who reads the hint must learn how it goes on.
test("every hint about a stopped sender says how the sender goes on", () => {
  const unbuildable = outcomeOfError({ code: "UND_ERR_INVALID_ARG" }, { written: false });
  const hints = [...ERROR_CODES, ...TEXT_RULES, ...STATUS_RULES]
    .filter((rule) => rule.class === "misconfigured")
    .map((rule) => rule.hint);
  hints.push(unbuildable.class === "misconfigured" ? unbuildable.failure.hint : "");
  expect(hints.filter((hint) => !/resume the sender|The sender goes on when/.test(hint))).toEqual([]);
});
