// Users a business has blocked (360dialog "block-users", Meta "block-users", read 2026-09): only who has written within
// the last 24 h can be, and only so many. A list of which some failed is answered 139100 with both halves.
import type { Request, Response, Router } from "express";
import { type Complaint, isObject, missing, wrong } from "../complaint.ts";
import { metaError, metaErrorBody } from "../meta-errors.ts";
import type { NumberState } from "../number.ts";
import { countRefusal } from "../request-log.ts";
import type { World } from "../world.ts";
import { answerError, type CallContext, forNumber, type Handler, pageOf } from "./handler.ts";

const WROTE_WITHIN_MS = 24 * 3600 * 1000;
const USERS_PER_PAGE = 25;
const phone = /^\+?\d{7,15}$/;
const bsuid = /^[A-Z]{2}\.[A-Za-z0-9]{1,128}$/; // a parent BSUID (US.ENT....) is not accepted

interface Entry {
  input: string;
  contact: string;
  wa_id?: string;
  user_id?: string;
}

export function addBlockRoutes(router: Router, world: World): void {
  router.get("/block_users", forNumber(world, list));
  router.post("/block_users", forNumber(world, change("added_users")));
  router.delete("/block_users", forNumber(world, change("removed_users")));
}

function list({ world, number }: CallContext, request: Request, response: Response): void {
  const { page, cursors } = pageOf([...number.blockedAtMs.keys()], request.query, USERS_PER_PAGE);
  const data = page.map((contact) => ({ messaging_product: "whatsapp", ...idsOf(world, number, contact) }));
  response.json({ data, ...(data.length > 0 && { paging: { cursors } }) });
}

function change(verb: "added_users" | "removed_users"): Handler {
  return ({ world, number, nowMs }, { body }, response) => {
    const complaint = checkBody(body);
    if (complaint) {
      answerError(world, response, complaint);
      return;
    }
    const done: Entry[] = [];
    const failed: (Entry & { errors: object[] })[] = [];
    for (const given of body.block_users as unknown[]) {
      const entry = readEntry(world, number, given);
      const refusal =
        checkEntry(entry) ?? (verb === "added_users" ? block(number, entry, nowMs) : unblock(number, entry));
      if (refusal === null) done.push(entry);
      else failed.push({ ...entry, errors: [renderError(refusal)] });
    }
    const users = { [verb]: done.map(render), ...(failed.length > 0 && { failed_users: failed.map(render) }) };
    const answer = { messaging_product: "whatsapp", block_users: users };
    if (failed.length === 0) {
      response.json(answer);
      return;
    }
    countRefusal(world, 139100);
    response.status(400).json({ ...answer, ...(JSON.parse(metaErrorBody(139100)) as object) });
  };
}

/** Without the key that only we know it by. */
function render<T extends Entry>({ contact: _, ...shown }: T): Omit<T, "contact"> {
  return shown;
}

function checkBody(body: unknown): Complaint | null {
  if (!isObject(body)) return wrong(100, "The request body must be a JSON object");
  if (body.messaging_product !== "whatsapp") return wrong(100, "The parameter messaging_product must be whatsapp");
  if (body.block_users === undefined) return missing("block_users");
  return Array.isArray(body.block_users) && body.block_users.length > 0
    ? null
    : wrong(100, "Param block_users must be a non-empty array");
}

/** `{user}` with a phone number or BSUID, or `{user_id}` with a BSUID. */
function readEntry(world: World, number: NumberState, given: unknown): Entry {
  const { user, user_id } = isObject(given) ? given : {};
  const input = String(user_id ?? user ?? "");
  const contact = world.recipients.contactOf(
    number.options.portfolio,
    phone.test(input) ? `+${input.replace("+", "")}` : input,
  );
  return { input, contact, ...idsOf(world, number, contact) };
}

function checkEntry({ input }: Entry): Complaint | null {
  return phone.test(input) || bsuid.test(input) ? null : wrong(131009, "user must be a phone number or a BSUID");
}

function idsOf(world: World, { options }: NumberState, contact: string) {
  const { phone: known, userId } = world.recipients.identify(options.portfolio, contact);
  return { ...(known !== null && { wa_id: known.slice(1) }), user_id: userId };
}

function block(number: NumberState, { contact }: Entry, nowMs: number): Complaint | null {
  const { blockedAtMs, options, wroteAtMs } = number;
  if (contact === number.ownUser) return wrong(139100, "A number cannot block itself");
  if (blockedAtMs.has(contact)) return null;
  if (blockedAtMs.size >= options.blockListMax) return wrong(139101, "The block list is full");
  if (wroteAtMs.get(contact) <= nowMs - WROTE_WITHIN_MS) {
    return wrong(131047, "The user has not written within the last 24 hours");
  }
  blockedAtMs.set(contact, nowMs);
  return null;
}

function unblock({ blockedAtMs }: NumberState, { contact }: Entry): Complaint | null {
  return blockedAtMs.delete(contact) ? null : wrong(139100, "The user is not blocked");
}

function renderError({ code, details }: Complaint) {
  return { code, message: metaError(code).title, error_data: { details } };
}
