// What the API reads from the environment.

import { portSetting, processSettings, wholeNumberSetting } from "@tern/runtime";
import { z } from "zod";

export const apiSettings = z.object({
  ...processSettings,
  PORT: portSetting().prefault("8080").describe("The port of the API; 0 takes any that is free."),
  TRUST_PROXY: wholeNumberSetting({ min: 0, max: 10 })
    .prefault("0")
    .describe("How many proxies stand before the API whose X-Forwarded-For is believed."),
  QUEUES_PAGE: z
    .enum(["off", "on"])
    .prefault("off")
    .describe(
      "Whether /queues shows what BullMQ holds of each sender: read-only, to callers with the scope operate, whose key is " +
        "the password.",
    ),
  MEDIA_DIR: z
    .string()
    .min(1)
    .prefault("/tmp/tern-media")
    .describe(
      "Where files wait on their way through, on a disk with room for 100 MB times MEDIA_TRANSFERS_MAX; never a tmpfs, " +
        "which is memory.",
    ),
  MEDIA_TRANSFERS_MAX: wholeNumberSetting({ min: 1, max: 1_000 })
    .prefault("16")
    .describe("How many files may be on their way through one process; more are answered 503."),
  DRAIN_DELAY_MS: wholeNumberSetting({ min: 0, max: 60_000 })
    .prefault("0")
    .describe(
      "How long a stop waits, already not ready, before it stops accepting, in milliseconds: the time that load " +
        "balancers need to notice (some 5000 in Kubernetes).",
    ),
});
