// One business number: its options and everything the platform remembers about it.
import type { Behaviour, BehaviourPatch, NumberOptions, WebhookTarget } from "./admin-types.ts";
import { defaultBehaviour } from "./behaviour.ts";
import { createExpiringMap, type ExpiringMap } from "./expiring-map.ts";
import { createFreeEntry, type FreeEntry } from "./free-entry.ts";
import { createMediaStore, type MediaStore } from "./media/store.ts";
import { createPairBudget, type PairBudget } from "./pair-budget.ts";
import { createServiceAllowance, type ServiceAllowance } from "./pricing.ts";
import { createSlidingWindow, type SlidingWindow } from "./sliding-window.ts";
import type { TemplateRegistry } from "./templates/registry.ts";
import type { Waba } from "./waba.ts";
import type { ChannelOwner, WebhookChannel } from "./webhook-channel.ts";
import { parseTarget } from "./webhook-poster.ts";

export interface NumberState extends ChannelOwner {
  options: Required<NumberOptions>;
  /** The number itself as a recipient would be written. */
  ownUser: string;
  /** Outbound and inbound: what the throughput limit counts. */
  throughput: SlidingWindow;
  /** Outbound alone: what the ledger's summary reports. */
  taken: SlidingWindow;
  takenCount: number;
  firstTakenAtMs: number;
  lastTakenAtMs: number;
  pairs: PairBudget;
  /** How often it was told to slow down, and how often refused for the pair limit. */
  throttledCount: number;
  pairRefusedCount: number;
  /** Until when the customer service window of a user is open. */
  windowOpenUntilMs: ExpiringMap;
  /** When each last wrote; kept for as long as they can be blocked for it. */
  wroteAtMs: ExpiringMap;
  /** Free entry points opened by messages from ads. */
  freeEntry: FreeEntry;
  serviceAllowance: ServiceAllowance;
  waba: Waba;
  /** Those of its account, or its own once it was given some. */
  templates: TemplateRegistry;
  media: MediaStore;
  /** Whom the business has blocked, and when. */
  blockedAtMs: Map<string, number>;
  /** Further destinations of its webhooks, and whether they are in use. */
  clones: { isEnabled: boolean; destinations: CloneDestination[] };
  behaviourPatch: BehaviourPatch;
  channel: WebhookChannel;
}

/** Where a clone of each webhook goes once the main one was answered with 200. */
export interface CloneDestination extends WebhookTarget {
  name: string;
}

/**
 * Makes a number that has seen nothing yet.
 *
 * createChannel   makes the way of its webhooks; called once, with the number itself
 */
export function createNumber(
  options: NumberOptions,
  behaviour: Behaviour,
  waba: Waba,
  createChannel: (owner: ChannelOwner) => WebhookChannel,
): NumberState {
  const number: NumberState = {
    options: withDefaults(options),
    identity: options,
    ownUser: "",
    target: null,
    behaviour: defaultBehaviour,
    signing: null,
    isLegacy: false,
    cloneTargets: [],
    throughput: createSlidingWindow(),
    taken: createSlidingWindow(),
    takenCount: 0,
    firstTakenAtMs: 0,
    lastTakenAtMs: 0,
    pairs: createPairBudget(),
    throttledCount: 0,
    pairRefusedCount: 0,
    windowOpenUntilMs: createExpiringMap(),
    wroteAtMs: createExpiringMap(),
    freeEntry: createFreeEntry(),
    serviceAllowance: createServiceAllowance(),
    waba,
    templates: waba.templates,
    media: createMediaStore(),
    blockedAtMs: new Map(),
    clones: { isEnabled: false, destinations: [] },
    behaviourPatch: {},
    channel: { push() {}, sendNow: (_update, after) => after(), sendRaw() {}, close() {} },
  };
  configureNumber(number, options);
  number.behaviour = behaviour;
  number.channel = createChannel(number);
  return number;
}

/** Replaces the options and keeps what the number remembers; the webhook stays unless one (or null) is given. */
export function configureNumber(number: NumberState, options: NumberOptions): void {
  const webhook = options.webhook === undefined ? number.options.webhook : options.webhook;
  number.options = { ...withDefaults(options), webhook };
  number.identity = number.options;
  number.ownUser = `+${options.displayPhoneNumber.replace(/\D/g, "")}`;
  const { profile, appSecret, signatureSecret } = number.options;
  // Meta signs with the app's secret; 360dialog, if at all, with the partner's platform secret and bare hex.
  if (profile === "meta") {
    number.signing =
      appSecret === null ? null : { header: "x-hub-signature-256", prefix: "sha256=", secret: appSecret };
  } else {
    number.signing =
      signatureSecret === null ? null : { header: "x-360dialog-signature", prefix: "", secret: signatureSecret };
  }
  number.isLegacy = number.options.legacyWebhooks;
  setWebhook(number, webhook);
}

/** Where the number's webhooks go; null: nowhere of its own. Throws TypeError for what is not an http(s) URL. */
export function setWebhook(number: NumberState, webhook: WebhookTarget | null): void {
  if (webhook !== null) parseTarget(webhook.url, webhook.headers ?? {});
  number.options.webhook = webhook;
  resolveTarget(number);
}

/** The number's own webhook goes over the account's, unless that overrides all (360dialog "hub/webhook-url"). */
export function resolveTarget(number: NumberState): void {
  const { webhook } = number.options;
  const own = webhook === null ? null : parseTarget(webhook.url, webhook.headers ?? {});
  const { target, overridesAll } = number.waba;
  number.target = overridesAll ? (target ?? own) : (own ?? target);
}

/** Where clones of the number's webhooks go. */
export function setClones(number: NumberState, clones: NumberState["clones"]): void {
  number.clones = clones;
  number.cloneTargets = clones.isEnabled
    ? clones.destinations.map(({ url, headers = {} }) => parseTarget(url, headers))
    : [];
}

function withDefaults(options: NumberOptions): Required<NumberOptions> {
  return {
    profile: "360dialog",
    accessToken: null,
    sandboxPhone: null,
    sandboxMessagesMax: 200,
    throughputPerSecond: 80, // Meta "throughput", read 2026-09
    tier: null,
    tierErrorCode: 131048,
    tierErrorSync: false,
    pairLimit: true,
    windowEnforcement: "off",
    echoCallbackData: true,
    signatureSecret: null,
    appSecret: null,
    legacyWebhooks: false,
    forwardAccountFields: true,
    canSendMessage: "AVAILABLE",
    healthNodes: [],
    readsCountToThroughput: false,
    marketingRouting: false,
    marketingOnlyByMarketingApi: false,
    marketingTermsSigned: true,
    notMarketingErrorCode: 131055,
    usMarketingPause: false,
    serviceAllowancePerMonth: 1000,
    templatesMax: 250,
    templateReview: { afterMs: 1000, decision: "APPROVED" },
    managementCallsPerHour: 5000,
    blockListMax: 64_000,
    webhook: null,
    ...options,
  };
}
