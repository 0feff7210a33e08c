import { portSetting, processSettings, wholeNumberSetting } from "@tern/runtime";
import { z } from "zod";

/** What the webhook service reads from its environment. */
export const webhookSettings = z.object({
  ...processSettings,
  PORT: portSetting().prefault("8081").describe("The port the provider's webhooks come to; 0 takes any that is free."),
  DRAIN_DELAY_MS: wholeNumberSetting({ min: 0, max: 60_000 })
    .prefault("0")
    .describe(
      "How long a stop waits, already not ready, before it stops accepting, in milliseconds: the time that load " +
        "balancers need to notice (some 5000 in Kubernetes).",
    ),
});
