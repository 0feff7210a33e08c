import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { outcomeOfAnswer } from "./answer.ts";

const NOW_MS = Date.UTC(2026, 10, 22, 12, 0, 0);
const WAMID = "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA";

function judge(httpStatus: number, body: unknown, retryAfter?: string) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return outcomeOfAnswer({ httpStatus, headers: { retryAfter }, body: text, nowMs: NOW_MS });
}

function metaError(code: unknown, more: object = {}) {
  return { error: { message: `(#${code}) Something`, type: "OAuthException", code, fbtrace_id: "A1b2", ...more } };
}

function accepted(message: object) {
  return { messaging_product: "whatsapp", contacts: [{ input: "+16505551234" }], messages: [message] };
}

test("a closed customer service window is told apart from other refusals: a template could go instead", () => {
  const refused = (code: number) => judge(400, { error: { code, message: "no" } });
  expect(refused(131_047)).toMatchObject({ class: "rejected", isWindowClosed: true });
  expect(refused(131_026)).not.toHaveProperty("isWindowClosed");
});

describe("an accepted message", () => {
  test.each([
    ["plain", accepted({ id: WAMID }), false],
    ["template", accepted({ id: WAMID, message_status: "accepted" }), false],
    ["held by pacing", accepted({ id: WAMID, message_status: "held_for_quality_assessment" }), true],
    ["paused", accepted({ id: WAMID, message_status: "paused" }), true],
    ["a status nobody knows", accepted({ id: WAMID, message_status: "surprise" }), false],
  ])("%s", (_label, body, held) => {
    expect(judge(200, body)).toEqual({ class: "accepted", wamid: WAMID, held });
  });

  test.each([
    ["a number, perhaps in another spelling", { wa_id: "551187654321" }, { phone: "+551187654321" }],
    ["a user id", { user_id: "US.13491208655302741918" }, { bsuid: "US.13491208655302741918" }],
    ["nonsense", { wa_id: "somebody", user_id: "US" }, undefined],
  ])("names the recipient by %s", (_label, contact, recipient) => {
    const body = { ...accepted({ id: WAMID }), contacts: [{ input: "+5511987654321", ...contact }] };
    expect(judge(200, body)).toEqual({ class: "accepted", wamid: WAMID, held: false, recipient });
  });

  // Taken is what a 2xx says: sending again on its strength alone would be the duplicate.
  test.each([
    ["nothing", ""],
    ["a cut answer", `{"messaging_product":"whatsapp","messages":[{"id":"wamid.HBg`],
    ["no messages", { messaging_product: "whatsapp", contacts: [] }],
    ["an empty list", { messages: [] }],
    ["an empty id", accepted({ id: "" })],
    ["an id that is none", accepted({ id: 17 })],
    ["an endless id", accepted({ id: "x".repeat(513) })],
    ["HTML", "<html>ok</html>"],
    ["null", "null"],
    ["words of a throttle", { message: "You have exceeded the endpoint rate limit" }],
  ])("with %s in the body is unknown, and as good as unanswered", (_label, body) => {
    expect(judge(200, body)).toMatchObject({ class: "unknown", grade: "no-answer", failure: { httpStatus: 200 } });
  });
});

describe("an error of Meta's", () => {
  test.each([
    [400, 130429, { class: "throttled", scope: "number" }],
    [400, "130429", { class: "throttled", scope: "number" }],
    [400, 131056, { class: "throttled", scope: "pair" }],
    [400, 4, { class: "throttled", scope: "account" }],
    [400, 80007, { class: "throttled", scope: "account" }],
    [500, 131000, { class: "unknown", grade: "ambiguous-answer" }],
    [400, 1, { class: "unknown", grade: "ambiguous-answer" }],
    [401, 0, { class: "misconfigured" }],
    [403, 243, { class: "misconfigured" }],
    [400, 131048, { class: "number-paused" }],
    [500, 131057, { class: "number-paused", retryAfterMs: 90_000 }],
    [400, 132015, { class: "template-paused" }],
    [400, 132069, { class: "transient", retryAfterMs: 3_600_000 }],
    [500, 134102, { class: "misrouted", way: "messages" }],
    [400, 131061, { class: "misrouted", way: "marketing_messages" }],
    [404, 132001, { class: "rejected" }],
    [400, 131053, { class: "rejected" }],
    [200, 131026, { class: "rejected" }],
    [503, 131026, { class: "rejected" }],
  ])("HTTP %s with code %s is judged by the code", (httpStatus, code, outcome) => {
    expect(judge(httpStatus, metaError(code))).toMatchObject({
      ...outcome,
      failure: { code: Number(code), httpStatus },
    });
  });

  test.each([
    ["transient if it says so", 400, { is_transient: true }, { class: "transient" }],
    ["in doubt if it says so with a server error", 500, { is_transient: true }, { class: "unknown" }],
    ["a throttle with 429", 429, {}, { class: "throttled", scope: "number" }],
    ["in doubt with 5xx", 502, {}, { class: "unknown", grade: "ambiguous-answer" }],
    ["misconfigured with 401", 401, {}, { class: "misconfigured" }],
    ["rejected with 403", 403, {}, { class: "rejected" }],
    ["rejected with 404", 404, {}, { class: "rejected" }],
    ["rejected with any other 4xx", 400, {}, { class: "rejected" }],
    ["in doubt with 2xx", 200, {}, { class: "unknown", grade: "no-answer" }],
  ])("with an undocumented code is %s", (_label, httpStatus, more, outcome) => {
    expect(judge(httpStatus, metaError(999_999, more))).toMatchObject({ ...outcome, failure: { code: 999_999 } });
  });

  test("says what the code means and what the provider adds, without its number in front", () => {
    const outcome = judge(400, metaError(132000, { error_data: { details: "expected 2 params, got 1" } }));

    expect(outcome).toMatchObject({
      failure: {
        reason: "the number of parameters differs from the template's: expected 2 params, got 1",
        hint: "Compare the parameters with the approved template and send a new message.",
      },
    });
    expect(judge(400, metaError(100))).toMatchObject({
      failure: { reason: "a parameter is unknown, malformed or too long: Something" },
    });
  });

  test("an error object without a code is judged by its text or status", () => {
    expect(judge(400, { error: { message: "Invalid API key" } })).toMatchObject({ class: "misconfigured" });
    expect(judge(400, { error: { code: "", message: "no" } })).toMatchObject({ class: "rejected" });
    expect(judge(400, { error: { code: null } })).toMatchObject({ class: "rejected" });
  });
});

describe("an answer of 360dialog's own", () => {
  const legacy = (developerMessage: string, httpCode = 400) => ({
    meta: { httpCode, developerMessage, success: false },
  });
  const number = { class: "throttled", scope: "number" };
  const misconfigured = { class: "misconfigured" };
  const doubt = { class: "unknown", grade: "ambiguous-answer" };

  test.each([
    ["disabled", 400, legacy("Your WhatsApp for Business API has been disabled"), misconfigured],
    ["disabled", 400, { error: "Your WhatsApp for Business API has been disabled." }, misconfigured],
    ["rate limit", 400, { error: "You have exceeded the endpoint rate limit" }, number],
    ["rate limit", 400, { message: "You have exceeded the endpoint rate limit" }, number],
    ["rate limit", 400, legacy("You have exceeded the limit of 1 request every 10 seconds. Try again"), number],
    ["unpaid", 400, { error: "Could not send message due to lack of payment." }, misconfigured],
    ["unpaid", 400, legacy("There are overdue invoices towards 360Dialog"), misconfigured],
    ["bad key", 401, { error: "Invalid API key" }, misconfigured],
    ["bad key", 401, legacy("Invalid api_key or token expired", 404), misconfigured],
    ["blocked", 403, { error: "The endpoint is blocked" }, misconfigured],
    ["blocked", 403, legacy("This URL /v1/x is blocked"), misconfigured],
    ["blocked", 400, "The endpoint is blocked", misconfigured],
    ["unavailable", 502, { error: "WhatsApp for Business API not available" }, doubt],
    ["unavailable", 400, legacy("WhatsApp for Business API not available"), doubt],
    ["server error", 500, { error: "Internal server error" }, doubt],
    ["unheard of", 400, { error: "the moon is in the wrong phase" }, { class: "rejected" }],
    ["unheard of", 409, { message: "operation already running" }, { class: "rejected" }],
  ])("%s: HTTP %s %j", (_label, httpStatus, body, outcome) => {
    expect(judge(httpStatus, body)).toMatchObject({ ...outcome, failure: { code: null, httpStatus } });
  });
});

describe("an answer without words", () => {
  const bodies = ["", "   ", "<html><h1>Bad gateway</h1></html>", '{"error":{"code":13', "[]", "null", "17", '"x"'];
  test.each([
    [301, "misconfigured"],
    [400, "rejected"],
    [401, "misconfigured"],
    [402, "misconfigured"],
    [403, "misconfigured"],
    [404, "misconfigured"],
    [405, "misconfigured"],
    [408, "unknown"],
    [413, "rejected"],
    [429, "throttled"],
    [500, "unknown"],
    [502, "unknown"],
    [503, "unknown"],
    [504, "unknown"],
    [599, "unknown"],
    [0, "unknown"],
  ])("HTTP %s is %s, whatever the body", (httpStatus, outcomeClass) => {
    for (const body of bodies) {
      expect(judge(httpStatus, body)).toMatchObject({ class: outcomeClass, failure: { code: null, httpStatus } });
    }
  });
});

describe("Retry-After", () => {
  test.each([
    ["seconds", "7", 7_000],
    ["a date", "Sun, 22 Nov 2026 12:00:30 GMT", 30_000],
    ["more than a day", "999999", 86_400_000],
  ])("in %s sets the wait of a throttle", (_label, header, retryAfterMs) => {
    expect(judge(429, "", header)).toMatchObject({ class: "throttled", retryAfterMs });
    expect(judge(400, metaError(130429), header)).toMatchObject({ class: "throttled", retryAfterMs });
  });

  test.each(["0", "-1", "soon", "", "2026-11-22", "Sun, 22 Nov 2026 11:00:00 GMT", "99999999999999"])(
    "%j asks for nothing",
    (header) => {
      expect(judge(429, "", header)).not.toHaveProperty("retryAfterMs");
    },
  );

  test("never shortens a wait of the table", () => {
    expect(judge(400, metaError(132069), "5")).toMatchObject({ retryAfterMs: 3_600_000 });
    expect(judge(400, metaError(132069), "7200")).toMatchObject({ retryAfterMs: 7_200_000 });
  });

  test("changes nothing for an outcome without a wait", () => {
    expect(judge(503, "", "5")).not.toHaveProperty("retryAfterMs");
  });
});

describe("whatever comes", () => {
  const anyBody = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.anything().map((value) => JSON.stringify({ error: value, meta: value, messages: value }) ?? ""),
    fc
      .record({
        code: fc.oneof(fc.integer(), fc.string(), fc.anything()),
        message: fc.anything(),
        error_data: fc.anything(),
      })
      .map((error) => JSON.stringify({ error }) ?? ""),
  );

  test("there is an outcome, and its reason is one short line", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 1_000 }), anyBody, fc.string(), (httpStatus, body, retryAfter) => {
        const outcome = outcomeOfAnswer({ httpStatus, headers: { retryAfter }, body, nowMs: NOW_MS });

        if (outcome.class === "accepted") return;
        expect(outcome.failure.reason.length).toBeGreaterThan(0);
        expect(outcome.failure.reason.length).toBeLessThanOrEqual(300);
        expect(outcome.failure.reason.isWellFormed()).toBe(true);
        expect(outcome.failure.reason).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 500 },
    );
  });

  test("an error nested a hundred thousand deep does no harm", () => {
    expect(judge(400, `{"error":${"[".repeat(1e5)}${"]".repeat(1e5)}}`)).toMatchObject({ class: "rejected" });
  });
});
