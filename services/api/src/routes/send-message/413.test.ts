// A body over the limit is refused by its size alone, before it is parsed, announced or not.

import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { KEYS } from "../../testing/test-deployment.ts";
import { BODY_BYTES_MAX } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

/** JSON of exactly this many bytes; spaces around JSON mean nothing. */
const ofBytes = (bytes: number) => JSON.stringify(aText()).padEnd(bytes, " ");

test("the limit itself is allowed", async () => {
  const { status } = await api.request("POST", "/v1/messages", { body: ofBytes(BODY_BYTES_MAX) });
  expect(status).toBe(202);
});

test("one byte more is not, and the problem says the limit", async () => {
  const answer = await api.request("POST", "/v1/messages", { body: ofBytes(BODY_BYTES_MAX + 1) });

  expectProblem(answer, "too-large");
  expect(answer.body.bytesMax).toBe(262_144);
});

test("a body that only claims to be too large is not waited for", async () => {
  const head = `POST /v1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${KEYS.shop}\r\n`;
  const answer = await firstBytes(`${head}Content-Type: application/json\r\nContent-Length: 999999999\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
});

test("a body that does not tell its size is cut off at the limit", async () => {
  const answer = await fetch(`${api.url}/v1/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEYS.shop}`, "content-type": "application/json" },
    body: new Blob([ofBytes(BODY_BYTES_MAX * 4)]).stream(),
    ...{ duplex: "half" },
  });
  expect(answer.status).toBe(413);
});

test("the connection serves on", async () => {
  await api.request("POST", "/v1/messages", { body: ofBytes(BODY_BYTES_MAX * 2) });
  expect((await api.request("POST", "/v1/messages", { body: aText() })).status).toBe(202);
});

function firstBytes(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(api.url).port), "127.0.0.1", () => socket.write(request));
    socket.once("data", (data) => {
      socket.destroy();
      resolve(data.toString("latin1"));
    });
    socket.once("error", reject);
  });
}
