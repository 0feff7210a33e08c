// What is not uploaded: each refusal says why, none reaches the provider, and none leaves a file behind.

import { readdir } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import type { ProblemSlug } from "../../problems.ts";
import { expectProblem } from "../../testing/expect-problem.ts";
import { FILES, ofSize } from "../../testing/files.ts";
import { type MediaProvider, startMediaProvider } from "../../testing/media-provider.ts";
import { type Answer, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { KEYS, type TestCaller } from "../../testing/test-deployment.ts";

let provider: MediaProvider;
let api: TestApi;
beforeAll(async () => {
  provider = await startMediaProvider();
});
beforeEach(async () => {
  api = await startTestApi({ deployment: () => provider.deployment, mediaTransfersMax: 1 });
});
afterEach(async () => {
  await waitUntil(() => api.openFiles() === 0, { what: "all files to be closed" });
  expect(await readdir(api.mediaDirectory)).toEqual([]);
  provider.respond = () => null;
  provider.requests.length = 0;
  await api.close();
});
afterAll(() => provider.close());

interface Attempt {
  readonly as?: TestCaller;
  readonly body: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
}

function upload({ as = "agent", body, headers = {}, query = "?sender=demo" }: Attempt): Promise<Answer> {
  return api.request("POST", `/v1/media${query}`, { as, body, headers: { "content-type": "image/png", ...headers } });
}

async function expectRefused(attempt: Attempt, slug: ProblemSlug): Promise<Answer> {
  const answer = await upload(attempt);
  expectProblem(answer, slug);
  expect(provider.requests).toEqual([]);
  return answer;
}

describe("a file", () => {
  test("whose content is something else is refused", async () => {
    const { body } = await expectRefused({ body: FILES.jpeg }, "unsupported-file");
    expect(body.detail).toMatch(/not image\/png.*image\/jpeg/);
  });

  test("that WhatsApp does not take is refused", async () => {
    await expectRefused({ body: FILES.gif, headers: { "content-type": "image/gif" } }, "unsupported-file");
  });

  test("one byte above its limit is refused, and the limit is told", async () => {
    const body = ofSize(FILES.webp, 100 * 1_024 + 1);
    const answer = await expectRefused({ body, headers: { "content-type": "image/webp" } }, "too-large");
    expect(answer.body).toMatchObject({ bytesMax: 102_400, detail: expect.stringContaining("static sticker") });
  });

  test("that is announced larger than any may be is refused before it comes", async () => {
    const { port } = new URL(api.url);
    const request = httpRequest({
      port,
      method: "POST",
      path: "/v1/media?sender=demo",
      headers: {
        authorization: `Bearer ${KEYS.agent}`,
        "content-type": "application/pdf",
        "content-length": 200_000_000,
      },
    });
    request.on("error", () => {});
    const status = new Promise((resolve) => request.on("response", (response) => resolve(response.statusCode)));
    request.flushHeaders();
    expect(await status).toBe(413);
    request.destroy();
  });

  test("is refused at the first byte above its limit, while the rest is still to come", async () => {
    const request = httpRequest({
      port: new URL(api.url).port,
      method: "POST",
      path: "/v1/media?sender=demo",
      headers: { authorization: `Bearer ${KEYS.agent}`, "content-type": "image/png", "content-length": 90_000_000 },
    });
    request.on("error", () => {});
    const status = new Promise((resolve) => request.on("response", (response) => resolve(response.statusCode)));
    request.write(ofSize(FILES.png, 5 * 1_024 * 1_024 + 1));
    expect(await status).toBe(413);
    request.destroy();
  });

  test("without a byte is refused", async () => {
    await expectRefused({ body: new Uint8Array(0) }, "invalid-request");
  });

  test("that is compressed is refused", async () => {
    await expectRefused({ body: FILES.png, headers: { "content-encoding": "gzip" } }, "unsupported-file");
  });
});

describe("a form", () => {
  const part = 'Content-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n';
  const png = FILES.png.toString("latin1");
  test.each([
    ["without a file", '--B\r\nContent-Disposition: form-data; name="type"\r\n\r\nx\r\n--B--\r\n'],
    ["with two files", `--B\r\n${part}${png}\r\n--B\r\n${part}${png}\r\n--B--\r\n`],
    ["that is cut off", `--B\r\n${part}${png}`],
    ["with a field of 10 KB", `--B\r\nContent-Disposition: form-data; name="x"\r\n\r\n${"x".repeat(10_000)}\r\n--B--`],
  ])("%s is refused", async (_how, text) => {
    const headers = { "content-type": "multipart/form-data; boundary=B" };
    await expectRefused({ body: Buffer.from(text, "latin1"), headers }, "invalid-request");
  });
});

describe("a caller", () => {
  test("without the scope media is refused", async () => {
    await expectRefused({ as: "shop", body: FILES.png }, "forbidden");
  });

  test("of another sender is refused", async () => {
    await expectRefused({ body: FILES.png, query: "?sender=third" }, "invalid-parameters");
    await expectRefused({ body: FILES.png, query: "" }, "invalid-parameters");
  });

  test("whose file name leads elsewhere is refused", async () => {
    await expectRefused({ body: FILES.png, query: "?sender=demo&filename=..%2Fpasswd" }, "invalid-parameters");
  });

  test("that is one too many is told to come again", async () => {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    provider.respond = async () => {
      await held;
      return null;
    };
    const first = upload({ body: ofSize(FILES.png, 500) });
    await waitUntil(() => provider.requests.length === 1, { what: "the first upload to reach the provider" });
    const second = await upload({ body: FILES.png });
    expectProblem(second, "unavailable");
    expect(second.headers.get("retry-after")).toBe("2");
    letGo();
    expect((await first).status).toBe(201);
  });
});

test("a disk without room makes the caller wait, and what was written is given back", async () => {
  let closed = 0;
  const full = await startTestApi({
    deployment: () => provider.deployment,
    mediaFiles: {
      open: async () => ({
        write: () => Promise.reject(Object.assign(new Error("no space left on device"), { code: "ENOSPC" })),
        read: () => Readable.from([]),
        async close() {
          closed += 1;
        },
      }),
    },
  });
  const headers = { "content-type": "image/png" };
  const answer = await full.request("POST", "/v1/media?sender=demo", { as: "agent", body: FILES.png, headers });
  expectProblem(answer, "unavailable");
  expect([answer.headers.get("retry-after"), closed, provider.requests.length]).toEqual(["30", 1, 0]);
  await full.close();
});

describe("a provider", () => {
  test("that refuses the file is quoted with code, reason and hint, and not asked again", async () => {
    const error = { message: "(#100) Invalid parameter", code: 100, error_data: { details: "Param file is odd" } };
    provider.respond = () => ({ status: 400, body: { error } });
    const answer = await upload({ body: ofSize(FILES.png, 501) });
    expectProblem(answer, "provider-refused");
    expect(answer.body).toMatchObject({ provider: { code: 100, reason: expect.stringContaining("odd") } });
    expect(provider.asked("POST /media")).toBe(1);
  });

  test("that is overloaded makes the caller wait as long as it says", async () => {
    provider.respond = () => ({ status: 429, body: {}, headers: { "retry-after": "17" } });
    const answer = await upload({ body: ofSize(FILES.png, 502) });
    expectProblem(answer, "unavailable");
    expect(answer.headers.get("retry-after")).toBe("17");
  });

  test("that does not let the sender in is told apart from a mistake of the caller's", async () => {
    provider.respond = () => ({ status: 401, body: { error: "Invalid API key" } });
    expectProblem(await upload({ body: ofSize(FILES.png, 503) }), "provider-failed");
  });
});
