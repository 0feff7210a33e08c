import { describe, expect, test } from "@jest/globals";
import { parseWebhook } from "../webhook/parse.ts";
import { sendabilityOf, type TemplateDefinition } from "./definition.ts";
import { afterEvent, afterList, orderAfterEvent, orderAfterList, type TemplateItem } from "./events.ts";

const SECONDS = 1_750_030_073;
const NOW_MS = SECONDS * 1_000;
const HOUR_MS = 3_600_000;

const known: TemplateDefinition = {
  id: "1",
  name: "sale",
  language: "de",
  status: "APPROVED",
  category: "MARKETING",
  parameterFormat: "POSITIONAL",
  components: [],
  quality: "GREEN",
  reason: null,
  categoryChange: null,
};

/** A report as it comes, read as the webhook reads it. */
function reported(field: string, value: Record<string, unknown>): TemplateItem {
  const template = { message_template_id: 1, message_template_name: "sale", message_template_language: "de" };
  const changes = [{ field, value: { ...template, ...value } }];
  const parsed = parseWebhook(JSON.stringify({ entry: [{ id: "9", time: SECONDS, changes }] }));
  if ("unreadable" in parsed) throw new Error(parsed.unreadable);
  return parsed.items[0] as TemplateItem;
}
const status = (event: string, more: Record<string, unknown> = {}) =>
  reported("message_template_status_update", { event, reason: "NONE", ...more });
const paused = (title: string) => status("PAUSED", { other_info: { title, description: "Low quality." } });

describe("the definition after a report", () => {
  test.each([
    ["PAUSED", "PAUSED"],
    ["DISABLED", "DISABLED"],
    ["REJECTED", "REJECTED"],
    ["PENDING", "PENDING"],
    ["IN_APPEAL", "IN_APPEAL"],
    ["ARCHIVED", "ARCHIVED"],
    ["LIMIT_EXCEEDED", "LIMIT_EXCEEDED"],
    ["PENDING_DELETION", "PENDING_DELETION"],
    ["FLAGGED", "APPROVED"], // a remark
    ["LOCKED", "APPROVED"],
    ["SOMETHING_NEW", "APPROVED"],
  ])("%s leaves it %s", (event, after) => {
    expect(afterEvent(known, status(event), NOW_MS)?.status).toBe(after);
  });

  test.each(["APPROVED", "REINSTATED"])("%s lets it be sent again, and its reason is forgotten", (event) => {
    const before = { ...known, status: "DISABLED", reason: "Low quality." };
    expect(afterEvent(before, status(event), NOW_MS)).toMatchObject({ status: "APPROVED", reason: null });
  });

  test("an unpause is told by its title, whatever the event", () => {
    expect(afterEvent({ ...known, status: "PAUSED" }, paused("UNPAUSE"), NOW_MS)?.status).toBe("APPROVED");
  });

  test("why it was paused or rejected is kept in the provider's words", () => {
    expect(afterEvent(known, paused("FIRST_PAUSE"), NOW_MS)?.reason).toBe("Low quality.");
    const rejection = { reason: "INVALID_FORMAT", rejection_info: { reason: "Parameters are next to each other." } };
    expect(afterEvent(known, status("REJECTED", rejection), NOW_MS)?.reason).toBe(
      "INVALID_FORMAT: Parameters are next to each other.",
    );
  });

  test("one that was deleted is gone", () => {
    expect(afterEvent(known, status("DELETED"), NOW_MS)).toBeNull();
  });

  test("one that is to be disabled tomorrow is not disabled today", () => {
    const tomorrow = { disable_info: { disable_date: SECONDS + 86_400 } };
    expect(afterEvent(known, status("DISABLED", tomorrow), NOW_MS)?.status).toBe("APPROVED");
    expect(orderAfterEvent(status("DISABLED", tomorrow), NOW_MS)).toBeNull();
  });

  test("quality and category are followed; an announced category stands beside the one that holds", () => {
    const red = reported("message_template_quality_update", { new_quality_score: "RED" });
    expect(afterEvent(known, red, NOW_MS)?.quality).toBe("RED");
    const field = "template_category_update";
    const soon = {
      correct_category: "UTILITY",
      new_category: "MARKETING",
      category_update_timestamp: SECONDS + 86_400,
    };
    expect(afterEvent(known, reported(field, soon), NOW_MS)).toMatchObject({
      category: "MARKETING",
      categoryChange: { category: "UTILITY", atMs: NOW_MS + 86_400_000 },
    });
    const done = reported(field, { previous_category: "MARKETING", new_category: "UTILITY" });
    expect(afterEvent(known, done, NOW_MS)).toMatchObject({ category: "UTILITY", categoryChange: null });
  });

  test("a repetition changes nothing", () => {
    expect(afterEvent(known, status("APPROVED"), NOW_MS)).toBe(known);
  });
});

describe("what it means for the messages that wait", () => {
  test.each([
    ["FIRST_PAUSE", NOW_MS + 3 * HOUR_MS],
    ["SECOND_PAUSE", NOW_MS + 6 * HOUR_MS],
    ["RATE_LIMITING_PAUSE", null], // until somebody unpauses it
  ])("%s: they rest", (title, untilMs) => {
    expect(orderAfterEvent(paused(title), NOW_MS + 5_000)).toEqual({ verb: "rest", untilMs, why: title });
  });

  test.each([
    ["DISABLED", { verb: "end", why: "DISABLED" }],
    ["APPROVED", { verb: "lift", why: "APPROVED" }],
    ["REINSTATED", { verb: "lift", why: "REINSTATED" }],
    ["FLAGGED", null],
    ["REJECTED", null],
  ])("%s", (event, order) => {
    expect(orderAfterEvent(status(event), NOW_MS)).toEqual(order);
  });

  test("a list says the same by the status", () => {
    expect(orderAfterList({ status: "APPROVED" })).toMatchObject({ verb: "lift" });
    expect(orderAfterList({ status: "PAUSED" })).toMatchObject({ verb: "rest", untilMs: null });
    expect(orderAfterList({ status: "DISABLED" })).toMatchObject({ verb: "end" });
    expect(orderAfterList({ status: "PENDING" })).toBeNull();
  });
});

describe("a list", () => {
  test("keeps what only reports tell, as long as it still holds", () => {
    const before = { ...known, status: "PAUSED", reason: "Low quality.", quality: "RED" };
    const listed = { ...known, status: "PAUSED", quality: null };
    expect(afterList(before, listed)).toMatchObject({ reason: "Low quality.", quality: "RED" });
    expect(afterList(before, { ...listed, status: "APPROVED" })).toMatchObject({ reason: null });
    expect(afterList(null, listed)).toBe(listed);
  });
});

describe("whether a status lets it be sent", () => {
  test.each([
    "PENDING",
    "IN_APPEAL",
    "REJECTED",
    "DISABLED",
    "PENDING_DELETION",
    "DELETED",
    "LIMIT_EXCEEDED",
    "ARCHIVED",
  ])("%s is refused", (word) => {
    expect(sendabilityOf({ status: word, reason: "Because." })).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("Because."),
    });
  });

  test("APPROVED goes, PAUSED waits, and what nobody knows is left to the provider", () => {
    expect(sendabilityOf({ status: "APPROVED", reason: null })).toEqual({ kind: "sendable" });
    expect(sendabilityOf({ status: "PAUSED", reason: null })).toEqual({ kind: "waits" });
    expect(sendabilityOf({ status: "SOMETHING_NEW", reason: null })).toEqual({ kind: "sendable" });
  });
});
