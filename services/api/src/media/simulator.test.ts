// Media against the simulator, which does as the provider is documented to do: what Tern keeps to is enough for it.

import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ManagedProcess, startProcess } from "@tern/devkit";
import { FILES } from "../testing/files.ts";
import { deploymentAt, PROVIDER_KEY } from "../testing/media-provider.ts";
import { startTestApi, type TestApi } from "../testing/test-api.ts";
import { KEYS } from "../testing/test-deployment.ts";

let simulator: ManagedProcess;
let api: TestApi;
let simulatorUrl: string;
beforeAll(async () => {
  const file = join(import.meta.dirname, "..", "..", "..", "..", "packages", "simulator", "src", "main.ts");
  simulator = await startProcess({ name: "simulator", file, env: { HOST: "127.0.0.1", PORT: "0" } });
  simulatorUrl = `http://127.0.0.1:${simulator.ready.port}`;
  const numbers = {
    apiKey: PROVIDER_KEY,
    phoneNumberId: "100000",
    displayPhoneNumber: "+15550783880",
    wabaId: "20000",
  };
  const told = await fetch(`${simulatorUrl}/_sim/numbers`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...numbers, portfolio: "test" }),
  });
  expect(await told.text()).not.toMatch(/error/);
  const deployment = deploymentAt(simulatorUrl);
  api = await startTestApi({ deployment: () => deployment });
});
afterAll(async () => {
  await api.close();
  await simulator.stop();
});

const media = (method: string, path: string) => api.request(method, `/v1/media/demo/${path}`, { as: "agent" });

async function upload(content: Buffer): Promise<string> {
  const headers = { "content-type": "image/png" };
  const answer = await api.request("POST", "/v1/media?sender=demo", { as: "agent", body: content, headers });
  expect(answer.status).toBe(201);
  return answer.body.id;
}

test("a file goes up, is shown, comes back as it was, and is deleted", async () => {
  const picture = Buffer.concat([FILES.png, Buffer.from("up and down")]);
  const id = await upload(picture);
  expect((await media("GET", id)).body).toMatchObject({ mimeType: "image/png", bytes: picture.length });
  const response = await fetch(`${api.url}/v1/media/demo/${id}/content`, {
    headers: { authorization: `Bearer ${KEYS.agent}` },
  });
  expect(Buffer.from(await response.arrayBuffer()).equals(picture)).toBe(true);
  expect([(await media("DELETE", id)).status, (await media("GET", id)).status]).toEqual([204, 404]);
});

test("callers with wrong ids do not get the number shut out", async () => {
  const id = await upload(Buffer.concat([FILES.png, Buffer.from("still there")]));
  await Promise.all(Array.from({ length: 20 }, (_, at) => media("GET", `${990_000 + at}`)));
  const asked = await fetch(`${simulatorUrl}/${id}`, { headers: { "D360-API-KEY": PROVIDER_KEY } });
  expect(asked.status).toBe(200);
});
