// The providers that Tern can speak to, as data: where they are, how a number proves itself, and which path each
// operation has. 360dialog relays Meta's Cloud API under paths without version and ids, because its key selects the number;
// its sandbox has two paths only; Meta itself wants a version, the id of the number or of its account, and a bearer
// token. Source: docs/sources.md, provider profiles.

import type { SendWay } from "@tern/core";

/** One row each; the deployment's `profile` names them. */
export const PROFILE_NAMES = ["360dialog", "360dialog-sandbox", "meta"] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** What can be asked of a provider besides sending. `media` and `template` are the ones that an id names. */
export type Operation = "mediaUpload" | "media" | "templates" | "template" | "health" | "blockedUsers" | "webhook";

export interface ProviderProfile {
  readonly name: ProfileName;
  /** Unless a sender says otherwise; without a trailing slash. */
  readonly baseUrl: string;
  /** The header that carries the key, and what stands before the key in it. */
  readonly auth: { readonly header: string; readonly prefix: string };
  /** With {apiVersion}, {phoneNumberId} and {wabaId} where the account's belong. Reading and typing go there as well. */
  readonly messagesPath: string;
  /** Null: marketing goes the way of everything else. */
  readonly marketingPath: string | null;
  /** As above, and with {id} for what an operation concerns; null: the profile cannot do it. */
  readonly paths: Readonly<Record<Operation, string | null>>;
  /**
   * Hosts from which media may be fetched besides the base URL's own: downloads carry the key, so they go nowhere else.
   * Where there is none, the host of a media URL is replaced by the base URL's.
   */
  readonly mediaHosts: readonly string[];
}

export const PROFILES: Readonly<Record<ProfileName, ProviderProfile>> = {
  "360dialog": {
    name: "360dialog",
    baseUrl: "https://waba-v2.360dialog.io",
    auth: { header: "D360-API-KEY", prefix: "" },
    messagesPath: "/messages",
    marketingPath: "/marketing_messages",
    paths: {
      mediaUpload: "/media",
      media: "/{id}",
      templates: "/message_templates",
      template: "/{id}",
      health: "/health_status",
      blockedUsers: "/block_users",
      webhook: "/v1/configs/webhook",
    },
    mediaHosts: [],
  },
  "360dialog-sandbox": {
    name: "360dialog-sandbox",
    baseUrl: "https://waba-sandbox.360dialog.io",
    auth: { header: "D360-API-KEY", prefix: "" },
    messagesPath: "/v1/messages",
    marketingPath: null,
    paths: {
      mediaUpload: null,
      media: null,
      templates: null,
      template: null,
      health: null,
      blockedUsers: null,
      webhook: "/v1/configs/webhook",
    },
    mediaHosts: [],
  },
  meta: {
    name: "meta",
    baseUrl: "https://graph.facebook.com",
    auth: { header: "authorization", prefix: "Bearer " },
    messagesPath: "/{apiVersion}/{phoneNumberId}/messages",
    marketingPath: "/{apiVersion}/{phoneNumberId}/marketing_messages",
    paths: {
      mediaUpload: "/{apiVersion}/{phoneNumberId}/media",
      media: "/{apiVersion}/{id}",
      templates: "/{apiVersion}/{wabaId}/message_templates",
      template: "/{apiVersion}/{id}",
      health: "/{apiVersion}/{phoneNumberId}?fields=health_status",
      blockedUsers: "/{apiVersion}/{phoneNumberId}/block_users",
      // Meta has one webhook per app, with overrides and without headers of ours: another thing, set up at Meta.
      webhook: null,
    },
    mediaHosts: ["lookaside.fbsbx.com"],
  },
};

/** A number at its provider: all that a call needs. A sender of the deployment is one. */
export interface ProviderAccount {
  readonly profile: ProfileName;
  /** Graph's version, such as v24.0; null where the profile's paths have none. */
  readonly apiVersion: string | null;
  /** Origin and optional path prefix, without a trailing slash. */
  readonly baseUrl: string;
  readonly phoneNumberId: string;
  readonly wabaId: string;
  /** Asked at each call, so that a rotated key is used at once. */
  readonly apiKey: { reveal(): string };
}

/** Where a request goes and what it proves itself with. */
export interface Route {
  readonly baseUrl: string;
  /** With a leading slash; empty when the account lacks an id that the path needs, which no client sends. */
  readonly path: string;
  /** `value` is a secret. */
  readonly auth: { readonly header: string; readonly value: string };
}

/** Where messages go; those of marketing templates may have a way of their own, if the profile has it. */
export function sendRoute(account: ProviderAccount, way: SendWay = "messages"): Route {
  const { messagesPath, marketingPath } = PROFILES[account.profile];
  return toRoute(account, way === "messages" ? messagesPath : (marketingPath ?? messagesPath), "");
}

/**
 * Where an operation goes.
 *
 * id        what it concerns (a media or template id): digits
 * returns   null: the profile cannot do it
 */
export function routeOf(account: ProviderAccount, operation: Operation, id = ""): Route | null {
  const path = PROFILES[account.profile].paths[operation];
  return path === null ? null : toRoute(account, path, id);
}

/**
 * From the URL that a media id led to, to where its bytes are fetched.
 *
 * returns   null: the URL is none, or leads to a host that the key must not be shown to
 */
export function mediaRoute(account: ProviderAccount, url: string): Route | null {
  const { mediaHosts, baseUrl } = PROFILES[account.profile];
  const given = URL.parse(url);
  if (given === null) return null;
  const path = given.pathname + given.search;
  const auth = authOf(account);
  // Whoever put another address in (a gateway, the simulator) wants all of the sender's traffic there.
  const isElsewhere = account.baseUrl !== baseUrl;
  if (isElsewhere || mediaHosts.length === 0) return { baseUrl: account.baseUrl, path, auth };
  return given.protocol === "https:" && mediaHosts.includes(given.host) ? { baseUrl: given.origin, path, auth } : null;
}

function toRoute(account: ProviderAccount, template: string, id: string): Route {
  const { apiVersion, phoneNumberId, wabaId } = account;
  const values: Readonly<Record<string, string | null>> = { apiVersion, phoneNumberId, wabaId, id };
  let isWhole = true;
  const path = template.replace(/\{(\w+)\}/g, (_match, name: string) => {
    const value = values[name];
    if (!value) isWhole = false;
    return encodeURIComponent(value ?? "");
  });
  return { baseUrl: account.baseUrl, path: isWhole ? path : "", auth: authOf(account) };
}

function authOf({ profile, apiKey }: ProviderAccount): Route["auth"] {
  const { header, prefix } = PROFILES[profile].auth;
  return { header, value: prefix + apiKey.reveal() };
}
