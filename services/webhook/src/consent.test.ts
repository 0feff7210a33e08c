// What webhooks say about consent is kept before they are answered, for the whole portfolio, in whatever order they come.

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { keyOf, senderBase } from "@tern/store";
import { body, DEMO, inbound, OTHER, startWorld, status, type World } from "./testing/webhook-world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

let people = 0;
/** Somebody nobody else in this file writes to. */
function aPerson() {
  people += 1;
  return { phone: `+49151${20_000_000 + people}`, bsuid: `DE.${1_000_000 + people}` };
}
type Person = ReturnType<typeof aPerson>;

const statementsOf = async (name: string) => (await world.store.readConsent("test", name)).statements.marketing;
const post = async (value: Readonly<Record<string, unknown>>, to: typeof DEMO | typeof OTHER = DEMO) =>
  expect(await world.post(body(value, to))).toMatchObject({ status: 200 });
const writes = ({ phone, bsuid }: Person, text: string, seconds = 1_750_030_073) =>
  post({
    contacts: [{ profile: { name: "Ada" }, wa_id: phone.slice(1), user_id: bsuid }],
    messages: [
      inbound(`wamid.${phone}.${text}`, { from: phone.slice(1), timestamp: String(seconds), text: { body: text } }),
    ],
  });

/** A change of another field than messages. */
const preferences = (list: readonly object[]) => {
  const metadata = { display_phone_number: "15550783881", phone_number_id: DEMO.phoneNumberId };
  const value = { messaging_product: "whatsapp", metadata, user_preferences: list };
  return { entry: [{ id: DEMO.wabaId, changes: [{ field: "user_preferences", value }] }] };
};

describe("a person who writes nothing but STOP", () => {
  test("has opted out, under every name, with the word as proof; START takes it back, in whatever order they come", async () => {
    const person = aPerson();
    await writes(person, "STOP", 1_750_030_073);
    for (const name of [person.phone, person.bsuid]) {
      expect(await statementsOf(name)).toMatchObject([
        { state: "opted-out", source: "keyword", by: null, proof: "STOP" },
      ]);
    }
    await writes(person, "start", 1_750_030_000);
    expect((await statementsOf(person.phone)).map(({ state }) => state)).toEqual(["opted-out", "opted-in"]);
    await writes(person, "Start.", 1_750_030_100);
    expect((await statementsOf(person.phone))[0]).toMatchObject({ state: "opted-in" });
  });

  test("whose webhook comes again has said it once", async () => {
    const person = aPerson();
    for (let times = 0; times < 2; times++) await writes(person, "stop");
    expect(await statementsOf(person.phone)).toHaveLength(1);
  });

  test("to one number has said it to all numbers of the portfolio, which know other names of the person", async () => {
    const { phone, bsuid } = aPerson();
    const metadata = { contacts: [{ wa_id: phone.slice(1), user_id: bsuid }] };
    await post({ ...metadata, messages: [inbound(`wamid.${phone}`, { from: phone.slice(1) })] }, OTHER);
    await post({ messages: [inbound(`wamid.${phone}.2`, { from: phone.slice(1), text: { body: "stop" } })] });
    expect(await statementsOf(bsuid)).toMatchObject([{ state: "opted-out" }]);
  });
});

test("who stops marketing in WhatsApp's settings under a BSUID is protected as soon as the number is known to be theirs", async () => {
  const { phone, bsuid } = aPerson();
  const stop = { user_id: bsuid, category: "marketing_messages", value: "stop", timestamp: 1_750_030_074 };
  expect(await world.post(preferences([stop]))).toMatchObject({ status: 200 });
  expect(await statementsOf(bsuid)).toMatchObject([{ state: "opted-out", source: "user_preferences" }]);
  expect(await statementsOf(phone)).toEqual([]);

  await writes({ phone, bsuid }, "Hello");
  expect(await statementsOf(phone)).toMatchObject([{ state: "opted-out", source: "user_preferences" }]);
});

test("what a number learned of a person reaches what was said under another name, though Redis refused it at first", async () => {
  const { phone, bsuid } = aPerson();
  const stop = { user_id: bsuid, category: "marketing_messages", value: "stop", timestamp: 1_750_030_074 };
  await world.post(preferences([stop]));
  const hello = body({
    contacts: [{ wa_id: phone.slice(1), user_id: bsuid }],
    messages: [inbound(`wamid.${phone}`, { from: phone.slice(1) })],
  });
  const { joinPeople } = world.store;
  world.store.joinPeople = () => Promise.reject(new Error("the node of the portfolio is away"));
  expect((await world.post(hello)).status).toBe(503);
  world.store.joinPeople = joinPeople;
  expect(await statementsOf(phone)).toEqual([]);

  expect((await world.post(hello)).status).toBe(200); // somebody may still be about to tell it
  const untold = keyOf.untold(senderBase(world.prefix, DEMO.id));
  for (const pair of await world.redis.zrange(untold, "0", "-1")) await world.redis.zadd(untold, "XX", 1, pair); // it is long ago
  await post({ messages: [inbound("wamid.of-another-person", { from: "491510000001" })] });
  expect(await statementsOf(phone)).toMatchObject([{ state: "opted-out", source: "user_preferences" }]);
  await post({ messages: [inbound("wamid.of-another-person.2", { from: "491510000001" })] });
  expect(await world.redis.exists(untold)).toBe(0); // told once, it is told no more
});

test("a send that failed since the person has stopped marketing is an opt-out", async () => {
  const { phone } = aPerson();
  const sent = await world.submitted({ to: phone });
  const errors = [{ code: 131_050, title: "User has stopped marketing messages" }];
  await post({ statuses: [status(sent, "failed", { recipient_id: phone.slice(1), errors })] });
  expect(await statementsOf(phone)).toMatchObject([{ state: "opted-out", source: "131050", proof: sent.wamid }]);
});

test("nothing is kept of people who say nothing about it", async () => {
  const { phone, bsuid } = aPerson();
  await writes({ phone, bsuid }, "please stop by tomorrow");
  const keys = await world.redis.keys(`${world.prefix}:{portfolio.test}:*`);
  expect(keys.filter((key) => key.includes(phone) || key.includes(bsuid))).toEqual([]);
});
