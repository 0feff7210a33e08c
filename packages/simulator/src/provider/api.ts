// What else of the provider's API the service uses, beside sending: webhook configuration, health, templates, media,
// blocked users. Paths are 360dialog's; identity.ts has brought Meta's into that form.
import { Router } from "express";
import { NUMBER_PATH } from "../identity.ts";
import { addMediaRoutes } from "../media/api.ts";
import { addTemplateRoutes } from "../templates/api.ts";
import type { World } from "../world.ts";
import { addBlockRoutes } from "./block-users.ts";
import { createIdentify, forManagement, forNumber } from "./handler.ts";
import { getHealth, getNumber, getNumbers } from "./number-info.ts";
import { addWebhookRoutes } from "./webhook-config.ts";

export function createProviderApi(world: World): Router {
  const router = Router();
  router.use(createIdentify(world));
  addWebhookRoutes(router, world);
  addBlockRoutes(router, world);
  addTemplateRoutes(router, world);
  addMediaRoutes(router, world);
  router.get("/health_status", forNumber(world, getHealth));
  router.get("/phone_numbers", forManagement(world, getNumbers));
  router.get(NUMBER_PATH, forManagement(world, getNumber));
  return router;
}
