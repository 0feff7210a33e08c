// What a body may look like, whatever it says: the provider hears 200 for anything that was kept, for any other answer
// brings the whole batch back for seven days and then drops it.

import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { body, DEMO, HEADER, inbound, SECRET, startWorld, status, type World } from "./testing/webhook-world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.stop();
});

test("the answer is exactly 200, with nothing in it", async () => {
  const sent = await world.submitted();
  const response = await fetch(world.url, {
    method: "POST",
    headers: { [HEADER]: SECRET, "content-type": "application/json" },
    body: JSON.stringify(body({ statuses: [status(sent, "sent")] })),
  });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("");
  expect(response.headers.get("content-length")).toBe("0");
  expect(await world.count("requests", "ok")).toBeGreaterThan(0);
});

test.each([
  ["none", undefined],
  ["text", "text/plain"],
  ["a form", "application/x-www-form-urlencoded"],
])("the content type does not matter: %s", async (_, type) => {
  const sent = await world.submitted();
  const json = Buffer.from(JSON.stringify(body({ statuses: [status(sent, "sent")] })));
  const answer = await world.post(json, { [HEADER]: SECRET, ...(type && { "content-type": type }) });
  expect(answer.status).toBe(200);
  expect((await world.record(sent)).status).toBe("sent");
});

test("a compressed body is read", async () => {
  const sent = await world.submitted();
  const packed = gzipSync(JSON.stringify(body({ statuses: [status(sent, "sent")] })));
  expect((await world.post(packed, { [HEADER]: SECRET, "content-encoding": "gzip" })).status).toBe(200);
  expect((await world.record(sent)).status).toBe("sent");
});

test("3 MB, the provider's most, are taken and kept byte for byte", async () => {
  const filler = "x".repeat(
    3_000_000 - JSON.stringify(body({ messages: [inbound("wamid.LARGE", { note: "" })] })).length,
  );
  const large = JSON.stringify(body({ messages: [inbound("wamid.LARGE", { note: filler })] }));
  expect(Buffer.byteLength(large)).toBe(3_000_000);
  expect((await world.post(large)).status).toBe(200);
  const kept = (await world.stream("raw")).at(-1);
  expect(kept?.body === large).toBe(true);
});

test("more than the limit: 413, and the next request is served", async () => {
  const answer = await world.post("x".repeat(4 * 1024 * 1024 + 1));
  expect(answer).toEqual({ status: 413, text: "" });
  expect(await world.count("requests", "too-large")).toBe(1);
  expect((await world.post(body({ statuses: [] }))).status).toBe(200);
});

test("a request that ends before its body: counted as unreadable, nothing is kept", async () => {
  const before = await world.count("requests", "unreadable");
  const { hostname, port, pathname } = new URL(world.url);
  const socket = connect(Number(port), hostname);
  socket.end(
    `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\n${HEADER}: ${SECRET}\r\nContent-Length: 100\r\n\r\n{"object"`,
  );
  await waitUntil(async () => (await world.count("requests", "unreadable")) === before + 1, {
    what: "the cut request to be counted",
  });
  expect((await world.stream("raw")).at(-1)?.body).not.toBe('{"object"');
});

test("a small body that unpacks to more than the limit: 413", async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  expect((await world.post(bomb, { [HEADER]: SECRET, "content-encoding": "gzip" })).status).toBe(413);
});

test("a compression nobody knows: 415, counted as what it is", async () => {
  const before = await world.count("requests", "unreadable");
  const answer = await world.post("x", { [HEADER]: SECRET, "content-encoding": "zippy" });
  expect(answer).toEqual({ status: 415, text: "" });
  expect(await world.count("requests", "unauthorized")).toBe(0);
  expect(await world.count("requests", "unreadable")).toBe(before + 1);
});

test.each([
  ["empty", "", "the body is empty"],
  ["no JSON", '{"object":"whatsapp_business_account","entry":[', "the body is not JSON"],
  ["no object", "[1,2]", "the body is not a JSON object"],
  ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00, 0x80]), "the body is not JSON"],
  ["lists a hundred thousand deep", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, "the body is not a JSON object"],
])("%s: 200, set aside with its bytes, and counted", async (_, bytes, reason) => {
  const countedBefore = await world.count("items", "unreadable");
  expect((await world.post(bytes)).status).toBe(200);
  expect(await world.count("items", "unreadable")).toBe(countedBefore + 1);
  expect((await world.stream("aside", "unroutable")).at(-1)?.reason).toContain(reason);
  if (typeof bytes === "string" && bytes !== "") {
    expect((await world.stream("raw", "unroutable")).at(-1)?.body === bytes).toBe(true);
  }
});

test("U+0000 in a text is kept and harms nothing", async () => {
  const sent = await world.submitted();
  const messages = [inbound("wamid.NUL", { text: { body: "a\u0000b" } })];
  expect((await world.post(body({ messages, statuses: [status(sent, "sent")] }))).status).toBe(200);
  const kept = (await world.stream("inbound")).at(-1);
  expect(JSON.parse(kept?.json ?? "").content.body).toBe("a\u0000b");
  expect((await world.record(sent)).status).toBe("sent");
});

test("an item nested too deeply to print is set aside; its neighbours are applied", async () => {
  const sent = await world.submitted();
  const deep = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
  const bytes = JSON.stringify(body({ statuses: [status(sent, "sent")], messages: ["DEEP"] })).replace(
    '"DEEP"',
    `{"id":"wamid.DEEP","type":"text","text":${deep}}`,
  );
  expect((await world.post(bytes)).status).toBe(200);
  expect((await world.record(sent)).status).toBe("sent");
  expect((await world.stream("aside", "unroutable")).at(-1)?.reason).toBe("nested too deeply");
});

test("names that JavaScript gives a meaning to are data like any other", async () => {
  const sent = await world.submitted();
  const poison = '"__proto__":{"status":"read","polluted":true},"constructor":{"prototype":{"polluted":true}}';
  const bytes = JSON.stringify(body({ statuses: [{ ...status(sent, "sent"), POISON: 0 }], POISON: 0 })).replaceAll(
    '"POISON":0',
    poison,
  );
  expect((await world.post(bytes)).status).toBe(200);
  expect((await world.record(sent)).status).toBe("sent");
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

test("a batch far larger than any documented one is applied, too", async () => {
  const sent = await world.submitted();
  const statuses = Array.from({ length: 20_000 }, (_, at) => ({ id: `w${at}`, status: "read" }));
  const bytes = JSON.stringify(body({ statuses: [...statuses, status(sent, "read")] }));
  expect(Buffer.byteLength(bytes)).toBeLessThan(3_000_000);
  expect((await world.post(bytes)).status).toBe(200);
  expect((await world.record(sent)).status).toBe("read");
});

test("the bodies kept are capped by their bytes, the oldest go first", async () => {
  const small = await startWorld({ settings: { rawMaxBytes: 4_000 } });
  try {
    for (let at = 0; at < 10; at += 1) {
      await small.post(body({ messages: [inbound(`wamid.CAP${at}`, { note: "x".repeat(1_000) })] }));
    }
    const kept = await small.stream("raw");
    const bytes = kept.reduce((sum, entry) => sum + Buffer.byteLength(entry.body ?? ""), 0);
    expect(bytes).toBeLessThanOrEqual(4_000);
    expect(kept.length).toBeGreaterThanOrEqual(2);
    expect(kept.at(-1)?.body).toContain("wamid.CAP9");
    expect(await small.stream("inbound")).toHaveLength(10);
  } finally {
    await small.stop();
  }
});

test("nothing that a body says is logged", async () => {
  await world.post(body({ messages: [inbound("wamid.PRIVATE", { text: { body: "very private" } })] }, DEMO));
  await world.post('{"very private": ');
  expect(world.logged.join("")).not.toContain("very private");
});
