// Logs: one JSON line per event on standard output. `time` is ISO 8601 in UTC, `level` a word, `msg` a fixed phrase;
// whatever varies is a field. Numbers of people, message text and secrets do not pass, whoever logs them.
import { type DestinationStream, type Logger, pino } from "pino";
import { maskNumber, maskNumbersIn, maskWamid } from "./mask.ts";
import { Secret } from "./secret.ts";
import { serializeError } from "./serialize-error.ts";
import type { LogLevel } from "./settings.ts";

export type { Logger } from "pino";

/**
 * A logger for one process; `log.child({ sender })` for a part of it.
 *
 * destination   anything with write(line); default: standard output, written at once, so that no line is lost at exit
 *
 * Masked, down to the third level of the fields (names in any spelling: apiKey, api_key, API-KEY):
 * - fields that hold a number of a person (to, from, recipient, phoneNumber, wa_id, …): `+4915…78`. Other text in a
 *   field of that name stays, so `{ from: "queued", to: "sending" }` reads as written.
 * - fields that hold a secret (authorization, d360-api-key, apiKey, secret, password, …): "[secret]"
 * - fields that hold message text (text, body, caption): "[text]"
 * - numbers inside `msg` and inside errors
 * Errors: see serialize-error.ts; at the levels debug and trace every error shows its stack.
 */
export function createLogger(options: {
  readonly service: string;
  readonly level: LogLevel;
  readonly destination?: DestinationStream;
}): Logger {
  const { service, level, destination = pino.destination({ fd: 1, sync: true }) } = options;
  const withStack = level === "debug" || level === "trace";
  const clean = (fields: object): Record<string, unknown> => cleanFields(fields, withStack, DEPTH_MAX);
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), bindings: clean, log: clean },
      hooks: {
        // Without a phrase pino would take the error's own text for one.
        logMethod([first, second, ...rest], method) {
          if (typeof first === "string") return method.call(this, maskNumbersIn(first), second, ...rest);
          return method.call(this, first, typeof second === "string" ? maskNumbersIn(second) : "error", ...rest);
        },
      },
    },
    destination,
  );
}

const DEPTH_MAX = 3;

const NUMBER_FIELDS = namesOf("to from recipient recipients recipientId phone phoneNumber msisdn waId contact user");
const SECRET_FIELDS = namesOf(
  "authorization cookie setCookie d360ApiKey xApiKey apiKey apiKeys key secret secrets password token " +
    "x360dialogSignature xTernWebhookSecret redisUrl",
);
const TEXT_FIELDS = namesOf("text body caption");

/** Gives the same object when there is nothing to hide, which is the rule. */
function cleanFields(fields: object, withStack: boolean, depth: number): Record<string, unknown> {
  const before = fields as Record<string, unknown>;
  let after: Record<string, unknown> | undefined;
  for (const name of Object.keys(before)) {
    const value = cleanField(name, before[name], withStack, depth);
    if (value === before[name]) continue;
    after ??= { ...before };
    after[name] = value;
  }
  return after ?? before;
}

function cleanField(name: string, value: unknown, withStack: boolean, depth: number): unknown {
  if (value === undefined || value === null || typeof value === "boolean") return value;
  const plainName = plain(name);
  if (SECRET_FIELDS.has(plainName)) return "[secret]";
  if (TEXT_FIELDS.has(plainName)) return "[text]";
  if (typeof value === "string" || typeof value === "number") return cleanScalar(plainName, value);
  return cleanObject(plainName, value, withStack, depth - 1);
}

function cleanScalar(plainName: string, value: string | number): string | number {
  if (plainName === "wamid") return maskWamid(String(value));
  if (!NUMBER_FIELDS.has(plainName)) return value;
  const digits = String(value).match(/\d/g)?.length ?? 0;
  return digits >= 7 ? maskNumber(String(value)) : value;
}

function cleanObject(plainName: string, value: unknown, withStack: boolean, depth: number): unknown {
  if (value instanceof Error) return serializeError(value, withStack);
  if (value instanceof Secret || depth <= 0) return value;
  if (Array.isArray(value)) {
    const cleaned = value.map((item) => cleanField(plainName, item, withStack, depth));
    return cleaned.some((item, index) => item !== value[index]) ? cleaned : value;
  }
  const isPlain = typeof value === "object" && value !== null && /^\[object Object\]$/.test(String(value));
  return isPlain ? cleanFields(value, withStack, depth) : value;
}

/** One spelling for apiKey, api_key, API-KEY and "api key". */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

function namesOf(text: string): ReadonlySet<string> {
  return new Set(text.split(" ").map(plain));
}
