import { portSetting, processSettings } from "@tern/runtime";
import { z } from "zod";

/** What the webhook service reads from its environment. */
export const webhookSettings = z.object({
  ...processSettings,
  PORT: portSetting().prefault("8081").describe("The port the provider's webhooks come to; 0 takes any that is free."),
});
