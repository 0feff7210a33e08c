// The feed of inbound messages: in the shape of docs/events.md, filtered by person and type.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { feedKey } from "@tern/store";
import { expectProblem } from "../../testing/expect-problem.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { inboundPageSchema } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  await api.redis.del(feedKey(api.prefix, "demo", "inbound"), feedKey(api.prefix, "second", "inbound"));
});
afterAll(() => api.close());

async function page(query = "") {
  const answer = await api.request("GET", `/v1/inbound${query}`, { as: "agent" });
  expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
  return inboundPageSchema.parse(answer.body);
}

let written = 0;

/** A message comes in, as the webhook gives it to the store. */
async function comesIn(item: object, sender = "demo"): Promise<string> {
  const wamid = `wamid.IN${written++}`;
  await api.store.apply(
    { id: sender, pace: "unlimited" },
    {
      statuses: [],
      inbound: [{ wamid, atMs: 1_800_000_000_000, json: JSON.stringify(item), opensWindowOf: null }],
      aside: [],
      raw: null,
    },
  );
  return wamid;
}

const contact = (phone: string | null, bsuid: string | null = null) => ({
  phone,
  bsuid,
  parentBsuid: null,
  username: null,
  profileName: "Pablo M.",
});
const aMessage = (changes: object = {}) => ({
  kind: "inbound",
  phoneNumberId: "100000",
  type: "text",
  contact: contact("+16505551234", "US.13491208655302741918"),
  opensWindow: true,
  isFromAd: false,
  content: { type: "text", body: "Does it come in another color?" },
  context: {
    messageId: "wamid.x",
    from: "+15550783881",
    isForwarded: false,
    isFrequentlyForwarded: false,
    product: null,
  },
  referral: null,
  errors: [],
  groupId: null,
  json: '{"message":{"type":"text"},"contact":{}}',
  ...changes,
});

describe("an inbound message", () => {
  test("is shown with who wrote it, what it says and what it answers", async () => {
    const wamid = await comesIn(aMessage());
    const { messages } = await page();
    expect(messages).toEqual([
      {
        id: expect.stringMatching(/^demo\/\d+-\d+$/),
        sender: "demo",
        at: "2027-01-15T08:00:00.000Z",
        receivedAt: expect.stringMatching(/^20\d\d-/),
        wamid,
        type: "text",
        contact: contact("+16505551234", "US.13491208655302741918"),
        content: { type: "text", body: "Does it come in another color?" },
        context: expect.objectContaining({ messageId: "wamid.x" }),
        referral: null,
        errors: [],
        groupId: null,
        opensWindow: true,
      },
    ]);
  });

  test("is shown as the provider sent it, too, if asked for, and whenever Tern cannot read it", async () => {
    await comesIn(aMessage());
    await comesIn(aMessage({ type: "poll", content: null, json: '{"message":{"type":"poll"}}' }));
    expect((await page()).messages.map(({ raw }) => raw)).toEqual([undefined, { message: { type: "poll" } }]);
    expect((await page("?raw=true")).messages[0]?.raw).toEqual({ message: { type: "text" }, contact: {} });
  });

  // Entries outlive releases, and a damaged one must not end the feed.
  test("of another release, or damaged, is shown as far as it can be", async () => {
    await comesIn({ message: { type: "text", from: "16505551234" } });
    const key = feedKey(api.prefix, "demo", "inbound");
    await api.redis.xadd(key, "*", "wamid", "DAMAGED", "at", "x", "json", '{"type":"te');
    const { messages } = await page();
    expect(messages.map(({ wamid, type, content }) => [wamid, type, content])).toEqual([
      [expect.stringMatching(/^wamid\.IN/), "unknown", null],
      ["wamid.DAMAGED", "unknown", null],
    ]);
  });
});

describe("a reader", () => {
  test("may ask for one person, by number in any spelling or by BSUID", async () => {
    await comesIn(aMessage());
    await comesIn(aMessage({ contact: contact("+4915112345678") }));
    await comesIn(aMessage({ contact: contact(null, "US.2002") }));
    await comesIn(aMessage({ contact: contact(null) }));
    const phonesOf = async (query: string) =>
      (await page(query)).messages.map((one) => one.contact.phone ?? one.contact.bsuid);
    expect(await phonesOf("?contact=%2B49%20151%2012345678")).toEqual(["+4915112345678"]);
    expect(await phonesOf("?contact=+16505551234")).toEqual(["+16505551234"]);
    expect(await phonesOf("?contact=US.13491208655302741918")).toEqual(["+16505551234"]);
    expect(await phonesOf("?contact=US.2002")).toEqual(["US.2002"]);
    expect(await phonesOf("")).toHaveLength(4);
  });

  test("may ask for some types", async () => {
    for (const type of ["text", "image", "request_welcome", "reaction"]) await comesIn(aMessage({ type }));
    const { messages } = await page("?type=image,request_welcome");
    expect(messages.map(({ type }) => type)).toEqual(["image", "request_welcome"]);
  });

  test("gets the messages of all its senders, page by page", async () => {
    await comesIn(aMessage());
    await comesIn(aMessage(), "second");
    const first = await page("?limit=1");
    const second = await page(`?limit=1&cursor=${first.nextCursor}`);
    expect([...first.messages, ...second.messages].map(({ sender }) => sender)).toEqual(["demo", "second"]);
    expect((await page("?sender=second")).messages).toHaveLength(1);
  });

  test("needs the scope, its own senders, and a contact that is one", async () => {
    expectProblem(await api.request("GET", "/v1/inbound"), "forbidden");
    for (const query of ["?sender=third", "?contact=0151", "?raw=yes", "?type=Text"]) {
      expectProblem(await api.request("GET", `/v1/inbound${query}`, { as: "agent" }), "invalid-parameters");
    }
  });
});
