// The operations of the API as methods, one for each operationId: their types from the OpenAPI document, their addresses
// from the generated table, and which of them may be repeated after a failure.

import type { operations } from "./generated/api.ts";
import type { OPERATIONS } from "./generated/operations.ts";

export type OperationId = keyof typeof OPERATIONS;

/**
 * Whether a request whose answer was lost may be made again. "yes" where a second one changes nothing more (its answer may
 * tell less: `changed: false`, a smaller count); "keyed" where the idempotency key sees to it; "no" where it might do a
 * thing twice, or answer that what was just done cannot be done. A new operation does not compile until it is in here.
 */
export const REPEATABLE = {
  sendMessage: "keyed",
  sendBatch: "keyed",
  getMessage: "yes",
  listMessages: "yes",
  explainMessage: "yes",
  cancelMessage: "yes",
  cancelMessages: "yes",
  retryMessage: "no", // the message could have failed anew meanwhile
  retryMessages: "no",
  getContact: "yes",
  setConsent: "no", // without an `at` of its own each is a statement of its own moment
  setConsents: "no",
  eraseContact: "yes",
  uploadMedia: "yes", // the same file has the same id
  getMedia: "yes",
  downloadMedia: "yes",
  deleteMedia: "no", // "not found" would hide that it was deleted
  listInbound: "yes",
  listEvents: "yes",
  markRead: "yes",
  blockUsers: "yes",
  unblockUsers: "yes",
  listBlocked: "yes",
  listSenders: "yes",
  getSender: "yes",
  listWaiting: "yes",
  listFailures: "yes",
  readAudit: "yes",
  pauseSender: "yes",
  resumeSender: "yes",
  pauseLane: "yes",
  resumeLane: "yes",
  pauseTemplate: "yes",
  resumeTemplate: "yes",
  setPace: "yes",
  setTier: "yes",
  listTemplates: "yes",
  getTemplate: "yes",
  createTemplate: "no",
  editTemplate: "no", // each counts against the ten edits of a month
  deleteTemplate: "yes",
  deleteTemplateLanguage: "yes",
  syncTemplates: "yes",
} as const satisfies Record<OperationId, "yes" | "keyed" | "no">;

/** Operations with a method of their own, which does more than ask and read. */
type SpecialOperation = "sendMessage" | "sendBatch" | "uploadMedia" | "downloadMedia";
export type PlainOperation = Exclude<OperationId, SpecialOperation>;

/** `path?: never` of the generated types means that there is none. */
type Parameters<Id extends OperationId, Where extends "path" | "query"> = operations[Id]["parameters"] extends {
  [Part in Where]?: infer Given;
}
  ? [Given] extends [undefined]
    ? unknown
    : Given
  : unknown;

type Body<Id extends OperationId> = operations[Id] extends {
  requestBody: { content: { "application/json": infer Json } };
}
  ? { body: Json }
  : operations[Id] extends { requestBody?: { content: { "application/json": infer Json } } }
    ? { body?: Json }
    : unknown;

type Flat<T> = { [Key in keyof T]: T[Key] };

/** The parameters of path and query by their names, and the JSON body as `body`. */
export type Input<Id extends OperationId> = Flat<Parameters<Id, "path"> & Parameters<Id, "query"> & Body<Id>>;

type Answers<Id extends OperationId> = operations[Id]["responses"];
type JsonOf<Answer> = Answer extends { content: { "application/json": infer Json } } ? Json : undefined;

/** What the operation answers with 2xx; undefined for 204. */
export type Output<Id extends OperationId> = {
  [Status in keyof Answers<Id> & (200 | 201 | 202 | 204)]: JsonOf<Answers<Id>[Status]>;
}[keyof Answers<Id> & (200 | 201 | 202 | 204)];
