// Read, typing and the block list: said to the provider in its own words, and its refusals said to the caller.

import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { type MediaProvider, startMediaProvider } from "../../testing/media-provider.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { blockResultSchema } from "../block-users/block-list.ts";
import { blockedSchema } from "../list-blocked/route.ts";

let provider: MediaProvider;
let api: TestApi;
beforeAll(async () => {
  provider = await startMediaProvider();
  api = await startTestApi({ deployment: () => provider.deployment });
});
afterEach(() => {
  provider.respond = () => null;
  provider.requests.length = 0;
});
afterAll(async () => {
  await api.close();
  await provider.close();
});

const WAMID = "wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQ/zQTRB+==";
const post = (path: string, body?: unknown) =>
  api.request("POST", `/v1/senders/${path}`, { as: "agent", ...(body !== undefined && { body }) });
const readPath = `demo/messages/${encodeURIComponent(WAMID)}/read`;
const told = () => provider.requests.map(({ method, path, json }) => ({ method, path, json }));

describe("an inbound message", () => {
  test.each([
    ["without a body", undefined],
    ["with an empty one", {}],
    ["without typing", { typing: false }],
  ])("is marked as read (%s)", async (_how, body) => {
    expect((await post(readPath, body)).status).toBe(204);
    expect(told()).toEqual([
      {
        method: "POST",
        path: "/messages",
        json: { messaging_product: "whatsapp", status: "read", message_id: WAMID },
      },
    ]);
  });

  test("is marked as read while an answer is being written", async () => {
    expect((await post(readPath, { typing: true })).status).toBe(204);
    expect(told()[0]?.json).toMatchObject({ message_id: WAMID, typing_indicator: { type: "text" } });
  });

  test("that the provider does not know is told with its code and a hint", async () => {
    provider.respond = () => ({
      status: 400,
      body: { error: { code: 131_009, message: "Parameter value is not valid" } },
    });
    const answer = await post(readPath);
    expectProblem(answer, "provider-refused");
    expect(answer.body).toMatchObject({ provider: { code: 131_009, hint: expect.stringMatching(/\S/) } });
    expect(provider.requests).toHaveLength(1);
  });

  test("whose id is none, whose sender is not the caller's, or whose body is odd is not told to anybody", async () => {
    expectProblem(await post("demo/messages/msg_demo_1/read"), "not-found");
    expectProblem(await post(readPath.replace("demo", "third")), "not-found");
    expectProblem(await post(readPath, { typng: true }), "invalid-request");
    expectProblem(await post(readPath, "{"), "invalid-json");
    expectProblem(await api.request("POST", `/v1/senders/${readPath}`), "forbidden");
    expect(provider.requests).toEqual([]);
  });
});

describe("people", () => {
  test.each([
    ["block", "POST"],
    ["unblock", "DELETE"],
  ])("can be made to %s, by number in any spelling or by BSUID", async (way, method) => {
    const answer = await post(`demo/${way}`, { users: ["+49 (151) 12345678", "US.13491208655302741918"] });
    expect(answer.status).toBe(200);
    expect(blockResultSchema.parse(answer.body)).toEqual({
      done: [
        { input: "+4915112345678", waId: "4915112345678", userId: null },
        { input: "US.13491208655302741918", waId: null, userId: "US.13491208655302741918" },
      ],
      failed: [],
    });
    expect(told()).toEqual([
      {
        method,
        path: "/block_users",
        json: {
          messaging_product: "whatsapp",
          block_users: [{ user: "+4915112345678" }, { user_id: "US.13491208655302741918" }],
        },
      },
    ]);
  });

  test("of whom some cannot be blocked are told one by one, with code and hint", async () => {
    const errors = [{ code: 131_047, message: "Re-engagement required" }];
    provider.respond = () => ({
      status: 400,
      body: {
        error: { code: 139_100, message: "Failed to block some users" },
        block_users: {
          added_users: [{ input: "+4915112345678", wa_id: "4915112345678" }],
          failed_users: [{ input: "+4915112345679", wa_id: "4915112345679", errors }],
        },
      },
    });
    const answer = await post("demo/block", { users: ["+4915112345678", "+4915112345679"] });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      done: [{ input: "+4915112345678" }],
      failed: [{ input: "+4915112345679", code: 131_047, hint: expect.stringMatching(/\S/) }],
    });
  });

  test.each([139_100, 139_101, 139_102, 139_103])(
    "are not blocked where the provider says %i, and it is told why",
    async (code) => {
      provider.respond = () => ({ status: 400, body: { error: { code, message: "Blocklist trouble" } } });
      const answer = await post("demo/block", { users: ["+4915112345678"] });
      expect([422, 503]).toContain(answer.status);
      expect(answer.body).toMatchObject({ provider: { code, hint: expect.stringMatching(/\S/) } });
    },
  );

  test("who are none are pointed out, all at once, and nobody is blocked", async () => {
    const answer = await post("demo/block", { users: ["0151 1", "+4915112345678", "US.ENT.118157", 7] });
    expectProblem(answer, "invalid-request");
    expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(["/users/0", "/users/2", "/users/3"]);
    expectProblem(await post("demo/block", { users: [] }), "invalid-request");
    expectProblem(await post("third/block", { users: ["+4915112345678"] }), "not-found");
    expectProblem(await api.request("POST", "/v1/senders/demo/block", { body: { users: [] } }), "forbidden");
    expect(provider.requests).toEqual([]);
  });

  test("who are blocked are listed page by page, to the end", async () => {
    const seen: (string | null)[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const query: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await api.request("GET", `/v1/senders/demo/blocked?limit=2${query}`, { as: "agent" });
      const page = blockedSchema.parse(answer.body);
      seen.push(...page.users.map(({ waId }) => waId));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(["4915100000001", "4915100000002", "4915100000003"]);
    expectProblem(await api.request("GET", "/v1/senders/demo/blocked?cursor=x", { as: "agent" }), "invalid-parameters");
  });
});
