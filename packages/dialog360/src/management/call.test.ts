// What holds for every call beside sending: made once, bounded, and never thrown. Health stands for all of them.

import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type Answers, json, type ManagementWorld, managementWorld, status } from "./testing/management-world.ts";

let world: ManagementWorld;
afterEach(() => world.stop());

const HEALTH = "GET /health_status";
const AVAILABLE = { health_status: { can_send_message: "AVAILABLE", entities: [] }, id: "1" };

async function worldWith(answers: Answers, options: Parameters<typeof managementWorld>[1] = {}) {
  world = await managementWorld(answers, options);
  return world;
}

test("a call carries the sender's key and no body", async () => {
  await worldWith({ [HEALTH]: json(AVAILABLE) });
  await world.client.getHealth(world.account());
  const [seen] = world.seen;
  expect(seen?.headers).toMatchObject({ "d360-api-key": "the-key", "user-agent": "tern" });
  expect(seen?.headers).not.toHaveProperty("content-type");
  expect(world.clock.waiting()).toBe(0); // its timeout does not outlive it
});

test("a call at Meta itself carries a bearer token, on a path with version and number", async () => {
  const path = "GET /v24.0/106540352242922?fields=health_status";
  await worldWith({ [path]: json(AVAILABLE) });
  expect(await world.client.getHealth(world.account({ profile: "meta" }))).toMatchObject({ ok: {} });
  expect(world.seen[0]?.headers).toMatchObject({ authorization: "Bearer the-key" });
});

test("a gateway's path goes in front of the call's own", async () => {
  await worldWith({ "GET /wa/v2/health_status": json(AVAILABLE) });
  expect(await world.client.getHealth(world.account({ baseUrl: `${world.url}/wa/v2` }))).toMatchObject({ ok: {} });
});

describe("a call that is refused", () => {
  test.each([
    [
      "with a documented code is judged by the table",
      status(400, { error: { code: 133010, message: "(#133010) Account not registered" } }),
      { class: "misconfigured", code: 133010, httpStatus: 400 },
    ],
    [
      "for the provider's rate is throttled, and says how long",
      (response: import("node:http").ServerResponse) =>
        void response.writeHead(429, { "retry-after": "7" }).end('{"error":"exceeded the limit of 10 requests"}'),
      { class: "throttled", httpStatus: 429, retryAfterMs: 7_000, hint: expect.stringContaining("does not repeat") },
    ],
    [
      "with 360dialog's text is judged by it",
      status(401, { meta: { httpCode: 401, developerMessage: "Invalid API key", success: false } }),
      { class: "misconfigured", reason: expect.stringContaining("does not know the API key") },
    ],
    [
      "by a broken server is unknown, and its hint speaks of no message",
      status(502, "<html>Bad gateway</html>"),
      { class: "unknown", httpStatus: 502, hint: expect.stringContaining("does not repeat such calls") },
    ],
    [
      "inside a success is refused all the same",
      json({ error: { code: 190, message: "token expired" } }),
      { class: "misconfigured", code: 190, httpStatus: 200 },
    ],
    [
      "with a success that is no JSON is unknown",
      status(200, "OK"),
      { class: "unknown", httpStatus: 200, reason: expect.stringContaining("not in the documented shape") },
    ],
    [
      "with a success of another shape is unknown",
      json({ status: "fine" }),
      { class: "unknown", httpStatus: 200, reason: expect.stringContaining("not in the documented shape") },
    ],
    ["with a success that says it was none is unknown", json({ success: false }), { class: "unknown" }],
    ["by a redirect is misconfigured", status(302, ""), { class: "misconfigured", httpStatus: 302 }],
  ])("%s", async (_label, answer, failure) => {
    await worldWith({ [HEALTH]: answer });
    expect(await world.client.getHealth(world.account())).toMatchObject({ failure });
    expect(world.seen).toHaveLength(1);
  });
});

describe("a call that is not answered", () => {
  test("was not made if nobody listens", async () => {
    await worldWith({});
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as import("node:net").AddressInfo;
    server.close();
    await once(server, "close");
    expect(await world.client.getHealth(world.account({ baseUrl: `http://127.0.0.1:${port}` }))).toMatchObject({
      failure: { class: "unreachable", httpStatus: null, hint: expect.stringContaining("Nothing was sent") },
    });
  });

  test("may have been carried out if the connection broke after it, and says so", async () => {
    await worldWith({
      "DELETE /314": (response) => void response.destroy(),
      [HEALTH]: (response) => void response.destroy(),
    });
    expect(await world.client.deleteMedia(world.account(), "314")).toMatchObject({
      failure: { class: "unknown", httpStatus: null, hint: expect.stringContaining("may have been carried out") },
    });
    expect(await world.client.getHealth(world.account())).toMatchObject({
      failure: { class: "unknown", hint: expect.not.stringContaining("carried out") },
    });
    expect(world.seen).toHaveLength(2);
  });

  test.each([
    ["at all", () => {}],
    ["to its end", (response: import("node:http").ServerResponse) => void response.write('{"health_status":')],
  ])("%s is given up when its time is over", async (_label, respond) => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    await worldWith({
      [HEALTH]: (response) => {
        respond(response);
        response.on("close", () => hungUp.resolve());
        resolve();
      },
    });
    const hungUp = Promise.withResolvers<void>();
    const calling = world.client.getHealth(world.account());
    await asked;
    world.clock.advance(29_999);
    world.clock.advance(1);
    expect(await calling).toMatchObject({ failure: { class: "unknown", reason: expect.stringContaining("in time") } });
    await hungUp.promise;
    expect(world.clock.waiting()).toBe(0);
  });

  test("in a bearable length is read no further", async () => {
    const { promise: hungUp, resolve } = Promise.withResolvers<void>();
    await worldWith({
      [HEALTH]: (response) => {
        const more = () => {
          while (response.write(Buffer.alloc(64 * 1024, 32))) {}
        };
        response.on("drain", more).on("close", resolve);
        more();
      },
    });
    expect(await world.client.getHealth(world.account())).toMatchObject({
      failure: { class: "unknown", reason: expect.stringContaining("too long") },
    });
    await hungUp;
  });

  test("because the client is closed was not made", async () => {
    await worldWith({ [HEALTH]: json(AVAILABLE) });
    await world.client.close();
    expect(await world.client.getHealth(world.account())).toMatchObject({ failure: { class: "unreachable" } });
    expect(world.seen).toEqual([]);
  });
});

test.each([
  ["a key with a line break", { apiKey: { reveal: () => "key\r\nx-injected: 1" } }],
  ["a base URL that is none", { baseUrl: "waba-v2.360dialog.io" }],
  ["no version at Meta", { profile: "meta", apiVersion: null }],
] as const)("an account with %s is misconfigured, and others are not harmed", async (_label, fields) => {
  await worldWith({ [HEALTH]: json(AVAILABLE) }, { connectionsMax: 1 });
  for (let count = 0; count < 3; count += 1) {
    expect(await world.client.getHealth(world.account(fields))).toMatchObject({ failure: { class: "misconfigured" } });
  }
  expect(await world.client.getHealth(world.account())).toMatchObject({ ok: {} });
  expect(world.seen).toHaveLength(1);
});

test("the sandbox cannot do anything but send and take a webhook, and is not asked to", async () => {
  await worldWith({});
  const account = world.account({ profile: "360dialog-sandbox" });
  const { client } = world;
  const { Readable } = await import("node:stream");
  const results = [
    await client.uploadMedia(account, { stream: Readable.from([]), mimeType: "image/png", fileName: "a.png" }),
    await client.getMedia(account, "1"),
    await client.downloadMedia(account, "1"),
    await client.deleteMedia(account, "1"),
    (await client.listTemplates(account).next()).value,
    await client.createTemplate(account, {}),
    await client.editTemplate(account, "1", {}),
    await client.deleteTemplate(account, { name: "a" }),
    await client.getHealth(account),
    await client.blockUsers(account, ["+1"]),
    await client.unblockUsers(account, ["+1"]),
    await client.listBlocked(account),
    await client.getWebhook(world.account({ profile: "meta" })),
    await client.setWebhook(world.account({ profile: "meta" }), { url: "https://x.example", headers: {} }),
  ];
  for (const result of results) expect(result).toMatchObject({ failure: { class: "unsupported" } });
  expect(world.seen).toEqual([]);
});
