import { processSettings, wholeNumberSetting } from "@tern/runtime";
import { z } from "zod";

/** What the worker reads from its environment. */
export const workerSettings = z.object({
  ...processSettings,
  CONCURRENCY: wholeNumberSetting({ min: 1, max: 10_000 })
    .prefault("512")
    .describe("Messages of one sender in hand at once in this process, those waiting for their slot included."),
  SEND_CONNECTIONS: wholeNumberSetting({ min: 1, max: 10_000 })
    .prefault("512")
    .describe("The most connections to one provider address."),
  SEND_TIMEOUT_MS: wholeNumberSetting({ min: 100, max: 300_000 })
    .prefault("30000")
    .describe("How long one send may take in all before it counts as unanswered, in milliseconds."),
  PROVIDER_POLL_MS: wholeNumberSetting({ min: 1_000, max: 86_400_000 })
    .prefault("600000")
    .describe(
      "How often templates and health are asked for, of each account and number, among all workers, in milliseconds.",
    ),
  // Longer than a send, so that an ordered stop lets every send come to its answer.
  SHUTDOWN_TIMEOUT_MS: processSettings.SHUTDOWN_TIMEOUT_MS.prefault("40000").describe(
    "How long an ordered stop may take in all, in milliseconds; above SEND_TIMEOUT_MS, below the orchestrator's grace period.",
  ),
});
