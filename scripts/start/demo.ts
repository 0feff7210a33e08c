// Sends one message through the running stack, as a caller would, and follows it until it has been read.
import { setTimeout as sleep } from "node:timers/promises";
import { demoSender } from "./deployment.ts";
import { Problem } from "./problem.ts";

/** One step of a message, as the API tells it. */
export interface TimelineEntry {
  status: string;
  /** ISO 8601. */
  at: string;
}

export interface DemoApi {
  url: string;
  /** The caller's bearer token. */
  key: string;
}

/** The number in all examples of this repository; the simulator answers for every number alike. */
export const DEMO_RECIPIENT = "+4915112345678";
export const DEMO_TEXT = "Your parcel arrives today between 14:00 and 16:00.";

const FOLLOW_TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 40;
const BAD_ENDS = new Set(["failed", "expired", "canceled"]);

/** What a caller posts to send a text. */
export function textMessage(text: string): object {
  return { sender: demoSender.id, to: DEMO_RECIPIENT, type: "text", text: { body: text } };
}

/** Posts the message; returns its id. */
export async function sendDemo(api: DemoApi): Promise<string> {
  const response = await call(api, "/v1/messages", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(textMessage(DEMO_TEXT)),
  });
  if (response.status !== 202) throw new Problem(`The API did not accept the message: ${await tellResponse(response)}`);
  return ((await response.json()) as { id: string }).id;
}

/**
 * Follows the message until it is read and hands over each step once, as soon as it is known.
 *
 * throws  a Problem if the message ends otherwise or is not read in time; it says why, in the API's own words
 */
export async function followDemo(
  api: DemoApi,
  id: string,
  onStep: (entry: TimelineEntry, first: TimelineEntry) => void,
): Promise<void> {
  const deadlineMs = performance.now() + FOLLOW_TIMEOUT_MS;
  let shown = 0;
  for (;;) {
    const { status, timeline } = await readMessage(api, id);
    for (const entry of timeline.slice(shown)) onStep(entry, timeline[0] ?? entry);
    shown = Math.max(shown, timeline.length);
    if (status === "read" || status === "played") return;
    if (BAD_ENDS.has(status)) throw new Problem(`The message ended as "${status}". ${await explain(api, id)}`);
    if (performance.now() > deadlineMs) {
      throw new Problem(`The message was not read within ${FOLLOW_TIMEOUT_MS / 1000} s. ${await explain(api, id)}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

async function readMessage(api: DemoApi, id: string): Promise<{ status: string; timeline: TimelineEntry[] }> {
  const response = await call(api, `/v1/messages/${id}`);
  if (!response.ok) throw new Problem(`The API did not show the message: ${await tellResponse(response)}`);
  return (await response.json()) as { status: string; timeline: TimelineEntry[] };
}

async function explain(api: DemoApi, id: string): Promise<string> {
  const response = await call(api, `/v1/messages/${id}/explain`);
  if (!response.ok) return `The API does not explain it: ${await tellResponse(response)}`;
  const { waiting } = (await response.json()) as { waiting: { meaning: string; hint: string } };
  return `${waiting.meaning} ${waiting.hint}`;
}

async function call(api: DemoApi, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...init.headers, authorization: `Bearer ${api.key}` };
  try {
    return await fetch(`${api.url}${path}`, { ...init, headers });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Problem(`The API at ${api.url} does not answer: ${cause}`);
  }
}

async function tellResponse(response: Response): Promise<string> {
  return `HTTP ${response.status} ${(await response.text()).trim()}`;
}
