// A random story of one sender: steps drawn by fast-check, carried out on real Redis. Workers lose jobs, get them twice,
// answer late, twice or never; webhooks say anything at any time. What must hold after each step is the test's business.

import { type DueJob, LANES, type Lane, type Status, type Verdict } from "@tern/core";
import fc from "fast-check";
import { finishOf, type Sending, verdicts, type World } from "./world.ts";

export type Step =
  | {
      readonly do: "accept";
      readonly lane: Lane;
      readonly to: string;
      readonly caller: string;
      readonly sendInMs: number | null;
      readonly livesMs: number | null;
      readonly doubtPolicy: "resend" | "fail";
    }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "promote" | "reap" | "renew" }
  /** `keeps`: the job stays and comes a second time, as BullMQ's may. */
  | { readonly do: "begin"; readonly which: number; readonly keeps: boolean }
  /** Every job at one moment, each of them twice. */
  | { readonly do: "burst" }
  | { readonly do: "lose"; readonly which: number }
  /** `keeps`: the same finish may come again. */
  | { readonly do: "finish"; readonly which: number; readonly verdict: Verdict; readonly keeps: boolean }
  | { readonly do: "cancel" | "reslot"; readonly which: number }
  | { readonly do: "webhook"; readonly which: number; readonly status: Status; readonly named: boolean };

const which = fc.nat(1_000);
const soonMs = fc.constantFrom(0, 40, 900, 6_000, 130_000);
const mostly = <T>(usual: T, seldom: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: seldom });

const anyVerdict: fc.Arbitrary<Verdict> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(verdicts.submit("")) }, // its wamid is made from the send
  { weight: 1, arbitrary: fc.constant(verdicts.fail()) },
  { weight: 1, arbitrary: soonMs.map(verdicts.retry) },
  {
    weight: 2,
    arbitrary: fc.tuple(soonMs, fc.constantFrom("resend", "fail")).map(([ms, next]) => verdicts.doubt(ms, next)),
  },
  { weight: 1, arbitrary: soonMs.map((ms) => verdicts.snooze(ms)) },
  { weight: 1, arbitrary: fc.constant(verdicts.snooze(300, { slow: true })) },
  { weight: 1, arbitrary: fc.constant(verdicts.snooze(2_000, { reason: "sender-held", holdSenderMs: 2_000 })) },
);

const anyAccept = fc.record({
  do: fc.constant("accept" as const),
  lane: fc.constantFrom(...LANES),
  to: fc.constantFrom("+491", "+492"),
  caller: fc.constantFrom("shop", "bank"),
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
  { weight: 8, arbitrary: fc.record({ do: fc.constant("begin"), which, keeps: mostly(false, fc.constant(true)) }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "burst" }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose"), which }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("finish"),
      which,
      verdict: anyVerdict,
      keeps: mostly(false, fc.constant(true)),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("cancel"), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reslot"), which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("webhook"),
      which,
      status: fc.constantFrom("sent", "delivered", "read", "failed"),
      named: fc.boolean(),
    }),
  },
);

export interface Run {
  /** Every message accepted so far, in that order. */
  readonly localIds: readonly string[];
  step(step: Step): Promise<void>;
  /** Lets everything come to its end: every answer is now "accepted". */
  drain(): Promise<void>;
}

export interface RunHooks {
  readonly onAccept?: (localId: string, step: Extract<Step, { do: "accept" }>) => void;
  /** Called when a message was taken to the wire. */
  readonly onSend?: (sending: Sending) => Promise<void>;
}

/** More than any of these stories needs: a doubt waits 130 s at most, a job that was lost is handed out within a minute. */
const DRAIN_ROUNDS_MAX = 60;
const DRAIN_ROUND_MS = 15_000;

export function startRun(world: World, { onAccept = () => {}, onSend = async () => {} }: RunHooks = {}): Run {
  const localIds: string[] = [];
  let jobs: DueJob[] = [];
  let sends: Sending[] = [];
  /** Those whose finish may still come: all but the answered ones. */
  let open: Sending[] = [];

  const pick = <T>(from: readonly T[], number: number): T | undefined => from[number % Math.max(1, from.length)];
  const wamidOf = ({ localId, wireNumber }: Sending) => `wamid.${localId}-${wireNumber}`;
  const note = (next: DueJob | null) => {
    if (next) jobs.push(next);
  };

  async function accept(step: Extract<Step, { do: "accept" }>): Promise<void> {
    const { to, lane, caller, sendInMs, livesMs, doubtPolicy } = step;
    const [accepted] = await world.accept({
      to,
      lane,
      caller,
      doubtPolicy,
      sendAtMs: sendInMs === null ? null : world.nowMs + sendInMs,
      expiresAtMs: livesMs === null ? null : world.nowMs + livesMs,
    });
    if (accepted?.kind !== "accepted") throw new Error("a message without a key was not accepted");
    localIds.push(accepted.localId);
    note(accepted.job);
    onAccept(accepted.localId, step);
  }

  async function begin(job: DueJob | undefined): Promise<Sending | null> {
    if (!job) return null;
    const begun = await world.begin(job);
    if (begun.kind === "expired") note(begun.next);
    if (begun.kind !== "send") return null;
    sends = [...sends, begun];
    open = [...open, begun];
    await onSend(begun);
    return begun;
  }

  async function finish(sending: Sending | undefined, verdict: Verdict): Promise<void> {
    if (!sending) return;
    const own = verdict.kind === "submit" ? verdicts.submit(wamidOf(sending)) : verdict;
    note((await world.store.finish(world.sender.id, finishOf(sending, own))).next);
  }

  async function webhook(sending: Sending | undefined, status: Status, named: boolean): Promise<void> {
    if (!sending) return;
    const told = await world.webhook({ status, wamid: wamidOf(sending), message: named ? sending : null });
    jobs.push(...told.jobs);
  }

  async function step(next: Step): Promise<void> {
    switch (next.do) {
      case "accept":
        return accept(next);
      case "pass":
        return world.pass(next.ms);
      case "promote":
        jobs.push(...(await world.promote()));
        return;
      case "reap":
        jobs.push(...(await world.reap()).jobs);
        return;
      case "renew":
        await world.store.renew(world.sender.id, open);
        return;
      case "begin": {
        const job = pick(jobs, next.which);
        if (!next.keeps) jobs = jobs.filter((other) => other !== job);
        await begin(job);
        return;
      }
      case "burst": {
        const all = jobs;
        jobs = [];
        await Promise.all([...all, ...all].map(begin));
        return;
      }
      case "lose": {
        const job = pick(jobs, next.which);
        jobs = jobs.filter((other) => other !== job);
        return;
      }
      case "finish": {
        const sending = pick(open, next.which);
        if (!next.keeps) open = open.filter((other) => other !== sending);
        return finish(sending, next.verdict);
      }
      case "cancel": {
        const localId = pick(localIds, next.which);
        if (localId) note((await world.store.cancel(world.sender.id, localId, null)).next);
        return;
      }
      case "reslot": {
        const sending = pick(sends, next.which);
        if (sending) await world.store.reslot(world.sender, sending.localId, sending.wireNumber, sending.lane);
        return;
      }
      case "webhook":
        return webhook(pick(sends, next.which), next.status, next.named);
      default:
        throw new Error(`no such step: ${JSON.stringify(next satisfies never)}`);
    }
  }

  async function drain(): Promise<void> {
    for (let round = 0; round < DRAIN_ROUNDS_MAX; round++) {
      jobs.push(...(await world.promote()), ...(await world.reap()).jobs);
      while (jobs.length > 0) await finish((await begin(jobs.shift())) ?? undefined, verdicts.submit(""));
      const records = await world.store.readMany(world.sender.id, localIds);
      if (records.every((record) => record?.place === "none")) return;
      world.pass(DRAIN_ROUND_MS);
    }
  }

  return { localIds, step, drain };
}
