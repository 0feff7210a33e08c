// The admin API under /_sim: it programs the platform and asks what happened. Bodies: admin-types.ts; one curl for
// each: README.md.
import { type NextFunction, type Request, type Response, Router } from "express";
import {
  checkBehaviour,
  checkCall,
  checkEvent,
  checkFault,
  checkIdleQuery,
  checkInbound,
  checkLedgerQuery,
  checkNumber,
  checkNumberChange,
  checkOutOfBandError,
  checkPreference,
  checkRawWebhook,
  checkRecipient,
  checkReset,
  checkTemplateChange,
  checkTemplates,
  checkWindow,
} from "./admin-checks.ts";
import type { IdleReport, LedgerSummary, NumberLimits, NumberRate, StateReport } from "./admin-types.ts";
import { sendEvent, sendOutOfBandError } from "./events.ts";
import { verifyWebhook } from "./handshake.ts";
import { makeCall } from "./inbound/calls.ts";
import { receiveInbound } from "./inbound/receive.ts";
import { changeNumber, preferMarketing } from "./inbound/users.ts";
import { openWindow } from "./inbound/window.ts";
import { InputError } from "./input.ts";
import { countRecipients, findDuplicates, findOverlaps, queryLedger } from "./ledger-queries.ts";
import type { NumberState } from "./number.ts";
import type { ProviderListener } from "./provider-listener.ts";
import { changeTemplate } from "./templates/management.ts";
import { createTemplateRegistry, type Registered } from "./templates/registry.ts";
import { phoneOf } from "./user-ids.ts";
import type { World } from "./world.ts";

const IDLE_TIMEOUT_MS = 10_000;

/**
 * Makes the routes.
 *
 * seed       what a reset without a seed of its own goes back to
 * provider   closed while the behaviour says that connections are refused
 */
export function createAdminApi(world: World, seed: number, provider: ProviderListener): Router {
  const router = Router();

  router.put("/numbers", async (request, response) => {
    const options = checkNumber(request.body, "body");
    if (options.profile === "meta" && options.webhook?.verifyToken !== undefined) await verifyWebhook(options.webhook);
    response.json(world.putNumber(options).options);
  });
  router.put("/behaviour", async (request, response) => {
    const patch = checkBehaviour(request.body, "body");
    const inForce = world.patchBehaviour(patch, patch.apiKey === undefined ? null : numberOf(world, patch.apiKey));
    await provider.setOpen(world.behaviour.down !== "refuse");
    response.json(inForce);
  });
  router.post("/faults", (request, response) => {
    response.status(201).json({ id: world.faults.add(checkFault(request.body, "body"), world.clock.nowMs()).id });
  });
  router.delete("/faults/:id", (request, response) => {
    const id = request.params.id ?? "";
    if (!world.faults.remove(id)) throw new InputError(`there is no fault ${id}; GET /_sim/state lists them`);
    response.json({ removed: id });
  });
  router.delete("/faults", (_request, response) => {
    world.faults.clear();
    response.json({ removed: "all" });
  });
  router.put("/recipients/:number", (request, response) => {
    const profile = checkRecipient(request.body, "body");
    world.recipients.put(userOf(world, request.params.number ?? ""), profile);
    response.json(profile);
  });
  router.put("/templates", (request, response) => {
    const { apiKey, templates } = checkTemplates(request.body, "body");
    const number = numberOf(world, apiKey);
    number.templates = createTemplateRegistry(number.options.wabaId); // its own from now on, not the account's
    number.templates.replaceAll(templates, world.clock.nowMs());
    response.json({ templates: templates.length });
  });
  router.patch("/templates", (request, response) => {
    const change = checkTemplateChange(request.body, "body");
    const number = numberOf(world, change.apiKey);
    const template = templateOf(number, change);
    changeTemplate(world, number, template, change);
    response.json(template.options);
  });
  router.post("/inbound", (request, response) => {
    const inbound = checkInbound(request.body, "body");
    response.json(receiveInbound(world, numberOf(world, inbound.apiKey), inbound));
  });
  router.post("/calls", (request, response) => {
    const call = checkCall(request.body, "body");
    response.json({ id: makeCall(world, numberOf(world, call.apiKey), call) });
  });
  router.put("/window", (request, response) => {
    const { apiKey, user, forMs } = checkWindow(request.body, "body");
    const number = numberOf(world, apiKey);
    const contact = world.recipients.contactOf(number.options.portfolio, user);
    openWindow(number, contact, world.clock.nowMs(), forMs);
    response.json({ contact, openUntilMs: number.windowOpenUntilMs.get(contact) });
  });
  router.post("/users/change-number", (request, response) => {
    const change = checkNumberChange(request.body, "body");
    response.json({ userId: changeNumber(world, numberOf(world, change.apiKey), change) });
  });
  router.post("/preferences", (request, response) => {
    const preference = checkPreference(request.body, "body");
    preferMarketing(world, numberOf(world, preference.apiKey), preference);
    response.json({ accepted: true });
  });
  router.post("/events", (request, response) => {
    const event = checkEvent(request.body, "body");
    sendEvent(world, numberOf(world, event.apiKey), event);
    response.json({ accepted: true });
  });
  router.post("/errors", (request, response) => {
    const error = checkOutOfBandError(request.body, "body");
    sendOutOfBandError(numberOf(world, error.apiKey), error);
    response.json({ accepted: true });
  });
  router.post("/webhook", (request, response) => {
    const { apiKey, body } = checkRawWebhook(request.body, "body");
    numberOf(world, apiKey).channel.sendRaw(typeof body === "string" ? body : JSON.stringify(body ?? null));
    response.json({ accepted: true });
  });
  router.get("/ledger/summary", (_request, response) => {
    response.json(summaryOf(world));
  });
  router.get("/ledger", (request, response) => {
    response.json(queryLedger(world.ledger, checkLedgerQuery(request.query, "query")));
  });
  router.get("/deliveries", (_request, response) => {
    response.json(world.stats.report(world.activity.open));
  });
  router.get("/idle", (request, response) => {
    const { timeoutMs = IDLE_TIMEOUT_MS } = checkIdleQuery(request.query, "query");
    answerWhenIdle(world, timeoutMs, response);
  });
  router.post("/reset", async (request, response) => {
    world.reset(checkReset(request.body ?? {}, "body").seed ?? seed);
    await provider.setOpen(true);
    response.json({ seed: world.seed });
  });
  router.get("/state", (_request, response) => {
    response.json(stateOf(world, provider.port));
  });
  return router;
}

/** Tells what was wrong with a request; Express knows an error handler by its four parameters. */
export function answerInputError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  const isCallers = error instanceof InputError || (error instanceof SyntaxError && "body" in error);
  if (isCallers) response.status(400).json({ error: error.message });
  else next(error);
}

function numberOf(world: World, apiKey: string): NumberState {
  const number = world.numbers.get(apiKey);
  if (number) return number;
  throw new InputError(`no number has the API key ${apiKey}; register it with PUT /_sim/numbers`);
}

/** "49151...", "+49151..." and BSUIDs as the rest of the simulator writes them; a BSUID made here as its number. */
function userOf({ portfolios }: World, number: string): string {
  if (/^\d+$/.test(number)) return `+${number}`;
  const phones = [...portfolios.keys()].map((portfolio) => phoneOf(portfolio, number));
  return phones.find((phone) => phone !== null) ?? number;
}

function templateOf({ templates }: NumberState, { name, language }: { name: string; language?: string }): Registered {
  const found = templates
    .all()
    .filter(({ options }) => options.name === name && (language === undefined || options.language === language));
  if (found.length === 1 && found[0]) return found[0];
  throw new InputError(
    found.length === 0 ? `there is no template ${name}` : `body.language is needed: ${name} has several`,
  );
}

function answerWhenIdle(world: World, timeoutMs: number, response: Response): void {
  const { activity, clock } = world;
  const answer = (idle: boolean) => response.json({ idle, outstanding: activity.open } satisfies IdleReport);
  if (activity.open === 0 || timeoutMs === 0) {
    answer(activity.open === 0);
    return;
  }
  const stopWaiting = activity.whenIdle(() => {
    timer.cancel();
    answer(true);
  });
  const timer = clock.setTimer(() => {
    stopWaiting();
    answer(false);
  }, timeoutMs);
}

function summaryOf(world: World): LedgerSummary {
  const { counts, ledger, numbers, portfolios } = world;
  const duplicates = findDuplicates(ledger);
  const overlaps = findOverlaps(ledger);
  return {
    requests: counts.requests,
    taken: counts.taken,
    refusedByCode: Object.fromEntries(counts.refusedByCode),
    byFault: Object.fromEntries(counts.byFault),
    distinctTo: countRecipients(ledger),
    duplicatesCount: duplicates.count,
    duplicates: duplicates.shown,
    overlapsCount: overlaps.count,
    overlaps: overlaps.shown,
    maxPerSecond: Object.fromEntries([...numbers].map(([apiKey, number]) => [apiKey, rateOf(number)])),
    limits: Object.fromEntries([...numbers].map(([apiKey, number]) => [apiKey, limitsOf(number)])),
    portfolios: Object.fromEntries(
      [...portfolios].map(([id, { reached, overTier }]) => [id, { mostReached: reached.most, overTier }]),
    ),
    dropped: ledger.dropped,
  };
}

function rateOf({ taken, throughput, takenCount, firstTakenAtMs, lastTakenAtMs }: NumberState): NumberRate {
  const spanMs = lastTakenAtMs - firstTakenAtMs;
  const average = spanMs > 0 ? ((takenCount - 1) * 1000) / spanMs : 0;
  return { most: taken.most, mostWithInbound: throughput.most, average };
}

function limitsOf({ throttledCount, pairRefusedCount, pairs }: NumberState): NumberLimits {
  return { throttled: throttledCount, pairRefused: pairRefusedCount, pairTokensLeast: pairs.tokensLeast };
}

function stateOf(world: World, providerPort: number): StateReport {
  const { ledger } = world;
  const nowMs = world.clock.nowMs();
  return {
    seed: world.seed,
    providerPort,
    numbers: [...world.numbers.values()].map((number) => ({
      ...number.options,
      behaviour: number.behaviour,
      templates: number.templates.list(nowMs),
      blocked: [...number.blockedAtMs.keys()],
      mediaCount: number.media.countAt(nowMs),
      accountWebhook: number.waba.webhook,
      cloneWebhooks: number.clones.destinations,
    })),
    behaviour: world.behaviour,
    faults: world.faults.list(nowMs),
    recipients: Object.fromEntries(world.recipients.profiles),
    portfolios: Object.fromEntries(
      [...world.portfolios].map(([id, { tier, reached }]) => [id, { tier, reached: reached.countAt(nowMs) }]),
    ),
    ledger: { entries: ledger.lastSeq - ledger.dropped, dropped: ledger.dropped },
    calls: Object.fromEntries(world.counts.calls),
    outstanding: world.activity.open,
  };
}
