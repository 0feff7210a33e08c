// A random story of one sender: steps drawn by fast-check, carried out on real Redis. Workers look with much room or
// little, die, answer late, twice or never; webhooks say anything at any time; operators stop things and let them go. What
// must hold after each step is the test's business.

import { LANES, type Lane, type Status, type Verdict } from "@tern/core";
import fc from "fast-check";
import { templateKey } from "../keys.ts";
import type { Room, Taken } from "../moves.ts";
import type { Pausable } from "../operate.ts";
import { finishOf, verdicts, type World } from "./world.ts";

export type Step =
  | {
      readonly do: "accept";
      readonly lane: Lane;
      readonly to: string;
      readonly caller: string;
      readonly template: string | null;
      /** Of its fallback; templates need none. */
      readonly fallback: string | null;
      readonly sendInMs: number | null;
      readonly livesMs: number | null;
      readonly doubtPolicy: "resend" | "fail";
    }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "promote" | "reap" | "renew" }
  /** `dies`: the worker is gone before it sends anything. `minds`: free-form content needs an open window. */
  | {
      readonly do: "look";
      readonly most: number;
      readonly bulkRestsMs: number | null;
      readonly dies: boolean;
      readonly minds: boolean;
    }
  /** `keeps`: the same finish may come again. */
  | { readonly do: "finish"; readonly which: number; readonly verdict: Verdict; readonly keeps: boolean }
  | { readonly do: "cancel" | "reslot" | "retry" | "uncount"; readonly which: number }
  | { readonly do: "webhook"; readonly which: number; readonly status: Status; readonly named: boolean }
  | { readonly do: "pause" | "resume"; readonly what: Pausable }
  | { readonly do: "set-pace"; readonly pace: number | null }
  /** A person writes: a window opens. */
  | { readonly do: "write"; readonly user: string }
  /** Somebody says that two spellings are one person's: an answer to this send, or a webhook if there is none. */
  | { readonly do: "learn"; readonly which: number | null; readonly spellings: readonly [string, string] };

const which = fc.nat(1_000);
const soonMs = fc.constantFrom(0, 40, 900, 6_000, 130_000);
const mostly = <T>(usual: T, seldom: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: seldom });

/** What people may turn out to be called: the recipients of anyStep, and others. */
export const SPELLINGS = ["+491", "+492", "+493", "DE.1"] as const;
const TEMPLATES = ["promo", "code"] as const;
/** As records name them: of one name, two languages rest by themselves. */
const TEMPLATE_KEYS = ["promo/en", "promo/de", "code"] as const;
const PAUSABLE: readonly Pausable[] = [
  { kind: "sender" },
  ...LANES.map((lane): Pausable => ({ kind: "lane", lane })),
  ...TEMPLATES.map((name): Pausable => ({ kind: "template", name })),
];

const endsTemplate: Verdict = { ...verdicts.fail(), endsTemplate: true };
const anyVerdict: fc.Arbitrary<Verdict> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(verdicts.submit("")) }, // its wamid is made from the send
  { weight: 2, arbitrary: fc.constant(verdicts.fail()) },
  { weight: 1, arbitrary: fc.constant(endsTemplate) },
  { weight: 1, arbitrary: soonMs.map(verdicts.retry) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Verdict>(
      { kind: "retry", afterMs: 0, asFallback: true },
      { kind: "retry", afterMs: 0, way: "messages" },
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ afterMs: soonMs, unsettled: fc.constantFrom("resend", "fail"), counted: fc.boolean() })
      .map((doubt): Verdict => ({ kind: "doubt", ...doubt })),
  },
  { weight: 1, arbitrary: soonMs.map((ms) => verdicts.snooze(ms)) },
  { weight: 1, arbitrary: fc.constant(verdicts.snooze(300, { slow: true })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(null, 2_000)
      .map((forMs) => verdicts.snooze(0, { reason: "sender-held", hold: { of: "sender", forMs } })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      verdicts.snooze(6_000, { reason: "tier", hold: { of: "lane", forMs: 6_000 } }),
      verdicts.snooze(9_000, { reason: "tier" }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(null, 2_000)
      .map((forMs) => verdicts.snooze(0, { reason: "template-held", hold: { of: "template", forMs } })),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      verdicts.snooze(4_000, { reason: "pair-throttled", hold: { of: "recipient", forMs: 4_000 } }),
    ),
  },
);

const anyAccept = fc.record({
  do: fc.constant("accept" as const),
  lane: fc.constantFrom(...LANES),
  to: fc.constantFrom("+491", "+492"),
  caller: fc.constantFrom("shop", "bank"),
  template: fc.constantFrom(null, null, ...TEMPLATE_KEYS),
  fallback: fc.constantFrom(null, ...TEMPLATE_KEYS),
  sendInMs: mostly<number | null>(null, soonMs),
  livesMs: mostly<number | null>(null, fc.constantFrom(30, 5_000, 100_000)),
  doubtPolicy: fc.constantFrom("resend", "fail"),
});

const passes = [1, 60, 300, 2_000, 8_000, 40_000].map((ms): Step => ({ do: "pass", ms }));

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: anyAccept },
  { weight: 4, arbitrary: fc.constantFrom(...passes) },
  { weight: 4, arbitrary: fc.constant<Step>({ do: "promote" }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: "reap" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "renew" }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("look"),
      most: fc.constantFrom(1, 1, 2, 3, 64),
      bulkRestsMs: mostly<number | null>(null, soonMs),
      dies: mostly(false, fc.constant(true)),
      minds: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("finish"),
      which,
      verdict: anyVerdict,
      keeps: mostly(false, fc.constant(true)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel"), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("retry"), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("reslot", "uncount"), which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("webhook"),
      which,
      status: fc.constantFrom("sent", "delivered", "read", "failed"),
      named: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("write"), user: fc.constantFrom(...SPELLINGS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pause"), what: fc.constantFrom(...PAUSABLE) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("resume"), what: fc.constantFrom(...PAUSABLE) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("set-pace"), pace: fc.constantFrom(null, 5, 200) }) },
);

const maybeWhich: fc.Arbitrary<number | null> = fc.option(which);

/** Two spellings turn out to be one person's. */
export const anyLearnStep: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("learn" as const),
  which: maybeWhich,
  spellings: fc.tuple(fc.constantFrom(...SPELLINGS), fc.constantFrom(...SPELLINGS)),
});

export interface Run {
  /** Every message accepted so far, in that order. */
  readonly localIds: readonly string[];
  step(step: Step): Promise<void>;
  /** Lets everything come to its end: nothing is stopped any more, and every answer is now "accepted". */
  drain(): Promise<void>;
}

export interface RunHooks {
  readonly onAccept?: (localId: string, step: Extract<Step, { do: "accept" }>) => void;
  /** Called with the messages of a look that took some. */
  readonly onTake?: (taken: readonly Taken[]) => Promise<void>;
}

/** More than any of these stories needs: a doubt about a bulk message waits ten minutes. */
const DRAIN_ROUNDS_MAX = 60;
const DRAIN_ROUND_MS = 15_000;
const OPERATOR = "operator";
const WINDOW_MARGIN_MS = 300_000;

export function startRun(world: World, { onAccept = () => {}, onTake = async () => {} }: RunHooks = {}): Run {
  const { store, sender } = world;
  const localIds: string[] = [];
  let writes = 0;
  let sends: Taken[] = [];
  /** Those whose finish may still come: all but the answered ones and those of dead workers. */
  let open: Taken[] = [];

  const pick = <T>(from: readonly T[], number: number): T | undefined => from[number % Math.max(1, from.length)];
  const wamidOf = ({ localId, wireNumber }: Taken) => `wamid.${localId}-${wireNumber}`;

  async function accept(step: Extract<Step, { do: "accept" }>): Promise<void> {
    const { to, lane, caller, template, fallback, sendInMs, livesMs, doubtPolicy } = step;
    const spare = template === null && fallback !== null ? templateKey.read(fallback) : null;
    const localId = await world.waiting({
      to,
      lane,
      caller,
      ...templateKey.read(template),
      fallback: spare && { template: spare.template ?? "", templateLanguage: spare.templateLanguage ?? "" },
      doubtPolicy,
      sendAtMs: sendInMs === null ? null : world.nowMs + sendInMs,
      expiresAtMs: livesMs === null ? null : world.nowMs + livesMs,
    });
    localIds.push(localId);
    onAccept(localId, step);
  }

  async function look(room: Partial<Room> = {}) {
    const begun = await world.look(room);
    sends = [...sends, ...begun.messages];
    if (begun.messages.length > 0) await onTake(begun.messages);
    return begun;
  }

  async function learn(number: number | null, spellings: readonly [string, string]): Promise<void> {
    const sending = number === null ? undefined : pick(open, number);
    open = open.filter((other) => other !== sending);
    if (sending) {
      const done = finishOf(sending, verdicts.submit(wamidOf(sending)));
      await store.finish(sender.id, { ...done, spellings: [spellings] });
    } else {
      await store.apply(sender, { statuses: [], inbound: [], spellings: [spellings], aside: [], raw: null });
    }
  }

  async function finish(sending: Taken | undefined, verdict: Verdict): Promise<void> {
    if (!sending) return;
    await world.finish(sending, verdict.kind === "submit" ? verdicts.submit(wamidOf(sending)) : verdict);
  }

  async function step(next: Step): Promise<void> {
    switch (next.do) {
      case "accept":
        return accept(next);
      case "pass":
        return world.pass(next.ms);
      case "promote":
        await world.promote();
        return;
      case "reap":
        await world.reap();
        return;
      case "renew":
        await store.renew(sender.id, open);
        return;
      case "look": {
        const { most, bulkRestsMs, dies, minds } = next;
        const bulkRestsUntilMs = bulkRestsMs === null ? null : world.nowMs + bulkRestsMs;
        const { messages } = await look({ most, bulkRestsUntilMs, windowMarginMs: minds ? WINDOW_MARGIN_MS : null });
        if (!dies) open = [...open, ...messages];
        return;
      }
      case "finish": {
        const sending = pick(open, next.which);
        if (!next.keeps) open = open.filter((other) => other !== sending);
        return finish(sending, next.verdict);
      }
      case "cancel": {
        const localId = pick(localIds, next.which);
        if (localId) await store.cancel(sender.id, localId, null);
        return;
      }
      case "retry": {
        const records = await store.readMany(sender.id, localIds);
        const failed = localIds.filter((_, at) => records[at]?.status === "failed");
        const localId = pick(failed.length > 0 ? failed : localIds, next.which);
        if (localId) await store.retry(sender.id, [localId], null);
        return;
      }
      case "reslot": {
        const sending = pick(sends, next.which);
        if (sending) await store.reslot(sender, sending);
        return;
      }
      case "uncount": {
        const sending = pick(sends, next.which);
        if (sending) await store.uncount(sender.id, [sending]);
        return;
      }
      case "webhook": {
        const sending = pick(sends, next.which);
        if (!sending) return;
        const { status, named } = next;
        await world.webhook({ status, wamid: wamidOf(sending), message: named ? sending : null });
        return;
      }
      case "pause":
        await store.pause(sender.id, next.what, OPERATOR);
        return;
      case "resume":
        await store.resume(sender.id, next.what, OPERATOR);
        return;
      case "write": {
        const wrote = { wamid: `wamid.in.${writes++}`, atMs: world.nowMs, json: "{}", opensWindowOf: next.user };
        await store.apply(sender, { statuses: [], inbound: [wrote], aside: [], raw: null });
        return;
      }
      case "learn":
        return learn(next.which, next.spellings);
      case "set-pace":
        await store.setPace(sender.id, next.pace, OPERATOR);
        return;
      default:
        throw new Error(`no such step: ${JSON.stringify(next satisfies never)}`);
    }
  }

  /** As a worker does: looks whenever a slot comes into reach, until nothing more may go. */
  async function sendAll(): Promise<void> {
    while (true) {
      const { messages, hasMore, nextSlotUs } = await look();
      for (const sending of messages) await finish(sending, verdicts.submit(""));
      if (messages.length > 0 || hasMore) continue;
      if (nextSlotUs === null) return;
      world.nowMs = Math.max(world.nowMs, Math.ceil(nextSlotUs / 1_000));
    }
  }

  async function drain(): Promise<void> {
    for (const what of PAUSABLE) await store.resume(sender.id, what, OPERATOR);
    for (let round = 0; round < DRAIN_ROUNDS_MAX; round++) {
      await world.promote();
      await world.reap();
      await sendAll();
      const records = await store.readMany(sender.id, localIds);
      if (records.every((record) => record === null || record.place === "none")) return;
      world.pass(DRAIN_ROUND_MS);
    }
  }

  return { localIds, step, drain };
}
