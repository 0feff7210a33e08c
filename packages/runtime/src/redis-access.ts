// What of the settings concerns the way to Redis beside its URL, checked together: certificates, the Sentinels' login, and
// how many replicas must have a change before it counts.

import { ConfigError } from "./config-error.ts";
import type { ProcessSettings } from "./settings.ts";

export interface RedisAccessSettings {
  readonly tls: {
    /** PEM; null where the setting is not given. */
    readonly ca: string | null;
    readonly cert: string | null;
    readonly key: string | null;
    readonly serverName: string | null;
  } | null;
  readonly sentinelLogin: { readonly username: string | null; readonly password: string | null } | null;
}

export interface RedisReplicationSettings {
  /** At least 1. */
  readonly replicas: number;
  readonly waitMs: number;
}

type Settings = Pick<
  ProcessSettings,
  | "REDIS_URL"
  | "REDIS_TLS_CA"
  | "REDIS_TLS_CERT"
  | "REDIS_TLS_KEY"
  | "REDIS_TLS_SERVER_NAME"
  | "REDIS_SENTINEL_USER"
  | "REDIS_SENTINEL_PASSWORD"
>;

const TLS_NAMES = ["REDIS_TLS_CA", "REDIS_TLS_CERT", "REDIS_TLS_KEY", "REDIS_TLS_SERVER_NAME"] as const;
const SENTINEL_NAMES = ["REDIS_SENTINEL_USER", "REDIS_SENTINEL_PASSWORD"] as const;

/**
 * Puts the settings together for connectRedis.
 *
 * throws   ConfigError with every problem: settings that this URL has no use for, and such as need another
 */
export function redisAccess(settings: Settings): RedisAccessSettings {
  const url = settings.REDIS_URL.reveal();
  const isTls = url.startsWith("rediss");
  const isSentinel = isSentinelUrl(url);
  const isGiven = (name: keyof Settings) => settings[name] !== undefined;
  const problems = [
    ...(isTls
      ? []
      : TLS_NAMES.filter(isGiven).map((name) => `${name}: of no use, since REDIS_URL does not begin with rediss`)),
    ...(isSentinel
      ? []
      : SENTINEL_NAMES.filter(isGiven).map((name) => `${name}: of no use, since REDIS_URL does not name Sentinels`)),
    ...(isGiven("REDIS_TLS_CERT") === isGiven("REDIS_TLS_KEY")
      ? []
      : ["REDIS_TLS_CERT and REDIS_TLS_KEY: one is set without the other"]),
    ...(isGiven("REDIS_SENTINEL_USER") && !isGiven("REDIS_SENTINEL_PASSWORD")
      ? ["REDIS_SENTINEL_USER: set without REDIS_SENTINEL_PASSWORD"]
      : []),
  ];
  if (problems.length > 0) throw new ConfigError("the environment", problems);
  return {
    tls: isTls
      ? {
          ca: settings.REDIS_TLS_CA ?? null,
          cert: settings.REDIS_TLS_CERT ?? null,
          key: settings.REDIS_TLS_KEY?.reveal() ?? null,
          serverName: settings.REDIS_TLS_SERVER_NAME ?? null,
        }
      : null,
    sentinelLogin: isSentinel
      ? {
          username: settings.REDIS_SENTINEL_USER ?? null,
          password: settings.REDIS_SENTINEL_PASSWORD?.reveal() ?? null,
        }
      : null,
  };
}

/** How replication is waited for; null when it is not. */
export function redisReplication(
  settings: Pick<ProcessSettings, "REDIS_URL" | "REDIS_WAIT_REPLICAS" | "REDIS_WAIT_MS">,
): RedisReplicationSettings | null {
  const { REDIS_WAIT_REPLICAS: given, REDIS_WAIT_MS: waitMs } = settings;
  const canFailOver = /^rediss?\+(sentinel|cluster):/.test(settings.REDIS_URL.reveal());
  const replicas = given === "auto" ? Number(canFailOver) : given;
  return replicas === 0 ? null : { replicas, waitMs };
}

function isSentinelUrl(url: string): boolean {
  return /^rediss?\+sentinel:/.test(url);
}
