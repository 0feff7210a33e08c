// The kinds of values that settings have, and the settings that every service shares. Defaults are written as text
// (`.prefault("25000")`), the way the environment would give them.
import { z } from "zod";
import { Secret } from "./secret.ts";

/** A whole number between two bounds, both included. */
export function wholeNumberSetting({ min, max }: { min: number; max: number }) {
  return z
    .string()
    .regex(/^-?\d+$/, "expected a whole number")
    .transform(Number)
    .pipe(z.int().min(min).max(max));
}

/** A TCP port; 0 takes any that is free. */
export function portSetting() {
  return wholeNumberSetting({ min: 0, max: 65_535 });
}

/** Text that is never shown: see Secret. Give it no default. */
export function secretSetting() {
  return z
    .string()
    .min(1)
    .transform((value) => new Secret(value));
}

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const REDIS_URL_PATTERN = /^rediss?:\/\/[^\s,]+$|^rediss?\+cluster:\/\/([^\s@]*@)?[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/;

/** The part of every service's schema: `z.object({ ...processSettings, PORT: portSetting().prefault("8080") })`. */
export const processSettings = {
  REDIS_URL: z
    .string()
    .regex(
      REDIS_URL_PATTERN,
      "expected redis://[user:password@]host[:port][/db], rediss:// for TLS, or redis+cluster://host:port,host:port",
    )
    .transform((value) => new Secret(value))
    .prefault("redis://127.0.0.1:6379")
    .describe("Where Redis is; a secret, for it may hold a password."),
  TERN_CONFIG: z.string().prefault("./tern.config.json").describe("Path of the deployment file: senders and callers."),
  TERN_CONFIG_POLL_MS: wholeNumberSetting({ min: 100, max: 3_600_000 })
    .prefault("5000")
    .describe("How often the deployment file is looked at for changes, in milliseconds."),
  TERN_REDIS_PREFIX: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "expected 1 to 32 small letters, digits or hyphens")
    .prefault("tern")
    .describe("What all keys in Redis start with; one for each deployment that shares a Redis."),
  HOST: z.string().prefault("0.0.0.0").describe("The address to listen on."),
  METRICS_PORT: portSetting()
    .prefault("9464")
    .describe("The port of /metrics, /livez and /readyz; 0 takes any that is free."),
  LOG_LEVEL: z.enum(LOG_LEVELS).prefault("info").describe("The least level that is logged."),
  SHUTDOWN_TIMEOUT_MS: wholeNumberSetting({ min: 100, max: 600_000 })
    .prefault("25000")
    .describe("How long an ordered stop may take in all, in milliseconds; below the orchestrator's grace period."),
};

/** What every service's settings hold. */
export type ProcessSettings = z.output<z.ZodObject<typeof processSettings>>;
