// What people send is fetched whole and right, or not at all; and nothing callers do makes the provider shut a number out.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { expectProblem } from "../../testing/expect-problem.ts";
import { FILES } from "../../testing/files.ts";
import { type MediaProvider, PROVIDER_KEY, startMediaProvider } from "../../testing/media-provider.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { KEYS } from "../../testing/test-deployment.ts";
import { mediaInfoSchema } from "../get-media/route.ts";

let provider: MediaProvider;
let api: TestApi;
beforeAll(async () => {
  provider = await startMediaProvider();
});
beforeEach(async () => {
  api = await startTestApi({ deployment: () => provider.deployment });
});
afterEach(async () => {
  await waitUntil(() => api.openFiles() === 0, { what: "all files to be closed" });
  provider.respond = () => null;
  provider.sends = (content) => content;
  provider.requests.length = 0;
  await api.close();
});
afterAll(() => provider.close());

const PHOTO = Buffer.concat([FILES.jpeg, Buffer.alloc(300_000, 7)]);
const get = (path: string) => api.request("GET", `/v1/media/${path}`, { as: "agent" });

async function fetchContent(id: string, sender = "demo") {
  const response = await fetch(`${api.url}/v1/media/${sender}/${id}/content`, {
    headers: { authorization: `Bearer ${KEYS.agent}` },
  });
  return { response, content: Buffer.from(await response.arrayBuffer()) };
}

describe("a media id", () => {
  test("is shown with its type, size and hash, and where its content is", async () => {
    const id = provider.keep(PHOTO, "image/jpeg");
    const answer = await get(`demo/${id}`);
    expect(answer.status).toBe(200);
    expect(mediaInfoSchema.parse(answer.body)).toEqual({
      id,
      sender: "demo",
      mimeType: "image/jpeg",
      bytes: PHOTO.length,
      sha256: provider.media.get(id)?.sha256,
      content: `/v1/media/demo/${id}/content`,
    });
  });

  test("gives its content whole, from the sender's own provider and with its key", async () => {
    const id = provider.keep(PHOTO, "image/jpeg");
    const { response, content } = await fetchContent(id);
    expect([response.status, content.equals(PHOTO)]).toEqual([200, true]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/jpeg",
      "content-length": String(PHOTO.length),
      "content-disposition": "attachment",
      "repr-digest": expect.stringMatching(/^sha-256=:[\w+/]{43}=:$/),
    });
    // The URL that the provider gave is at lookaside.fbsbx.com: nothing may go there but through the provider.
    expect(provider.requests.map(({ method, path, apiKey }) => [method, path.split("?")[0], apiKey])).toEqual([
      ["GET", `/${id}`, PROVIDER_KEY],
      ["GET", "/whatsapp_business/attachments/", PROVIDER_KEY],
    ]);
  });

  test.each([
    ["other bytes", (content: Buffer) => Buffer.concat([content.subarray(1), Buffer.from("x")])],
    ["fewer bytes", (content: Buffer) => content.subarray(0, 1_000)],
    ["more bytes", (content: Buffer) => Buffer.concat([content, content])],
  ])("of which %s come than were announced gives nothing of them", async (_what, sends) => {
    const id = provider.keep(PHOTO, "image/jpeg");
    provider.sends = sends;
    const answer = await get(`demo/${id}/content`);
    expectProblem(answer, "provider-failed");
    expect(await api.metric("tern_media_requests_total", { what: "download", result: "corrupt" })).toBe(1);
  });

  test.each(["health_status", "v1%2Fconfigs%2Fwebhook", "..%2Fmessages", "12a"])(
    "that is the name of another call (%s) is no media id, and nothing is asked",
    async (id) => {
      for (const path of [`demo/${id}`, `demo/${id}/content`]) expectProblem(await get(path), "not-found");
      expectProblem(await api.request("DELETE", `/v1/media/demo/${id}`, { as: "agent" }), "not-found");
      expect(provider.requests).toEqual([]);
    },
  );

  test("of a sender that the caller may not use is nothing, and so is everything without the scope", async () => {
    const id = provider.keep(PHOTO, "image/jpeg");
    expectProblem(await get(`third/${id}`), "not-found");
    expectProblem(await get(`third/${id}/content`), "not-found");
    expectProblem(await api.request("GET", `/v1/media/demo/${id}`), "forbidden");
    expect(provider.requests).toEqual([]);
  });
});

describe("what the provider refuses", () => {
  test("is asked for once, however often a caller comes back for it", async () => {
    for (const path of ["demo/77", "demo/77/content", "demo/77"]) {
      const answer = await get(path);
      expectProblem(answer, "not-found");
      expect(answer.body).toMatchObject({ provider: { code: 100, hint: expect.stringMatching(/\S/) } });
    }
    expect(provider.asked("GET /77")).toBe(1);
  });

  // More than 5 failures within an hour, and the provider shuts the number out for an hour (docs/sources.md, media).
  test("is asked for four times in an hour, and then nothing is: of this sender, and of no other", async () => {
    const good = provider.keep(PHOTO, "image/jpeg");
    for (const id of ["71", "72", "73", "74"]) expectProblem(await get(`demo/${id}`), "not-found");
    for (const path of [`demo/${good}`, `demo/${good}/content`, "demo/75"]) {
      const answer = await get(path);
      expectProblem(answer, "unavailable");
      const seconds = Number(answer.headers.get("retry-after"));
      expect(seconds).toBeGreaterThan(3_500);
      expect(seconds).toBeLessThanOrEqual(3_600);
    }
    expect(provider.requests).toHaveLength(4);
    expect((await get(`second/${good}`)).status).toBe(200);
  });

  test("is asked for no more than four times, also when twenty ask at one time", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => get(`demo/${800 + at}`)));
    expect(provider.requests).toHaveLength(4);
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(4).fill(404), ...Array(16).fill(503)]);
  });

  test("keeps nobody from what it has while nothing fails", async () => {
    const id = provider.keep(PHOTO, "image/jpeg");
    const answers = await Promise.all(Array.from({ length: 20 }, () => get(`demo/${id}`)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  });
});

test("a caller that leaves ends the download, and no file stays open", async () => {
  const id = provider.keep(Buffer.concat([PHOTO, Buffer.alloc(5_000_000)]), "image/jpeg");
  const leaving = new AbortController();
  const asked = fetch(`${api.url}/v1/media/demo/${id}/content`, {
    headers: { authorization: `Bearer ${KEYS.agent}` },
    signal: leaving.signal,
  });
  await waitUntil(() => api.openFiles() > 0, { what: "the download to begin", everyMs: 1 });
  leaving.abort();
  await expect(asked.then((response) => response.arrayBuffer())).rejects.toThrow();
});

test("a deleted file is gone at the provider, and a second time it is not found", async () => {
  const id = provider.keep(PHOTO, "image/jpeg");
  const remove = () => api.request("DELETE", `/v1/media/demo/${id}`, { as: "agent" });
  expect([(await remove()).status, provider.media.has(id)]).toEqual([204, false]);
  expectProblem(await remove(), "not-found");
});
