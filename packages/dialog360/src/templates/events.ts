// What the provider's reports about a template mean: for its definition, and for the messages that wait for it. Reports come
// as webhooks, one at a time, and as lists, which tell how things are. Source: docs/sources.md, templates and webhook bodies.

import type { Failure } from "@tern/core";
import { errorCodeOf } from "../error-codes.ts";
import { failureOf } from "../provider-error.ts";
import type {
  TemplateCategoryItem,
  TemplateComponentsItem,
  TemplateQualityItem,
  TemplateStatusItem,
} from "../webhook/field-items.ts";
import type { TemplateDefinition } from "./definition.ts";

export type TemplateItem = TemplateStatusItem | TemplateQualityItem | TemplateCategoryItem | TemplateComponentsItem;

/** What becomes of the messages with a template. */
export type TemplateOrder =
  /** They wait; null: nobody says until when. */
  | { readonly verb: "rest"; readonly untilMs: number | null; readonly why: string }
  /** They fail: it is disabled for good. */
  | { readonly verb: "end"; readonly why: string }
  /** What the provider stopped goes on. */
  | { readonly verb: "lift"; readonly why: string };

const HOUR_MS = 3_600_000;
/** How long a pause for low quality lasts; one by pacing has no end of its own (docs/sources.md, templates). */
const PAUSE_MS: Readonly<Record<string, number>> = { FIRST_PAUSE: 3 * HOUR_MS, SECOND_PAUSE: 6 * HOUR_MS };

/** Statuses that a template has; FLAGGED and LOCKED are remarks about one that goes on as it is. */
const STATUS_AFTER: Readonly<Record<string, string>> = {
  APPROVED: "APPROVED",
  REINSTATED: "APPROVED",
  UNPAUSED: "APPROVED",
  PAUSED: "PAUSED",
  DISABLED: "DISABLED",
  REJECTED: "REJECTED",
  PENDING: "PENDING",
  IN_APPEAL: "IN_APPEAL",
  ARCHIVED: "ARCHIVED",
  LIMIT_EXCEEDED: "LIMIT_EXCEEDED",
  PENDING_DELETION: "PENDING_DELETION",
  DELETED: "DELETED",
};

/**
 * The status that a report gives a template; null when it gives it none.
 *
 * nowMs   a template that is to be disabled at a later time is not disabled yet
 */
export function statusAfter({ event, pause, disableAtMs }: TemplateStatusItem, nowMs: number): string | null {
  if (pause === "UNPAUSE") return "APPROVED";
  const status = STATUS_AFTER[event] ?? null;
  if (status === "DISABLED" && disableAtMs !== null && disableAtMs > nowMs) return null;
  return status;
}

/** The definition after a report; null when the template is gone. The same object when nothing changed. */
export function afterEvent(known: TemplateDefinition, item: TemplateItem, nowMs: number): TemplateDefinition | null {
  switch (item.kind) {
    case "template-status": {
      const status = statusAfter(item, nowMs) ?? known.status;
      if (status === "DELETED") return null;
      const reason = status === "APPROVED" ? null : reasonOf(item);
      const category = item.category?.toUpperCase() ?? known.category;
      if (status === known.status && reason === known.reason && category === known.category) return known;
      return { ...known, status, reason, category };
    }
    case "template-quality":
      return item.newScore === known.quality ? known : { ...known, quality: item.newScore };
    case "template-category": {
      const { isImpending, newCategory, correctCategory, changesAtMs } = item;
      if (!isImpending && newCategory) return { ...known, category: newCategory.toUpperCase(), categoryChange: null };
      if (!correctCategory) return known;
      return { ...known, categoryChange: { category: correctCategory.toUpperCase(), atMs: changesAtMs } };
    }
    case "template-components":
      return known; // it tells texts without their examples and kinds: the list is read anew
    default:
      throw new Error(`no such report: ${JSON.stringify(item satisfies never)}`);
  }
}

function reasonOf({ reason, details, pause }: TemplateStatusItem): string | null {
  const words = [reason === "NONE" ? null : reason, details ?? pause].filter((word) => word !== null && word !== "");
  return words.length === 0 ? null : words.join(": ");
}

/** What a report means for the messages that wait; null: nothing. */
export function orderAfterEvent(item: TemplateItem, receivedAtMs: number): TemplateOrder | null {
  if (item.kind !== "template-status") return null;
  const why = item.pause ?? item.event;
  switch (statusAfter(item, receivedAtMs)) {
    case "APPROVED":
      return { verb: "lift", why };
    case "PAUSED": {
      const forMs = item.pause === null ? undefined : PAUSE_MS[item.pause];
      return { verb: "rest", untilMs: forMs === undefined ? null : (item.atMs ?? receivedAtMs) + forMs, why };
    }
    case "DISABLED":
      return { verb: "end", why };
    default:
      return null;
  }
}

/** What a list's word about a template means for them. */
export function orderAfterList({ status }: Pick<TemplateDefinition, "status">): TemplateOrder | null {
  const why = `listed as ${status}`;
  switch (status) {
    case "APPROVED":
      return { verb: "lift", why };
    case "PAUSED":
      return { verb: "rest", untilMs: null, why };
    case "DISABLED":
      return { verb: "end", why };
    default:
      return null;
  }
}

/** An order with all that carrying it out needs; a FailureRecord is what the store keeps of a failure. */
export interface TemplateHeedOf extends Pick<TemplateOrder, "verb" | "why"> {
  readonly untilMs: number;
  readonly saidAtMs: number;
  readonly failure: { readonly class: string } & Failure;
}

/**
 * Completes an order.
 *
 * restMs   how long a rest lasts whose end nobody tells, from now; then one message asks the provider again
 */
export function heedOf(order: TemplateOrder, at: { saidAtMs: number; nowMs: number; restMs: number }): TemplateHeedOf {
  const code = order.verb === "end" ? DISABLED_CODE : PAUSED_CODE;
  const row = errorCodeOf(code);
  const failure = failureOf({ code, row, details: undefined, isTransient: false }, null);
  return {
    verb: order.verb,
    why: order.why,
    untilMs: (order.verb === "rest" ? order.untilMs : null) ?? at.nowMs + at.restMs,
    saidAtMs: at.saidAtMs,
    failure: { class: row?.class ?? "rejected", ...failure },
  };
}

/** What a send with such a template is answered (docs/sources.md, error codes). */
const PAUSED_CODE = 132_015;
const DISABLED_CODE = 132_016;

/** As the list tells it, with what only reports tell as long as it still holds. */
export function afterList(known: TemplateDefinition | null, listed: TemplateDefinition): TemplateDefinition {
  if (known === null) return listed;
  return {
    ...listed,
    quality: listed.quality ?? known.quality,
    reason: listed.reason ?? (listed.status === known.status ? known.reason : null),
    categoryChange: known.category === listed.category ? known.categoryChange : null,
  };
}
