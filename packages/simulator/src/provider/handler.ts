// What the routes of the provider API have in common: each knows its number, answers errors as Meta or 360dialog writes
// them, and can be struck by a fault. None of it is hot, so it is plain Express.
import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { FaultState } from "../admin-types.ts";
import { type Answer, endpointRateLimit, faultAnswer, metaErrorAnswer, reset, write } from "../answers.ts";
import type { Complaint } from "../complaint.ts";
import { identifyCall } from "../identity.ts";
import type { NumberState } from "../number.ts";
import { countFault, countRefusal } from "../request-log.ts";
import type { World } from "../world.ts";

/** What a route knows beside its request; `nowMs` is when that came. */
export interface CallContext {
  world: World;
  number: NumberState;
  nowMs: number;
}

export type Handler = (context: CallContext, request: Request, response: Response) => void | Promise<void>;

/** Finds the number of a call and brings the path into 360dialog's form; then faults strike. */
export function createIdentify(world: World): RequestHandler {
  return (request, response, next) => {
    const call = identifyCall(world, request);
    if ("refusal" in call) {
      countRefusal(world, call.label);
      write(response, call.refusal);
      return;
    }
    response.locals.number = call.number;
    request.url = call.url;
    const nowMs = world.clock.nowMs();
    const name = `${request.method} ${call.url}`;
    countCall(world, name);
    const fault = world.faults.pickForCall(call.number.options.apiKey, name, nowMs);
    if (fault) strike(world, fault, response, next);
    else next();
  };
}

/** Without query, and with one name for all ids. */
function countCall({ counts }: World, name: string): void {
  const call = (name.split("?", 1)[0] ?? "").replace(/\/\d+(?=\/|$)/, "/{id}");
  counts.calls.set(call, (counts.calls.get(call) ?? 0) + 1);
}

function strike(world: World, fault: FaultState, response: Response, next: NextFunction): void {
  countFault(world, fault.kind);
  world.faults.strike(fault);
  if (fault.kind === "timeoutBefore") return;
  const show = () => {
    const answer = answerOf(fault);
    if (answer) write(response, answer);
    else if (fault.kind === "resetBefore") reset(response);
    else next(); // slow; what strikes after a send was taken has no meaning here
  };
  if (fault.delayMs) world.clock.setTimer(show, fault.delayMs);
  else show();
}

function answerOf(fault: FaultState): Answer | null {
  switch (fault.kind) {
    case "metaError":
      return metaErrorAnswer(fault.code ?? 131000, undefined, fault.httpStatus);
    case "endpointRateLimit":
      return endpointRateLimit;
    case "http":
      return faultAnswer(fault, 500);
    default:
      return null;
  }
}

/** Makes an Express handler of a route. */
export function forNumber(world: World, handler: Handler): RequestHandler {
  return (request, response) => {
    const number = response.locals.number as NumberState;
    return handler({ world, number, nowMs: world.clock.nowMs() }, request, response);
  };
}

/** The same for calls about account and templates, of which there may be only so many an hour (Meta "rate limits"). */
export function forManagement(world: World, handler: Handler): RequestHandler {
  return forNumber(world, (context, request, response) => {
    const { nowMs } = context;
    const { waba, options } = context.number;
    waba.managedAtMs = waba.managedAtMs.filter((atMs) => atMs > nowMs - 3600 * 1000);
    if (options.managementCallsPerHour !== null && waba.managedAtMs.length >= options.managementCallsPerHour) {
      answerError(world, response, { code: 80007, details: "Too many calls to this WhatsApp Business Account" });
      return;
    }
    waba.managedAtMs.push(nowMs);
    return handler(context, request, response);
  });
}

export function answerError(world: World, response: Response, { code, details }: Complaint, httpStatus?: number): void {
  countRefusal(world, code);
  write(response, metaErrorAnswer(code, details, httpStatus));
}

/** One page of a list, as the Graph API pages: `limit`, `after` and `before` in, opaque cursors out. */
export function pageOf<T>(items: T[], query: Request["query"], limitDefault: number) {
  const limit = Math.max(1, Math.min(1000, Number(query.limit ?? limitDefault) || limitDefault));
  const cursorAt = (at: number) => Buffer.from(String(at)).toString("base64url");
  const positionOf = (cursor: unknown) => Number(Buffer.from(String(cursor), "base64url").toString()) || 0;
  const end = query.before === undefined ? null : Math.min(items.length, positionOf(query.before));
  const start = end === null ? (query.after === undefined ? 0 : positionOf(query.after)) : Math.max(0, end - limit);
  const page = items.slice(start, end ?? start + limit);
  const stop = start + page.length;
  return {
    page,
    limit,
    cursors: { before: cursorAt(start), after: cursorAt(stop) },
    hasMore: stop < items.length,
  };
}
