// One system for the stories of the provider's contract: windows are minded, templates are known, and every request goes
// over HTTP with a caller's key, as a service of the company would make it.

import type { DeploymentDraft } from "@tern/devkit";
import { waitUntil } from "@tern/devkit";
import type { LedgerEntry, SimulatorClient, TemplateOptions } from "@tern/simulator";
import { type Message, messageIdOf, type Outside, startOutside } from "./outside.ts";

/** So long before its end the sender's window counts as closed. */
const MARGIN_SECONDS = 300;
const DAY_SECONDS = 86_400;
const SOON = { timeoutMs: 20_000 };

export type Json = Readonly<Record<string, unknown>>;

export interface Answer<T = Json> {
  readonly status: number;
  readonly body: T;
}

/** GET /v1/messages/:id, with what these stories look at besides. */
export interface SentMessage extends Message {
  readonly to: string;
  readonly contact: string;
  readonly sentAs: string | null;
  readonly pricing: { readonly category: string | null } | null;
}

export interface ContractWorld {
  readonly outside: Outside;
  readonly simulator: SimulatorClient;
  /** One request, its answer as JSON (null when there is none). */
  ask<T = Json>(method: string, path: string, body?: unknown): Promise<Answer<T>>;
  /** Posts a message; throws unless it is accepted. Returns its id. */
  accepted(message: Json): Promise<string>;
  /** Waits until a message is as `isDone` says. */
  until(id: string, isDone: (message: SentMessage) => boolean, what: string): Promise<SentMessage>;
  untilDelivered(id: string): Promise<SentMessage>;
  /** What was put on the wire for a message, whatever was answered. */
  onTheWire(id: string): Promise<LedgerEntry[]>;
  /** A person writes, and Tern has it: the inbound message as the feed shows it. */
  writes(inbound: Json & { readonly from?: string; readonly userId?: string }): Promise<Inbound>;
  /** A person's message arrives whose window closes, margin included, in so many seconds. */
  wroteSuchThatWindowClosesIn(seconds: number, from: string): Promise<void>;
  contact(name: string): Promise<Contact>;
  untilContact(name: string, isDone: (contact: Contact) => boolean, what: string): Promise<Contact>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

export interface Inbound {
  readonly wamid: string;
  readonly contact: { readonly phone: string | null; readonly bsuid: string | null };
  readonly content: Json;
  readonly [field: string]: unknown;
}

export interface Contact {
  readonly contact: string;
  readonly spellings: readonly string[];
  readonly window: { readonly isOpen: boolean; readonly closesAt: string | null };
  readonly marketing: { readonly answer: string };
}

const body = (text: string, example: readonly string[]) => ({
  type: "BODY",
  text,
  ...(example.length > 0 && { example: { body_text: [example] } }),
});
/** What the account has; `pausing` is for the one story that pauses it. */
const TEMPLATES: readonly Omit<TemplateOptions, "language" | "status">[] = [
  { name: "order_update", category: "UTILITY", components: [body("Hello {{1}}, your order is on its way.", ["Ada"])] },
  { name: "reopen", category: "UTILITY", components: [body("We have an answer for you. May we write?", [])] },
  { name: "pausing", category: "UTILITY", components: [body("Your invoice is here.", [])] },
  { name: "spring_sale", category: "MARKETING", components: [body("Everything must go.", [])] },
];

export async function startContractWorld(): Promise<ContractWorld> {
  const outside = await startOutside({
    workers: 0, // one comes when the list of templates has been read: it would read it too early, and then not for minutes
    senders: [
      { id: "demo", pace: "unlimited" },
      { id: "ads", pace: "unlimited" },
    ],
    editDeployment: (file: DeploymentDraft) => ({
      ...file,
      senders: file.senders.map((sender) => ({
        ...sender,
        window: { check: "refuse", marginSeconds: MARGIN_SECONDS },
        consent: { marketing: "optout-only" },
        ...(sender.id === "ads" && { marketing: "marketing_messages" }),
      })),
    }),
  });
  const { system } = outside;
  const { simulator } = system;
  const url = () => system.apiUrls.at(-1);

  async function ask<T = Json>(method: string, path: string, given?: unknown): Promise<Answer<T>> {
    const response = await fetch(`${url()}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${system.apiKey}`,
        ...(given !== undefined && { "content-type": "application/json" }),
      },
      ...(given !== undefined && { body: JSON.stringify(given) }),
      signal: AbortSignal.timeout(40_000),
    });
    const text = await response.text();
    return { status: response.status, body: (text === "" ? null : JSON.parse(text)) as T };
  }

  async function expectOk<T = Json>(method: string, path: string, given?: unknown): Promise<T> {
    const answer = await ask<T>(method, path, given);
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }

  const read = (id: string) => expectOk<SentMessage>("GET", `/v1/messages/${id}`);
  const until: ContractWorld["until"] = async (id, isDone, what) => {
    await waitUntil(
      async () => {
        const message = await read(id);
        if (isDone(message)) return true;
        throw new Error(`it is ${JSON.stringify(message)}`);
      },
      { ...SOON, what: `the message ${what}` },
    );
    return read(id);
  };
  const contact: ContractWorld["contact"] = (name) =>
    expectOk("GET", `/v1/contacts/${encodeURIComponent(name)}?sender=demo`);

  async function inboundWith(wamid: string): Promise<Inbound> {
    return waitUntil(
      async () => {
        const { messages } = await expectOk<{ messages: Inbound[] }>("GET", "/v1/inbound?sender=demo&limit=500");
        return messages.find((message) => message.wamid === wamid);
      },
      { ...SOON, what: "the inbound message to be in the feed" },
    );
  }

  let madeUp = 0;
  const world: ContractWorld = {
    outside,
    simulator,
    ask,
    async accepted(message) {
      const { id } = await expectOk<{ id: string }>("POST", "/v1/messages", { sender: "demo", ...message });
      return id;
    },
    until,
    untilDelivered: (id) =>
      until(id, ({ status }) => ["delivered", "read"].includes(status), "to be delivered or read"),
    async onTheWire(id) {
      return (await simulator.ledger()).filter((entry) => messageIdOf(entry) === id);
    },
    async writes(inbound) {
      const { wamid, isDelivered } = await simulator.sendInbound({ apiKey: system.providerKey("demo"), ...inbound });
      if (!isDelivered) throw new Error("the person is blocked");
      return inboundWith(wamid);
    },
    async wroteSuchThatWindowClosesIn(seconds, from) {
      madeUp += 1;
      const wamid = `wamid.OLD${madeUp}`;
      const number = (await simulator.state()).numbers.find(({ apiKey }) => apiKey === system.providerKey("demo"));
      const timestamp = Math.floor(Date.now() / 1_000) - DAY_SECONDS + MARGIN_SECONDS + seconds;
      const value = {
        messaging_product: "whatsapp",
        metadata: { display_phone_number: number?.displayPhoneNumber, phone_number_id: number?.phoneNumberId },
        messages: [{ from: from.slice(1), id: wamid, timestamp: `${timestamp}`, type: "text", text: { body: "Hi" } }],
      };
      const entry = [{ id: number?.wabaId, changes: [{ field: "messages", value }] }];
      await simulator.sendWebhook({
        apiKey: system.providerKey("demo"),
        body: { object: "whatsapp_business_account", entry },
      });
      await inboundWith(wamid);
    },
    contact,
    async untilContact(name, isDone, what) {
      await waitUntil(async () => isDone(await contact(name)), { ...SOON, what: `the contact ${what}` });
      return contact(name);
    },
    async pause() {
      await expectOk("POST", "/v1/senders/demo/pause");
    },
    async resume() {
      await expectOk("POST", "/v1/senders/demo/resume");
    },
    stop: outside.stop,
  };

  try {
    await makeTemplatesKnown();
    await system.startWorker();
  } catch (error) {
    await outside.stop();
    throw error;
  }
  return world;

  async function makeTemplatesKnown(): Promise<void> {
    for (const id of ["demo", "ads"]) {
      const templates = TEMPLATES.map((template) => ({ ...template, language: "en", status: "APPROVED" }));
      await simulator.putTemplates({ apiKey: system.providerKey(id), templates });
    }
    await expectOk("POST", "/v1/senders/demo/template-sync");
    await waitUntil(
      async () => {
        const { status, body } = await ask("POST", "/v1/messages", aTemplate("nobody_has_it", aPerson()));
        if (status === 422) return true;
        throw new Error(`it was answered ${status}: ${JSON.stringify(body)}`);
      },
      { ...SOON, what: "sends to be held against the templates" },
    );
  }
}

let people = 0;
/** A number that nobody else has in these stories. */
export function aPerson(): string {
  people += 1;
  return `+49152${String(20_000_000 + people * 137)}`;
}

export function aText(to: string, said = "Your parcel is at the door."): Json {
  return { sender: "demo", to, type: "text", text: { body: said } };
}

export function aTemplate(name: string, to: string, texts: readonly string[] = []): Json {
  const parameters = texts.map((text) => ({ type: "text", text }));
  const components = texts.length > 0 ? [{ type: "body", parameters }] : [];
  return { sender: "demo", to, type: "template", template: { name, language: { code: "en" }, components } };
}
