// /queues shows operators what BullMQ holds, and is of no use to anybody else.

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { testRedisUrl } from "@tern/devkit";
import { createQueues } from "@tern/queue";
import { hashApiKey } from "@tern/runtime";
import { Redis } from "ioredis";
import { expectProblem } from "../../testing/expect-problem.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { KEYS, testDeployment } from "../../testing/test-deployment.ts";

let deployment = testDeployment();
let api: TestApi;
let redis: Redis;
let queues: ReturnType<typeof createQueues>;
beforeAll(async () => {
  api = await startTestApi({ queuesPage: true, deployment: () => deployment });
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  queues = createQueues({ connection: redis, prefix: api.prefix, onError: () => {} });
});
afterAll(async () => {
  await queues.close();
  redis.disconnect();
  await api.close();
});

const NUMBER = "+4915112345678";
const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`anyone:${key}`).toString("base64")}` });
const read = (path: string, key: string = KEYS.operator) =>
  api.request("GET", `/queues${path}`, { as: null, headers: basic(key) });

interface Shown {
  readonly name: string;
  readonly readOnlyMode: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly jobs: readonly { readonly data: unknown; readonly name: string }[];
}
const shownOf = ({ body }: { body: object }) => (body as { queues: Shown[] }).queues;

describe("whom it is shown to", () => {
  test("nobody, unless the deployment has it", async () => {
    const without = await startTestApi();
    expectProblem(await without.request("GET", "/queues/", { as: "operator" }), "not-found");
    await without.close();
  });

  test("whoever gives no key is asked for one, on every path of it", async () => {
    for (const path of ["", "/", "/api/queues", "/static/js/none.js", "/api/redis/stats"]) {
      const answer = await api.request("GET", `/queues${path}`, { as: null });
      expectProblem(answer, "unauthenticated");
      expect(answer.headers.get("www-authenticate")).toMatch(/^Basic realm="tern"/);
    }
    expectProblem(await read("/", "wrong"), "unauthenticated");
    expectProblem(await read("/", ""), "unauthenticated");
  });

  test("a key needs the scope operate", async () => {
    expectProblem(await read("/", KEYS.auditor), "forbidden");
    expect((await read("/")).status).toBe(200);
    expect((await api.request("GET", "/queues/", { as: "operator" })).status).toBe(200);
  });

  test("nobody who gives an Authorization that is none", async () => {
    for (const authorization of ["Basic", "Basic !!!", "Basic Og==", "Digest x", `Basic ${"A".repeat(8_000)}`]) {
      const answer = await api.request("GET", "/queues/", { as: null, headers: { authorization } });
      expectProblem(answer, "unauthenticated");
    }
  });
});

describe("what it shows", () => {
  test("the counts of the caller's own senders, of all that the deployment has now", async () => {
    await queues.of("demo").add("call", 0);
    await queues.of("demo").add("call", 0);
    const shown = shownOf(await read("/api/queues"));
    expect(shown.map(({ name, readOnlyMode }) => [name, readOnlyMode])).toEqual([
      ["send.demo", true],
      ["send.second", true],
    ]);
    expect(shown[0]?.counts.waiting).toBe(2);

    const before = deployment;
    const senders = before.senders.filter(({ id }) => id !== "second");
    deployment = { ...before, senders, senderById: new Map(senders.map((sender) => [sender.id, sender])) };
    expect(shownOf(await read("/api/queues")).map(({ name }) => name)).toEqual(["send.demo"]);
    expect((await read("/api/queues/send.second/metrics")).status).toBe(404);
    deployment = before;
    expect((await read("/api/queues/send.third/metrics")).status).toBe(404);
  });

  test("no data of a job, and no number in what failed", async () => {
    const job = await queues.of("second").add("call", { to: NUMBER, text: "a secret text" });
    await job.log(`could not send to ${NUMBER}`);
    const answers = await Promise.all(
      [
        `/api/queues?activeQueue=send.second`,
        `/api/queues/send.second/${job.id}`,
        `/api/queues/send.second/${job.id}/logs`,
      ].map((path) => read(path)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const text = answers.map((answer) => answer.text).join();
    expect(text).toContain('"data":"[hidden]"');
    expect(text).toContain("could not send to +4915…78");
    expect(text).not.toMatch(/15112345678|a secret text/);
  });

  test("a page that loads nothing from elsewhere", async () => {
    const { text, headers } = await read("/queue/send.demo");
    expect(text).not.toMatch(/https?:|<%/);
    expect(headers.get("content-security-policy")).not.toMatch(/https:|unsafe-eval/);
    const parts = [...text.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, path]) => path);
    expect(parts.length).toBeGreaterThan(3);
    for (const path of parts) expect([path, (await read(`/${path}`)).status]).toEqual([path, 200]);
    expectProblem(await read("/static/../../package.json"), "not-found");
    expectProblem(await read("/static/%2e%2e/%2e%2e/package.json"), "not-found");
  });
});

test.each([
  ["PUT", "/api/queues/pause"],
  ["PUT", "/api/queues/send.demo/pause"],
  ["PUT", "/api/queues/send.demo/empty"],
  ["PUT", "/api/queues/send.demo/obliterate"],
  ["POST", "/api/queues/send.demo/add"],
  ["PUT", "/api/queues/send.demo/1/clean"],
  ["DELETE", "/"],
])("changes nothing: %s %s is 405", async (method, path) => {
  const before = await queues.of("demo").getJobCounts();
  const answer = await api.request(method, `/queues${path}`, { as: null, headers: basic(KEYS.operator) });
  expectProblem(answer, "method-not-allowed");
  expect(await queues.of("demo").getJobCounts()).toEqual(before);
  expect(await queues.of("demo").isPaused()).toBe(false);
});

test("a request of it counts against the caller's quota", async () => {
  const limited = testDeployment();
  const operator = limited.callerById.get("operator");
  if (!operator) throw new Error("there is no operator");
  const quota = { requests: { perSecond: 0.001, burst: 1 } };
  const withQuota = {
    ...limited,
    callerByKeyHash: new Map([[hashApiKey(KEYS.operator), { ...operator, quota }]]),
  };
  deployment = withQuota;
  expect((await read("/")).status).toBe(200);
  expectProblem(await read("/"), "quota-exceeded");
});
