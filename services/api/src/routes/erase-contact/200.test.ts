// One call, and nothing in Redis names the person, on any sender of the portfolio.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Redis } from "ioredis";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { refuse } from "../../testing/worker.ts";
import { erasedContactSchema } from "./route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const PHONE = "+4915112345678";
const BSUID = "DE.13491208655302741918";
const TEXT = "Your parcel is at the door.";

const send = async (sender: string, changes: object = {}) =>
  (await api.request("POST", "/v1/messages", { body: aText({ sender, to: PHONE, ...changes }) })).body.id;

async function erase(query = "", contact = PHONE) {
  const answer = await api.request("DELETE", `/v1/contacts/${contact}${query}`, { as: "desk" });
  expect(answer.status).toBe(200);
  expect(erasedContactSchema.safeParse(answer.body).error).toBeUndefined();
  return answer.body;
}

/** Every key of this API with all it holds, but for what never names a person: the stream's own commands read the rest. */
async function everything(): Promise<string> {
  const redis = api.redis as Redis;
  const texts: string[] = [];
  for await (const keys of redis.scanStream({ match: `${api.prefix}:*`, count: 1_000 }) as AsyncIterable<string[]>) {
    for (const key of keys) {
      const type = await redis.type(key);
      const read = {
        string: () => redis.get(key),
        hash: () => redis.hgetall(key),
        list: () => redis.lrange(key, 0, -1),
        set: () => redis.smembers(key),
        zset: () => redis.zrange(key, "0", "-1"),
        stream: () => redis.xrange(key, "-", "+"),
      }[type];
      if (!read) throw new Error(`${key} is of the type ${type}`);
      texts.push(`${key} ${JSON.stringify(await read())}`);
    }
  }
  return texts.join("\n");
}

test("all of it goes, by any spelling, and the orders stand in the trails without the number", async () => {
  const failed = await send("demo", { metadata: { who: PHONE }, reference: PHONE });
  await refuse(api, failed, { reason: `${PHONE} cannot be reached` });
  const waiting = [await send("demo"), await send("second"), await send("second", { lane: "bulk" })];
  for (const id of ["demo", "second"]) {
    await api.store.apply(
      { id, pace: "unlimited" },
      {
        statuses: [],
        inbound: [
          {
            wamid: `wamid.${id}`,
            atMs: Date.now(),
            json: JSON.stringify({ from: PHONE, text: TEXT }),
            opensWindowOf: PHONE,
          },
        ],
        spellings: [[BSUID, PHONE]],
        aside: [],
        raw: JSON.stringify({ user_id: BSUID, text: TEXT }),
      },
    );
  }
  const optOut = { as: "desk", body: { state: "opted-out", proof: TEXT } } as const;
  await api.request("PUT", `/v1/contacts/${PHONE}/consents/marketing?sender=demo`, optOut);
  const before = await everything();
  for (const trace of [PHONE.slice(1), BSUID, TEXT]) expect(before).toContain(trace);

  expect(await erase("", BSUID)).toMatchObject({ messages: 4, optOutsKept: 1 });
  const after = await everything();
  for (const trace of [PHONE.slice(1), BSUID, TEXT]) expect(after).not.toContain(trace);
  for (const id of [failed, ...waiting]) expectProblem(await api.request("GET", `/v1/messages/${id}`), "not-found");
  for (const id of ["demo", "second"]) {
    expect(await api.store.readAudit(id, 5, null)).toMatchObject([
      { who: "desk", verb: "note", value: expect.stringMatching(/^erasure of the contact [0-9a-f]{16} ordered$/) },
    ]);
  }
  expect(JSON.stringify(api.lines)).not.toContain(PHONE.slice(1));
});

test("an opt-out outlives it, unless that is to be forgotten, too", async () => {
  const contact = "+4915112345679";
  const answerOf = async () =>
    (
      (await api.request("GET", `/v1/contacts/${contact}?sender=demo`, { as: "desk" })).body.marketing as {
        answer: string;
      }
    ).answer;
  await api.request("PUT", `/v1/contacts/${contact}/consents/marketing?sender=demo`, {
    as: "desk",
    body: { state: "opted-out" },
  });
  expect(await erase("", contact)).toEqual({ messages: 0, entries: 0, optOutsKept: 1 });
  expect(await answerOf()).toBe("opted-out");
  expect(await erase("?forget=consent", contact)).toEqual({ messages: 0, entries: 0, optOutsKept: 0 });
  expect(await answerOf()).toBe("allowed");
});
