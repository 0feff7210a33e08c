// What happens to a message after it was taken: which statuses follow, when, and by what accident one is doubled,
// lost or overtaken. Everything random is drawn from the message's own stream.
import type { RecipientKind, StatusBehaviour } from "./admin-types.ts";
import type { NumberState } from "./number.ts";
import type { Pricing } from "./pricing.ts";
import { createStream, type Prng, purpose } from "./prng.ts";
import type { UserIdentity } from "./recipients.ts";
import { type StatusReport, statusUpdate, type Update } from "./webhook-body.ts";
import type { World } from "./world.ts";

export interface TakenMessage {
  number: NumberState;
  ordinal: number;
  /** As it was written, and whom it stands for. */
  user: string;
  contact: string;
  isBsuid: boolean;
  wamid: string;
  callbackData: string | null;
  pricing: Pricing;
  isVoice: boolean;
}

export interface StatusPlan {
  /** Epoch ms from which the delays count. */
  fromMs: number;
  /** If it fails: the code, and how long after `fromMs` instead of the usual delay of `sent`. */
  failure: { code: number; afterMs: number | null } | null;
  /** Called once when the first status has been delivered (or cannot be): the answer of the send waits for it. */
  beforeAnswer: (() => void) | null;
}

interface Step {
  status: StatusReport["status"];
  /** When it happened, as the webhook says, and when the webhook goes out. */
  eventAtMs: number;
  sendAtMs: number;
}

const DUPLICATE_AFTER_MAX_MS = 250;

/** Whether this message's first status comes before the answer of its send. */
export function isAnsweredLate(world: World, { number, ordinal }: { number: NumberState; ordinal: number }): boolean {
  const rate = number.behaviour.beforeAnswerRate;
  return rate > 0 && createStream(world.seed, purpose.early, ordinal)() < rate;
}

/** Schedules the statuses of a message. A number without webhook gets none. */
export function planStatuses(world: World, message: TakenMessage, plan: StatusPlan): void {
  const { behaviour, target, channel } = message.number;
  const { statuses, reorderRate, dropStatusRate, duplicateRate } = behaviour;
  if (!statuses.enabled || target === null) {
    if (target === null && statuses.enabled) world.stats.withoutWebhook += 1;
    plan.beforeAnswer?.();
    return;
  }
  const chance = createStream(world.seed, purpose.statuses, message.ordinal);
  const kind = world.recipients.profileOf(message.contact)?.kind ?? "normal";
  const to = world.recipients.identify(message.number.options.portfolio, message.contact);
  const steps =
    plan.failure === null
      ? stepsOfSuccess(statuses, kind, message.isVoice, plan.fromMs, chance)
      : [stepOfFailure(statuses, plan.failure.afterMs, plan.fromMs, chance)];
  if (reorderRate > 0 && chance() < reorderRate) reverseSending(steps);

  const failureCode = plan.failure?.code ?? null;
  let waitingForFirst = plan.beforeAnswer;
  for (const [at, step] of steps.entries()) {
    if (dropStatusRate > 0 && chance() < dropStatusRate) continue;
    const render = (eventAtMs: number) => renderStep(message, to, steps, at, eventAtMs, failureCode);
    if (waitingForFirst) {
      channel.sendNow(render(world.clock.nowMs()), waitingForFirst);
      waitingForFirst = null;
    } else {
      sendLater(world, message.number, step.sendAtMs, () => render(step.eventAtMs));
    }
    if (duplicateRate > 0 && chance() < duplicateRate) {
      const againAtMs = step.sendAtMs + chance() * DUPLICATE_AFTER_MAX_MS;
      sendLater(world, message.number, againAtMs, () => render(step.eventAtMs));
    }
  }
  waitingForFirst?.();
}

function sendLater(world: World, { channel }: NumberState, atMs: number, render: () => Update): void {
  world.later(atMs, () => channel.push(render()));
}

function stepsOfSuccess(
  statuses: StatusBehaviour,
  kind: RecipientKind,
  isVoice: boolean,
  fromMs: number,
  chance: Prng,
): Step[] {
  const steps: Step[] = [];
  let previousMs = 0;
  const add = (status: Step["status"], afterMs: number | null) => {
    if (afterMs === null) return;
    const jitterMs = statuses.jitterMs > 0 ? chance() * statuses.jitterMs : 0;
    previousMs = Math.max(previousMs, fromMs + afterMs + jitterMs); // jitter alone changes no order
    steps.push({ status, eventAtMs: previousMs, sendAtMs: previousMs });
  };
  add("sent", statuses.sentAfterMs);
  if (kind === "offline") return steps;
  if (kind !== "readsInstantly") add("delivered", statuses.deliveredAfterMs);
  if (kind === "receiptsOff") return steps;
  add("read", kind === "readsInstantly" ? (statuses.deliveredAfterMs ?? statuses.readAfterMs) : statuses.readAfterMs);
  if (isVoice) add("played", statuses.readAfterMs); // voice notes only: Meta "status", 2025-11
  return steps;
}

function stepOfFailure(statuses: StatusBehaviour, afterMs: number | null, fromMs: number, chance: Prng): Step {
  const jitterMs = statuses.jitterMs > 0 ? chance() * statuses.jitterMs : 0;
  const atMs = fromMs + (afterMs ?? statuses.sentAfterMs + jitterMs);
  return { status: "failed", eventAtMs: atMs, sendAtMs: atMs };
}

/** The last to happen goes out first; what each says of its time stays true. */
function reverseSending(steps: Step[]): void {
  const timesMs = steps.map((step) => step.sendAtMs).reverse();
  for (const [at, step] of steps.entries()) {
    // Steps of one moment would go out in their own order again, so each is put a millisecond before the next.
    step.sendAtMs = (timesMs[at] ?? step.sendAtMs) + (steps.length - 1 - at);
  }
}

function renderStep(
  message: TakenMessage,
  to: UserIdentity,
  steps: Step[],
  at: number,
  eventAtMs: number,
  errorCode: number | null,
): Update {
  const { number, isBsuid, wamid, pricing } = message;
  const status = steps[at]?.status ?? "sent";
  // pricing comes "with sent and exactly one of delivered/read, whichever comes": Meta "status", 2025-11.
  const carriesPricing = status !== "failed" && at <= 1;
  return statusUpdate({
    to,
    isBsuid,
    wamid,
    status,
    atMs: eventAtMs,
    callbackData: number.options.echoCallbackData ? message.callbackData : null,
    pricing: carriesPricing ? pricing : null,
    errorCode: status === "failed" ? errorCode : null,
  });
}
