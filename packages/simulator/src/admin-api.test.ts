import { afterEach, describe, expect, test } from "@jest/globals";
import { apiKey, number, send, startTestWorld, stopTestWorlds, textTo } from "./test-world.ts";

const to = "+4915112345678";
const template = { name: "order_update", language: "en", category: "UTILITY", bodyParamsCount: 0 };

afterEach(stopTestWorlds);

describe("the ledger", () => {
  test("holds every request, taken or refused, and the summary adds them up", async () => {
    const { send, client, clock } = await startTestWorld({ throughputPerSecond: 3 });
    await client.addFault({ kind: "endpointRateLimit", match: { callbackDataPrefix: "tern:m9:" } });
    const startMs = clock.nowMs();

    await send("{");
    await send(textTo(to), "nobody's key");
    await send(textTo(to, "tern:m1:1"));
    clock.advance(400.25);
    await send(textTo("+15550001111", "tern:m1:2"));
    await send(textTo(to, "tern:m2:1"));
    await send(textTo(to, "tern:m3:1"));
    await send(textTo(to, "tern:m9:1"));

    expect(
      (await client.ledger()).map(({ seq, atMs, answer, taken, httpStatus }) => [
        seq,
        atMs - startMs,
        answer,
        taken,
        httpStatus,
      ]),
    ).toEqual([
      [1, 0, 100, false, 400],
      [2, 0, "invalidApiKey", false, 401],
      [3, 0, "ok", true, 200],
      [4, 400.25, "ok", true, 200],
      [5, 400.25, "ok", true, 200],
      [6, 400.25, 130429, false, 400],
      [7, 400.25, "endpointRateLimit", false, 400],
    ]);
    expect(await client.summary()).toEqual({
      requests: 7,
      taken: 3,
      refusedByCode: { "100": 1, invalidApiKey: 1, "130429": 1 },
      byFault: { endpointRateLimit: 1 },
      distinctTo: 2,
      duplicatesCount: 1,
      duplicates: [
        {
          callbackMessageId: "tern:m1",
          count: 2,
          to,
          entries: [
            { seq: 3, atMs: startMs, callbackData: "tern:m1:1", wamid: expect.any(String) },
            { seq: 4, atMs: startMs + 400.25, callbackData: "tern:m1:2", wamid: expect.any(String) },
          ],
        },
      ],
      overlapsCount: 0,
      overlaps: [],
      maxPerSecond: { [apiKey]: { most: 3, mostWithInbound: 3, average: 2000 / 400.25 } },
      limits: { [apiKey]: { throttled: 2, pairRefused: 0, pairTokensLeast: expect.closeTo(43 + 400.25 / 6000, 6) } },
      portfolios: { "portfolio-1": { mostReached: 0, overTier: 0 } },
      dropped: 0,
    });
  });

  test("is asked by recipient and callback data, page by page", async () => {
    const { send, client } = await startTestWorld();
    for (let nth = 0; nth < 5; nth += 1) await send(textTo(`+1555000000${nth}`, `tern:m${nth}:1`));

    expect(await client.ledger({ to: "+15550000003" })).toMatchObject([{ seq: 4, callbackData: "tern:m3:1" }]);
    expect(await client.ledger({ callbackDataPrefix: "tern:m2:" })).toMatchObject([{ seq: 3 }]);
    expect(await client.ledgerPage({ limit: 2, cursor: 2 })).toMatchObject({
      entries: [{ seq: 3 }, { seq: 4 }],
      nextCursor: 4,
    });
  });
});

describe("when a message was answered", () => {
  test("is known to a fraction of a millisecond, and null until then", async () => {
    const { send, client, clock } = await startTestWorld();
    await client.putBehaviour({ answerDelayMs: 100.5 });
    const startMs = clock.nowMs();
    const sending = send(textTo(to));
    while ((await client.summary()).requests === 0);
    expect(await client.ledger()).toMatchObject([{ atMs: startMs, answeredAtMs: null }]);

    clock.advance(100.5);
    await sending;

    expect(await client.ledger()).toMatchObject([{ atMs: startMs, answeredAtMs: startMs + 100.5 }]);
  });

  test("a message put on the wire before the one to the same recipient was answered shows in the summary", async () => {
    const { send, client, clock } = await startTestWorld();
    await client.putBehaviour({ answerDelayMs: 100 });
    const first = send(textTo(to, "tern:m1:1"));
    while ((await client.summary()).requests === 0);
    clock.advance(99);
    const second = send(textTo(to, "tern:m2:1"));
    while ((await client.summary()).requests === 1);
    clock.advance(100);
    await Promise.all([first, second]);
    const third = send(textTo(to, "tern:m3:1"));
    while ((await client.summary()).requests === 2);
    clock.advance(100);
    await third;

    expect(await client.summary()).toMatchObject({
      overlapsCount: 1,
      overlaps: [{ number: apiKey, to, first: { callbackData: "tern:m1:1" }, second: { callbackData: "tern:m2:1" } }],
    });
  });

  test.each([
    ["is silent", { kind: "timeoutAfter" }],
    ["comes too late", { kind: "slow", delayMs: 60_000 }],
    ["waits for a webhook", { kind: "beforeAnswer" }],
  ] as const)("a caller who gives up on an answer that %s waits no longer from then on", async (_, fault) => {
    const world = await startTestWorld();
    world.answerWebhooksWith(() => null);
    await world.client.addFault(fault);
    const giveUp = new AbortController();
    const sending = send(world.simulator.url, textTo(to), apiKey, giveUp.signal).catch(() => "given up");
    while ((await world.client.summary()).requests === 0);
    world.clock.advance(1000);
    expect(await world.client.ledger()).toMatchObject([{ answeredAtMs: null }]);

    giveUp.abort();
    expect(await sending).toBe("given up");

    const atMs = world.clock.nowMs();
    let entries = await world.client.ledger();
    while (entries[0]?.answeredAtMs === null) entries = await world.client.ledger();
    expect(entries).toMatchObject([{ atMs: atMs - 1000, answeredAtMs: atMs }]);
  });

  test("a reset of the connection ends the waiting as an answer does", async () => {
    const { send, client } = await startTestWorld();
    await client.addFault({ kind: "resetAfter" });

    await expect(send(textTo(to))).rejects.toThrow();

    expect((await client.ledger())[0]?.answeredAtMs).not.toBeNull();
  });
});

describe("what the limits told a number", () => {
  test("each way of being told to slow down counts, and a pair refusal counts apart", async () => {
    const { send, client } = await startTestWorld();
    for (const code of [130429, 80007, 4, 131056, 131000]) await client.addFault({ kind: "metaError", code, count: 1 });
    await client.addFault({ kind: "http", httpStatus: 429, count: 1 });
    await client.addFault({ kind: "endpointRateLimit", count: 1 });

    for (let nth = 0; nth < 8; nth += 1) await send(textTo(to));

    expect((await client.summary()).limits).toEqual({
      [apiKey]: { throttled: 5, pairRefused: 1, pairTokensLeast: 44 },
    });
  });

  test("a pair budget used up shows, and what was refused for it", async () => {
    const { send, client } = await startTestWorld();

    for (let nth = 0; nth < 47; nth += 1) await send(textTo(to));

    expect((await client.summary()).limits[apiKey]).toMatchObject({ pairRefused: 2, pairTokensLeast: 0 });
  });
});

describe("idle", () => {
  test("waits for the webhooks still to come, and says when they do not", async () => {
    const { send, client, clock } = await startTestWorld();
    await send(textTo(to));

    expect(await client.idle(0)).toEqual({ idle: false, outstanding: 3 });
    const waiting = client.idle(60_000);
    clock.advance(1000);

    expect(await waiting).toEqual({ idle: true, outstanding: 0 });
  });
});

describe("reset", () => {
  test("forgets numbers, limits, faults, statuses to come and the ledger; a seed may be given", async () => {
    const { send, client, clock, received } = await startTestWorld({ throughputPerSecond: 1 });
    await client.addFault({ kind: "slow", delayMs: 0 });
    const { wamid } = await send(textTo(to));

    await client.reset({ seed: 77 });
    clock.advance(1000);

    expect((await send(textTo(to))).httpStatus).toBe(401);
    await client.putNumber({ ...number, throughputPerSecond: 1 });
    const again = await send(textTo(to));
    expect(again.httpStatus).toBe(200);
    expect(again.wamid).not.toBe(wamid);
    expect(received).toEqual([]);
    expect(await client.state()).toMatchObject({ seed: 77, faults: [], outstanding: 0 });
    await client.reset();
    expect((await client.state()).seed).toBe(1);
  });
});

test("a webhook under way when everything is reset is not sent again", async () => {
  const { send, client, clock, answerWebhooksWith, untilReceived, received } = await startTestWorld();
  await client.putBehaviour({ beforeAnswerRate: 1 });
  const { webhook } = (await client.state()).numbers[0] ?? {};
  answerWebhooksWith((nth) => (nth === 1 ? null : 200));
  const sending = send(textTo(to));
  await untilReceived(1);

  await client.reset();
  clock.advance(5000);
  await sending;
  clock.advance(500); // when the retry would come
  await client.putNumber({ ...number, webhook: webhook ?? null });
  await client.sendWebhook({ apiKey, body: "after" });
  await client.idle();

  expect(received.slice(1).map(({ text }) => text)).toEqual(["after"]);
});

describe("behaviour", () => {
  test("a number's own goes over the global one, field by field", async () => {
    const { client } = await startTestWorld();
    await client.putBehaviour({ duplicateRate: 0.5, statuses: { sentAfterMs: 7 } });
    await client.putBehaviour({ apiKey, batchMax: 10, statuses: { readAfterMs: null } });
    await client.putBehaviour({ duplicateRate: 0.25 });

    const { numbers, behaviour } = await client.state();

    expect(numbers[0]?.behaviour).toMatchObject({
      duplicateRate: 0.25,
      batchMax: 10,
      statuses: { enabled: true, sentAfterMs: 7, readAfterMs: null },
    });
    expect(behaviour).toMatchObject({ duplicateRate: 0.25, batchMax: 1, statuses: { readAfterMs: 400 } });
  });
});

describe("wrong input is refused with the field's name", () => {
  const put = (url: string, path: string, body: unknown) =>
    fetch(`${url}/_sim${path}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });

  test.each([
    ["/behaviour", { duplicateRat: 1 }, "body.duplicateRat is not known"],
    ["/behaviour", { duplicateRate: 2 }, "body.duplicateRate must be a number from 0 to 1"],
    ["/behaviour", { statuses: { sentAfterMs: "1" } }, "body.statuses.sentAfterMs must be a number"],
    ["/behaviour", { apiKey: "nobody" }, "no number has the API key nobody"],
    ["/behaviour", "{", "JSON"],
    ["/behaviour", { down: "away" }, "body.down must be one of: refuse, http503, silent"],
    ["/behaviour", { apiKey, down: "silent" }, "body.down is an outage for all numbers"],
    [
      "/templates",
      { apiKey, templates: [{ ...template, status: "APPROVED", pausedForMs: 1 }] },
      "body.templates[0].pausedForMs is for the status PAUSED only",
    ],
    ["/numbers", { apiKey: "x" }, "body.phoneNumberId must be a non-empty string"],
    ["/numbers", { ...number, webhook: { url: "ftp://x" } }, "body.webhook.url must be an http(s) URL"],
    ["/recipients/+15550001", { kind: "angry" }, "body.kind must be one of"],
    ["/templates", { apiKey, templates: [{ name: "x" }] }, "body.templates[0].language must be"],
  ])("%s %j", async (path, body, expected) => {
    const { simulator } = await startTestWorld();

    const response = await put(simulator.url, path, body);

    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toContain(expected);
  });

  test("the client passes the explanation on", async () => {
    const { client } = await startTestWorld();

    await expect(client.addFault({ kind: "metaError" })).rejects.toThrow("body.code is needed");
    await expect(client.sendInbound({ apiKey, from: to })).rejects.toThrow("either text or message");
    await expect(client.sendInbound({ apiKey, from: "4915", text: "x" })).rejects.toThrow("body.from");
  });
});
