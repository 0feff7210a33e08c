// The feed of events: everything once at least, in order, from where the reader stood, and at once when something comes.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { feedKey } from "@tern/store";
import { eventSchema } from "../../feeds/event-view.ts";
import { expectProblem } from "../../testing/expect-problem.ts";
import { type Answer, aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { refuse } from "../../testing/worker.ts";
import { eventsSchema } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  for (const sender of ["demo", "second", "third"]) await api.redis.del(feedKey(api.prefix, sender, "events"));
});
afterAll(() => api.close());

const ask = (query: string, signal?: AbortSignal): Promise<Answer> =>
  api.request("GET", `/v1/events${query}`, { as: "agent", ...(signal && { signal }) });

async function page(query = "") {
  const answer = await ask(query);
  expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
  return eventsSchema.parse(answer.body);
}

/** Writes an event as event.lua does; its position. */
async function status(sender: string, name: string, position = "*"): Promise<string> {
  const key = feedKey(api.prefix, sender, "events");
  const fields = ["id", name.padEnd(26, "0"), "s", "sent", "at", 1_800_000_000_000, "x", ""];
  return String(await api.redis.xadd(key, position, ...fields));
}

/** Writes an event as apply.lua does. */
async function reported(sender: string, type: string, data: object): Promise<void> {
  const key = feedKey(api.prefix, sender, "events");
  await api.redis.xadd(key, "*", "y", type, "at", 1_800_000_000_000, "json", JSON.stringify(data));
}

const messagesOf = ({ events }: { events: readonly { data: object }[] }) =>
  events.map(({ data }) => (data as { messageId: string }).messageId.split("_")[2]?.replace(/0+$/, ""));

describe("an event", () => {
  test("of a message says which, what it is now, and why it failed", async () => {
    const { body } = await api.request("POST", "/v1/messages", { body: aText() });
    await refuse(api, body.id);
    const { events } = await page();
    const failed = eventSchema.parse(events.at(-1));
    expect(failed).toMatchObject({
      sender: "demo",
      type: "message-status",
      data: {
        messageId: body.id,
        status: "failed",
        failure: { class: "rejected", code: 131_026, hint: "Ask the recipient." },
      },
    });
    expect(Date.parse(failed.at)).toBeGreaterThan(Date.now() - 60_000);
    expect(events).toHaveLength(1);
  });

  test("of another kind has its own type and its fields", async () => {
    const data = { event: "PAUSED", template: { id: "1", name: "sale", language: "en_US" } };
    await reported("demo", "template-status", data);
    expect((await page()).events).toEqual([
      {
        id: expect.stringMatching(/^demo\/\d+-\d+$/),
        sender: "demo",
        type: "template-status",
        at: "2027-01-15T08:00:00.000Z",
        data,
      },
    ]);
  });
});

describe("a reader", () => {
  test("gets page after page, each event once, in the order of all its senders together", async () => {
    for (const [at, name] of ["a", "b", "c", "d", "e", "f", "g"].entries()) {
      await status(at % 3 === 0 ? "second" : "demo", name, `${1_000 + at}-0`);
    }
    const seen: (string | undefined)[] = [];
    let cursor = "";
    for (let more = true; more; ) {
      const next = await page(`?limit=2${cursor}`);
      expect(next.events.length).toBeLessThanOrEqual(2);
      seen.push(...messagesOf(next));
      cursor = `&cursor=${next.nextCursor}`;
      more = next.hasMore;
    }
    expect(seen).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
    await status("demo", "h");
    expect(messagesOf(await page(`?${cursor.slice(1)}`))).toEqual(["h"]);
  });

  test("gets them in order also where much is passed over", async () => {
    for (let at = 0; at < 150; at += 1) await status("demo", "m", `${1_000 + at}-0`);
    const calls = { demo: "2000-0", second: "3000-0" };
    for (const [sender, position] of Object.entries(calls)) {
      await api.redis.xadd(feedKey(api.prefix, sender, "events"), position, "y", "call", "json", "{}");
    }
    expect((await page("?type=call&limit=2")).events.map(({ sender }) => sender)).toEqual(["demo", "second"]);
  });

  test("that asks again with the same cursor gets the same again", async () => {
    for (const name of ["a", "b", "c"]) await status("demo", name);
    const { nextCursor } = await page("?limit=1");
    expect((await page(`?cursor=${nextCursor}`)).events).toEqual((await page(`?cursor=${nextCursor}`)).events);
  });

  test("goes on with its cursor at another process, after a restart", async () => {
    for (const name of ["a", "b"]) await status("demo", name);
    const { nextCursor } = await page("?limit=1");
    const other = await startTestApi({ prefix: api.prefix });
    const answer = await other.request("GET", `/v1/events?cursor=${nextCursor}`, { as: "agent" });
    expect(messagesOf(eventsSchema.parse(answer.body))).toEqual(["b"]);
    await other.close();
  });

  test("sees only the types it asks for, and its cursor passes over the others", async () => {
    for (let at = 0; at < 250; at += 1) await status("demo", `m${at}`);
    await reported("demo", "account-update", { event: "MM_LITE_TERMS_SIGNED" });
    const first = await page("?type=account-update,template-status&limit=3");
    expect(first.events.map(({ type }) => type)).toEqual(["account-update"]);
    expect((await page(`?cursor=${first.nextCursor}`)).events).toEqual([]);
  });

  test("may begin at a moment", async () => {
    await status("demo", "before");
    const position = await status("demo", "after");
    const atMs = Number(position.split("-")[0]);
    const from = encodeURIComponent(new Date(atMs).toISOString());
    expect(messagesOf(await page(`?from=${from}`))).toContain("after");
    expect((await page(`?from=${encodeURIComponent(new Date(atMs + 1_000).toISOString())}`)).events).toEqual([]);
  });

  test("sees only the senders that it may use, also with a cursor that names others", async () => {
    await status("third", "secret");
    await status("demo", "mine");
    const cursor = Buffer.from(JSON.stringify(["events", { third: "0-0", demo: `${Date.now() - 60_000}-0` }])).toString(
      "base64url",
    );
    expect(messagesOf(await page())).toEqual(["mine"]);
    expect(messagesOf(await page(`?cursor=${cursor}`))).toEqual(["mine"]);
    expectProblem(await ask("?sender=demo,third"), "invalid-parameters");
    expectProblem(await api.request("GET", "/v1/events"), "forbidden");
  });

  test.each([
    "?limit=0",
    "?limit=501",
    "?waitSeconds=31",
    "?cursor=nonsense",
    "?type=A%20b",
    "?sender=",
    "?to=1",
    "?from=yesterday",
  ])("that asks for %s is told what is wrong", async (query) => {
    expectProblem(await ask(query), "invalid-parameters");
  });

  test("may not use the cursor of another feed, nor say from beside one", async () => {
    const inbound = Buffer.from(JSON.stringify(["inbound", {}])).toString("base64url");
    expectProblem(await ask(`?cursor=${inbound}`), "invalid-parameters");
    const { nextCursor } = await page();
    expectProblem(await ask(`?cursor=${nextCursor}&from=2027-01-01T00:00:00Z`), "invalid-parameters");
  });

  test("that comes after what it has not seen is gone gets 410, and may go on from the oldest", async () => {
    const late = await startTestApi({ settings: { eventsMax: 100 } });
    const key = feedKey(late.prefix, "demo", "events");
    await late.redis.xadd(key, "*", "y", "call", "json", "{}");
    const get = (query: string) => late.request("GET", `/v1/events?sender=demo${query}`, { as: "agent" });
    const { nextCursor } = eventsSchema.parse((await get("&limit=1")).body);
    for (let at = 0; at < 150; at += 1) await late.redis.xadd(key, "*", "y", "call", "json", "{}");
    expect((await get(`&cursor=${nextCursor}`)).status).toBe(200);
    await late.redis.xtrim(key, "MAXLEN", 100);
    const answer = await get(`&cursor=${nextCursor}`);
    expectProblem(answer, "cursor-expired");
    expect(answer.body.detail).toMatch(/without a cursor/);
    expect(eventsSchema.parse((await get("&limit=500")).body).events).toHaveLength(100);
    await late.close();
  });
});

describe("a reader that waits", () => {
  const waiting = () => api.metric("tern_feed_readers_waiting");

  test("is answered as soon as something comes, for whichever of its senders", async () => {
    const { nextCursor } = await page();
    const answer = page(`?cursor=${nextCursor}&waitSeconds=30`);
    await waitUntil(async () => (await waiting()) === 1, { what: "the reader to wait" });
    await status("second", "new");
    expect(messagesOf(await answer)).toEqual(["new"]);
    expect(await waiting()).toBe(0);
  });

  test("is not woken for good by what it does not want to see", async () => {
    const { nextCursor } = await page();
    const answer = page(`?cursor=${nextCursor}&waitSeconds=30&type=call`);
    await waitUntil(async () => (await waiting()) === 1, { what: "the reader to wait" });
    await status("demo", "other");
    await reported("demo", "call", { event: "connect" });
    expect((await answer).events.map(({ type }) => type)).toEqual(["call"]);
  });

  test("does not wait when there is something already", async () => {
    await status("demo", "old");
    expect(messagesOf(await page("?waitSeconds=30"))).toEqual(["old"]);
  });

  test("is answered with an empty page when its time is over, and goes on from there", async () => {
    const empty = await page("?waitSeconds=1");
    expect([empty.events, empty.hasMore]).toEqual([[], false]);
    await status("demo", "next");
    expect(messagesOf(await page(`?cursor=${empty.nextCursor}`))).toEqual(["next"]);
  });

  test("that goes away waits no longer", async () => {
    const leaving = new AbortController();
    const answer = ask("?waitSeconds=30", leaving.signal).catch(() => "left");
    await waitUntil(async () => (await waiting()) === 1, { what: "the reader to wait" });
    leaving.abort();
    expect(await answer).toBe("left");
    await waitUntil(async () => (await waiting()) === 0, { what: "nobody to wait" });
  });

  test("is answered at once when the process is told to stop", async () => {
    const stopping = new AbortController();
    const ending = await startTestApi({ stopping: stopping.signal });
    const answer = ending.request("GET", "/v1/events?waitSeconds=30", { as: "agent" });
    await waitUntil(async () => (await ending.metric("tern_feed_readers_waiting")) === 1, {
      what: "the reader to wait",
    });
    stopping.abort();
    expect(eventsSchema.parse((await answer).body).events).toEqual([]);
    await ending.close();
  });
});
