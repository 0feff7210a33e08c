// POST /messages: the hot path. One request goes through named steps: read, recognise the number, check the body, see
// whether a fault strikes, see whether the platform takes it, answer. Every request is written to the ledger once,
// at the moment its fate is decided.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FaultKind, FaultState } from "./admin-types.ts";
import { categoryOf, refusalOf, take } from "./admission.ts";
import {
  type Answer,
  acceptedAnswer,
  endpointRateLimit,
  faultAnswer,
  invalidApiKey,
  markedRead,
  metaErrorAnswer,
  reset,
  write,
  writeTruncated,
} from "./answers.ts";
import type { Complaint } from "./complaint.ts";
import type { NumberState } from "./number.ts";
import { createStream, purpose } from "./prng.ts";
import { parseSendRequest, type Send } from "./send-request.ts";
import { isAnsweredLate, planStatuses, type TakenMessage } from "./statuses.ts";
import { wamidOf } from "./wamid.ts";
import type { World } from "./world.ts";

const BODY_BYTES_MAX = 1024 * 1024;

/** Kinds that strike before the message is taken; all others let the platform decide first. */
const strikesBefore: ReadonlySet<FaultKind> = new Set([
  "metaError",
  "http",
  "timeoutBefore",
  "resetBefore",
  "endpointRateLimit",
]);

/** Makes the handler of POST /messages. */
export function createSendRoute(world: World): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    readBody(request, (body) => {
      const apiKey = apiKeyOf(request);
      const number = world.numbers.get(apiKey);
      if (number) handle(world, number, response, body);
      else refuseUnknownKey(world, apiKey, response);
    });
  };
}

function handle(world: World, number: NumberState, response: ServerResponse, body: Buffer): void {
  const nowMs = world.clock.nowMs();
  const request = parseSendRequest(body);
  if (request.kind === "invalid") refuse(world, number, response, request, request, nowMs);
  else if (request.kind === "markRead") markRead(world, number, response, nowMs);
  else decide(world, number, response, request, nowMs);
}

function decide(world: World, number: NumberState, response: ServerResponse, send: Send, nowMs: number): void {
  const fault = world.faults.pick(number.options.apiKey, send);
  if (fault && strikesBefore.has(fault.kind)) {
    strikeBefore(world, number, response, send, fault, nowMs);
    return;
  }
  const refusal = refusalOf(world, number, send, nowMs);
  if (refusal) refuse(world, number, response, send, refusal, nowMs);
  else accept(world, number, response, send, fault, nowMs);
}

function accept(
  world: World,
  number: NumberState,
  response: ServerResponse,
  send: Send,
  fault: FaultState | null,
  nowMs: number,
): void {
  world.wamids += 1;
  const ordinal = world.wamids;
  const message: TakenMessage = {
    number,
    ordinal,
    user: send.user,
    isBsuid: send.isBsuid,
    wamid: wamidOf(world.seed, ordinal, send.user),
    callbackData: send.callbackData,
    category: categoryOf(number, send),
    isVoice: send.isVoice,
  };
  const failureCode = take(world, number, send, nowMs);
  const shown = showAccepted(fault, message, send);
  record(world, number.options.apiKey, send, {
    nowMs,
    ordinal,
    answer: shown.label,
    httpStatus: shown.httpStatus,
    fault: fault?.kind ?? null,
  });
  if (fault) world.faults.strike(fault);

  const answerDelayMs = answerDelay(world, number) + (fault && delaysAnswer(fault) ? (fault.delayMs ?? 0) : 0);
  const answer = () => later(world, answerDelayMs, () => shown.carryOut(response));
  if (fault?.dropStatuses) {
    answer();
    return;
  }
  const isLate = fault?.kind === "beforeAnswer" || isAnsweredLate(world, message);
  planStatuses(world, message, {
    ...planOf(fault, failureCode, nowMs + answerDelayMs),
    beforeAnswer: isLate ? answer : null,
  });
  if (!isLate) answer();
}

/** How the taking of a message shows to the caller: the answer, or what a fault makes of it. */
function showAccepted(
  fault: FaultState | null,
  message: TakenMessage,
  send: Send,
): { label: string; httpStatus: number; carryOut: (response: ServerResponse) => void } {
  const messageStatus = fault?.kind === "held" ? "held_for_quality_assessment" : "accepted";
  const answer = acceptedAnswer(message, send.template === null ? null : messageStatus);
  switch (fault?.kind) {
    case "timeoutAfter":
      return { label: "timeoutAfter", httpStatus: 0, carryOut: () => {} };
    case "resetAfter":
      return { label: "resetAfter", httpStatus: 0, carryOut: reset };
    case "errorAfter": {
      const error = faultAnswer(fault, 500);
      return { label: "errorAfter", httpStatus: error.httpStatus, carryOut: (response) => write(response, error) };
    }
    case "truncated":
      return { label: "truncated", httpStatus: 200, carryOut: (response) => writeTruncated(response, answer) };
    default:
      return { label: "ok", httpStatus: 200, carryOut: (response) => write(response, answer) };
  }
}

/** A held message with a code is dropped after the delay, one without is released (Meta "template pacing"). */
function planOf(fault: FaultState | null, failureCode: number | null, answeredAtMs: number) {
  const usual = failureCode === null ? null : { code: failureCode, afterMs: null };
  if (fault?.kind === "asyncFail") {
    return { fromMs: answeredAtMs, failure: { code: fault.code ?? 131000, afterMs: fault.delayMs ?? null } };
  }
  if (fault?.kind === "held") {
    const failure = fault.code === undefined ? usual : { code: fault.code, afterMs: 0 };
    return { fromMs: answeredAtMs + (fault.delayMs ?? 0), failure };
  }
  return { fromMs: answeredAtMs, failure: usual };
}

/** For two kinds the fault's delay is not about the answer. */
function delaysAnswer(fault: FaultState): boolean {
  return fault.kind !== "held" && fault.kind !== "asyncFail";
}

function strikeBefore(
  world: World,
  number: NumberState,
  response: ServerResponse,
  send: Send,
  fault: FaultState,
  nowMs: number,
): void {
  const answer = answerBefore(fault);
  const isMeta = fault.kind === "metaError";
  const label = isMeta ? (fault.code ?? 131000) : fault.kind;
  const httpStatus = answer?.httpStatus ?? 0;
  record(world, number.options.apiKey, send, { nowMs, ordinal: 0, answer: label, httpStatus, fault: fault.kind });
  if (isMeta) countRefusal(world, label);
  world.faults.strike(fault);
  later(world, answerDelay(world, number) + (fault.delayMs ?? 0), () => {
    if (answer) write(response, answer);
    else if (fault.kind === "resetBefore") reset(response);
  });
}

function answerBefore(fault: FaultState): Answer | null {
  switch (fault.kind) {
    case "metaError":
      return metaErrorAnswer(fault.code ?? 131000, undefined, fault.httpStatus);
    case "http":
      return faultAnswer(fault, 500);
    case "endpointRateLimit":
      return endpointRateLimit;
    default:
      return null; // timeoutBefore, resetBefore
  }
}

function refuse(
  world: World,
  number: NumberState,
  response: ServerResponse,
  send: LedgerView,
  { code, details }: Complaint,
  nowMs: number,
): void {
  const answer = metaErrorAnswer(code, details);
  const { httpStatus } = answer;
  record(world, number.options.apiKey, send, { nowMs, ordinal: 0, answer: code, httpStatus, fault: null });
  countRefusal(world, code);
  later(world, answerDelay(world, number), () => write(response, answer));
}

function refuseUnknownKey(world: World, apiKey: string, response: ServerResponse): void {
  const nowMs = world.clock.nowMs();
  const nothing = { user: null, type: null, callbackData: null };
  record(world, apiKey, nothing, { nowMs, ordinal: 0, answer: "invalidApiKey", httpStatus: 401, fault: null });
  countRefusal(world, "invalidApiKey");
  write(response, invalidApiKey);
}

/** Counts as a call, not as a message: no wamid, no status, no throughput (Meta "mark messages as read"). */
function markRead(world: World, number: NumberState, response: ServerResponse, nowMs: number): void {
  const view = { user: null, type: "read", callbackData: null };
  record(world, number.options.apiKey, view, { nowMs, ordinal: 0, answer: "ok", httpStatus: 200, fault: null });
  later(world, answerDelay(world, number), () => write(response, markedRead));
}

interface LedgerView {
  user: string | null;
  type: string | null;
  callbackData: string | null;
}

interface Fate {
  nowMs: number;
  /** 0: not taken. */
  ordinal: number;
  answer: string | number;
  httpStatus: number;
  fault: FaultKind | null;
}

function record(world: World, apiKey: string, { user, type, callbackData }: LedgerView, fate: Fate): void {
  const { ordinal, answer, httpStatus, fault } = fate;
  const { counts, ledger } = world;
  counts.requests += 1;
  if (ordinal !== 0) counts.taken += 1;
  if (fault !== null) counts.byFault.set(fault, (counts.byFault.get(fault) ?? 0) + 1);
  ledger.add({ atMs: fate.nowMs, number: apiKey, user, type, callbackData, ordinal, answer, fault, httpStatus });
}

function countRefusal({ counts }: World, code: string | number): void {
  counts.refusedByCode.set(String(code), (counts.refusedByCode.get(String(code)) ?? 0) + 1);
}

function answerDelay(world: World, number: NumberState): number {
  const { answerDelayMs, answerJitterMs } = number.behaviour;
  if (answerJitterMs === 0) return answerDelayMs;
  return answerDelayMs + createStream(world.seed, purpose.answer, world.counts.requests)() * answerJitterMs;
}

function later(world: World, delayMs: number, run: () => void): void {
  if (delayMs <= 0) run();
  else world.clock.setTimer(run, delayMs);
}

function readBody(request: IncomingMessage, then: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) request.destroy();
    else chunks.push(chunk);
  });
  request.on("end", () => then(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
}

// Looks through the raw headers, because request.headers builds the whole object first.
function apiKeyOf({ rawHeaders }: IncomingMessage): string {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (name.length === 12 && name.toLowerCase() === "d360-api-key") return rawHeaders[at + 1] ?? "";
  }
  return "";
}
