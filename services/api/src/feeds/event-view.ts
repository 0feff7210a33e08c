// An entry of the feed of events as callers see it: what became of a message of ours, or what the provider told besides
// (docs/events.md). Entries as the scripts write them: event.lua for statuses, apply.lua for the rest.

import { messageId, STATUSES, type Status } from "@tern/core";
import type { FeedEntry } from "@tern/store";
import { z } from "zod";
import { statusField } from "../message-view.ts";
import { iso } from "../times.ts";
import type { SenderEntry } from "./feeds.ts";

/** The type of what scripts/…/event.lua writes; every other entry names its own. */
export const MESSAGE_STATUS = "message-status";

const AT = "2027-01-31T09:00:00.000Z";

export const eventSchema = z
  .strictObject({
    id: z.string().meta({ description: "The same in every repetition.", example: "demo/1801386000000-0" }),
    sender: z.string().meta({ example: "demo" }),
    type: z.string().meta({
      description:
        "`message-status` for what became of a message, else what the provider told: `template-status`, " +
        "`account-update`, `user-preferences`, `call`, … (docs/events.md). More may come.",
      example: MESSAGE_STATUS,
    }),
    at: z.string().meta({
      description: "When it happened, by the provider's clock where it told.",
      format: "date-time",
      example: AT,
    }),
    data: z.looseObject({}).meta({
      description:
        "Of `message-status`: `messageId`, `status`, and `failure` with `class`, `code`, `reason` and `hint` or null. Of the " +
        "others: their fields as docs/events.md has them.",
    }),
  })
  .meta({ id: "Event" });

export const statusDataSchema = z
  .strictObject({
    messageId: z.string(),
    status: statusField,
    failure: z
      .looseObject({ class: z.string(), code: z.int().nullable(), reason: z.string(), hint: z.string() })
      .nullable(),
  })
  .meta({ id: "MessageStatusData" });

export type EventView = z.infer<typeof eventSchema>;

export const exampleEvent: EventView = {
  id: "demo/1801386000000-0",
  sender: "demo",
  type: MESSAGE_STATUS,
  at: AT,
  data: { messageId: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd", status: "delivered", failure: null },
};

export function eventTypeOf({ fields }: FeedEntry): string {
  return fields.y ?? MESSAGE_STATUS;
}

export function eventView({ sender, entry }: SenderEntry): EventView {
  const { fields, position, writtenAtMs } = entry;
  return {
    id: `${sender}/${position}`,
    sender,
    type: eventTypeOf(entry),
    at: iso(Number(fields.at) || writtenAtMs),
    data: fields.y === undefined ? statusData(sender, fields) : objectOf(fields.json),
  };
}

function statusData(
  sender: string,
  { id = "", s = "", x = "" }: FeedEntry["fields"],
): z.infer<typeof statusDataSchema> {
  const failure = objectOf(x);
  return {
    messageId: messageId({ sender, localId: id }),
    status: s in STATUSES ? (s as Status) : "queued",
    failure: typeof failure.class === "string" ? (failure as z.infer<typeof statusDataSchema>["failure"]) : null,
  };
}

/** The object that a text holds; an empty one for everything else. */
export function objectOf(json: string | undefined): Record<string, unknown> {
  if (!json) return {};
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
