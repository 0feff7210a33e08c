// Which spellings of a person a webhook names together, and that the store makes one contact of them.

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "@tern/runtime";
import { body, DEMO, inbound, startWorld, status, type World } from "./testing/webhook-world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

let people = 0;
/** Nobody else's in this file. */
function aPerson() {
  const number = String(16505560000 + people++);
  return { number, phone: `+${number}`, bsuid: `US.${number}` };
}
const now = () => String(Math.floor(systemClock.nowMs() / 1_000));
const contactOf = (spelling: string) => world.store.readContact(DEMO.id, spelling);

async function bring(value: Readonly<Record<string, unknown>>, field = "messages"): Promise<void> {
  const [one] = body(value).entry;
  const changes = one?.changes.map((change) => ({ ...change, field }));
  expect((await world.post({ object: "whatsapp_business_account", entry: [{ ...one, changes }] })).status).toBe(200);
}

describe("one person's spellings", () => {
  test("stand together in what they write; the window is theirs under either", async () => {
    const { number, phone, bsuid } = aPerson();
    await bring({ messages: [inbound(`wamid.${number}`, { from: number, from_user_id: bsuid, timestamp: now() })] });
    expect(await contactOf(bsuid)).toMatchObject({ contact: phone, windowClosesAtMs: expect.any(Number) });
  });

  test("stand together in a status", async () => {
    const { number, phone, bsuid } = aPerson();
    const sent = await world.submitted();
    await bring({ statuses: [status(sent, "delivered", { recipient_id: number, recipient_user_id: bsuid })] });
    expect(await contactOf(bsuid)).toMatchObject({ contact: phone });
  });

  test("follow a new user id", async () => {
    const [before, after] = [aPerson(), aPerson()];
    const user_id = { previous: before.bsuid, current: after.bsuid };
    await bring({ user_id_update: [{ user_id, wa_id: after.number, timestamp: now() }] }, "user_id_update");
    for (const { bsuid } of [before, after]) expect(await contactOf(bsuid)).toMatchObject({ contact: after.phone });
  });

  test("follow a new number", async () => {
    const [before, after] = [aPerson(), aPerson()];
    const system = { type: "user_changed_number", wa_id: after.number, body: "changed" };
    await bring({
      messages: [inbound(`wamid.${before.number}`, { from: before.number, type: "system", system, timestamp: now() })],
    });
    expect(await contactOf(before.phone)).toMatchObject({ contact: after.phone, windowClosesAtMs: null });
  });
});

describe("the window of somebody whose number is not known", () => {
  test("opens under the user id, and is found under the number once that is known", async () => {
    const { number, phone, bsuid } = aPerson();
    await bring({
      messages: [inbound(`wamid.a${number}`, { from: undefined, from_user_id: bsuid, timestamp: now() })],
    });
    expect(await contactOf(bsuid)).toMatchObject({ contact: bsuid, windowClosesAtMs: expect.any(Number) });
    const sent = await world.submitted();
    await bring({ statuses: [status(sent, "sent", { recipient_id: number, recipient_user_id: bsuid })] });
    expect(await contactOf(phone)).toMatchObject({ windowClosesAtMs: expect.any(Number) });
  });

  test("is opened by a call", async () => {
    const { number, phone } = aPerson();
    const call = {
      id: `wacid.${number}`,
      from: number,
      to: "15550783881",
      event: "connect",
      direction: "USER_INITIATED",
    };
    await bring({ calls: [{ ...call, timestamp: now() }] }, "calls");
    expect(await contactOf(phone)).toMatchObject({ windowClosesAtMs: expect.any(Number) });
  });

  test.each([
    ["opened by a call that they took", "ACCEPTED", expect.any(Number)],
    ["not opened by one that they refused", "REJECTED", null],
  ])("is %s", async (_, word, windowClosesAtMs) => {
    const { number, phone } = aPerson();
    const call = { id: `wacid.${number}`, type: "call", status: word, recipient_id: number, timestamp: now() };
    await bring({ statuses: [call] }, "calls");
    expect(await contactOf(phone)).toMatchObject({ windowClosesAtMs });
  });
});

test("a message that an ad led to opens the free entry point with our answer", async () => {
  const { number, phone } = aPerson();
  const referral = { source_type: "ad", source_id: "1", source_url: "https://fb.me/1" };
  await bring({ messages: [inbound(`wamid.${number}`, { from: number, referral, timestamp: now() })] });
  await world.submitted({ to: phone });
  expect((await contactOf(phone)).freeEntryPointUntilMs).toBeGreaterThan(systemClock.nowMs());
});
