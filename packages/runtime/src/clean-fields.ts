// What becomes of the fields of a log line before it is written: numbers of people, message text and secrets do not
// pass, whoever logs them. A second line of defence; the first is not to log them.
import { isError } from "./caught.ts";
import { maskNumber, maskNumbersIn, maskSureNumbersIn, maskWamid } from "./mask.ts";
import { serializeError } from "./serialize-error.ts";

/** Fields by what they hold, in any spelling: apiKey, api_key and API-KEY are one. */
const NAMES_BY_KIND = {
  number: "to from recipient recipients recipientId phone phoneNumber msisdn waId",
  secret:
    "authorization cookie setCookie d360ApiKey xApiKey apiKey secret secrets password token redisUrl " +
    "x360dialogSignature xTernWebhookSecret",
  text: "text body caption",
  wamid: "wamid",
} as const;
type Kind = keyof typeof NAMES_BY_KIND;

/** As deep as pino itself would write. */
const DEPTH_MAX = 5;

/**
 * Cleans the fields of a line at every level; gives the same object if there was nothing to clean.
 *
 * number   "+4915…78", in lists as well; text in such a field that is no number stays ({ from: "queued" })
 * secret   "[secret]"
 * text     "[text]"
 * wamid    its last characters, for it holds the recipient's number
 * other    as it is, but for numbers with their plus, wamids and BSUIDs inside it
 * errors   as serialize-error.ts says; `withStack` shows every stack
 *
 * What cannot be looked into is not written: "[deep]" below the fifth level, and "[Socket]" for an instance of a class
 * that has no toJSON of its own (bytes included, for they may be anything).
 */
export function cleanFields(fields: object, withStack: boolean, depth: number = DEPTH_MAX): Record<string, unknown> {
  const before = fields as Record<string, unknown>;
  let after: Record<string, unknown> | undefined;
  for (const name of Object.keys(before)) {
    const value = clean(kindOf(name), before[name], withStack, depth);
    if (value === before[name]) continue;
    after ??= { ...before };
    after[name] = value;
  }
  return after ?? before;
}

function clean(kind: Kind | null, value: unknown, withStack: boolean, depth: number): unknown {
  if (value === undefined || value === null || typeof value === "boolean") return value;
  if (kind === "secret") return "[secret]";
  if (kind === "text") return "[text]";
  if (typeof value === "object") return cleanObject(kind, value, withStack, depth - 1);
  if (kind === "wamid") return maskWamid(String(value));
  if (kind === "number" && isNumber(String(value))) return maskNumber(String(value));
  if (kind === "number" && typeof value === "string") return maskNumbersIn(value);
  return typeof value === "string" ? maskSureNumbersIn(value) : value;
}

function cleanObject(kind: Kind | null, value: object, withStack: boolean, depth: number): unknown {
  if (isError(value)) return serializeError(value, withStack);
  if (depth <= 0) return "[deep]";
  if (Array.isArray(value)) {
    const cleaned = value.map((item) => clean(kind, item, withStack, depth));
    return cleaned.some((item, index) => item !== value[index]) ? cleaned : value;
  }
  if (isPlainObject(value)) return cleanFields(value, withStack, depth);
  const knowsItsJson = "toJSON" in value && !ArrayBuffer.isView(value);
  return knowsItsJson ? value : `[${value.constructor.name}]`;
}

/** Of any realm. */
function isPlainObject(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isNumber(text: string): boolean {
  return (text.match(/\d/g)?.length ?? 0) >= 7;
}

const kindByPlainName = new Map<string, Kind>(
  Object.entries(NAMES_BY_KIND).flatMap(([kind, names]) => names.split(" ").map((name) => [plain(name), kind as Kind])),
);

/** Field names are few and repeat with every line; the bound is for names that come from data. */
const CACHE_MAX = 1_000;
const kindByName = new Map<string, Kind | null>();

function kindOf(name: string): Kind | null {
  const known = kindByName.get(name);
  if (known !== undefined) return known;
  const kind = kindByPlainName.get(plain(name)) ?? null;
  if (kindByName.size < CACHE_MAX) kindByName.set(name, kind);
  return kind;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}
