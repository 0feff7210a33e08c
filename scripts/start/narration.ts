// What the demo shows, as text: pure functions from what happened to lines. Colours are the caller's.
import { DEMO_RECIPIENT, type DemoApi, type TimelineEntry, textMessage } from "./demo.ts";

interface Step {
  /** How far the message has climbed. */
  rank: number;
  /** The ticks a person knows from the app. */
  ticks: string;
  meaning: string;
}

const steps: Record<string, Step> = {
  queued: { rank: 0, ticks: "", meaning: "accepted by the API, safe in Redis" },
  sending: { rank: 1, ticks: "", meaning: "its turn: the worker puts it on the wire" },
  unconfirmed: { rank: 2, ticks: "", meaning: "the provider's answer was lost; waiting for evidence" },
  submitted: { rank: 2, ticks: "", meaning: "taken by 360dialog" },
  sent: { rank: 3, ticks: "✓", meaning: "on its way to the phone" },
  delivered: { rank: 4, ticks: "✓✓", meaning: "on the phone" },
  read: { rank: 5, ticks: "✓✓", meaning: "opened and read" },
  played: { rank: 5, ticks: "✓✓", meaning: "played" },
};

const STAIR_WIDTH = 22;

export interface TimelineRow {
  time: string;
  /** The status, moved to the right as far as it has climbed; padded. */
  stair: string;
  ticks: string;
  meaning: string;
}

/** One row of the timeline; times count from the first step. */
export function timelineRow(entry: TimelineEntry, first: TimelineEntry): TimelineRow {
  const step = steps[entry.status] ?? { rank: 0, ticks: "", meaning: "" };
  const seconds = Math.max(0, Date.parse(entry.at) - Date.parse(first.at)) / 1000;
  return {
    time: `${seconds.toFixed(2)} s`.padStart(8),
    stair: ("  ".repeat(step.rank) + entry.status).padEnd(STAIR_WIDTH),
    ticks: step.ticks.padEnd(2),
    meaning: step.meaning,
  };
}

/** A line that sends another message when pasted into a shell. */
export function curlSend(api: DemoApi): string {
  const body = JSON.stringify(textMessage("Hello from Tern"));
  return [
    `curl -s ${api.url}/v1/messages`,
    `-H 'Authorization: Bearer ${api.key}'`,
    "-H 'Content-Type: application/json'",
    `-d '${body}'`,
  ].join(" ");
}

/** A line that asks where a message is. */
export function curlShow(api: DemoApi, id: string): string {
  return `curl -s ${api.url}/v1/messages/${id} -H 'Authorization: Bearer ${api.key}'`;
}

/** "+49 151 12345678" is easier on the eye than its E.164 form. */
export function demoRecipient(): string {
  return DEMO_RECIPIENT.replace(/^(\+49)(\d{3})(\d+)$/, "$1 $2 $3");
}
