// For every query of every panel: what makes it move, and which way. The queries of a panel have letters; a panel without
// letters moves as one.

import type { CauseName } from "./causes.ts";
import type { SenderId } from "./world.ts";

type Labels = Readonly<Record<string, string>>;

export interface Move {
  readonly by: CauseName;
  /** No series at all is less than anything. */
  readonly way: "rises" | "falls";
  /** Each of these series moves by itself; without them, the sum of all does. */
  readonly series?: readonly Labels[];
  /** What the variable `sender` is, where one must be chosen. */
  readonly sender?: SenderId;
}

const rises = (by: CauseName, ...series: Labels[]): Move => ({
  by,
  way: "rises",
  ...(series.length > 0 && { series }),
});
const falls = (by: CauseName): Move => ({ by, way: "falls" });
const ofOther = (move: Move): Move => ({ ...move, sender: "other" });

/** A query that answers, and that nothing in this test can move. */
export interface Still {
  readonly because: string;
}

const MOVES: Readonly<Record<string, Readonly<Record<string, OfPanel>>>> = {
  "tern-overview": {
    "Senders that do not send": rises("pauses"),
    "Stuck for": rises("freeze"),
    "Urgent on the wire (99 %)": rises("traffic"),
    "Messages that fail": rises("refusals"),
    "In doubt for too long": rises("silence"),
    Provider: rises("silence"),
    "Last webhook": falls("traffic"),
    "Webhooks not taken": rises("death"),
    "API errors": rises("death"),
    "Redis memory": rises("memory"),
    "Tier used": rises("traffic"),
    Processes: { A: falls("standstill"), B: falls("freeze"), C: falls("standstill") },
    Senders: {
      A: rises("freeze"),
      B: rises("traffic"),
      C: rises("traffic"),
      D: rises("pauses"),
      E: rises("silence"),
      F: rises("silence"),
      G: rises("silence"),
      H: rises("pauses"),
    },
    "Senders' states": rises("pauses"),
    "Could go, and nobody takes it": rises("freeze"),
    Messages: {
      A: rises("traffic"),
      B: rises("traffic"),
      C: rises("traffic"),
      D: rises("refusals", { status: "failed" }),
    },
    "Waiting, by lane": rises("traffic", { lane: "bulk" }),
    "Oldest waiting, by lane": rises("traffic"),
  },
  "tern-sender": {
    State: rises("pauses"),
    "Stuck for": rises("freeze"),
    Waiting: rises("traffic"),
    "Pace left by throttles": falls("throttles"),
    "In doubt": ofOther(rises("silence")),
    "Templates at rest": rises("pauses"),
    "Accepted and sent": rises("traffic"),
    "Statuses reported": rises("traffic", { status: "sent" }, { status: "delivered" }, { status: "read" }),
    "Ended undelivered, in five minutes": rises("refusals", { status: "failed", class: "rejected" }),
    "Waiting, by lane": rises("traffic", { lane: "bulk" }),
    "Oldest waiting, by lane": rises("traffic", { lane: "bulk" }),
    "Later and in doubt": { A: rises("pauses"), B: ofOther(rises("silence")), C: ofOther(rises("silence")) },
    "Oldest doubt": ofOther(rises("silence")),
    "Pace: set, in force, used": { A: ofOther(rises("orders")), B: falls("throttles"), C: rises("traffic") },
    "Throttled, and on the wire": { A: rises("throttles"), B: ofOther(rises("silence")) },
    "Answers by class": rises("traffic", { class: "accepted" }),
    "Workers: time since the last progress": ofOther(rises("silence")),
    "Left by dead workers": ofOther(rises("relief")),
    "Statuses without a message": rises("strangers"),
    "Will expire before they can go": rises("traffic", { lane: "bulk" }),
    "Media and missed calls": { A: rises("callers", { what: "info", result: "failed" }), B: ofOther(rises("noCalls")) },
  },
  "tern-lanes": {
    "urgent: wait (99 %)": rises("traffic"),
    "normal: wait (99 %)": rises("traffic"),
    "bulk: wait (99 %)": rises("traffic"),
    "Urgent that came late": rises("lateness"),
    "Will expire before they can go": rises("traffic"),
    "Tier used": rises("traffic"),
    "From could-go to the first send": rises("traffic"),
    "From could-go to taken by the provider": rises("traffic"),
    "From could-go to delivered": rises("traffic"),
    "urgent: waits": rises("traffic"),
    "normal: waits": rises("traffic"),
    "Waiting, by sender and lane": rises("traffic"),
    "Oldest waiting, by sender and lane": rises("traffic"),
    "Time until the backlog is gone": rises("traffic"),
    "Pace used": rises("traffic"),
    "Pace left by throttles": falls("throttles"),
    Throttled: rises("throttles"),
    "Tier: used of the limit": rises("traffic"),
    "Tier: people in 24 hours": { A: rises("traffic"), B: rises("orders") },
  },
  "tern-webhooks": {
    "Last webhook": falls("traffic"),
    "Webhooks not taken": rises("death"),
    "Answer time (half)": rises("traffic"),
    "Answer time (99 %)": rises("traffic"),
    "Behind the provider (99 %)": rises("traffic"),
    "Could not be used": rises("strangers"),
    "Requests, by answer": rises("strangers", { result: "unauthorized" }),
    "Answer time": rises("traffic"),
    "Behind the provider": rises("traffic"),
    "Items, by what became of them": rises("traffic", { result: "applied" }, { result: "inbound" }),
    "Statuses, by sender": rises("traffic", { sender: "demo", status: "delivered" }),
    "Sent, and reported as sent": rises("traffic"),
    "Statuses without a message": rises("strangers"),
    "In doubt": rises("silence", { sender: "other" }),
  },
  "tern-failures": {
    Failed: rises("refusals"),
    Expired: rises("traffic"),
    "Refused by the API": rises("callers"),
    Throttled: rises("throttles"),
    "Answers lost": rises("silence"),
    "Left by dead workers": rises("relief"),
    "Answers other than accepted, in five minutes": rises("refusals", { class: "rejected" }),
    "Ended badly, in five minutes": rises("refusals", { status: "failed", class: "rejected" }),
    "Refused by the API, in five minutes": rises("callers", { reason: "invalid" }),
    "Answers by class and code, in the time shown": rises("refusals", {
      sender: "demo",
      class: "rejected",
      code: "131026",
    }),
    "Time to an answer, by class (99 %)": rises("silence", { class: "unknown" }),
  },
  "tern-redis": {
    "Redis memory": rises("memory"),
    "Redis: used of": { A: rises("traffic"), B: falls("memory") },
    "Redis answers": falls("death"),
    "Event loop lag (99 %)": rises("starvation"),
    "Youngest process": falls("relief"),
    Versions: { because: "two releases never run from one working copy; the version is the package's own" },
    "Memory against its limit": rises("memory"),
    Memory: rises("traffic"),
    "Calls for a worker that failed": rises("noCalls", { sender: "other" }),
    "Jobs, by state": rises("idleQueue", { queue: "send.other" }),
    "Workers: time since the last progress": rises("silence", { sender: "other" }),
    Processor: rises("relief"),
    "Memory of the processes": rises("relief"),
    "Event loop lag, by process (99 %)": rises("starvation", { job: "tern-webhook" }),
    "Requests, by status": rises("callers", { status: "400" }),
    "Answer time, by route (99 %)": rises("traffic"),
    "Repetitions, and readers who wait": rises("callers"),
  },
};

/** Of the query that stands there ("tern-overview, Messages, A"); undefined if nobody has said. */
export function moveOf(where: string): Move | Still | undefined {
  const [uid = "", ...rest] = where.split(", ");
  const letter = rest.pop() ?? "";
  const ofPanel = MOVES[uid]?.[rest.join(", ")];
  if (ofPanel === undefined || isOne(ofPanel)) return ofPanel;
  return ofPanel[letter];
}

type OfPanel = Move | Still | Readonly<Record<string, Move | Still>>;

function isOne(ofPanel: OfPanel): ofPanel is Move | Still {
  return "by" in ofPanel || "because" in ofPanel;
}
