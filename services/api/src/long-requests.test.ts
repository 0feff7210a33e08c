// An upload may take longer than the server allows other requests, and only an upload.

import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { FILES, ofSize } from "./testing/files.ts";
import { type MediaProvider, startMediaProvider } from "./testing/media-provider.ts";
import { startTestApi, type TestApi } from "./testing/test-api.ts";
import { KEYS } from "./testing/test-deployment.ts";

let provider: MediaProvider;
let api: TestApi;
beforeAll(async () => {
  provider = await startMediaProvider();
  api = await startTestApi({ deployment: () => provider.deployment });
  api.server.headersTimeout = 100;
  api.server.requestTimeout = 100;
});
afterAll(async () => {
  await api.close();
  await provider.close();
});

const FILE = ofSize(FILES.png, 1_000);

function begin(path: string, as: keyof typeof KEYS, contentType: string): ClientRequest {
  const headers = { authorization: `Bearer ${KEYS[as]}`, "content-type": contentType, "content-length": FILE.length };
  const begun = request(`${api.url}${path}`, { method: "POST", headers });
  begun.on("error", () => {});
  begun.write(FILE.subarray(0, 500));
  return begun;
}

const statusOf = async (begun: ClientRequest) => ((await once(begun, "response")) as [IncomingMessage])[0].statusCode;

test("a message that does not come in time is ended, an upload that began before it is not", async () => {
  const upload = begin("/v1/media?sender=demo", "agent", "image/png");
  const message = begin("/v1/messages", "shop", "application/json");
  expect(await statusOf(message)).toBe(408);
  upload.end(FILE.subarray(500));
  expect(await statusOf(upload)).toBe(201);
}, 30_000);
