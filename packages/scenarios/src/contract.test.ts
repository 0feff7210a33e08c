// The provider's contract as a company lives with it: whom one may write to and when, what a person may forbid, what the
// platform does to templates and numbers, files, and being forgotten. Three services, Redis and the simulator as
// processes; each story is told over HTTP only.

import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import {
  aPerson,
  aTemplate,
  aText,
  type ContractWorld,
  type Inbound,
  type Json,
  startContractWorld,
} from "./contract-world.ts";
import { everythingIn, spellingsOf } from "./redis-contents.ts";

let world: ContractWorld;
beforeAll(async () => {
  world = await startContractWorld();
}, 60_000);
afterEach(() => world.resume()); // a story that fails leaves no paused sender to the next one
afterAll(() => world.stop(), 60_000);

const key = () => world.outside.system.providerKey("demo");
const problem = (slug: string) => `urn:tern:problem:${slug}`;

test("a text to a stranger is refused with what to do instead; once the person has written, it is delivered", async () => {
  const person = aPerson();
  const refused = await world.ask("POST", "/v1/messages", aText(person));
  expect(refused).toMatchObject({
    status: 422,
    body: {
      type: problem("window-closed"),
      detail: expect.stringMatching(/template.*fallback/),
      errors: [{ pointer: "/text" }],
      windowClosedAt: null,
    },
  });

  await world.writes({ from: person, text: "Where is my parcel?" });
  const id = await world.accepted(aText(person));
  expect(await world.untilDelivered(id)).toMatchObject({ sentAs: "message", attemptsUsed: 1 });
});

test("with a fallback a text to a stranger goes as the template, and the record says so", async () => {
  const person = aPerson();
  const { type, template } = aTemplate("reopen", person);
  const id = await world.accepted({ ...aText(person), fallback: { type, template } });
  expect(await world.untilDelivered(id)).toMatchObject({ sentAs: "fallback", fallback: { template: "reopen" } });
  expect(await world.onTheWire(id)).toMatchObject([{ type: "template", taken: true }]);
});

test("a window that closes while messages wait: the fallback goes, and what has none fails unsent", async () => {
  const [first, second] = [aPerson(), aPerson()];
  await world.pause();
  for (const person of [first, second]) await world.wroteSuchThatWindowClosesIn(6, person);
  const { type, template } = aTemplate("reopen", first);
  const withFallback = await world.accepted({ ...aText(first), fallback: { type, template } });
  const without = await world.accepted(aText(second));
  await world.untilContact(first, ({ window }) => !window.isOpen, "to have a closed window");
  await world.untilContact(second, ({ window }) => !window.isOpen, "to have a closed window");
  await world.resume();

  expect(await world.untilDelivered(withFallback)).toMatchObject({ sentAs: "fallback" });
  const failed = await world.until(without, ({ isFinal }) => isFinal, "to end");
  expect(failed).toMatchObject({
    status: "failed",
    error: { reason: "customer service window closed" },
    attempts: [],
    attemptsUsed: 0,
  });
  expect(await world.onTheWire(without)).toEqual([]);
  expect((await world.onTheWire(withFallback)).map((entry) => entry.type)).toEqual(["template"]);
});

test("STOP ends marketing for that person and nothing else, and an opt-in brings it back", async () => {
  const person = aPerson();
  await world.writes({ from: person, text: "  stop " });
  await world.untilContact(person, ({ marketing }) => marketing.answer === "opted-out", "to have opted out");

  expect(await world.ask("POST", "/v1/messages", aTemplate("spring_sale", person))).toMatchObject({
    status: 422,
    body: { type: problem("opted-out") },
  });
  await world.untilDelivered(await world.accepted(aTemplate("order_update", person, ["Ada"])));
  await world.untilDelivered(await world.accepted(aText(person)));

  await optIn(person);
  await world.untilDelivered(await world.accepted(aTemplate("spring_sale", person)));
});

/** What was said in the second of the refusal does not count yet: refusals come in whole seconds. */
async function optIn(person: string): Promise<void> {
  await waitUntil(
    async () => {
      const said = { state: "opted-in", proof: "Form 12" };
      const answer = await world.ask("PUT", `/v1/contacts/${person}/consents/marketing?sender=demo`, said);
      return answer.status === 200 && (answer.body.consent as Json).state === "opted-in";
    },
    { what: "the opt-in to count" },
  );
}

test("an opt-out that comes while marketing waits in the queue: it fails unsent; what was asked for still goes", async () => {
  const person = aPerson();
  await world.pause();
  const marketing = await world.accepted(aTemplate("spring_sale", person));
  const utility = await world.accepted(aTemplate("order_update", person, ["Ada"]));
  await world.simulator.preferMarketing({ apiKey: key(), user: person, value: "stop" });
  await world.untilContact(person, ({ marketing: { answer } }) => answer === "opted-out", "to have opted out");
  await world.resume();

  const failed = await world.until(marketing, ({ isFinal }) => isFinal, "to end");
  expect(failed).toMatchObject({
    status: "failed",
    error: { reason: "the recipient opted out of marketing" },
    attempts: [],
  });
  await world.untilDelivered(utility);
  expect(await world.onTheWire(marketing)).toEqual([]);
});

test("who said STOP under a user id is protected under the number, and under a new one, as soon as they are known", async () => {
  const [person, newNumber] = [aPerson(), aPerson()];
  await world.writes({ from: person, hidesPhone: true, text: "Stop" });
  await world.writes({ from: person, hidesPhone: false, text: "By the way, this is my number" });
  await world.simulator.changeNumber({ apiKey: key(), from: person, to: newNumber });
  await world.simulator.idle(); // every webhook is answered; nobody has looked at the contact, which would join it, too
  for (const to of [newNumber, person]) {
    expect(await world.ask("POST", "/v1/messages", aTemplate("spring_sale", to))).toMatchObject({
      status: 422,
      body: { type: problem("opted-out") },
    });
  }
});

test("a template that the platform pauses keeps its own messages waiting, with the reason, until it is approved again", async () => {
  const change = (status: string) =>
    world.simulator.changeTemplate({ apiKey: key(), name: "pausing", language: "en", status });
  const knownAs = (status: string) =>
    waitUntil(
      async () => {
        const { body } = await world.ask<{ languages: { status: string }[] }>(
          "GET",
          "/v1/senders/demo/templates/pausing",
        );
        return body.languages[0]?.status === status;
      },
      { what: `the template to be known as ${status}` },
    );
  await change("PAUSED");
  await knownAs("PAUSED");
  const waiting = await world.accepted(aTemplate("pausing", aPerson()));
  const other = await world.accepted(aTemplate("order_update", aPerson(), ["Ada"]));
  await world.untilDelivered(other);
  const held = await world.until(waiting, (message) => message.waiting?.reason === "template-held", "to be held");
  expect(held.attempts).toEqual([]);
  const explained = await world.ask("GET", `/v1/messages/${waiting}/explain`);
  expect(explained.body).toMatchObject({ waiting: { for: "template" } });

  await change("APPROVED");
  await world.untilDelivered(waiting);
});

test("a template with wrong parameters, and one that nobody has, are refused in words", async () => {
  const person = aPerson();
  expect(await world.ask("POST", "/v1/messages", aTemplate("order_update", person, ["Ada", "4711"]))).toMatchObject({
    status: 422,
    body: {
      type: problem("template-not-sendable"),
      errors: [
        {
          pointer: "/template/components/0/parameters",
          detail: "the body of the template order_update (en) takes 1 parameter, not 2: {{1}}",
        },
      ],
    },
  });
  expect(await world.ask("POST", "/v1/messages", aTemplate("order_updat", person, ["Ada"]))).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: "/template/name", detail: expect.stringContaining("order_update") }] },
  });
});

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

async function file(method: string, path: string, content?: Buffer<ArrayBuffer>): Promise<Response> {
  const { apiUrls, apiKey } = world.outside.system;
  return fetch(`${apiUrls[0]}${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "image/png" },
    ...(content && { body: content }),
  });
}

test("a picture goes up once, is sent by its id and delivered; one that a person sends comes down as it was", async () => {
  const person = aPerson();
  const uploads = [];
  for (let time = 0; time < 2; time += 1) {
    const response = await file("POST", "/v1/media?sender=demo", PNG);
    uploads.push({ status: response.status, ...((await response.json()) as { id: string; cached: boolean }) });
  }
  const sha256 = createHash("sha256").update(PNG).digest("hex");
  expect(uploads).toMatchObject([
    { status: 201, cached: false, mimeType: "image/png", bytes: PNG.length, sha256 },
    { status: 200, cached: true, id: uploads[0]?.id, sha256 },
  ]);
  const { calls } = await world.simulator.state();
  expect(calls["POST /media"]).toBe(1);

  const received = Buffer.concat([PNG, Buffer.from("what the person added")]);
  const base64 = received.toString("base64");
  const inbound = await world.writes({ from: person, type: "image", media: { base64, mimeType: "image/png" } });
  expect(inbound).toMatchObject({ type: "image", contact: { phone: person } });
  const content = await file("GET", `/v1/media/demo/${inbound.content.id}/content`);
  expect([content.status, content.headers.get("content-type")]).toEqual([200, "image/png"]);
  expect(Buffer.from(await content.arrayBuffer()).equals(received)).toBe(true);

  const image = { sender: "demo", to: person, type: "image", image: { id: uploads[0]?.id, caption: "Here" } };
  await world.untilDelivered(await world.accepted(image));
});

test("somebody known by user id alone is answered under it, and is one contact with the number that shows later", async () => {
  const person = aPerson();
  const inbound = await world.writes({ from: person, hidesPhone: true, text: "Guess who" });
  const bsuid = inbound.contact.bsuid as string;
  expect(inbound.contact.phone).toBeNull();
  expect(await world.contact(bsuid)).toMatchObject({ contact: bsuid, spellings: [bsuid], window: { isOpen: true } });

  const reply = { type: "text", text: { body: "Who?" }, recipient: bsuid };
  const id = await world.accepted(reply);
  expect(await world.untilDelivered(id)).toMatchObject({ to: bsuid });
  expect(await world.onTheWire(id)).toMatchObject([{ to: bsuid, taken: true }]);

  await world.writes({ from: person, hidesPhone: false, text: "It is me" });
  for (const name of [bsuid, person]) {
    expect(await world.contact(name)).toMatchObject({
      contact: person,
      spellings: expect.arrayContaining([person, bsuid]),
      window: { isOpen: true },
    });
  }
  const again = await world.untilDelivered(await world.accepted(reply));
  expect(again).toMatchObject({ to: bsuid, contact: person });
});

test("a Brazilian number that WhatsApp spells otherwise is one contact, and order is kept over both spellings", async () => {
  const [long, short] = ["+5511987654321", "+551187654321"];
  await world.simulator.putRecipient(long, { kind: "normal", waId: short.slice(1) });
  await world.simulator.putBehaviour({ apiKey: key(), answerDelayMs: 60 });
  await world.untilDelivered(await world.accepted(aTemplate("reopen", long)));
  const [one, other] = await Promise.all([world.contact(long), world.contact(short)]);
  expect(one.contact).toBe(other.contact);
  expect([...one.spellings].sort()).toEqual([...other.spellings].sort());
  expect(one.spellings).toEqual(expect.arrayContaining([long, short]));

  const ids = [];
  for (let at = 0; at < 6; at += 1) {
    ids.push(await world.accepted(aTemplate("order_update", at % 2 === 0 ? long : short, [`${at}`])));
  }
  const sends = [];
  for (const id of ids) {
    await world.untilDelivered(id);
    sends.push(...(await world.onTheWire(id)));
  }
  expect(sends).toHaveLength(6);
  for (const [at, send] of sends.entries()) {
    if (at > 0) expect(send.atMs).toBeGreaterThan(sends[at - 1]?.answeredAtMs as number);
  }
  await world.simulator.putBehaviour({ apiKey: key(), answerDelayMs: 0 });
});

interface Page {
  readonly events: readonly { readonly type: string; readonly data: Json }[];
  readonly nextCursor: string;
}

test("the feed of events tells a waiting reader what became of a message, and what happened to the account", async () => {
  const types = "message-status,template-status,account-alert";
  const { body: start } = await world.ask<Page>(
    "GET",
    `/v1/events?sender=demo&type=${types}&from=${encodeURIComponent(new Date().toISOString())}`,
  );
  let cursor = start.nextCursor;
  const seen: Page["events"][number][] = [];
  /** Reads on, waiting, until the feed has told it. */
  async function readUntil(isIt: (event: Page["events"][number]) => boolean) {
    while (!seen.some(isIt)) {
      const query = `sender=demo&type=${types}&waitSeconds=20&cursor=${encodeURIComponent(cursor)}`;
      const { status, body } = await world.ask<Page>("GET", `/v1/events?${query}`);
      expect(status).toBe(200);
      if (body.events.length === 0) throw new Error("the feed told nothing for 20 s");
      seen.push(...body.events);
      cursor = body.nextCursor;
    }
  }

  const reading = readUntil(({ type }) => type === "account-alert");
  await world.simulator.sendEvent({ apiKey: key(), field: "account_alerts" });
  await reading;

  const id = await world.accepted(aTemplate("reopen", aPerson()));
  await readUntil(({ data }) => data.messageId === id && data.status === "delivered");
  await world.simulator.changeTemplate({ apiKey: key(), name: "reopen", language: "en", quality: "YELLOW" });
  await world.simulator.changeTemplate({ apiKey: key(), name: "pausing", language: "en", status: "PAUSED" });
  await readUntil(({ type, data }) => type === "template-status" && data.event === "PAUSED");
  await world.simulator.changeTemplate({ apiKey: key(), name: "pausing", language: "en", status: "APPROVED" });
});

test("what a person wrote is marked as read while an answer is being written", async () => {
  const { wamid } = await world.writes({ from: aPerson(), text: "Hello?" });
  const path = `/v1/senders/demo/messages/${encodeURIComponent(wamid)}/read`;
  expect(await world.ask("POST", path, { typing: true })).toEqual({ status: 204, body: null });
  expect(await world.simulator.ledger({ callbackData: wamid })).toMatchObject([{ type: "typing", answer: "ok" }]);
});

test("a person who is blocked cannot write until it is unblocked; one that never wrote cannot be blocked", async () => {
  const [person, stranger] = [aPerson(), aPerson()];
  await world.writes({ from: person, text: "Spam" });
  const blocked = await world.ask("POST", "/v1/senders/demo/block", { users: [person, stranger] });
  expect(blocked).toMatchObject({
    status: 200,
    body: { done: [{ input: person }], failed: [{ input: stranger, code: 131047, hint: expect.any(String) }] },
  });
  const { body } = await world.ask<{ users: { waId: string }[] }>("GET", "/v1/senders/demo/blocked");
  expect(body.users.map(({ waId }) => waId)).toEqual([person.slice(1)]);
  expect(await world.simulator.sendInbound({ apiKey: key(), from: person, text: "More" })).toMatchObject({
    isDelivered: false,
  });

  expect((await world.ask("POST", "/v1/senders/demo/unblock", { users: [person] })).status).toBe(200);
  await world.writes({ from: person, text: "Sorry" });
});

/** The keys that name or hold a word. */
function isIn(word: string, contents: ReadonlyMap<string, string>): string[] {
  return [...contents].filter(([name, held]) => name.includes(word) || held.includes(word)).map(([name]) => name);
}

test("a person who is to be forgotten leaves neither number nor words behind, and the opt-out still protects", async () => {
  const person = aPerson();
  const said = { in: "a very particular question", out: "a very particular answer", kept: "remembered as forgotten" };
  const { contact } = (await world.writes({ from: person, text: said.in, profileName: "Ada Forgotten" })) as Inbound;
  await world.untilDelivered(await world.accepted({ ...aText(person, said.out), reference: `for-${person}` }));
  await world.pause();
  const waiting = await world.accepted({ ...aText(person, said.kept), metadata: { customer: person } });
  await world.writes({ from: person, text: "STOP" });
  await world.untilContact(person, ({ marketing }) => marketing.answer === "opted-out", "to have opted out");
  await world.simulator.idle();

  const words = [...spellingsOf(person), contact.bsuid as string, "very particular", said.kept, "Ada Forgotten"];
  const { redis } = world.outside;
  const before = await everythingIn(redis.url);
  // The search finds what is there.
  for (const word of [person.slice(1), "very particular", said.kept]) expect(isIn(word, before)).not.toEqual([]);
  expect(
    spellingsOf(person)
      .slice(1)
      .flatMap((base64) => isIn(base64, before)),
  ).not.toEqual([]);

  const erased = await world.ask("DELETE", `/v1/contacts/${person}`);
  expect(erased).toMatchObject({ status: 200, body: { messages: 2, optOutsKept: 1 } });
  await world.resume();

  const after = await everythingIn(redis.url);
  expect(Object.fromEntries(words.map((word) => [word, isIn(word, after)]))).toEqual(
    Object.fromEntries(words.map((word) => [word, []])),
  );
  expect((await world.ask("GET", `/v1/messages/${waiting}`)).status).toBe(404);
  expect(await world.onTheWire(waiting)).toEqual([]);
  expect(await world.ask("POST", "/v1/messages", aTemplate("spring_sale", person))).toMatchObject({
    status: 422,
    body: { type: problem("opted-out") },
  });
});

test("a person is forgotten under every spelling, whichever is named", async () => {
  const person = aPerson();
  const { contact } = await world.writes({ from: person, text: "my number and my user id" });
  const bsuid = contact.bsuid as string;
  await world.untilDelivered(
    await world.accepted({ type: "text", text: { body: "to the user id" }, recipient: bsuid }),
  );
  await world.untilDelivered(await world.accepted(aText(person, "to the number")));
  await world.simulator.idle();
  expect(await world.ask("DELETE", `/v1/contacts/${bsuid}`)).toMatchObject({ status: 200, body: { messages: 2 } });

  const after = await everythingIn(world.outside.redis.url);
  for (const word of [...spellingsOf(person), bsuid, "my number and", "to the user id", "to the number"]) {
    expect([word, isIn(word, after)]).toEqual([word, []]);
  }
});

test("a sender that is set so sends marketing over the endpoint for it, and the price says so", async () => {
  const marketing = await world.accepted({ ...aTemplate("spring_sale", aPerson()), sender: "ads" });
  const utility = await world.accepted({ ...aTemplate("reopen", aPerson()), sender: "ads" });
  const priced = (id: string) => world.until(id, ({ pricing }) => pricing !== null, "to be priced");
  expect([(await priced(marketing)).pricing?.category, (await priced(utility)).pricing?.category]).toEqual([
    "marketing_lite",
    "utility",
  ]);
});

test("and through all of this nothing was lost, doubled or set aside", async () => {
  const summary = await world.simulator.summary();
  expect([summary.duplicatesCount, summary.overlapsCount]).toEqual([0, 0]);
  const contents = await everythingIn(world.outside.redis.url);
  expect([...contents.keys()].filter((name) => name.endsWith(":aside"))).toEqual([]);
});
