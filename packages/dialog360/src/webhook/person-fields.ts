// The fields about one person: what they want, who they are now, calls with them, and what the business wrote to them
// from its app. Source: docs/sources.md, webhook bodies and windows.

import { asObject } from "../read.ts";
import { parseCallbackData } from "../send-body.ts";
import { eachOf, type FieldReader } from "./field-origin.ts";
import { idOf, numberOf, textOf, wordOf } from "./fields.ts";
import { readContent } from "./inbound-content.ts";
import { bsuidOf, contactFinder, personOf } from "./people.ts";

export const readUserPreferences: FieldReader = (value, field) => {
  const list = value.user_preferences;
  const findContact = contactFinder(value.contacts, lengthOf(list));
  return eachOf(list, field, (preference, origin, index) => {
    const { wa_id: phone, user_id: bsuid, parent_user_id: parentBsuid } = preference;
    const wanted = preference.value;
    if (wanted !== "stop" && wanted !== "resume") return null;
    const contact = personOf({ phone, bsuid, parentBsuid }, findContact(index, phone, bsuid));
    const category = wordOf(preference.category);
    const detail = textOf(preference.detail);
    return (json) => ({ kind: "user-preferences", ...origin, contact, category, value: wanted, detail, json });
  });
};

export const readUserIdUpdate: FieldReader = (value, field) => {
  const list = value.user_id_update;
  const findContact = contactFinder(value.contacts, lengthOf(list));
  return eachOf(list, field, (update, origin, index) => {
    const [own, parent] = [asObject(update.user_id), asObject(update.parent_user_id)];
    const previousBsuid = bsuidOf(own?.previous);
    const currentBsuid = bsuidOf(own?.current);
    const previousParentBsuid = bsuidOf(parent?.previous);
    const currentParentBsuid = bsuidOf(parent?.current);
    if (currentBsuid === null && currentParentBsuid === null) return null;
    const ids = { phone: update.wa_id, bsuid: currentBsuid, parentBsuid: currentParentBsuid };
    const contact = personOf(ids, findContact(index, update.wa_id, currentBsuid));
    const detail = textOf(update.detail);
    const changed = { previousBsuid, currentBsuid, previousParentBsuid, currentParentBsuid };
    return (json) => ({ kind: "user-id-update", ...origin, contact, ...changed, detail, json });
  });
};

export const readCalls: FieldReader = (value, field) => {
  const { calls, statuses, contacts } = value;
  const findCaller = contactFinder(contacts, lengthOf(calls));
  const findCallee = contactFinder(contacts, lengthOf(statuses));
  return [
    ...eachOf(calls, field, (call, origin, index) => {
      const callId = idOf(call.id);
      if (callId === null) return null;
      const direction = DIRECTION_BY_WORD.get(capitals(call.direction) ?? "") ?? null;
      const person = personIn(call, direction);
      const event = wordOf(call.event);
      return (json) => ({
        kind: "call",
        ...origin,
        callId,
        event,
        direction,
        contact: personOf(person, direction === null ? undefined : findCaller(index, person.phone, person.bsuid)),
        // The call's end says nothing new of the person, and comes as long after its beginning as the call took.
        opensWindow: direction === "inbound" && event === "connect",
        status: capitals(call.status),
        durationSeconds: numberOf(call.duration),
        callback: callbackIn(call.biz_opaque_callback_data),
        json,
      });
    }),
    ...eachOf(statuses, field, (report, origin, index) => {
      const callId = idOf(report.id);
      const status = capitals(report.status);
      if (callId === null || status === null) return null;
      const { recipient_id: phone, recipient_user_id: bsuid, recipient_parent_user_id: parentBsuid } = report;
      const contact = personOf({ phone, bsuid, parentBsuid }, findCallee(index, phone, bsuid));
      const opensWindow = status === "ACCEPTED";
      const callback = callbackIn(report.biz_opaque_callback_data);
      return (json) => ({ kind: "call-status", ...origin, callId, status, contact, opensWindow, callback, json });
    }),
  ];
};

const DIRECTION_BY_WORD = new Map<string, "inbound" | "outbound">([
  ["USER_INITIATED", "inbound"],
  ["BUSINESS_INITIATED", "outbound"],
]);

/** The person is at the end that is not the business; without a direction nobody knows which that is. */
function personIn(call: { readonly [key: string]: unknown }, direction: "inbound" | "outbound" | null) {
  if (direction === "inbound") {
    return { phone: call.from, bsuid: call.from_user_id, parentBsuid: call.from_parent_user_id };
  }
  if (direction === "outbound") return { phone: call.to, bsuid: call.to_user_id, parentBsuid: call.to_parent_user_id };
  return { phone: null, bsuid: null };
}

export const readMessageEchoes: FieldReader = (value, field) => {
  const list = value.message_echoes;
  const findContact = contactFinder(value.contacts, lengthOf(list));
  return eachOf(list, field, (message, origin, index) => {
    const wamid = idOf(message.id);
    if (wamid === null) return null;
    const type = wordOf(message.type) ?? "unknown";
    const { to: phone, to_user_id: bsuid, to_parent_user_id: parentBsuid } = message;
    const contact = personOf({ phone, bsuid, parentBsuid }, findContact(index, phone, bsuid));
    const content = readContent(type, message);
    return (json) => ({ kind: "message-echo", ...origin, wamid, type, contact, content, json });
  });
};

/** The word in capitals: `COMPLETED` and `Completed` both occur. */
function capitals(value: unknown): string | null {
  return wordOf(value)?.toUpperCase() ?? null;
}

function callbackIn(value: unknown) {
  return typeof value === "string" ? parseCallbackData(value) : null;
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}
