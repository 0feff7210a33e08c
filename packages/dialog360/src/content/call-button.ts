// How long the button of a call works and what comes back with the call; the same in an interactive message and in a
// template. Source: docs/sources.md, sending; M:calling/call-button-messages-deep-links.

import { z } from "zod";
import { characters } from "./characters.ts";

const PAYLOAD_MAX = 512;
const TTL_MAX_MINUTES = 43_200;

export const callTtlMinutes = z
  .int("ttl_minutes is a whole number")
  .min(1, "ttl_minutes is at least 1")
  .max(TTL_MAX_MINUTES, `ttl_minutes is at most ${TTL_MAX_MINUTES} (30 days)`);

export const callPayload = characters("payload", { max: PAYLOAD_MAX });
