import { afterEach, describe, expect, test } from "@jest/globals";
import { type InboundRequest, inboundTypes } from "../admin-types.ts";
import { apiKey, startTestWorld, stopTestWorlds, type TestWorld, textTo } from "../test-world.ts";

const from = "+4915112345678";

afterEach(stopTestWorlds);

/** Receives one message and returns it as the webhook has it, with the webhook's contact. */
async function receive(world: TestWorld, inbound: Omit<InboundRequest, "apiKey">) {
  const { wamid } = await world.client.sendInbound({ apiKey, ...inbound });
  await world.settle();
  const { messages, contacts } = world.changes().at(-1);
  expect(messages).toMatchObject([{ id: wamid, timestamp: expect.stringMatching(/^\d{10}$/) }]);
  return { ...messages[0], contact: contacts[0] };
}

const contents: Record<(typeof inboundTypes)[number], object> = {
  text: { type: "text", text: { body: "Hello" } },
  image: { type: "image", image: { id: expect.any(String), mime_type: "image/jpeg", sha256: expect.any(String) } },
  video: { type: "video", video: { mime_type: "video/mp4" } },
  audio: { type: "audio", audio: { mime_type: "audio/ogg; codecs=opus", voice: true } },
  document: { type: "document", document: { mime_type: "application/pdf", filename: "simulated.pdf" } },
  sticker: { type: "sticker", sticker: { mime_type: "image/webp", animated: false } },
  location: { type: "location", location: { latitude: expect.any(Number), longitude: expect.any(Number) } },
  contacts: { type: "contacts", contacts: [{ name: { formatted_name: "Ada Lovelace" } }] },
  button_reply: {
    type: "interactive",
    interactive: { type: "button_reply", button_reply: { id: "reply-1", title: "Yes" } },
  },
  list_reply: { type: "interactive", interactive: { type: "list_reply", list_reply: { id: "row-1" } } },
  nfm_reply: {
    type: "interactive",
    interactive: { type: "nfm_reply", nfm_reply: { response_json: expect.any(String) } },
  },
  call_permission_reply: {
    type: "interactive",
    interactive: { type: "call_permission_reply", call_permission_reply: { response: "accept" } },
  },
  button: { type: "button", button: { payload: "yes", text: "Yes" } },
  order: { type: "order", order: { catalog_id: "catalog-1", product_items: [{ quantity: 1 }] } },
  reaction: { type: "reaction", reaction: { emoji: "👍" } },
  system: { type: "system", system: { type: "user_changed_number" } },
  unsupported: { type: "unsupported", errors: [{ code: 131051 }], unsupported: { type: "poll" } },
  edit: { type: "edit", edit: { message: { type: "text" } } },
  revoke: { type: "revoke", revoke: { original_message_id: expect.any(String) } },
  request_welcome: { type: "request_welcome" },
};

test.each(inboundTypes)("a message of type %s arrives with a content of its own", async (type) => {
  expect(await receive(await startTestWorld(), { from, type })).toMatchObject(contents[type]);
});

test("what a test says goes over the content: fields, name, username, reply, forwarding", async () => {
  const world = await startTestWorld();

  const message = await receive(world, {
    from,
    type: "list_reply",
    fields: { id: "row-9" },
    profileName: "Ada",
    username: "ada",
    replyTo: "wamid.x",
    forwarded: "often",
  });

  expect(message).toMatchObject({
    from: from.slice(1),
    interactive: { list_reply: { id: "row-9", title: "Row one" } },
    context: { from: "49305550100", id: "wamid.x", frequently_forwarded: true },
    contact: { profile: { name: "Ada", username: "ada" }, wa_id: from.slice(1) },
  });
  expect(await receive(world, { from, type: "text", forwarded: "once" })).toMatchObject({
    context: { forwarded: true },
  });
});

test("the phone number may be hidden from one message", async () => {
  const message = await receive(await startTestWorld(), { from, text: "hi", hidesPhone: true });

  expect(message).not.toHaveProperty("from");
  expect(message.contact).not.toHaveProperty("wa_id");
  expect(message.from_user_id).toBe(message.contact.user_id);
});

test("a raw message overrides every field it names", async () => {
  const world = await startTestWorld();
  await world.client.sendInbound({ apiKey, from, message: { id: "wamid.own", from: "US.1", type: "poll", poll: {} } });
  await world.settle();

  expect(world.changes()[0].messages[0]).toMatchObject({ id: "wamid.own", from: "US.1", type: "poll" });
});

test("an ad's referral comes with the message", async () => {
  const message = await receive(await startTestWorld(), { from, text: "hi", referral: { ctwa_clid: "click-9" } });

  expect(message.referral).toMatchObject({ source_type: "ad", ctwa_clid: "click-9", headline: expect.any(String) });
});

describe("the window", () => {
  const codeOf = async ({ send }: TestWorld) => (await send(textTo(from))).code;

  test.each([
    ["reaction", null],
    ["button", null],
    ["image", null],
    ["system", 131047],
    ["revoke", 131047],
    ["edit", 131047],
  ] as const)("after a %s: %s", async (type, code) => {
    const world = await startTestWorld({ windowEnforcement: "sync" });
    await world.client.sendInbound({ apiKey, from, type });

    expect(await codeOf(world)).toBe(code);
  });

  test("is opened and closed by hand", async () => {
    const world = await startTestWorld({ windowEnforcement: "sync", webhook: null });

    const { contact, openUntilMs } = await world.client.putWindow({ apiKey, user: from, forMs: 60_000 });
    expect([contact, openUntilMs]).toEqual([from, world.clock.nowMs() + 60_000]);
    expect(await codeOf(world)).toBeNull();
    world.clock.advance(60_000);
    expect(await codeOf(world)).toBe(131047);
    await world.client.putWindow({ apiKey, user: from });
    expect(await codeOf(world)).toBeNull();
    await world.client.putWindow({ apiKey, user: from, forMs: 0 });
    expect(await codeOf(world)).toBe(131047);
  });

  test.each([
    ["a call of the user", { by: "user", answered: true }, null],
    ["one nobody answered", { by: "user", answered: false }, null],
    ["a call of the business", { by: "business", answered: true }, null],
    ["one the user did not answer", { by: "business", answered: false }, 131047],
  ] as const)("after %s", async (_name, call, code) => {
    const world = await startTestWorld({ windowEnforcement: "sync" });
    await world.client.makeCall({ apiKey, user: from, ...call });

    expect(await codeOf(world)).toBe(code);
  });
});

test("a call is told by its beginning and its end", async () => {
  const world = await startTestWorld();
  await world.client.putBehaviour({ webhookConcurrency: 1 });

  const { id } = await world.client.makeCall({ apiKey, user: from, durationS: 7 });
  await world.settle();

  const common = { id, from: from.slice(1), to: "49305550100", direction: "USER_INITIATED" };
  expect(world.changes("calls").flatMap(({ calls }) => calls)).toMatchObject([
    { ...common, event: "connect" },
    { ...common, event: "terminate", status: "COMPLETED", duration: 7 },
  ]);
  expect(world.changes("calls")[0].metadata.phone_number_id).toBe("106540352242922");
});

describe("wrong input", () => {
  test.each<[Omit<InboundRequest, "apiKey">, string]>([
    [{ text: "hi" }, "userId a BSUID"],
    [{ from, text: "hi", type: "text" }, "either text or message or type"],
    [{ from }, "either text or message or type"],
    [{ from, type: "fax" as "text" }, "body.type must be one of"],
  ])("%j", async (inbound, expected) => {
    const { client } = await startTestWorld();

    await expect(client.sendInbound({ apiKey, ...inbound })).rejects.toThrow(expected);
  });
});
