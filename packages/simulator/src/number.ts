// One business number: its options and everything the platform remembers about it.
import type { Behaviour, BehaviourPatch, NumberOptions, WebhookTarget } from "./admin-types.ts";
import { defaultBehaviour } from "./behaviour.ts";
import { createExpiringMap, type ExpiringMap } from "./expiring-map.ts";
import { createPairBudget, type PairBudget } from "./pair-budget.ts";
import { createSlidingWindow, type SlidingWindow } from "./sliding-window.ts";
import { createTemplateRegistry, type TemplateRegistry } from "./template-registry.ts";
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
  templates: TemplateRegistry;
  behaviourPatch: BehaviourPatch;
  channel: WebhookChannel;
}

/**
 * Makes a number that has seen nothing yet.
 *
 * createChannel   makes the way of its webhooks; called once, with the number itself
 */
export function createNumber(
  options: NumberOptions,
  behaviour: Behaviour,
  createChannel: (owner: ChannelOwner) => WebhookChannel,
): NumberState {
  const number: NumberState = {
    options: withDefaults(options),
    identity: options,
    ownUser: "",
    target: null,
    behaviour: defaultBehaviour,
    signatureSecret: null,
    throughput: createSlidingWindow(),
    taken: createSlidingWindow(),
    takenCount: 0,
    firstTakenAtMs: 0,
    lastTakenAtMs: 0,
    pairs: createPairBudget(),
    throttledCount: 0,
    pairRefusedCount: 0,
    windowOpenUntilMs: createExpiringMap(),
    templates: createTemplateRegistry(),
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
  number.signatureSecret = number.options.signatureSecret;
  setWebhook(number, webhook);
}

/** Where the number's webhooks go; null: nowhere. Throws TypeError for what is not an http(s) URL. */
export function setWebhook(number: NumberState, webhook: WebhookTarget | null): void {
  number.target = webhook === null ? null : parseTarget(webhook.url, webhook.headers ?? {});
  number.options.webhook = webhook;
}

function withDefaults(options: NumberOptions): Required<NumberOptions> {
  return {
    throughputPerSecond: 80, // Meta "throughput", read 2026-09
    tier: null,
    tierErrorCode: 131048,
    tierErrorSync: false,
    pairLimit: true,
    windowEnforcement: "off",
    echoCallbackData: true,
    signatureSecret: null,
    canSendMessage: "AVAILABLE",
    webhook: null,
    ...options,
  };
}
