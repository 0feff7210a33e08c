// Everything besides sending, against the real thing: lists and feeds as loops, errors as values, files as streams.

import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { LISTS, type Listed } from "./pages.ts";
import { type ClientWorld, startClientWorld } from "./testing/client-world.ts";

let world: ClientWorld;
beforeAll(async () => {
  world = await startClientWorld();
}, 60_000);
afterAll(() => world.stop(), 60_000);

async function send(over?: Parameters<ClientWorld["aText"]>[0]): Promise<string> {
  const sent = await world.tern.sendMessage(world.aText(over));
  if (!sent.ok) throw new Error(sent.error.detail);
  return sent.value.id;
}

async function all<Item>(list: AsyncIterable<Listed<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of list) {
    if (!item.ok) throw new Error(item.error.detail);
    items.push(item.value);
  }
  return items;
}

describe("a list", () => {
  test("goes on over all its pages, asking for the next one when the loop comes to it", async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.unshift(await send({ reference: "five" })); // newest first, as the list is
    const start = world.proxy.seen.length;
    const list = world.tern.each.listMessages({ sender: "demo", reference: "five", limit: 2 });

    expect((await list.next()).value).toMatchObject({ ok: true, value: { id: ids[0] } });
    expect(world.proxy.seen.length - start).toBe(1);
    expect((await all(list)).map(({ id }) => id)).toEqual(ids.slice(1));
    expect(world.proxy.seen.length - start).toBeGreaterThanOrEqual(3);
  });

  test("is there for each operation with pages, and finds item by item what one large page has", async () => {
    await world.tern.pauseSender({ id: "quiet" });
    for (let i = 0; i < 3; i += 1) await send({ sender: "quiet" });
    const { each } = world.tern;

    const audit = await world.tern.readAudit({ id: "quiet" });
    await world.tern.resumeLane({ id: "quiet", lane: "bulk" });
    await world.tern.setPace({ id: "quiet", body: { perSecond: 50 } });
    expect(audit).toMatchObject({ ok: true });
    expect((await all(each.readAudit({ id: "quiet", limit: 1 }))).map(({ verb }) => verb)).toHaveLength(3);
    expect(await all(each.listWaiting({ id: "quiet", limit: 1 }))).toHaveLength(3);
    expect(await all(each.listFailures({ id: "demo", limit: 1 }))).toEqual([]);
    expect(await all(each.listBlocked({ id: "demo" }))).toEqual([]);
    expect(Array.isArray(await all(each.listTemplates({ id: "demo" })))).toBe(true);
    expect(Object.keys(each).sort()).toEqual(Object.keys(LISTS).sort());
  });

  test("ends with the failure as its last entry", async () => {
    const entries = [];
    for await (const entry of world.tern.each.listWaiting({ id: "nobody" })) entries.push(entry);
    expect(entries).toMatchObject([{ ok: false, error: { type: "not-found" } }]);
  });
});

describe("a feed", () => {
  test("hands out each event once it happens, and goes on where a reader before it was", async () => {
    const kept: string[] = [];
    const onCursor = (cursor: string) => void kept.push(cursor);
    const statuses: string[] = [];
    const first = world.tern.events({ type: "message-status", sender: "demo", onCursor });
    const sent = Promise.withResolvers<string>();
    const reading = (async () => {
      for await (const entry of first) {
        if (!entry.ok) throw new Error(entry.error.detail);
        const { messageId, status } = entry.value.data as { messageId: string; status: string };
        if (messageId === (await sent.promise)) statuses.push(status);
        if (statuses.includes("delivered")) break;
      }
    })();
    sent.resolve(await send()); // the reader is there before
    await reading;
    expect(statuses).toEqual(expect.arrayContaining(["submitted", "delivered"]));

    const later = await send();
    const seen: string[] = [];
    const from = kept.at(-1) ?? null;
    expect(from).not.toBeNull();
    for await (const entry of world.tern.events({ type: "message-status", sender: "demo", cursor: from })) {
      if (!entry.ok) throw new Error(entry.error.detail);
      seen.push(`${entry.value.data.messageId} ${entry.value.data.status}`);
      if (seen.includes(`${later} delivered`)) break;
    }
    expect(seen).toContain(`${later} submitted`);
  });

  test("hands out what people write", async () => {
    const from = "+491511234567";
    const reading = (async () => {
      for await (const entry of world.tern.inbound({ sender: "demo", contact: from })) return entry;
    })();
    await world.system.simulator.sendInbound({ apiKey: world.system.providerKey("demo"), from, text: "Where is it?" });
    expect(await reading).toMatchObject({ ok: true, value: { type: "text", content: { body: "Where is it?" } } });
  });

  test("calls onCursor only when everything before it was dealt with, so that a reader that fails reads it again", async () => {
    await send();
    const kept: string[] = [];
    const feed = world.tern.events({ sender: "demo", limit: 2, onCursor: (cursor) => void kept.push(cursor) });
    const ids: unknown[] = [];
    const nextId = async () => {
      const { value: entry } = await feed.next();
      if (!entry?.ok) throw new Error("an event is to come");
      ids.push(entry.value.id);
    };
    await nextId();
    await nextId();
    expect(kept).toEqual([]); // the second one is being dealt with
    await nextId();
    expect(kept).toHaveLength(1);

    const again = world.tern.events({ sender: "demo", cursor: kept[0] ?? null });
    expect((await again.next()).value).toMatchObject({ ok: true, value: { id: ids[2] } });
  });

  test("tells of an API that is away and goes on with the loop when it is back", async () => {
    const feed = world.client({ retries: { attemptsMax: 1 } }).events({ sender: "demo", limit: 1 });
    await send();
    world.proxy.next({ status: 502 });
    expect((await feed.next()).value).toMatchObject({ ok: false, error: { type: "unexpected", status: 502 } });
    expect((await feed.next()).value).toMatchObject({ ok: true });
  });

  test("ends with a cursor that cannot be used, and with its signal", async () => {
    const bad = world.tern.events({ cursor: "nonsense" });
    expect((await bad.next()).value).toMatchObject({ ok: false, error: { type: "invalid-parameters" } });
    expect(await bad.next()).toEqual({ done: true, value: undefined });

    const early = new AbortController();
    const signal = early.signal;
    const feed = world.tern.events({ sender: "demo", signal });
    expect((await feed.next()).value).toMatchObject({ ok: true });
    early.abort(); // what is in hand already is not handed out any more
    expect((await feed.next()).value).toMatchObject({ ok: false, error: { type: "aborted" } });
    expect(await feed.next()).toEqual({ done: true, value: undefined });

    const stop = new AbortController();
    const start = world.proxy.seen.length;
    const waiting = world.tern.inbound({ sender: "quiet", signal: stop.signal });
    const next = waiting.next();
    await waitUntil(() => world.proxy.seen.length > start, { what: "the long poll to begin" });
    stop.abort();
    expect((await next).value).toMatchObject({ ok: false, error: { type: "aborted" } });
    expect(await waiting.next()).toEqual({ done: true, value: undefined });
  });
});

describe("an error is a value that says which", () => {
  test("a problem of the API by its name, with the places that are wrong", async () => {
    const wrong = await world.tern.sendMessage({
      sender: "demo",
      to: "+4915112345678",
      type: "text",
      text: { body: "" },
    });
    expect(wrong).toMatchObject({
      ok: false,
      error: { type: "invalid-request", status: 400, errors: [{ pointer: "/text/body" }], retryAfterSeconds: null },
    });
    expect(wrong.ok || "requestId" in wrong.error).toBe(true);
    expect(await world.client({ apiKey: "tern_wrong" }).listSenders()).toMatchObject({
      error: { type: "unauthenticated" },
    });
    expect(await world.tern.getMessage({ id: "msg_demo_?/../" })).toMatchObject({ error: { type: "not-found" } });
  });

  test("no connection, no answer in time, given up, and an answer that is nobody's", async () => {
    const once = { attemptsMax: 1 };
    const nowhere = world.client({ baseUrl: "http://127.0.0.1:1", retries: once });
    expect(await nowhere.listSenders()).toMatchObject({ ok: false, error: { type: "network" } });

    world.proxy.next("hold");
    const slow = await world.tern.listSenders({}, { timeoutMs: 50, retries: once });
    expect(slow).toMatchObject({ ok: false, error: { type: "timeout", timeoutMs: 50 } });

    const gone = AbortSignal.abort("no longer wanted");
    expect(await world.tern.listSenders({}, { signal: gone })).toMatchObject({ error: { type: "aborted" } });

    world.proxy.next({ status: 200 });
    expect(await world.tern.listSenders()).toMatchObject({
      error: { type: "unexpected", status: 200, body: "<h1>Nobody is here</h1>" },
    });
  });

  test("what may not be repeated is asked for once only", async () => {
    const start = world.proxy.seen.length;
    world.proxy.next({ status: 503 }, { status: 503 });
    const failed = await world.tern.retryMessage({ id: "msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd" });
    expect(failed).toMatchObject({ ok: false, error: { type: "unexpected", status: 503 } });
    expect(world.proxy.seen.length - start).toBe(1);
    expect(await world.tern.listSenders()).toMatchObject({ ok: true }); // and this one twice
    expect(world.proxy.seen.length - start).toBe(3);
  });

  test("a redirect is not followed: the API key stays with the host that it is for", async () => {
    world.proxy.next({ status: 302, headers: { location: `${world.system.apiUrls[0]}/v1/senders` } });
    expect(await world.tern.listSenders()).toMatchObject({ ok: false, error: { type: "unexpected", status: 302 } });
  });
});

describe("a file", () => {
  const text = Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(300_000)]);

  test("is uploaded and downloaded as a stream, and is the same", async () => {
    async function* chunks() {
      for (let at = 0; at < text.length; at += 64_000) yield text.subarray(at, at + 64_000);
    }
    const upload = { sender: "demo", contentType: "application/pdf", filename: "offer.pdf" };
    const uploaded = await world.tern.uploadMedia({ ...upload, content: chunks() });
    if (!uploaded.ok) throw new Error(uploaded.error.detail);
    expect(uploaded).toMatchObject({ status: 201, value: { bytes: text.length, cached: false } });

    const again = await world.tern.uploadMedia({ ...upload, content: new Blob([text]) });
    expect(again).toMatchObject({ status: 200, value: { id: uploaded.value.id, cached: true } });

    const download = await world.tern.downloadMedia({ sender: "demo", id: uploaded.value.id });
    if (!download.ok) throw new Error(download.error.detail);
    const hash = createHash("sha256");
    for await (const chunk of download.value.content) hash.update(chunk);
    const sha256 = createHash("sha256").update(text).digest("base64");
    expect(hash.digest("base64")).toBe(sha256);
    expect(download.value).toMatchObject({ contentType: "application/pdf", bytes: text.length, sha256 });
  });

  test("is sent again after a lost answer where its stream can be opened again, else not", async () => {
    const other = Buffer.concat([text, Buffer.from("2")]);
    const upload = { sender: "demo", contentType: "application/pdf" };
    const stream = () => new Blob([other]).stream() as ReadableStream<Uint8Array>;
    world.proxy.next("lose");
    expect(await world.tern.uploadMedia({ ...upload, content: stream() })).toMatchObject({
      error: { type: "network" },
    });
    world.proxy.next("lose");
    expect(await world.tern.uploadMedia({ ...upload, content: stream })).toMatchObject({ status: 200 });
  });

  test("of a type that cannot be sent is refused by name", async () => {
    const refused = await world.tern.uploadMedia({ sender: "demo", contentType: "image/png", content: text });
    expect(refused).toMatchObject({ ok: false, error: { type: "unsupported-file", status: 415 } });
  });
});
