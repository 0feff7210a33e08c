// A caller's key is replaced while the caller goes on: the steps of SECURITY.md, with a real deployment file that is looked
// at for changes, and no request refused on the way.

import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { waitUntil } from "@tern/devkit";
import { type Deployment, hashApiKey, loadDeployment, systemClock, watchDeployment } from "@tern/runtime";
import { aText, startTestApi, type TestApi } from "./testing/test-api.ts";

const OLD = "the-key-of-today";
const NEW = "the-key-of-tomorrow";
const env = { KEY: "an-api-key", HOOK_PATH: "path-0123456789abcdef", HOOK: "header-0123456789abcdef" };

let folder: string;
let path: string;
let deployment: Deployment;
let watch: { stop(): void };
let api: TestApi;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tern-rotation-"));
  path = join(folder, "tern.config.json");
  await putKeys(OLD);
  deployment = loadDeployment(path, env);
  watch = watchDeployment({
    path,
    env,
    current: deployment,
    everyMs: 20,
    clock: systemClock,
    onChange: (changed) => {
      deployment = changed;
    },
    onError: (error) => {
      throw error;
    },
  });
  api = await startTestApi({ deployment: () => deployment });
});
afterAll(async () => {
  watch.stop();
  await api.close();
  await rm(folder, { recursive: true });
});

/** Renamed into place, as tools and orchestrators do: no half file is ever read. */
async function putKeys(...keys: string[]): Promise<void> {
  const sender = {
    ...{ id: "demo", phoneNumber: "+15550783881", phoneNumberId: "1", wabaId: "1", portfolio: "test" },
    ...{ apiKey: { env: "KEY" }, window: { check: "off" } },
  };
  const caller = { id: "shop", keySha256: keys.map(hashApiKey), scopes: ["messages:write"], senders: ["demo"] };
  const webhook = { path: { env: "HOOK_PATH" }, header: { name: "x-hook", secrets: [{ env: "HOOK" }] } };
  await writeFile(`${path}.new`, JSON.stringify({ senders: [sender], callers: [caller], webhook }));
  await rename(`${path}.new`, path);
}

async function changeKeys(...keys: string[]): Promise<void> {
  await putKeys(...keys);
  const hashes = keys.map(hashApiKey).sort().join();
  await waitUntil(() => [...deployment.callerByKeyHash.keys()].sort().join() === hashes, {
    what: "the change of keys",
  });
}

test("old, both, new: no request is refused, and the old key ends with the last step", async () => {
  let key = OLD;
  let isOver = false;
  const statuses: number[] = [];
  const traffic = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const headers = { authorization: `Bearer ${key}` };
      statuses.push((await api.request("POST", "/v1/messages", { as: null, headers, body: aText() })).status);
    }
  });
  const some = () => {
    const before = statuses.length;
    return waitUntil(() => statuses.length > before + 20, { what: "some requests" });
  };
  await some();
  await changeKeys(OLD, NEW);
  await some();
  key = NEW;
  await some();
  await changeKeys(NEW);
  await some();
  isOver = true;
  await Promise.all(traffic);

  expect(statuses.filter((status) => status !== 202)).toEqual([]);
  const withOld = { authorization: `Bearer ${OLD}` };
  expect((await api.request("POST", "/v1/messages", { as: null, headers: withOld, body: aText() })).status).toBe(401);
});
