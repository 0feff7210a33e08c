// Everything the simulated platform knows, in one place, so that a reset forgets all of it at once.
import { type Activity, createActivity } from "./activity.ts";
import type { Behaviour, BehaviourPatch, NumberOptions } from "./admin-types.ts";
import { defaultBehaviour, mergeBehaviour, mergePatches } from "./behaviour.ts";
import type { Clock } from "./clock.ts";
import { createDeliveryStats, type DeliveryStats } from "./delivery-stats.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createInboundLog, type InboundLog } from "./inbound/log.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { configureNumber, createNumber, type NumberState } from "./number.ts";
import { createStream, purpose } from "./prng.ts";
import { createRecipients, type Recipients } from "./recipients.ts";
import { createScheduler, type Scheduler } from "./scheduler.ts";
import { createTierSet, type TierSet } from "./tier-set.ts";
import { createWaba, type Waba } from "./waba.ts";
import { createWebhookChannel } from "./webhook-channel.ts";
import type { WebhookPoster } from "./webhook-poster.ts";

export interface Portfolio {
  tier: number | null;
  reached: TierSet;
  /** Messages refused or failed because it was full. */
  overTier: number;
}

export interface RequestCounts {
  requests: number;
  taken: number;
  refusedByCode: Map<string, number>;
  byFault: Map<string, number>;
  /** Other calls than sends, by method and path. */
  calls: Map<string, number>;
}

export interface World {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly activity: Activity;
  seed: number;
  /** Messages taken so far, inbound ones included: the ordinal of the last wamid given out. */
  wamids: number;
  counts: RequestCounts;
  numbers: Map<string, NumberState>;
  portfolios: Map<string, Portfolio>;
  wabas: Map<string, Waba>;
  recipients: Recipients;
  /** Messages from users, for what refers to them. */
  inbound: InboundLog;
  /** Media ids given out so far. */
  mediaCount: number;
  faults: Faults;
  ledger: Ledger;
  stats: DeliveryStats;
  behaviour: Behaviour;
  putNumber(options: NumberOptions): NumberState;
  patchBehaviour(patch: BehaviourPatch, number: NumberState | null): Behaviour;
  /** Runs `task` at `atMs`; whoever waits for idleness waits for it. */
  later(atMs: number, task: () => void): void;
  /** Forgets everything; webhooks under way are no longer followed. */
  reset(seed: number): void;
}

/**
 * Makes an empty world.
 *
 * seed         any 32-bit integer: the same seed and the same requests give the same choices
 * ledgerMax    how many ledger entries are kept
 */
export function createWorld(deps: { clock: Clock; poster: WebhookPoster }, seed: number, ledgerMax: number): World {
  const { clock, poster } = deps;
  const scheduler = createScheduler(clock);
  const activity = createActivity();

  function memories(ofSeed: number) {
    return {
      seed: ofSeed,
      wamids: 0,
      counts: { requests: 0, taken: 0, refusedByCode: new Map(), byFault: new Map(), calls: new Map() },
      numbers: new Map(),
      portfolios: new Map(),
      wabas: new Map(),
      recipients: createRecipients(),
      inbound: createInboundLog(),
      mediaCount: 0,
      faults: createFaults(ofSeed),
      ledger: createLedger({ entriesMax: ledgerMax, seed: ofSeed }),
      stats: createDeliveryStats(),
      behaviour: defaultBehaviour,
    };
  }

  const world: World = {
    clock,
    scheduler,
    activity,
    ...memories(seed),
    putNumber(options) {
      let number = world.numbers.get(options.apiKey);
      if (number) {
        configureNumber(number, options);
      } else {
        const chance = createStream(world.seed, purpose.batches, world.numbers.size);
        const { stats } = world;
        const waba = world.wabas.get(options.wabaId) ?? createWaba(options.wabaId);
        world.wabas.set(options.wabaId, waba);
        number = createNumber(options, world.behaviour, waba, (owner) =>
          createWebhookChannel(owner, { clock, scheduler, poster, activity, stats, chance }),
        );
        world.numbers.set(options.apiKey, number);
      }
      const portfolio = world.portfolios.get(options.portfolio) ?? {
        tier: null,
        reached: createTierSet(),
        overTier: 0,
      };
      if (options.tier !== undefined) portfolio.tier = options.tier;
      world.portfolios.set(options.portfolio, portfolio);
      return number;
    },
    patchBehaviour(patch, number) {
      if (number) number.behaviourPatch = mergePatches(number.behaviourPatch, patch);
      else world.behaviour = mergeBehaviour(world.behaviour, patch);
      for (const each of world.numbers.values()) each.behaviour = mergeBehaviour(world.behaviour, each.behaviourPatch);
      return number ? number.behaviour : world.behaviour;
    },
    later(atMs, task) {
      activity.began(1);
      scheduler.at(atMs, () => {
        task();
        activity.ended(1);
      });
    },
    reset(ofSeed) {
      scheduler.clear();
      for (const number of world.numbers.values()) number.channel.close();
      Object.assign(world, memories(ofSeed));
      activity.reset();
    },
  };
  return world;
}

/** A portfolio's limit and set; every number has one from its registration on. */
export function portfolioOf(world: World, number: NumberState): Portfolio {
  const portfolio = world.portfolios.get(number.options.portfolio);
  if (!portfolio) throw new Error(`portfolio ${number.options.portfolio} is not known: a bug of the simulator`);
  return portfolio;
}
