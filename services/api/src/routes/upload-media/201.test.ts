// A file is uploaded once per sender, whatever way it comes in and however many bring it.

import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { FILES, ofSize } from "../../testing/files.ts";
import { type MediaProvider, startMediaProvider } from "../../testing/media-provider.ts";
import { type Answer, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { KEYS } from "../../testing/test-deployment.ts";
import { uploadedSchema } from "./route.ts";

let provider: MediaProvider;
let api: TestApi;
beforeAll(async () => {
  provider = await startMediaProvider();
});
beforeEach(async () => {
  api = await startTestApi({ deployment: () => provider.deployment });
});
afterEach(async () => {
  provider.respond = () => null;
  provider.requests.length = 0;
  await api.close();
});
afterAll(() => provider.close());

function upload(body: Uint8Array, contentType = "application/octet-stream", query = "?sender=demo"): Promise<Answer> {
  return api.request("POST", `/v1/media${query}`, { as: "agent", body, headers: { "content-type": contentType } });
}

function uploadForm(parts: readonly { headers: string; content: Buffer }[]): Promise<Answer> {
  const lines = parts.flatMap(({ headers, content }) => [
    Buffer.from(`--B\r\n${headers}\r\n\r\n`),
    content,
    Buffer.from("\r\n"),
  ]);
  return upload(Buffer.concat([...lines, Buffer.from("--B--\r\n")]), "multipart/form-data; boundary=B");
}

const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");
const uploads = () => provider.asked("POST /media");
let made = 0;
/** A picture nobody else in this run has uploaded. */
const aPicture = () => Buffer.concat([FILES.png, Buffer.from(`picture ${made++}`)]);

describe("a file", () => {
  test("is given to the provider whole, with its type and name, and its id comes back", async () => {
    const picture = aPicture();
    const answer = await upload(picture, "image/png", "?sender=demo&filename=cat.png");

    expect(answer.status).toBe(201);
    const uploaded = uploadedSchema.parse(answer.body);
    expect(uploaded).toMatchObject({
      sender: "demo",
      mimeType: "image/png",
      bytes: picture.length,
      sha256: sha256(picture),
      cached: false,
    });
    expect(Date.parse(uploaded.expiresAt)).toBeGreaterThan(Date.now() + 29 * 86_400_000);
    expect(answer.headers.get("location")).toBe(`/v1/media/demo/${uploaded.id}`);
    expect(provider.media.get(uploaded.id)).toMatchObject({
      content: picture,
      mimeType: "image/png",
      filename: "cat.png",
    });
    expect(await api.metric("tern_media_requests_total", { what: "upload", result: "done" })).toBe(1);
  });

  test("may come in a form, beside the fields that the provider would want", async () => {
    const picture = aPicture();
    const answer = await uploadForm([
      { headers: 'Content-Disposition: form-data; name="messaging_product"', content: Buffer.from("whatsapp") },
      {
        headers: 'Content-Disposition: form-data; name="file"; filename="dog.png"\r\nContent-Type: image/png',
        content: picture,
      },
      { headers: 'Content-Disposition: form-data; name="type"', content: Buffer.from("image/png") },
    ]);
    expect(answer.status).toBe(201);
    expect(provider.media.get(answer.body.id)).toMatchObject({ content: picture, filename: "dog.png" });
  });

  test("is what its content says where the request says nothing", async () => {
    expect((await upload(Buffer.concat([FILES.mp4, aPicture()]))).body).toMatchObject({ mimeType: "video/mp4" });
  });

  test("in Ogg goes to the provider with its codec, without which it would be refused", async () => {
    const { body } = await upload(Buffer.concat([FILES.opus, aPicture()]), "audio/ogg");
    expect(body).toMatchObject({ mimeType: "audio/ogg" });
    expect(provider.media.get(body.id)?.mimeType).toBe("audio/ogg; codecs=opus");
  });

  test("of exactly its limit is taken", async () => {
    const answer = await upload(ofSize(Buffer.concat([FILES.webp, aPicture()]), 100 * 1_024), "image/webp");
    expect([answer.status, answer.body.bytes]).toEqual([201, 102_400]);
  });

  test("needs no sender where the caller has only one", async () => {
    expect((await upload(aPicture(), "image/png", "")).status).toBe(400); // agent has two
  });
});

describe("a file that is there already", () => {
  test("keeps its id and is not uploaded again, also under another name", async () => {
    const picture = aPicture();
    const first = await upload(picture, "image/png");
    const again = await upload(picture, "image/png", "?sender=demo&filename=other.png");
    expect([first.status, again.status, uploads()]).toEqual([201, 200, 1]);
    expect(again.body).toEqual({ ...first.body, cached: true });
  });

  test("is uploaded once by many who bring it at one time", async () => {
    const picture = aPicture();
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    provider.respond = async () => {
      await held;
      return null;
    };
    const all = Array.from({ length: 5 }, () => upload(picture, "image/png"));
    await waitUntil(() => uploads() > 0, { what: "the first upload to reach the provider" });
    letGo();
    const answers = await Promise.all(all);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect([uploads(), answers.filter(({ status }) => status === 201).length]).toEqual([1, 1]);
  });

  test("is another one for another sender, and under another type", async () => {
    const archive = Buffer.concat([FILES.zip, aPicture()]);
    await upload(archive, "application/zip");
    const [ofSecond, asOdt] = [
      await upload(archive, "application/zip", "?sender=second"),
      await upload(archive, "application/vnd.oasis.opendocument.text"),
    ];
    expect([ofSecond.status, asOdt.status, uploads()]).toEqual([201, 201, 3]);
  });

  test("is uploaded anew once it was deleted", async () => {
    const picture = aPicture();
    const { body } = await upload(picture, "image/png");
    expect((await api.request("DELETE", `/v1/media/demo/${body.id}`, { as: "agent" })).status).toBe(204);
    const again = await upload(picture, "image/png");
    expect([again.status, uploads()]).toEqual([201, 2]);
    expect(again.body.id).not.toBe(body.id);
  });

  test("is uploaded anew when its upload has failed", async () => {
    const picture = aPicture();
    provider.respond = ({ path }) => (path === "/media" ? { status: 500, body: {} } : null);
    expect((await upload(picture, "image/png")).status).toBe(503);
    provider.respond = () => null;
    expect((await upload(picture, "image/png")).status).toBe(201);
  }, 10_000); // long before the failed upload's lease would run out
});

test("of a caller that leaves in the middle of its file nothing is left, and its place is free", async () => {
  const { port } = new URL(api.url);
  const leaving = httpRequest({
    port,
    method: "POST",
    path: "/v1/media?sender=demo",
    headers: { authorization: `Bearer ${KEYS.agent}`, "content-type": "image/png", "content-length": 1_000_000 },
  });
  leaving.on("error", () => {});
  leaving.write(ofSize(FILES.png, 100_000));
  await waitUntil(() => api.openFiles() > 0, { what: "the file to be opened" });
  leaving.destroy();
  await waitUntil(() => api.openFiles() === 0, { what: "the file to be closed" });
  expect([await readdir(api.mediaDirectory), uploads()]).toEqual([[], 0]);
  expect((await upload(aPicture(), "image/png")).status).toBe(201);
});
