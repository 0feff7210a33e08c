import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "@jest/globals";
import { apiKey, messageTo, startTestWorld, stopTestWorlds, type TestWorld } from "../test-world.ts";

const to = "+4915112345678";
const minuteMs = 60 * 1000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const KB = 1024;
const MB = 1024 * KB;
const missingId = "999999999999";

afterEach(stopTestWorlds);

function formOf(bytes: Uint8Array<ArrayBuffer>, type: string, over: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ messaging_product: "whatsapp", ...over })) form.set(name, value);
  form.set("file", new Blob([bytes], { type }), "file");
  return form;
}

async function upload(world: TestWorld, type = "image/jpeg", size = 10): Promise<string> {
  return (await world.call("POST", "/media", formOf(new Uint8Array(size).fill(7), type))).body.id;
}

/** The path of the download URL, as a caller of 360dialog uses it: on another host. */
async function downloadPath(world: TestWorld, id: string): Promise<string> {
  const { body } = await world.call("GET", `/${id}`);
  expect(body.url).toMatch(/^https:\/\/lookaside\.fbsbx\.com\/whatsapp_business\/attachments\/\?mid=/);
  return body.url.slice("https://lookaside.fbsbx.com".length);
}

function download({ simulator }: TestWorld, path: string, key = apiKey) {
  return fetch(simulator.url + path, { headers: { "D360-API-KEY": key } });
}

describe("an uploaded medium", () => {
  test("is described with its hash, and downloaded byte for byte", async () => {
    const world = await startTestWorld();
    const id = await upload(world, "image/jpeg", 1000);
    const bytes = Buffer.alloc(1000, 7);

    const { body } = await world.call("GET", `/${id}`);
    expect(body).toEqual({
      messaging_product: "whatsapp",
      url: expect.any(String),
      mime_type: "image/jpeg",
      sha256: createHash("sha256").update(bytes).digest("hex"),
      file_size: 1000,
      id,
    });
    const response = await download(world, await downloadPath(world, id));
    expect(response.headers.get("content-type")).toBe("image/jpeg");
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test("has a URL for five minutes, for its own number only, and not to be guessed", async () => {
    const world = await startTestWorld();
    const path = await downloadPath(world, await upload(world));

    world.clock.advance(5 * minuteMs - 1000);
    expect((await download(world, path)).status).toBe(200);
    expect((await download(world, path, "nobody")).status).toBe(401);
    expect((await download(world, path.replace("hash=", "hash=x"))).status).toBe(404);
    world.clock.advance(1000);
    expect((await download(world, path)).status).toBe(404);
  });

  test("is gone after thirty days, or when it was deleted", async () => {
    const world = await startTestWorld();
    const kept = await upload(world);
    const deleted = await upload(world);
    const path = await downloadPath(world, deleted);

    expect((await world.call("DELETE", `/${deleted}`)).body).toEqual({ success: true });
    expect((await world.call("GET", `/${deleted}`)).httpStatus).toBe(404);
    expect((await download(world, path)).status).toBe(404);
    expect((await world.call("DELETE", `/${deleted}`)).httpStatus).toBe(404);
    world.clock.advance(30 * dayMs - 1);
    expect((await world.call("GET", `/${kept}`)).httpStatus).toBe(200);
    world.clock.advance(1);
    expect((await world.call("GET", `/${kept}`)).httpStatus).toBe(404);
  });

  test.each([
    ["image/png", 5 * MB],
    ["video/mp4", 16 * MB],
    ["audio/ogg; codecs=opus", 16 * MB],
    ["image/webp", 100 * KB],
  ])("of type %s may have %i bytes and no more", async (type, size) => {
    const world = await startTestWorld();

    expect(await upload(world, type, size)).toMatch(/^\d+$/);
    expect(await world.call("POST", "/media", formOf(new Uint8Array(size + 1), type))).toMatchObject({ code: 131053 });
  });

  test("may be a sticker of 500 KB if it is animated", async () => {
    const world = await startTestWorld();
    const bytes = new Uint8Array(500 * KB);
    bytes.set(Buffer.from("RIFF....WEBPVP8X"));
    bytes[20] = 2;

    expect((await world.call("POST", "/media", formOf(bytes, "image/webp"))).code).toBeNull();
  });

  test("needs a file, its type and the product's name", async () => {
    const world = await startTestWorld();
    const bytes = new Uint8Array(1);
    const withoutFile = new FormData();
    withoutFile.set("messaging_product", "whatsapp");

    expect((await world.call("POST", "/media", withoutFile)).code).toBe(131008);
    expect((await world.call("POST", "/media", formOf(bytes, "jpeg", { type: "jpeg" }))).code).toBe(131053);
    expect((await world.call("POST", "/media", formOf(bytes, "image/png", { messaging_product: "sms" }))).code).toBe(
      100,
    );
    expect((await world.call("POST", "/media", formOf(new Uint8Array(0), "image/png"))).code).toBe(131053);
    expect((await world.call("POST", "/media", { file: "x" })).code).toBe(100);
  });
});

describe("five failed requests within an hour are borne, the sixth", () => {
  test("closes look-ups for an hour", async () => {
    const world = await startTestWorld();
    const id = await upload(world);
    for (let nth = 0; nth < 5; nth += 1) await world.call("GET", `/${missingId}`);
    expect((await world.call("GET", `/${id}`)).httpStatus).toBe(200);

    await world.call("GET", `/${missingId}`);
    expect((await world.call("GET", `/${id}`)).httpStatus).toBe(403);
    world.clock.advance(hourMs - 1);
    expect((await world.call("GET", `/${id}`)).httpStatus).toBe(403);
    world.clock.advance(1);

    expect((await world.call("GET", `/${id}`)).httpStatus).toBe(200);
  });
});

describe("a message with a medium", () => {
  const sendImage = (world: TestWorld, image: object) => world.send(messageTo(to, "image", image));
  const failures = (world: TestWorld) =>
    world.statuses().flatMap(({ errors }) => (errors ?? []).map(({ code }) => code));

  test("by id is refused once the number has media and this is none of it, or no longer", async () => {
    const world = await startTestWorld({ webhook: null });
    expect((await sendImage(world, { id: missingId })).code).toBeNull();
    const id = await upload(world);

    expect((await sendImage(world, { id: missingId })).code).toBe(131009);
    expect((await sendImage(world, { id })).code).toBeNull();
    const header = { type: "header", parameters: [{ type: "image", image: { id: missingId } }] };
    const template = { name: "t", language: { code: "en" }, components: [header] };
    expect((await world.send(messageTo(to, "template", template))).code).toBe(131009);
    world.clock.advance(30 * dayMs);
    expect((await sendImage(world, { id })).code).toBe(131009);
  });

  test("of the wrong kind is taken and fails", async () => {
    const world = await startTestWorld();
    const id = await upload(world, "application/pdf");

    await world.send(messageTo(to, "document", { id }));
    await world.settle();
    expect(failures(world)).toEqual([]);
    await sendImage(world, { id });
    await world.settle();

    expect(failures(world)).toEqual([131053]);
  });

  test("by a link that cannot be fetched is taken and fails, wherever the link stands", async () => {
    const world = await startTestWorld();
    await world.client.putBehaviour({ unreachableLinks: ["https://gone.example.com/"] });
    const gone = { link: "https://gone.example.com/a.jpg" };

    await sendImage(world, { link: "https://example.com/a.jpg" });
    await world.settle();
    expect(failures(world)).toEqual([]);
    await sendImage(world, gone);
    await world.send(
      messageTo(to, "interactive", {
        type: "button",
        header: { type: "image", image: gone },
        body: { text: "x" },
        action: { buttons: [{ type: "reply", reply: { id: "1", title: "x" } }] },
      }),
    );
    await world.settle();

    expect(failures(world)).toEqual([131053, 131053]);
  });
});

describe("a medium a user has sent", () => {
  test("can be downloaded for seven days; its message may carry the URL", async () => {
    const world = await startTestWorld();
    const base64 = Buffer.from("a picture").toString("base64");
    await world.client.sendInbound({
      apiKey,
      from: to,
      type: "image",
      fields: { caption: "look" },
      media: { base64, mimeType: "image/png", withUrl: true },
    });
    await world.settle();

    const { image } = world.changes()[0].messages[0];
    expect(image).toMatchObject({ mime_type: "image/png", caption: "look", url: expect.stringContaining("lookaside") });
    expect(image.sha256).toBe(createHash("sha256").update("a picture").digest("hex"));
    expect(await (await download(world, await downloadPath(world, image.id))).text()).toBe("a picture");
    world.clock.advance(7 * dayMs);
    expect((await world.call("GET", `/${image.id}`)).httpStatus).toBe(404);
  });
});
