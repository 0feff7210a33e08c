import { afterEach, describe, expect, test } from "@jest/globals";
import { startSimulator } from "./server.ts";
import { apiKey, number, send, startTestWorld, stopTestWorlds, textTo } from "./test-world.ts";

const to = "+4915112345678";
const otherCalls = ["/health_status", "/message_templates", "/v1/configs/webhook"];

afterEach(stopTestWorlds);

const get = (url: string, path: string, signal?: AbortSignal) =>
  fetch(url + path, { headers: { "D360-API-KEY": apiKey }, ...(signal && { signal }) });

describe("the provider API's own port", () => {
  test("serves what the shared one does, except the admin API", async () => {
    const { simulator, client } = await startTestWorld();
    const { providerUrl, providerPort } = simulator;

    expect((await send(providerUrl, textTo(to), apiKey)).httpStatus).toBe(200);
    expect((await get(providerUrl, "/health_status")).status).toBe(200);
    expect((await get(providerUrl, "/_sim/state")).status).toBe(403);
    expect(await client.state()).toMatchObject({ providerPort, ledger: { entries: 1 } });
  });

  test("a port that somebody else has ends the start with the system's error", async () => {
    const { simulator } = await startTestWorld();

    await expect(startSimulator({ providerPort: simulator.port })).rejects.toThrow("EADDRINUSE");
  });
});

describe("down: refuse", () => {
  test("the provider's port refuses connections and cuts those it had, the admin API stays, and it comes back", async () => {
    const { simulator, client } = await startTestWorld();
    const { providerUrl } = simulator;
    await send(providerUrl, textTo(to), apiKey); // leaves a kept-alive connection behind

    await client.putBehaviour({ down: "refuse" });
    for (const path of ["/messages", ...otherCalls]) {
      await expect(get(providerUrl, path)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    }
    expect((await client.ledger()).length).toBe(1);
    await client.putBehaviour({ down: "refuse", answerDelayMs: 0 }); // once more changes nothing
    await client.putBehaviour({ down: null });

    expect((await send(providerUrl, textTo(to), apiKey)).httpStatus).toBe(200);
  });

  test("a request on its way when the port closes is cut off", async () => {
    const { simulator, client } = await startTestWorld();
    await client.putBehaviour({ answerDelayMs: 1000 });
    const sending = expect(send(simulator.providerUrl, textTo(to), apiKey)).rejects.toThrow("fetch failed");
    while ((await client.summary()).requests === 0);

    await client.putBehaviour({ down: "refuse" });

    await sending;
    expect(await client.ledger()).toMatchObject([{ taken: true, answeredAtMs: expect.any(Number) }]);
  });

  test("on the port shared with the admin API the connection is reset", async () => {
    const { simulator, client } = await startTestWorld();
    await client.putBehaviour({ down: "refuse" });

    await expect(send(simulator.url, textTo(to), apiKey)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    for (const path of otherCalls) {
      await expect(get(simulator.url, path)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    }

    const reached = { number: apiKey, to: null, taken: false, answer: "down:refuse", httpStatus: 0 };
    expect(await client.ledger()).toMatchObject([reached, reached, reached, reached]);
    expect(await client.summary()).toMatchObject({ taken: 0, byFault: { "down:refuse": 4 } });
  });

  test("a reset opens the port again", async () => {
    const { simulator, client } = await startTestWorld();
    await client.putBehaviour({ down: "refuse" });

    await client.reset();

    expect((await send(simulator.providerUrl, textTo(to), apiKey)).httpStatus).toBe(401);
  });

  test("asked to close and open many times at once it ends as the last one wanted", async () => {
    const { simulator, client } = await startTestWorld();

    for (const down of ["refuse", null, "refuse", "http503", "refuse", null] as const) {
      await Promise.all([client.putBehaviour({ down }), client.putBehaviour({ down })]);
    }

    expect((await send(simulator.providerUrl, textTo(to), apiKey)).httpStatus).toBe(200);
  });
});

describe("down: http503", () => {
  test("everything of the provider API is answered 503 with HTML, on both ports, and written down", async () => {
    const { simulator, client } = await startTestWorld();
    await client.putBehaviour({ down: "http503" });

    for (const url of [simulator.url, simulator.providerUrl]) {
      const sent = await send(url, textTo(to, "tern:m1:1"), apiKey);
      expect(sent).toMatchObject({ httpStatus: 503, contentType: "text/html", text: expect.stringMatching(/^<html>/) });
    }
    expect((await send(simulator.url, textTo(to), "nobody's key")).httpStatus).toBe(503);
    for (const path of otherCalls) expect((await get(simulator.url, `${path}?limit=1`)).status).toBe(503);

    const common = { taken: false, wamid: null, answer: "down:http503", httpStatus: 503, fault: null };
    expect(await client.ledger()).toMatchObject([
      { ...common, number: apiKey, to, type: "text", callbackData: "tern:m1:1" },
      { ...common, number: apiKey, to, type: "text", callbackData: "tern:m1:1" },
      { ...common, number: "nobody's key" },
      ...otherCalls.map((path) => ({ ...common, number: apiKey, to: null, type: `GET ${path}` })),
    ]);
    await client.putBehaviour({ down: null });
    expect((await send(simulator.url, textTo(to), apiKey)).httpStatus).toBe(200);
  });

  test("it spends nothing of any limit", async () => {
    const { send, client } = await startTestWorld({ throughputPerSecond: 1 });
    await client.putBehaviour({ down: "http503" });
    for (let nth = 0; nth < 3; nth += 1) await send(textTo(to));
    await client.putBehaviour({ down: null });

    expect((await send(textTo(to))).code).toBeNull();
  });
});

describe("down: silent", () => {
  test("every request is taken in and none answered, also not when it is over", async () => {
    const { simulator, client, clock } = await startTestWorld();
    await client.putBehaviour({ down: "silent" });
    const giveUp = new AbortController();
    const silent = () => "silent";
    const calls = [
      send(simulator.url, textTo(to), apiKey, giveUp.signal).then(() => "answered", silent),
      ...otherCalls.map((path) => get(simulator.providerUrl, path, giveUp.signal).then(() => "answered", silent)),
    ];
    while ((await client.summary()).requests < calls.length);
    const reached = { taken: false, answer: "down:silent", httpStatus: 0, answeredAtMs: null };
    expect(await client.ledger()).toMatchObject([reached, reached, reached, reached]);

    await client.putBehaviour({ down: null });
    clock.advance(60_000);
    expect((await send(simulator.url, textTo(to), apiKey)).httpStatus).toBe(200);
    giveUp.abort();

    expect(await Promise.all(calls)).toEqual(["silent", "silent", "silent", "silent"]);
  });
});

test("during an outage the admin API works and webhooks of messages taken before go on", async () => {
  const world = await startTestWorld();
  await world.send(textTo(to));
  await world.client.putBehaviour({ down: "silent" });
  await world.client.putNumber({ ...number, apiKey: "key-2", webhook: null });

  await world.settle();

  expect(world.statuses().map(({ status }) => status)).toContain("read");
});
