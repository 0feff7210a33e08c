// A document of 100 MB goes through the API both ways, and its process grows by less than half of it. Measured in a
// process of its own: its peak afterwards against what it had right before.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { testRedisUrl } from "@tern/devkit";
import { FILES, ofSize } from "../testing/files.ts";
import { type MediaProvider, startMediaProvider } from "../testing/media-provider.ts";
import { KEYS } from "../testing/test-deployment.ts";
import { MEDIA_BYTES_MAX } from "./media-types.ts";

const GROWTH_MAX_BYTES = 50 * 1_024 * 1_024;

let provider: MediaProvider;
let process: ChildProcess;
let url: string;
beforeAll(async () => {
  provider = await startMediaProvider();
  const path = join(import.meta.dirname, "..", "testing", "media-process.ts");
  process = fork(path, [testRedisUrl(), provider.url], { execArgv: [] });
  [{ url }] = (await once(process, "message")) as [{ url: string }];
  await upload(1_000_000); // everything is loaded, and the heap has found its size
  await download(provider.keep(ofSize(FILES.pdf, 1_000_000), "application/pdf"));
});
afterAll(async () => {
  const ended = once(process, "exit");
  process.disconnect();
  await ended;
  await provider.close();
});

interface Memory {
  readonly rssBytes: number;
  readonly peakBytes: number;
}

async function memory(): Promise<Memory> {
  process.send("?");
  return ((await once(process, "message")) as [Memory])[0];
}

/** A document of so many bytes, never whole in the memory of this process either. */
function* aDocument(bytes: number): Generator<Buffer> {
  yield FILES.pdf;
  for (let left = bytes - FILES.pdf.length; left > 0; left -= 65_536)
    yield Buffer.alloc(Math.min(left, 65_536), left % 251);
}

async function upload(bytes: number): Promise<Record<string, unknown>> {
  const sending = request(`${url}/v1/media?sender=demo`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEYS.agent}`, "content-type": "application/pdf", "content-length": bytes },
  });
  Readable.from(aDocument(bytes)).pipe(sending);
  const [response] = (await once(sending, "response")) as [Readable];
  return JSON.parse((await response.toArray()).join(""));
}

/** How many bytes come. */
async function download(id: string): Promise<number> {
  const response = await fetch(`${url}/v1/media/demo/${id}/content`, {
    headers: { authorization: `Bearer ${KEYS.agent}` },
  });
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) bytes += chunk.length;
  return bytes;
}

test("a document of 100 MB is uploaded", async () => {
  const before = await memory();
  const uploaded = await upload(MEDIA_BYTES_MAX);
  const growthBytes = (await memory()).peakBytes - before.rssBytes;
  expect(uploaded).toMatchObject({ bytes: MEDIA_BYTES_MAX, cached: false });
  expect(provider.media.get(String(uploaded.id))).toMatchObject({ bytes: MEDIA_BYTES_MAX, sha256: uploaded.sha256 });
  expect(growthBytes).toBeLessThan(GROWTH_MAX_BYTES);
}, 60_000);

test("a document of 100 MB is downloaded", async () => {
  const id = provider.keep(ofSize(FILES.pdf, MEDIA_BYTES_MAX), "application/pdf");
  const before = await memory();
  const bytes = await download(id);
  const growthBytes = (await memory()).peakBytes - before.rssBytes;
  expect(bytes).toBe(MEDIA_BYTES_MAX);
  expect(growthBytes).toBeLessThan(GROWTH_MAX_BYTES);
}, 60_000);
