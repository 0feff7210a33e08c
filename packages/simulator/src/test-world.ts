// What the tests over HTTP share: a simulator on a clock moved by hand, one number, and a receiver of its webhooks.
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { NumberOptions } from "./admin-types.ts";
import { createSimulatorClient, type SimulatorClient } from "./client.ts";
import { createManualClock, type ManualClock } from "./clock.ts";
import { type Simulator, startSimulator } from "./server.ts";

export interface ReceivedWebhook {
  headers: IncomingHttpHeaders;
  text: string;
}

export interface ReceivedStatus {
  id: string;
  status: string;
  timestamp: string;
  recipient_id?: string;
  recipient_user_id?: string;
  biz_opaque_callback_data?: string;
  pricing?: { billable: boolean; pricing_model: string; type: string; category: string };
  errors?: { code: number }[];
}

export interface Sent {
  httpStatus: number;
  text: string;
  contentType: string | null;
  wamid: string | null;
  code: number | null;
}

/** What JSON.parse gives: the tests name what they expect of it. */
type Json = ReturnType<typeof JSON.parse>;

/** An answer of another call of the provider API than a send. */
export interface Called {
  httpStatus: number;
  body: Json;
  code: number | null;
}

export interface TestWorld {
  simulator: Simulator;
  client: SimulatorClient;
  clock: ManualClock;
  received: ReceivedWebhook[];
  /** Waits until the receiver has got `count` webhooks in all. */
  untilReceived(count: number): Promise<void>;
  /** What the receiver answers to its n-th webhook (from 1); null: it never answers. Default 200. */
  answerWebhooksWith(answer: (nth: number) => number | null): void;
  send(body: unknown, apiKey?: string): Promise<Sent>;
  /** Another call of the provider API, with a JSON body or a form; headers default to the number's key. */
  call(method: string, path: string, body?: object | FormData, headers?: Record<string, string>): Promise<Called>;
  /** Moves the clock far enough for all statuses (but not past a webhook's deadline) and waits until they have arrived. */
  settle(): Promise<void>;
  statuses(): ReceivedStatus[];
  /** The values of all changes received with this field, in order. */
  changes(field?: string): Json[];
  stop(): Promise<void>;
}

export const apiKey = "key-1";

export const number: NumberOptions = {
  apiKey,
  phoneNumberId: "106540352242922",
  displayPhoneNumber: "+49 30 5550100",
  wabaId: "102290129340398",
  portfolio: "portfolio-1",
  throughputPerSecond: null,
};

const started: TestWorld[] = [];

/** Stops every world a test file has started; for afterEach. */
export async function stopTestWorlds(): Promise<void> {
  await Promise.all(started.splice(0).map((world) => world.stop()));
}

/** Starts a world; `options` go over those of the one number, which has a webhook. */
export async function startTestWorld(options: Partial<NumberOptions> = {}, seed = 1): Promise<TestWorld> {
  const clock = createManualClock();
  const simulator = await startSimulator({ clock, seed });
  const client = createSimulatorClient(simulator.url);
  const received: ReceivedWebhook[] = [];
  const arrivals = new Set<() => void>();
  let answerOf: (nth: number) => number | null = () => 200;
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, text: Buffer.concat(chunks).toString() });
      const httpStatus = answerOf(received.length);
      if (httpStatus !== null) response.writeHead(httpStatus).end();
      for (const arrived of arrivals) arrived();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  await client.putNumber({ ...number, webhook: { url }, ...options });

  const world: TestWorld = {
    simulator,
    client,
    clock,
    received,
    async untilReceived(count) {
      while (received.length < count) await new Promise<void>((resolve) => arrivals.add(resolve));
    },
    answerWebhooksWith(answer) {
      answerOf = answer;
    },
    send: (body, key = apiKey) => send(simulator.url, body, key),
    call: (method, path, body, headers = { "D360-API-KEY": apiKey }) =>
      call(simulator.url + path, method, body, headers),
    async settle() {
      clock.advance(1000);
      await client.idle();
    },
    statuses: () => received.flatMap(({ text }) => statusesOf(text)),
    changes: (field = "messages") =>
      received
        .flatMap(({ text }) => JSON.parse(text).entry)
        .flatMap(({ changes }) => changes)
        .filter((change) => change.field === field)
        .map(({ value }) => value),
    async stop() {
      receiver.closeAllConnections();
      await Promise.all([simulator.stop(), new Promise((resolve) => receiver.close(resolve))]);
    },
  };
  started.push(world);
  return world;
}

export function textTo(to: string, callbackData?: string) {
  return {
    messaging_product: "whatsapp",
    recipient_type: "individual",
    to,
    type: "text",
    text: { body: "Hello" },
    ...(callbackData !== undefined && { biz_opaque_callback_data: callbackData }),
  };
}

/** A message of any type; to a phone number or a BSUID. */
export function messageTo(user: string, type: string, content: unknown) {
  const recipient = user.startsWith("+") ? { to: user } : { recipient: user };
  return { messaging_product: "whatsapp", recipient_type: "individual", ...recipient, type, [type]: content };
}

export function templateTo(to: string, name = "order_update", bodyParams: string[] = []) {
  return {
    messaging_product: "whatsapp",
    recipient_type: "individual",
    to,
    type: "template",
    template: {
      name,
      language: { code: "en" },
      components: [{ type: "body", parameters: bodyParams.map((text) => ({ type: "text", text })) }],
    },
  };
}

/** Sends one body, as JSON unless it is text already. */
export async function send(url: string, body: unknown, key: string, signal?: AbortSignal): Promise<Sent> {
  const response = await fetch(`${url}/messages`, {
    method: "POST",
    headers: { "D360-API-KEY": key, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(signal && { signal }),
  });
  const text = await response.text();
  const parsed = text.startsWith("{") ? JSON.parse(text) : {};
  return {
    httpStatus: response.status,
    text,
    contentType: response.headers.get("content-type"),
    wamid: parsed.messages?.[0]?.id ?? null,
    code: parsed.error?.code ?? null,
  };
}

async function call(
  url: string,
  method: string,
  body: object | FormData | undefined,
  headers: Record<string, string>,
): Promise<Called> {
  const isForm = body instanceof FormData;
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body && !isForm && { "content-type": "application/json" }) },
    ...(body && { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed = /^[{[]/.test(text) ? JSON.parse(text) : text;
  return { httpStatus: response.status, body: parsed, code: parsed.error?.code ?? null };
}

export function statusesOf(text: string): ReceivedStatus[] {
  const body = JSON.parse(text) as { entry: { changes: { value: { statuses?: ReceivedStatus[] } }[] }[] };
  return body.entry.flatMap((entry) => entry.changes.flatMap((change) => change.value.statuses ?? []));
}
