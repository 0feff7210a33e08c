// What the API reads from the environment.

import { portSetting, processSettings, wholeNumberSetting } from "@tern/runtime";
import { z } from "zod";

export const apiSettings = z.object({
  ...processSettings,
  PORT: portSetting().prefault("8080").describe("The port of the API; 0 takes any that is free."),
  TRUST_PROXY: wholeNumberSetting({ min: 0, max: 10 })
    .prefault("0")
    .describe("How many proxies stand before the API whose X-Forwarded-For is believed."),
  DRAIN_DELAY_MS: wholeNumberSetting({ min: 0, max: 60_000 })
    .prefault("0")
    .describe(
      "How long a stop waits, already not ready, before it stops accepting, in milliseconds: the time that load " +
        "balancers need to notice (some 5000 in Kubernetes).",
    ),
});
