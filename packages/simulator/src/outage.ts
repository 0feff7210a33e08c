// An outage of the whole provider API: whatever it is asked is reset, answered 503 or met with silence, before keys,
// bodies or limits are looked at. What arrives is written to the ledger all the same, calls other than sends too, so
// that a test can see how often a caller knocks.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { OutageKind } from "./admin-types.ts";
import { faultAnswer, reset, write } from "./answers.ts";
import { apiKeyOf, bearerOf, readBody, sendTargetOf } from "./incoming.ts";
import { countFault, type LedgerView, noteAnswer, record, watchEnd } from "./request-log.ts";
import { parseSendRequest } from "./send-request.ts";
import type { World } from "./world.ts";

const unavailable = faultAnswer({ kind: "http", preset: "html" }, 503);

/** Treats one request of the provider API as the outage demands. */
export function meetOutage(world: World, kind: OutageKind, request: IncomingMessage, response: ServerResponse): void {
  // A reset comes before the body is read; how much of the request the caller has written by then is left open.
  if (kind === "refuse") conclude(world, kind, request, response, nothing);
  else readBody(request, (body) => conclude(world, kind, request, response, viewOf(request, body)));
}

function conclude(
  world: World,
  kind: OutageKind,
  request: IncomingMessage,
  response: ServerResponse,
  view: LedgerView,
): void {
  const answer = `down:${kind}` as const;
  const httpStatus = kind === "http503" ? unavailable.httpStatus : 0;
  const nowMs = world.clock.nowMs();
  const entry = record(world, apiKeyOf(request) || bearerOf(request), view, {
    nowMs,
    ordinal: 0,
    answer,
    httpStatus,
    fault: null,
  });
  countFault(world, answer);
  if (kind === "silent") {
    watchEnd(world, entry, response);
    return;
  }
  if (kind === "refuse") reset(response);
  else write(response, unavailable);
  noteAnswer(world, entry);
}

const nothing: LedgerView = { user: null, type: null, callbackData: null };

function viewOf(request: IncomingMessage, body: Buffer): LedgerView {
  const target = sendTargetOf(request);
  if (!target) return { ...nothing, type: `${request.method} ${request.url?.split("?", 1)[0]}` };
  const parsed = parseSendRequest(body, target.path);
  return parsed.kind === "markRead" ? { ...nothing, type: "read" } : parsed;
}
