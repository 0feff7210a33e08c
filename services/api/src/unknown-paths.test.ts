// Everything that is no endpoint is a problem, too: 404, or 405 with the methods there are.

import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { expectProblem } from "./testing/expect-problem.ts";
import { startTestApi, type TestApi } from "./testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

test.each(["/", "/v1", "/v2/messages", "/v1/Messages", "/docs/index.js", "/v1/messages/%E0%A4%A", "/v1/messages/a/b"])(
  "%s is 404",
  async (path) => expectProblem(await api.request("GET", path), "not-found"),
);

test.each([
  ["PUT", "/v1/messages", "POST, GET, HEAD"],
  ["DELETE", "/v1/messages/msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd", "GET, HEAD"],
  ["GET", "/v1/messages/batch", "POST"],
  ["GET", "/v1/messages/msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd/cancel", "POST"],
  ["OPTIONS", "/v1/messages/batch", "POST"],
  ["POST", "/openapi.json", "GET, HEAD"],
  ["POST", "/readyz", "GET, HEAD"],
])("%s %s is 405", async (method, path, allow) => {
  const answer = await api.request(method, path);

  expectProblem(answer, "method-not-allowed");
  expect(answer.headers.get("allow")).toBe(allow);
});

test("paths of attackers are one label, and numbers in them are masked in the log", async () => {
  api.lines.length = 0;
  await api.request("GET", "/people/+4915112345678/secrets");

  expect(await api.metric("tern_http_requests_total", { route: "unmatched", status: "404" })).toBeGreaterThan(0);
  expect(api.lines).toEqual([expect.objectContaining({ route: "unmatched", path: "/people/+4915…78/…" })]);
});

test("methods that nobody uses are one label", async () => {
  await api.request("PROPFIND", "/v1/messages");
  expect(await api.metric("tern_http_requests_total", { method: "other" })).toBeGreaterThan(0);
});

describe("what is no HTTP", () => {
  test.each([
    ["noise", "hello\r\n\r\n", 400],
    ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400],
    ["17 KiB of headers", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(17 * 1024)}\r\n\r\n`, 431],
  ])("%s is %i in the form of a problem", async (_what, bytes, status) => {
    const answer = await answerTo(bytes);

    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain("Content-Type: application/problem+json");
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({ status });
  });
});

/** All that comes back until the server closes the connection. */
function answerTo(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(new URL(api.url).port), "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
    socket.once("error", reject);
  });
}
