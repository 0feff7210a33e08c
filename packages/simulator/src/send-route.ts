// POST /messages and POST /marketing_messages: the hot path. One request goes through named steps: read, recognise the number, check the body, see
// whether a fault strikes, see whether the platform takes it, answer. Every request is written to the ledger once,
// at the moment its fate is decided, and noted there again when it is answered.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FaultKind, FaultState } from "./admin-types.ts";
import { caseOf, overThroughput, refusalOf, type SendCase, take } from "./admission.ts";
import {
  type Answer,
  acceptedAnswer,
  endpointRateLimit,
  faultAnswer,
  markedRead,
  metaErrorAnswer,
  reset,
  write,
  writeTruncated,
} from "./answers.ts";
import type { Complaint } from "./complaint.ts";
import { identifySend, type Unidentified } from "./identity.ts";
import { readBody, type SendTarget } from "./incoming.ts";
import type { NumberState } from "./number.ts";
import { priceOf } from "./pricing.ts";
import { createStream, purpose } from "./prng.ts";
import { countLimit, countRefusal, type Entry, type LedgerView, noteAnswer, record, watchEnd } from "./request-log.ts";
import { sandboxRefusal } from "./sandbox.ts";
import { type MarkRead, parseSendRequest, type Send, type SendPath } from "./send-request.ts";
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

/** Makes the handler of sends; `target` says which way of sending and whose path it was. */
export function createSendRoute(
  world: World,
): (request: IncomingMessage, response: ServerResponse, target: SendTarget) => void {
  return (request, response, target) => {
    readBody(request, (body) => {
      const number = identifySend(world, request, target);
      if ("refusal" in number) refuseUnidentified(world, number, response);
      else handle(world, number, response, body, target.path);
    });
  };
}

function handle(world: World, number: NumberState, response: ServerResponse, body: Buffer, path: SendPath): void {
  const nowMs = world.clock.nowMs();
  const request = parseSendRequest(body, path);
  if (request.kind === "invalid") refuse(world, number, response, request, request, nowMs);
  else if (request.kind === "markRead") markRead(world, number, response, request, nowMs);
  else decide(world, number, response, request, path, nowMs);
}

function decide(
  world: World,
  number: NumberState,
  response: ServerResponse,
  send: Send,
  path: SendPath,
  nowMs: number,
): void {
  const fault = world.faults.pick(number.options.apiKey, send, nowMs);
  if (fault && strikesBefore.has(fault.kind)) {
    strikeBefore(world, number, response, send, fault, nowMs);
    return;
  }
  const unfit = sandboxRefusal(number, send);
  if (unfit) {
    refuseWith(world, number, response, send, { label: unfit.label, answer: unfit.answer, nowMs });
    return;
  }
  const sent = caseOf(world, number, send, path, nowMs);
  const refusal = refusalOf(world, number, sent);
  if (refusal) refuse(world, number, response, send, refusal, nowMs);
  else accept(world, number, response, sent, fault);
}

function accept(
  world: World,
  number: NumberState,
  response: ServerResponse,
  sent: SendCase,
  fault: FaultState | null,
): void {
  const { send, contact, nowMs } = sent;
  world.wamids += 1;
  const ordinal = world.wamids;
  const failureCode = take(world, number, sent);
  const message: TakenMessage = {
    number,
    ordinal,
    user: send.user,
    contact,
    isBsuid: send.isBsuid,
    wamid: wamidOf(world.seed, ordinal, send.user),
    callbackData: send.callbackData,
    pricing: pricingOf(number, sent),
    isVoice: send.isVoice,
  };
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

function pricingOf({ freeEntry, serviceAllowance, options }: NumberState, sent: SendCase) {
  const { category, contact, isMarketingApi, isWindowOpen, nowMs } = sent;
  const freeUntilMs = freeEntry.freeUntilMs(contact, nowMs);
  return priceOf(
    { category: isMarketingApi ? "marketing_lite" : category, isWindowOpen, freeUntilMs, nowMs },
    serviceAllowance,
    options.serviceAllowancePerMonth,
  );
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
  refuseWith(world, number, response, send, { label: code, answer: metaErrorAnswer(code, details), nowMs });
}

function refuseWith(
  world: World,
  number: NumberState,
  response: ServerResponse,
  send: LedgerView,
  { label, answer, nowMs }: { label: number | string; answer: Answer; nowMs: number },
): void {
  const fate = { nowMs, ordinal: 0, answer: label, httpStatus: answer.httpStatus, fault: null };
  const entry = record(world, number.options.apiKey, send, fate);
  countRefusal(world, label);
  countLimit(number, fate);
  giveLater(world, entry, answerDelay(world, number), () => write(response, answer));
  watchEnd(world, entry, response);
}

function refuseUnidentified(world: World, { apiKey, label, refusal }: Unidentified, response: ServerResponse): void {
  const nowMs = world.clock.nowMs();
  const nothing = { user: null, type: null, callbackData: null };
  const fate = { nowMs, ordinal: 0, answer: label, httpStatus: refusal.httpStatus, fault: null };
  const entry = record(world, apiKey, nothing, fate);
  countRefusal(world, label);
  giveLater(world, entry, 0, () => write(response, refusal));
}

/** A call, not a message: no wamid, no status (Meta "mark messages as read"); throughput only if the number says so. */
function markRead(
  world: World,
  number: NumberState,
  response: ServerResponse,
  { messageId, isTyping }: MarkRead,
  nowMs: number,
): void {
  const view = { user: null, type: isTyping ? "typing" : "read", callbackData: messageId };
  const { readsCountToThroughput, throughputPerSecond } = number.options;
  if (readsCountToThroughput) {
    if (throughputPerSecond !== null && number.throughput.countAt(nowMs) >= throughputPerSecond) {
      refuse(world, number, response, view, overThroughput, nowMs);
      return;
    }
    number.throughput.add(nowMs, world.clock.readUpToMs());
  }
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
