// Where webhooks go: of one number, of an account, and to further destinations of a number (360dialog "messaging/webhook",
// "hub/webhook-url", "multiple-webhooks-per-phone-number", read 2026-11).
import type { Request, Response, Router } from "express";
import { checkAccountWebhook, checkClones, checkWebhookConfig } from "../admin-checks.ts";
import { type NumberState, resolveTarget, setClones, setWebhook } from "../number.ts";
import { parseTarget } from "../webhook-poster.ts";
import type { World } from "../world.ts";
import { type CallContext, forNumber } from "./handler.ts";

const CLONES_MAX = 3;

export function addWebhookRoutes(router: Router, world: World): void {
  router.get("/v1/configs/webhook", forNumber(world, getWebhook));
  router.post("/v1/configs/webhook", forNumber(world, postWebhook));
  router.get("/waba_webhook", forNumber(world, getAccountWebhook));
  router.post("/waba_webhook", forNumber(world, postAccountWebhook));
  router.get("/multi_webhook", forNumber(world, getClones));
  router.post("/multi_webhook", forNumber(world, putClones));
  router.put("/multi_webhook", forNumber(world, putClones));
  router.patch("/multi_webhook", forNumber(world, patchClones));
  router.delete("/multi_webhook", forNumber(world, deleteClones));
}

function getWebhook({ number: { options } }: CallContext, _request: Request, response: Response): void {
  if (options.webhook) response.json({ url: options.webhook.url, headers: options.webhook.headers ?? {} });
  else response.status(404).json({ error: "No webhook is configured" });
}

function postWebhook({ number }: CallContext, request: Request, response: Response): void {
  const { url, headers = {} } = checkWebhookConfig(request.body, "body");
  setWebhook(number, { url, headers });
  response.json({ url, headers });
}

function getAccountWebhook({ number: { waba } }: CallContext, _request: Request, response: Response): void {
  if (waba.webhook) response.json({ ...waba.webhook, override_all: waba.overridesAll });
  else response.status(404).json({ error: "No webhook is configured" });
}

/** For all numbers of the account that have none of their own; with `override_all` for all of them. */
function postAccountWebhook({ world, number }: CallContext, request: Request, response: Response): void {
  const { waba } = number;
  const { url, headers = {}, override_all: overridesAll = false } = checkAccountWebhook(request.body, "body");
  waba.webhook = { url, headers };
  waba.target = parseTarget(url, headers);
  waba.overridesAll = overridesAll;
  for (const each of world.numbers.values()) if (each.waba === waba) resolveTarget(each);
  response.json({ url, headers, override_all: overridesAll });
}

function getClones({ number: { clones } }: CallContext, _request: Request, response: Response): void {
  response.json(render(clones));
}

function putClones({ number }: CallContext, request: Request, response: Response): void {
  const { enabled = true, destinations = [] } = checkClones(request.body, "body");
  setClones(number, { isEnabled: enabled, destinations });
  response.json(render(number.clones));
}

/** Changes what is named: destinations by their name, new ones are added. */
function patchClones({ number }: CallContext, request: Request, response: Response): void {
  const patch = checkClones(request.body, "body");
  const byName = new Map(number.clones.destinations.map((destination) => [destination.name, destination]));
  for (const destination of patch.destinations ?? []) byName.set(destination.name, destination);
  if (byName.size > CLONES_MAX) {
    response.status(400).json({ error: `A number has at most ${CLONES_MAX} destinations` });
    return;
  }
  setClones(number, { isEnabled: patch.enabled ?? number.clones.isEnabled, destinations: [...byName.values()] });
  response.json(render(number.clones));
}

function deleteClones({ number }: CallContext, _request: Request, response: Response): void {
  setClones(number, { isEnabled: false, destinations: [] });
  response.json(render(number.clones));
}

function render({ isEnabled, destinations }: NumberState["clones"]) {
  return { enabled: isEnabled, destinations };
}
