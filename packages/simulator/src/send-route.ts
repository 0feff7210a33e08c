// POST /messages: the hot path. One request goes through named steps: read, recognise the number, check the body, see
// whether a fault strikes, see whether the platform takes it, answer. Every request is written to the ledger once,
// at the moment its fate is decided, and noted there again when it is answered.
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
import { apiKeyOf, readBody } from "./incoming.ts";
import type { NumberState } from "./number.ts";
import { createStream, purpose } from "./prng.ts";
import { countLimit, countRefusal, type Entry, type LedgerView, noteAnswer, record, watchEnd } from "./request-log.ts";
import { parseSendRequest, type Send } from "./send-request.ts";
import { isAnsweredLate, planStatuses, type TakenMessage } from "./statuses.ts";
import { wamidOf } from "./wamid.ts";
import type { World } from "./world.ts";

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
  const fault = world.faults.pick(number.options.apiKey, send, nowMs);
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
  const entry = record(world, number.options.apiKey, send, {
    nowMs,
    ordinal,
    answer: shown.label,
    httpStatus: shown.httpStatus,
    fault: fault?.kind ?? null,
  });
  if (fault) world.faults.strike(fault);

  const answerDelayMs = answerDelay(world, number) + (fault && delaysAnswer(fault) ? (fault.delayMs ?? 0) : 0);
  const { carryOut } = shown;
  const answer = () => {
    if (carryOut) giveLater(world, entry, answerDelayMs, () => carryOut(response));
    watchEnd(world, entry, response);
  };
  if (fault?.dropStatuses) {
    answer();
    return;
  }
  const isLate = fault?.kind === "beforeAnswer" || isAnsweredLate(world, message);
  planStatuses(world, message, {
    ...planOf(fault, failureCode, nowMs + answerDelayMs),
    beforeAnswer: isLate ? answer : null,
  });
  if (isLate) watchEnd(world, entry, response);
  else answer();
}

/** How the taking of a message shows to the caller: the answer, or what a fault makes of it. */
function showAccepted(
  fault: FaultState | null,
  message: TakenMessage,
  send: Send,
): { label: string; httpStatus: number; carryOut: ((response: ServerResponse) => void) | null } {
  const messageStatus = fault?.kind === "held" ? "held_for_quality_assessment" : "accepted";
  const answer = acceptedAnswer(message, send.template === null ? null : messageStatus);
  switch (fault?.kind) {
    case "timeoutAfter":
      return { label: "timeoutAfter", httpStatus: 0, carryOut: null };
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
  const fate = { nowMs, ordinal: 0, answer: label, httpStatus, fault: fault.kind };
  const entry = record(world, number.options.apiKey, send, fate);
  if (isMeta) countRefusal(world, label);
  countLimit(number, fate);
  world.faults.strike(fault);
  const delayMs = answerDelay(world, number) + (fault.delayMs ?? 0);
  if (answer) giveLater(world, entry, delayMs, () => write(response, answer));
  else if (fault.kind === "resetBefore") giveLater(world, entry, delayMs, () => reset(response));
  watchEnd(world, entry, response);
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
  const fate = { nowMs, ordinal: 0, answer: code, httpStatus: answer.httpStatus, fault: null };
  const entry = record(world, number.options.apiKey, send, fate);
  countRefusal(world, code);
  countLimit(number, fate);
  giveLater(world, entry, answerDelay(world, number), () => write(response, answer));
  watchEnd(world, entry, response);
}

function refuseUnknownKey(world: World, apiKey: string, response: ServerResponse): void {
  const nowMs = world.clock.nowMs();
  const nothing = { user: null, type: null, callbackData: null };
  const fate = { nowMs, ordinal: 0, answer: "invalidApiKey", httpStatus: 401, fault: null };
  const entry = record(world, apiKey, nothing, fate);
  countRefusal(world, "invalidApiKey");
  giveLater(world, entry, 0, () => write(response, invalidApiKey));
}

/** Counts as a call, not as a message: no wamid, no status, no throughput (Meta "mark messages as read"). */
function markRead(world: World, number: NumberState, response: ServerResponse, nowMs: number): void {
  const view = { user: null, type: "read", callbackData: null };
  const fate = { nowMs, ordinal: 0, answer: "ok", httpStatus: 200, fault: null };
  const entry = record(world, number.options.apiKey, view, fate);
  giveLater(world, entry, answerDelay(world, number), () => write(response, markedRead));
  watchEnd(world, entry, response);
}

function answerDelay(world: World, number: NumberState): number {
  const { answerDelayMs, answerJitterMs } = number.behaviour;
  if (answerJitterMs === 0) return answerDelayMs;
  return answerDelayMs + createStream(world.seed, purpose.answer, world.counts.requests)() * answerJitterMs;
}

/** Gives the answer after the delay, at once if there is none, and notes when. */
function giveLater(world: World, entry: Entry, delayMs: number, carryOut: () => void): void {
  const give = () => {
    carryOut();
    noteAnswer(world, entry);
  };
  if (delayMs <= 0) give();
  else world.clock.setTimer(give, delayMs);
}
