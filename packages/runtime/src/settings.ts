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

const LOGIN = String.raw`([^\s@/]*@)?`;
const ADDRESS = String.raw`(\[[0-9a-fA-F:.]+\]|[^\s,:/@]+)`;
const ADDRESSES = `${ADDRESS}:\\d+(,${ADDRESS}:\\d+)*`;
/** One server; the master of a name behind Sentinels; a cluster (packages/store/src/redis-url.ts takes them apart). */
const REDIS_URL_PATTERN = new RegExp(
  [
    String.raw`^rediss?://[^\s,]+$`,
    String.raw`^rediss?\+sentinel://${LOGIN}${ADDRESSES}/[^\s/]+(/\d+)?$`,
    `^rediss?\\+cluster://${LOGIN}${ADDRESSES}(/0?)?$`,
  ].join("|"),
);

function pemSetting(what: string) {
  return z.string().regex(new RegExp(`-----BEGIN ${what}-----`), `expected PEM text, -----BEGIN ${what}-----`);
}

/** The part of every service's schema: `z.object({ ...processSettings, PORT: portSetting().prefault("8080") })`. */
export const processSettings = {
  REDIS_URL: z
    .string()
    .regex(
      REDIS_URL_PATTERN,
      "expected redis://[user:password@]host[:port][/db], redis+sentinel://[user:password@]host:port,host:port/master[/db] " +
        "or redis+cluster://[user:password@]host:port,host:port, with rediss in place of redis for TLS",
    )
    .transform((value) => new Secret(value))
    .prefault("redis://127.0.0.1:6379")
    .describe("Where Redis is; a secret, for it may hold a password."),
  REDIS_TLS_CA: pemSetting("CERTIFICATE")
    .optional()
    .describe("The authorities that Redis's certificates may come from, in place of the public ones; for rediss URLs."),
  REDIS_TLS_CERT: pemSetting("CERTIFICATE")
    .optional()
    .describe("The certificate that this process shows to a Redis that asks for one."),
  REDIS_TLS_KEY: pemSetting("[A-Z ]*PRIVATE KEY")
    .transform((value) => new Secret(value))
    .optional()
    .describe("The private key of REDIS_TLS_CERT."),
  REDIS_TLS_SERVER_NAME: z
    .string()
    .optional()
    .describe("The name in the certificates of all Redis servers, where it is not the address that is called."),
  REDIS_SENTINEL_USER: z
    .string()
    .optional()
    .describe("The user of the Sentinels themselves; the servers' is in REDIS_URL."),
  REDIS_SENTINEL_PASSWORD: secretSetting().optional().describe("The password of the Sentinels themselves."),
  REDIS_WAIT_REPLICAS: z
    .union([z.literal("auto"), wholeNumberSetting({ min: 0, max: 9 })], "expected auto, or a whole number from 0 to 9")
    .prefault("auto")
    .describe(
      "How many replicas must have what was changed before it is answered or sent; auto: 1 with Sentinel and Cluster, else 0. See redis.md.",
    ),
  REDIS_WAIT_MS: wholeNumberSetting({ min: 10, max: 4_000 })
    .prefault("1000")
    .describe("How long the replicas may take for that, in milliseconds, before the request is answered 503."),
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
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .regex(
      /^(https?:\/\/[^\s]+)?$/,
      "expected http://host:port or https://host:port of an OpenTelemetry collector, or nothing",
    )
    .prefault("")
    .describe(
      "Where an OpenTelemetry collector takes traces over HTTP (OTLP); empty turns tracing off (docs/tracing.md).",
    ),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0|1|0?\.\d+|[01]\.0+)$/, "expected a number from 0 to 1")
    .transform(Number)
    .prefault("1")
    .describe(
      "The part of the traces beginning here that is recorded, 0 to 1; callers that send a traceparent decide.",
    ),
};

/** What every service's settings hold. */
export type ProcessSettings = z.output<z.ZodObject<typeof processSettings>>;
