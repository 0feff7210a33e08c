// Waiting until a message is as far as the caller needs it, by asking for it again and again, ever less often.

import { type CallOptions, type Connection, call } from "./call.ts";
import type { components } from "./generated/api.ts";
import { aborted } from "./http.ts";
import { failure, type Result } from "./result.ts";
import { pause } from "./retry.ts";

type Message = components["schemas"]["Message"];
type Status = components["schemas"]["Status"];

/** The way of a message that arrives, in order: each implies those before it. */
const WAY = ["submitted", "sent", "delivered", "read", "played"] as const satisfies readonly Status[];
/** Ends without arrival. */
const ENDS = ["failed", "expired", "canceled"] as const satisfies readonly Status[];

/** `final`: whatever ends it, `delivered` included. */
export type WaitTarget = (typeof WAY)[number] | (typeof ENDS)[number] | "final";

export interface WaitOptions extends CallOptions {
  /** How long to wait in all; then the error is `timeout`. Default one minute. */
  readonly giveUpAfterMs?: number | undefined;
}

export interface Waited {
  /** False: it ended otherwise, and will not have that status any more. */
  readonly isReached: boolean;
  /** As it was last seen. */
  readonly message: Message;
}

const GIVE_UP_AFTER_MS = 60_000;
/** Statuses come within seconds; what waits for minutes is scheduled or paused, and seconds make no difference there. */
const FIRST_PAUSE_MS = 250;
const PAUSE_MAX_MS = 5_000;
const PAUSE_FACTOR = 1.5;

export async function waitFor(
  connection: Connection,
  id: string,
  target: WaitTarget,
  options: WaitOptions = {},
): Promise<Result<Waited>> {
  const { surroundings } = connection;
  const giveUpAfterMs = options.giveUpAfterMs ?? GIVE_UP_AFTER_MS;
  const untilMs = surroundings.nowMs() + giveUpAfterMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * PAUSE_FACTOR)) {
    const asked = await call<Message>(connection, "getMessage", { id }, options);
    if (!asked.ok) return asked;
    const message = asked.value;
    const progress = progressTo(target, message);
    if (progress !== "waiting") return { ...asked, value: { isReached: progress === "reached", message } };
    const leftMs = untilMs - surroundings.nowMs();
    if (leftMs <= 0) {
      const detail = `The message was ${message.status}, not ${target}, when ${giveUpAfterMs} ms were over.`;
      return failure({ type: "timeout", detail, timeoutMs: giveUpAfterMs });
    }
    // A share of chance, so that those who wait for many messages do not ask for all of them at once.
    const nextMs = Math.min(leftMs, pauseMs * (0.5 + surroundings.random() / 2));
    const isOver = await pause(surroundings, nextMs, options.signal);
    if (!isOver && options.signal) return failure(aborted(options.signal));
  }
}

/**
 * Whether a message has reached the target, may still reach it, or cannot any more. `read` and `played` may come long after
 * `delivered`, or never: nobody is told which.
 */
export function progressTo(
  target: WaitTarget,
  { status, isFinal, timeline }: Pick<Message, "status" | "isFinal" | "timeline">,
): "reached" | "waiting" | "out-of-reach" {
  if (target === "final") return isFinal ? "reached" : "waiting";
  const far = Math.max(placeOnWay(status), ...timeline.map((step) => placeOnWay(step.status)));
  const goal = placeOnWay(target);
  const hasEndedOtherwise = isEnd(status) || (isFinal && goal === -1);
  if (status === target || (goal !== -1 && far >= goal)) return "reached";
  return hasEndedOtherwise ? "out-of-reach" : "waiting";
}

function placeOnWay(status: Status | WaitTarget): number {
  return (WAY as readonly string[]).indexOf(status);
}

function isEnd(status: Status): boolean {
  return (ENDS as readonly string[]).includes(status);
}
