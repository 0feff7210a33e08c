// A random story of one sender: steps drawn by fast-check, carried out on real Redis. Workers lose jobs, get them twice,
// answer late, twice or never; webhooks say anything at any time. What must hold after each step is the test's business.

import { type DueJob, LANES, laneNumber, type OutcomeClass, type Status, type Verdict } from "@tern/core";
import fc from "fast-check";
import { finishOf, type Sending, verdicts, type World } from "./world.ts";

export type Step =
  | {
      readonly do: "accept";
      readonly lane: (typeof LANES)[number];
      readonly to: string;
      readonly caller: string;
      readonly sendInMs: number | null;
      readonly livesMs: number | null;
      readonly doubtPolicy: "resend" | "fail";
    }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "promote" | "reap" }
  /** `keeps`: the job stays and comes a second time, as BullMQ's may. */
  | { readonly do: "begin"; readonly which: number; readonly keeps: boolean }
  | { readonly do: "lose"; readonly which: number }
  | { readonly do: "finish"; readonly which: number; readonly verdict: Verdict; readonly keeps: boolean }
  | { readonly do: "cancel" | "renew" | "reslot"; readonly which: number }
  | { readonly do: "webhook"; readonly which: number; readonly status: Status; readonly named: boolean };

const which = fc.nat(1_000);
const soonMs = fc.constantFrom(0, 40, 900, 6_000, 130_000);

const anyVerdict: fc.Arbitrary<Verdict> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(verdicts.submit("wamid.of-the-send")) },
  fc.constant(verdicts.fail()),
  soonMs.map(verdicts.retry),
  fc.tuple(soonMs, fc.constantFrom("resend" as const, "fail" as const)).map(([ms, next]) => verdicts.doubt(ms, next)),
  soonMs.map((ms) => verdicts.snooze(ms)),
  fc.constant(verdicts.snooze(300, { slow: true })),
  fc.constant(verdicts.snooze(2_000, { reason: "sender-held", holdSenderMs: 2_000 })),
);

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("accept" as const),
      lane: fc.constantFrom(...LANES),
      to: fc.constantFrom("+491", "+492"),
      caller: fc.constantFrom("shop", "bank"),
      sendInMs: fc.option(soonMs, { freq: 4 }),
      livesMs: fc.option(fc.constantFrom(30, 5_000, 100_000), { freq: 5 }),
      doubtPolicy: fc.constantFrom("resend" as const, "fail" as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1, 60, 300, 2_000, 8_000) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("promote" as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("begin" as const), which, keeps: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose" as const), which }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("finish" as const), which, verdict: anyVerdict, keeps: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reap" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("renew" as const, "reslot" as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("webhook" as const),
      which,
      status: fc.constantFrom<Status>("sent", "delivered", "read", "failed"),
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
  /** Called when a message was taken to the wire. */
  readonly onSend?: (sending: Sending) => Promise<void>;
}

/** More than any story of this file needs: a doubt waits 130 s at most, a swept job a minute. */
const DRAIN_ROUNDS_MAX = 60;

export function startRun(world: World, { onSend = async () => {} }: RunHooks = {}): Run {
  const localIds: string[] = [];
  let jobs: DueJob[] = [];
  const sends: { readonly sending: Sending; answered: boolean }[] = [];

  const pick = <T>(from: readonly T[], number: number): T | undefined => from[number % Math.max(1, from.length)];
  const wamidOf = ({ localId, wireNumber }: Sending) => `wamid.${localId}-${wireNumber}`;

  async function begin(job: DueJob): Promise<Sending | null> {
    const begun = await world.begin(job);
    if (begun.kind === "expired" && begun.next) jobs.push(begun.next);
    if (begun.kind !== "send") return null;
    sends.push({ sending: begun, answered: false });
    await onSend(begun);
    return begun;
  }

  async function finish(sending: Sending, verdict: Verdict, outcome?: OutcomeClass): Promise<void> {
    const own = verdict.kind === "submit" ? verdicts.submit(wamidOf(sending)) : verdict;
    const { next } = await world.store.finish(world.sender.id, finishOf(sending, own, outcome));
    if (next) jobs.push(next);
  }

  async function webhook(sending: Sending, status: Status, named: boolean): Promise<void> {
    const { localId, wireNumber } = sending;
    const applied = await world.store.apply(world.sender.id, {
      statuses: [
        {
          wamid: wamidOf(sending),
          status,
          atMs: world.nowMs,
          message: named ? { localId, wireNumber } : null,
          pricing: null,
          failure:
            status === "failed" ? { class: "rejected", code: 131026, httpStatus: null, reason: "no", hint: "" } : null,
        },
      ],
      inbound: [],
      aside: [],
      raw: null,
    });
    jobs.push(...applied.jobs);
  }

  async function step(next: Step): Promise<void> {
    switch (next.do) {
      case "accept": {
        const [accepted] = await world.accept({
          to: next.to,
          lane: next.lane,
          caller: next.caller,
          sendAtMs: next.sendInMs === null ? null : world.nowMs + next.sendInMs,
          expiresAtMs: next.livesMs === null ? null : world.nowMs + next.livesMs,
          doubtPolicy: next.doubtPolicy,
        });
        if (accepted?.kind !== "accepted") throw new Error("a message without a key was not accepted");
        localIds.push(accepted.localId);
        if (accepted.job) jobs.push(accepted.job);
        return;
      }
      case "pass":
        world.pass(next.ms);
        return;
      case "promote":
        jobs.push(...(await world.promote()));
        return;
      case "reap":
        jobs.push(...(await world.reap()).jobs);
        return;
      case "begin": {
        const job = pick(jobs, next.which);
        if (!job) return;
        if (!next.keeps) jobs = jobs.filter((other) => other !== job);
        await begin(job);
        return;
      }
      case "lose": {
        const job = pick(jobs, next.which);
        jobs = jobs.filter((other) => other !== job);
        return;
      }
      case "finish": {
        const send = pick(
          sends.filter(({ answered }) => !answered),
          next.which,
        );
        if (!send) return;
        send.answered = !next.keeps;
        await finish(send.sending, next.verdict);
        return;
      }
      case "cancel": {
        const localId = pick(localIds, next.which);
        if (!localId) return;
        const { next: passed } = await world.store.cancel(world.sender.id, localId, null);
        if (passed) jobs.push(passed);
        return;
      }
      case "renew": {
        await world.store.renew(
          world.sender.id,
          sends.filter(({ answered }) => !answered).map(({ sending }) => sending),
        );
        return;
      }
      case "reslot": {
        const sending = pick(sends, next.which)?.sending;
        if (sending) await world.store.reslot(world.sender, sending.localId, sending.wireNumber, sending.lane);
        return;
      }
      case "webhook": {
        const sending = pick(sends, next.which)?.sending;
        if (sending) await webhook(sending, next.status, next.named);
        return;
      }
      default:
        throw new Error(`no such step: ${JSON.stringify(next satisfies never)}`);
    }
  }

  async function drain(): Promise<void> {
    for (let round = 0; round < DRAIN_ROUNDS_MAX; round++) {
      jobs.push(...(await world.promote()), ...(await world.reap()).jobs);
      while (jobs.length > 0) {
        const sending = await begin(jobs.shift() as DueJob);
        if (sending) await finish(sending, verdicts.submit(""));
      }
      const records = await world.store.readMany(world.sender.id, localIds);
      if (records.every((record) => record?.place === "none")) return;
      world.pass(15_000);
    }
  }

  return { localIds, step, drain };
}

/** Whether this lane keeps the order of one recipient's messages. */
export function keepsOrder(sending: Pick<Sending, "lane">): boolean {
  return laneNumber(sending.lane) < 2;
}
