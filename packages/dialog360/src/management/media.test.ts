import { createHash } from "node:crypto";
import { once } from "node:events";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "@jest/globals";
import { MEDIA_CORRUPT } from "./checked-bytes.ts";
import type { MediaUpload } from "./media.ts";
import { type Answers, json, type ManagementWorld, managementWorld, status } from "./testing/management-world.ts";

let world: ManagementWorld;
afterEach(() => world.stop());

async function worldWith(answers: Answers, options: Parameters<typeof managementWorld>[1] = {}) {
  world = await managementWorld(answers, options);
  return world;
}

const BYTES = Buffer.from("\u0000\r\n--tern\r\nthe bytes of a picture\uffff");
const hexOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const base64Of = (bytes: Buffer) => createHash("sha256").update(bytes).digest("base64");

describe("an upload", () => {
  const aFile = (fields: Partial<MediaUpload> = {}): MediaUpload => ({
    stream: Readable.from([BYTES.subarray(0, 5), BYTES.subarray(5)]),
    lengthBytes: BYTES.length,
    mimeType: "image/jpeg",
    fileName: 'Grüße "1".jpg',
    ...fields,
  });

  test("arrives as the form that the provider documents, and its id comes back", async () => {
    await worldWith({ "POST /media": json({ id: "1166846181421424" }) });
    expect(await world.client.uploadMedia(world.account(), aFile())).toEqual({ ok: { id: "1166846181421424" } });
    const [{ headers, body }] = world.seen as [ManagementWorld["seen"][number]];
    const form = await new Response(new Uint8Array(body), {
      headers: { "content-type": headers["content-type"] ?? "" },
    }).formData();
    const file = form.get("file") as File;
    expect(form.get("messaging_product")).toBe("whatsapp");
    expect({ name: file.name, type: file.type }).toEqual({ name: 'Grüße "1".jpg', type: "image/jpeg" });
    expect(Buffer.from(await file.arrayBuffer()).equals(BYTES)).toBe(true);
    expect(headers["content-length"]).toBe(String(body.length));
    expect(headers["d360-api-key"]).toBe("the-key");
  });

  test("of a length that nobody knows goes out in chunks", async () => {
    await worldWith({ "POST /media": json({ id: 42 }) });
    const { lengthBytes: _, ...file } = aFile();
    expect(await world.client.uploadMedia(world.account(), file)).toEqual({ ok: { id: "42" } });
    expect(world.seen[0]?.headers).toMatchObject({ "transfer-encoding": "chunked" });
    expect(world.seen[0]?.body.includes(BYTES)).toBe(true);
  });

  // The whole file in memory is what this must never come to: a process serves many at once.
  test("is read no faster than the provider takes it", async () => {
    const chunk = Buffer.alloc(256 * 1024, 7);
    const total = 256; // 64 MB
    let pulled = 0;
    let taken = 0;
    let aheadMax = 0;
    async function* source() {
      for (; pulled < total; pulled += 1) {
        aheadMax = Math.max(aheadMax, pulled * chunk.length - taken);
        yield chunk;
      }
    }
    await worldWith(
      {
        "POST /media": (response, request) => {
          request.on("data", (data: Buffer) => {
            taken += data.length;
          });
          request.on("end", () => response.end('{"id":"1"}'));
        },
      },
      { raw: ["POST /media"] },
    );
    const file = aFile({ stream: Readable.from(source()), lengthBytes: total * chunk.length });
    expect(await world.client.uploadMedia(world.account(), file)).toEqual({ ok: { id: "1" } });
    expect(taken).toBeGreaterThan(total * chunk.length);
    expect(aheadMax).toBeLessThan(16 * 1024 * 1024);
  });

  test("that is refused before it is read is over at once, and the file is let go", async () => {
    await worldWith(
      { "POST /media": status(400, { error: { code: 131053, message: "Media upload error" } }) },
      { raw: ["POST /media"] },
    );
    const stream = Readable.from(
      (async function* () {
        for (;;) yield Buffer.alloc(64 * 1024);
      })(),
    );
    const { lengthBytes: _, ...file } = aFile({ stream });
    expect(await world.client.uploadMedia(world.account(), file)).toMatchObject({ failure: { code: 131053 } });
    expect(stream.destroyed).toBe(true);
    expect(world.seen).toHaveLength(1);
  });

  test("whose own stream fails rejects with that, whoever's fault the provider thinks it is", async () => {
    await worldWith({ "POST /media": json({ id: "1" }) });
    const stream = Readable.from(
      (async function* () {
        yield BYTES;
        throw new Error("the caller hung up");
      })(),
    );
    await expect(world.client.uploadMedia(world.account(), aFile({ stream, lengthBytes: 1_000 }))).rejects.toThrow(
      "the caller hung up",
    );
  });

  test("that is not as long as was said is refused", async () => {
    await worldWith({ "POST /media": json({ id: "1" }) });
    const result = await world.client.uploadMedia(world.account(), aFile({ lengthBytes: BYTES.length + 1 }));
    expect(result).toMatchObject({ failure: { class: "rejected", reason: expect.stringContaining("as long as") } });
  });

  test.each(["image/png\r\nx: 1", "image", "", 'text/html"'])("of the type %j is refused unsent", async (mimeType) => {
    await worldWith({});
    const file = aFile({ mimeType });
    expect(await world.client.uploadMedia(world.account(), file)).toMatchObject({ failure: { class: "rejected" } });
    expect(world.seen).toEqual([]);
    expect(file.stream.destroyed).toBe(true);
  });

  test("cannot write headers of its own by its name", async () => {
    await worldWith({ "POST /media": json({ id: "1" }) });
    await world.client.uploadMedia(world.account(), aFile({ fileName: 'a"\r\nx-injected: 1\r\n\r\n.png' }));
    expect(world.seen[0]?.body.toString("latin1")).not.toMatch(/^x-injected/m);
  });

  test("may take minutes, but not for ever", async () => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    await worldWith({ "POST /media": () => resolve() });
    const uploading = world.client.uploadMedia(world.account(), aFile());
    await asked;
    world.clock.advance(299_999);
    world.clock.advance(1);
    expect(await uploading).toMatchObject({ failure: { class: "unknown" } });
  });
});

describe("a download", () => {
  const PATH = "/whatsapp_business/attachments/?mid=314&ext=17&hash=AT%2Bx";
  const found = (fields: object = {}) => ({
    messaging_product: "whatsapp",
    url: `https://lookaside.fbsbx.com${PATH}`,
    mime_type: "image/jpeg",
    sha256: hexOf(BYTES),
    file_size: String(BYTES.length),
    id: "314",
    ...fields,
  });
  const bytes = (response: import("node:http").ServerResponse) => void response.end(BYTES);

  test("looks the id up, then fetches the bytes from the sender's own address, under its key", async () => {
    await worldWith({ "GET /314": json(found()), [`GET ${PATH}`]: bytes });
    const result = await world.client.downloadMedia(world.account(), "314");
    if ("failure" in result) throw new Error(result.failure.reason);
    const { stream, ...info } = result.ok;
    expect(info).toEqual({
      id: "314",
      url: `https://lookaside.fbsbx.com${PATH}`,
      mimeType: "image/jpeg",
      sha256: hexOf(BYTES),
      lengthBytes: BYTES.length,
    });
    expect((await buffer(stream)).equals(BYTES)).toBe(true);
    expect(world.whats()).toEqual(["GET /314", `GET ${PATH}`]);
    expect(world.seen[1]?.headers["d360-api-key"]).toBe("the-key");
    expect(world.clock.waiting()).toBe(0);
  });

  test.each([
    ["in base64", { sha256: base64Of(BYTES) }],
    ["in capital hex", { sha256: hexOf(BYTES).toUpperCase() }],
    ["in no known writing", { sha256: "sha256" }],
    ["nowhere, with the length alone", { sha256: undefined }],
  ])("is taken when its hash stands %s", async (_label, fields) => {
    await worldWith({ "GET /314": json(found(fields)), [`GET ${PATH}`]: bytes });
    const result = await world.client.downloadMedia(world.account(), "314");
    if ("failure" in result) throw new Error(result.failure.reason);
    expect((await buffer(result.ok.stream)).length).toBe(BYTES.length);
  });

  test.each([
    ["hash in hex", { sha256: hexOf(Buffer.from("other")) }],
    ["hash in base64", { sha256: base64Of(Buffer.from("other")) }],
    ["length", { sha256: undefined, file_size: 5 }],
  ])("of another %s than was said ends with an error", async (_label, fields) => {
    await worldWith({ "GET /314": json(found(fields)), [`GET ${PATH}`]: bytes });
    const result = await world.client.downloadMedia(world.account(), "314");
    if ("failure" in result) throw new Error(result.failure.reason);
    await expect(buffer(result.ok.stream)).rejects.toMatchObject({ code: MEDIA_CORRUPT });
  });

  test("whose URL has run out is looked up anew once", async () => {
    await worldWith({
      "GET /314": [json(found()), json(found({ url: "https://lookaside.fbsbx.com/fresh" }))],
      [`GET ${PATH}`]: status(404, ""),
      "GET /fresh": bytes,
    });
    const result = await world.client.downloadMedia(world.account(), "314");
    if ("failure" in result) throw new Error(result.failure.reason);
    expect((await buffer(result.ok.stream)).equals(BYTES)).toBe(true);
    expect(world.whats()).toEqual(["GET /314", `GET ${PATH}`, "GET /314", "GET /fresh"]);
  });

  test("that is not there the second time either is given up", async () => {
    await worldWith({ "GET /314": json(found()), [`GET ${PATH}`]: status(404, "") });
    expect(await world.client.downloadMedia(world.account(), "314")).toMatchObject({
      failure: { class: "rejected", httpStatus: 404, reason: "the provider knows no such media" },
    });
    expect(world.whats()).toEqual(["GET /314", `GET ${PATH}`, "GET /314", `GET ${PATH}`]);
  });

  // More than five failures in an hour block the number's media for an hour.
  test.each([400, 401, 403, 410, 429, 500])("refused with %d is not tried again", async (code) => {
    await worldWith({ "GET /314": json(found()), [`GET ${PATH}`]: status(code, "") });
    expect(await world.client.downloadMedia(world.account(), "314")).toMatchObject({ failure: { httpStatus: code } });
    expect(world.seen).toHaveLength(2);
  });

  test.each([
    ["404 and nothing else", status(404, ""), "the provider knows no such media"],
    ["404 and a code", status(404, { error: { code: 100, message: "gone" } }), "the provider knows no such media"],
    ["Graph's own words", status(400, { error: { code: 100, message: "(#100) does not exist" } }), "does not exist"],
  ])("of an id that the provider does not know is not tried again: %s", async (_label, answer, reason) => {
    await worldWith({ "GET /314": answer });
    expect(await world.client.downloadMedia(world.account(), "314")).toMatchObject({
      failure: {
        class: "rejected",
        reason: expect.stringContaining(reason),
        hint: expect.stringMatching(/Check (that )?the id/),
      },
    });
    expect(world.seen).toHaveLength(1);
  });

  test("whose URL is none is refused", async () => {
    await worldWith({ "GET /314": json(found({ url: "attachments" })) });
    expect(await world.client.downloadMedia(world.account(), "314")).toMatchObject({ failure: { class: "rejected" } });
    expect(world.seen).toHaveLength(1);
  });

  test("that breaks off ends with an error, not as if it were whole", async () => {
    await worldWith({
      "GET /314": json(found({ sha256: undefined, file_size: undefined })),
      [`GET ${PATH}`]: (response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write(BYTES, () => response.destroy());
      },
    });
    const result = await world.client.downloadMedia(world.account(), "314");
    if ("failure" in result) throw new Error(result.failure.reason);
    await expect(buffer(result.ok.stream)).rejects.toThrow();
    expect(world.clock.waiting()).toBe(0);
  });

  test("that takes too long ends with an error, also when nobody reads it", async () => {
    await worldWith({
      "GET /314": json(found()),
      [`GET ${PATH}`]: (response) => void response.write(BYTES.subarray(0, 3)),
    });
    const result = await world.client.downloadMedia(world.account(), "314");
    if ("failure" in result) throw new Error(result.failure.reason);
    const { stream } = result.ok;
    const closed = once(stream, "close").catch((error) => error);
    world.clock.advance(300_000);
    await closed;
    expect(stream.errored).toMatchObject({ message: expect.stringContaining("in time") });
  });

  test("that its reader gives up gives the connection up", async () => {
    const { promise: hungUp, resolve } = Promise.withResolvers<void>();
    await worldWith({
      "GET /314": json(found()),
      [`GET ${PATH}`]: (response) => {
        response.on("close", resolve);
        response.write(BYTES.subarray(0, 3));
      },
    });
    const result = await world.client.downloadMedia(world.account(), "314");
    if ("failure" in result) throw new Error(result.failure.reason);
    result.ok.stream.destroy();
    await hungUp;
    expect(world.clock.waiting()).toBe(0);
  });
});

describe("an id", () => {
  test("is deleted once", async () => {
    await worldWith({ "DELETE /314": json({ success: true }) });
    expect(await world.client.deleteMedia(world.account(), "314")).toEqual({ ok: null });
    expect(world.whats()).toEqual(["DELETE /314"]);
  });

  // At 360dialog media ids stand at the root: DELETE /message_templates?name=… would be a template's end.
  test.each(["message_templates", "message_templates?name=a", "../media", "", "health_status", "12a"])(
    "such as %j reaches no provider",
    async (mediaId) => {
      await worldWith({});
      for (const result of [
        await world.client.getMedia(world.account(), mediaId),
        await world.client.deleteMedia(world.account(), mediaId),
        await world.client.downloadMedia(world.account(), mediaId),
      ]) {
        expect(result).toMatchObject({ failure: { class: "rejected" } });
      }
      expect(world.seen).toEqual([]);
    },
  );
});
