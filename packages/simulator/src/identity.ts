// Whose call a request is. 360dialog: one key is one number, paths carry no ids. Meta: a Bearer token, and in the path
// a version and the id of the number, the account, a medium or a template. Calls of both are brought into one form,
// 360dialog's, so that everything behind knows one set of paths.
import type { IncomingMessage } from "node:http";
import { type Answer, endpointBlocked, invalidApiKey, metaErrorAnswer } from "./answers.ts";
import { apiKeyOf, bearerOf, type SendTarget } from "./incoming.ts";
import type { NumberState } from "./number.ts";
import type { World } from "./world.ts";

export interface Unidentified {
  /** As sent; "" when there was none. */
  apiKey: string;
  /** What the ledger calls it. */
  label: number | string;
  refusal: Answer;
}

/** A call that is not a send: the number, and path and query as 360dialog has them. */
export interface Call {
  number: NumberState;
  url: string;
}

/** The internal path of a number's own data, which 360dialog has no path for. */
export const NUMBER_PATH = "/phone_number";
const versioned = /^\/v\d+\.\d+\/([^/?]+)(.*)$/;
const sandboxPaths = /^\/v1\/configs\/webhook(\?|$)/;

/** The number that a send belongs to. */
export function identifySend(world: World, request: IncomingMessage, target: SendTarget): NumberState | Unidentified {
  if (target.profile === "meta") return identifyMeta(world, request, target.phoneNumberId ?? "");
  const apiKey = apiKeyOf(request);
  const number = world.numbers.get(apiKey);
  if (number?.options.profile === target.profile) return number;
  return refuseKey(apiKey, number);
}

/** Any other call of the provider API. */
export function identifyCall(world: World, request: IncomingMessage): Call | Unidentified {
  const { url = "/" } = request;
  const match = versioned.exec(url);
  const apiKey = apiKeyOf(request);
  if (match && apiKey === "") return identifyMetaCall(world, request, match[1] ?? "", match[2] ?? "");
  const number = world.numbers.get(apiKey);
  // Meta's own download host has no version in its paths either.
  if (apiKey === "" && bearerOf(request) !== "") return identifyDownload(world, request, url);
  if (number === undefined || number.options.profile === "meta") return refuseKey(apiKey, undefined);
  if (number.options.profile === "360dialog-sandbox" && !sandboxPaths.test(url)) return refuseKey(apiKey, number);
  return { number, url };
}

function refuseKey(apiKey: string, number: NumberState | undefined): Unidentified {
  return number === undefined || number.options.profile === "meta"
    ? { apiKey, label: "invalidApiKey", refusal: invalidApiKey }
    : { apiKey, label: "endpointBlocked", refusal: endpointBlocked };
}

function isMeta({ options }: NumberState, token: string): boolean {
  return options.profile === "meta" && token !== "" && (options.accessToken ?? options.apiKey) === token;
}

function identifyMeta(world: World, request: IncomingMessage, phoneNumberId: string): NumberState | Unidentified {
  const token = bearerOf(request);
  const numbers = numbersOf(world, token);
  return (
    numbers.find(({ options }) => options.phoneNumberId === phoneNumberId) ?? refuseToken(token, numbers, phoneNumberId)
  );
}

function numbersOf(world: World, token: string): NumberState[] {
  return [...world.numbers.values()].filter((number) => isMeta(number, token));
}

/** 190 for a token nobody has, 100 for an object that the token does not reach. */
function refuseToken(token: string, numbers: NumberState[], id: string): Unidentified {
  return numbers.length === 0
    ? { apiKey: token, label: 190, refusal: metaErrorAnswer(190) }
    : { apiKey: token, label: 100, refusal: metaErrorAnswer(100, `Object with ID '${id}' does not exist`) };
}

function identifyMetaCall(world: World, request: IncomingMessage, id: string, rest: string): Call | Unidentified {
  const token = bearerOf(request);
  const numbers = numbersOf(world, token);
  const nowMs = world.clock.nowMs();
  const byNumber = numbers.find(({ options }) => options.phoneNumberId === id);
  if (byNumber) return { number: byNumber, url: rest.startsWith("/") ? rest : NUMBER_PATH + rest };
  const byAccount = numbers.find(({ options }) => options.wabaId === id);
  if (byAccount) return { number: byAccount, url: rest.startsWith("/") ? rest : `/${rest}` };
  const owner = numbers.find(({ media, templates }) => media.find(id, nowMs) !== null || templates.withId(id) !== null);
  return owner ? { number: owner, url: `/${id}${rest}` } : refuseToken(token, numbers, id);
}

function identifyDownload(world: World, request: IncomingMessage, url: string): Call | Unidentified {
  const token = bearerOf(request);
  const numbers = numbersOf(world, token);
  const mid = URL.parse(url, "http://localhost")?.searchParams.get("mid") ?? "";
  const owner = numbers.find(({ media }) => media.find(mid, world.clock.nowMs()) !== null) ?? numbers[0];
  return owner ? { number: owner, url } : refuseToken(token, numbers, mid);
}
