// A caller has what its quota says, whichever replica of the API it asks; the others are not concerned.

import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Deployment, hashApiKey, type Quota } from "@tern/runtime";
import { expectProblem } from "./testing/expect-problem.ts";
import { aText, startTestApi, type TestApi, type TestApiOptions } from "./testing/test-api.ts";
import { KEYS, testDeployment } from "./testing/test-deployment.ts";

const open: TestApi[] = [];
afterAll(async () => {
  for (const api of open.reverse()) await api.close();
});

/** The usual deployment, with a quota for the caller shop. */
function withQuota(quota: Quota): Deployment {
  const deployment = testDeployment();
  const callers = deployment.callers.map((caller) => (caller.id === "shop" ? { ...caller, quota } : caller));
  return {
    ...deployment,
    callers,
    callerById: new Map(callers.map((caller) => [caller.id, caller])),
    callerByKeyHash: new Map(callers.map((caller) => [hashApiKey(KEYS[caller.id as keyof typeof KEYS]), caller])),
  };
}

let quota: Quota;
beforeEach(() => {
  quota = {};
});

async function start(options: TestApiOptions = {}): Promise<TestApi> {
  const api = await startTestApi({ deployment: () => withQuota(quota), ...options });
  open.push(api);
  return api;
}

/** So slow that nothing comes back while a test runs. */
const slowly = (burst: number) => ({ perSecond: 0.001, burst });
const send = (api: TestApi, body: object = aText(), headers: Record<string, string> = {}) =>
  api.request("POST", "/v1/messages", { body, headers });

describe("messages", () => {
  test("over the quota are 429 with the time to wait and the state of the quota, and nothing of them is kept", async () => {
    quota = { messages: slowly(2) };
    const api = await start();
    const first = await send(api);
    const second = await send(api);
    const third = await send(api, aText({ reference: "third" }));

    expect([first.status, second.status]).toEqual([202, 202]);
    expect(first.headers.get("ratelimit-policy")).toBe('"messages";q=2;w=2000');
    expect(first.headers.get("ratelimit")).toMatch(/^"messages";r=1;t=(1000|999)$/);
    expectProblem(third, "quota-exceeded");
    const seconds = Number(third.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(990);
    expect(third.body).toMatchObject({ quota: "messages", retryAfterSeconds: seconds });
    expect(third.headers.get("ratelimit")).toMatch(/^"messages";r=0;t=\d+$/);
    expect((await api.request("GET", "/v1/messages?sender=demo&reference=third")).body.messages).toEqual([]);
  });

  test("are counted over all replicas", async () => {
    quota = { messages: slowly(5) };
    const one = await start();
    const other = await start({ prefix: one.prefix });
    const answers = await Promise.all(Array.from({ length: 12 }, (_, at) => send(at % 2 ? one : other)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(5).fill(202), ...Array(7).fill(429)]);
  });

  test("of others are not concerned, nor those that break a rule", async () => {
    quota = { messages: slowly(1), messagesPerDay: 100 };
    const api = await start();
    expect((await send(api, aText({ to: "nobody" }))).status).toBe(400);
    expect((await send(api)).status).toBe(202);
    expect((await send(api)).status).toBe(429);
    const other = await api.request("POST", "/v1/messages", { as: "other", body: aText() });
    expect([other.status, other.headers.get("ratelimit")]).toEqual([202, null]);
  });

  test("that were accepted before are answered as then, also when the quota is used up", async () => {
    quota = { messages: slowly(1) };
    const api = await start();
    const first = await send(api, aText(), { "Idempotency-Key": "once" });
    const again = await send(api, aText(), { "Idempotency-Key": "once" });
    expect([again.status, again.body.id]).toEqual([202, first.body.id]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });

  test("of a day are counted as well", async () => {
    quota = { messages: slowly(100), messagesPerDay: 1 };
    const api = await start();
    expect((await send(api)).headers.get("ratelimit-policy")).toBe(
      '"messages";q=100;w=100000, "messages-per-day";q=1;w=86400',
    );
    const refused = await send(api);
    expectProblem(refused, "quota-exceeded");
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(86_400);
  });
});

describe("a batch", () => {
  const batch = (api: TestApi, messages: readonly object[], key?: string) =>
    api.request("POST", "/v1/messages/batch", {
      body: { messages },
      ...(key && { headers: { "Idempotency-Key": key } }),
    });

  test("gets what the quota covers, its first messages first; each other one has the problem", async () => {
    quota = { messages: slowly(3) };
    const api = await start();
    const messages = ["demo", "second", "nowhere", "demo", "second"].map((sender) => aText({ sender }));
    const answer = await batch(api, messages);

    expect(answer.status).toBe(200);
    expect(answer.body.results.map(({ id, problem }) => (id ? "accepted" : problem?.status))).toEqual([
      "accepted",
      "accepted",
      422,
      "accepted",
      429,
    ]);
    expect(answer.headers.get("ratelimit")).toMatch(/^"messages";r=0;/);
  });

  test("larger than the quota gets through when it is repeated with its key, each message once", async () => {
    quota = { messages: { perSecond: 0.001, burst: 2 } };
    const api = await start();
    const messages = Array.from({ length: 5 }, (_, at) => aText({ reference: `part-${at}` }));
    const ids = new Set<string>();
    const accepted: unknown[] = [];
    for (let round = 0; round < 3; round++) {
      await api.redis.del(`${api.prefix}:{caller.shop}:q`); // time passes
      const { body } = await batch(api, messages, "campaign");
      accepted.push(body.accepted);
      for (const { id } of body.results) if (id) ids.add(id);
    }
    expect(accepted).toEqual([2, 4, 5]);
    expect(ids.size).toBe(5);
  });
});

describe("requests", () => {
  test("of any kind are counted before anything is done for them", async () => {
    quota = { requests: slowly(2) };
    const api = await start();
    const statuses: number[] = [];
    for (const path of ["/v1/messages?sender=demo", "/v1/senders", "/v1/messages?sender=demo"]) {
      statuses.push((await api.request("GET", path)).status);
    }
    expect(statuses).toEqual([200, 403, 200]);
    expectProblem(await send(api), "quota-exceeded");
    expect((await api.request("GET", "/readyz", { as: null })).status).toBe(200);
  });

  test("and messages are told side by side", async () => {
    quota = { requests: slowly(5), messages: slowly(9) };
    const api = await start();
    expect((await send(api)).headers.get("ratelimit")).toMatch(/^"requests";r=4;t=\d+, "messages";r=8;t=\d+$/);
  });
});

test("while Redis is away a quota is no way in: 503, as everywhere", async () => {
  quota = { requests: slowly(5) };
  const away = Object.assign(new Error("Connection is closed."), { name: "Error" });
  const api = await start({ storeOverrides: { takeQuota: () => Promise.reject(away) } });
  const answer = await send(api);
  expectProblem(answer, "unavailable");
  expect(answer.headers.get("retry-after")).toBe("2");
});

test("a caller without a quota costs no round trip for it", async () => {
  let asked = 0;
  const api = await start({
    storeOverrides: {
      takeQuota: () => {
        asked += 1;
        return Promise.reject(new Error("nobody should ask"));
      },
    },
  });
  expect((await send(api)).status).toBe(202);
  expect(asked).toBe(0);
});
