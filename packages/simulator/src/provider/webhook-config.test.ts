import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { apiKey, number, startTestWorld, stopTestWorlds, type TestWorld, textTo } from "../test-world.ts";

const to = "+4915112345678";
const open: Server[] = [];

afterEach(async () => {
  await stopTestWorlds();
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Another receiver, which keeps what it gets. */
async function startReceiver() {
  const received: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push(`${request.headers["x-name"] ?? ""} ${Buffer.concat(chunks)}`);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(server);
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

async function sendOne(world: TestWorld) {
  await world.client.putBehaviour({ statuses: { deliveredAfterMs: null, readAfterMs: null } });
  await world.send(textTo(to));
  await world.settle();
}

describe("the account's webhook", () => {
  test("gets what numbers without one of their own would, or with override_all everything", async () => {
    const world = await startTestWorld();
    const account = await startReceiver();
    expect((await world.call("GET", "/waba_webhook")).httpStatus).toBe(404);

    await world.call("POST", "/waba_webhook", { url: account.url, headers: { "X-Name": "waba" } });
    await sendOne(world);
    expect([world.received.length, account.received.length]).toEqual([1, 0]);
    await world.client.putNumber({ ...number, webhook: null });
    await sendOne(world);
    expect(account.received).toEqual([expect.stringMatching(/^waba .*statuses/)]);
  });

  test("with override_all goes over a number's own", async () => {
    const world = await startTestWorld();
    const account = await startReceiver();

    await world.call("POST", "/waba_webhook", { url: account.url, override_all: true });
    await sendOne(world);

    expect([world.received.length, account.received.length]).toEqual([0, 1]);
    expect((await world.call("GET", "/waba_webhook")).body).toEqual({
      url: account.url,
      headers: {},
      override_all: true,
    });
  });

  test("gets what is about the account itself", async () => {
    const world = await startTestWorld();
    const account = await startReceiver();
    await world.call("POST", "/waba_webhook", { url: account.url });

    await world.client.sendEvent({ apiKey, field: "account_update" });
    await world.settle();

    expect([world.received.length, account.received.length]).toEqual([0, 1]);
  });
});

describe("further destinations", () => {
  const destination = (url: string, name = "copy") => ({ name, url, headers: { "X-Name": name } });

  test("get a copy once the main one was answered with 200", async () => {
    const world = await startTestWorld();
    const copy = await startReceiver();
    await world.call("POST", "/multi_webhook", { enabled: true, destinations: [destination(copy.url)] });
    world.answerWebhooksWith((nth) => (nth === 1 ? 500 : 200));

    await world.client.sendEvent({ apiKey, field: "account_update" });
    while ((await world.client.deliveries()).failed === 0);
    expect(copy.received).toEqual([]);
    world.clock.advance(500);
    await world.client.idle();

    expect(copy.received).toEqual([`copy ${world.received[0]?.text}`]);
    expect(await world.client.deliveries()).toMatchObject({ sent: 1, cloned: 1 });
  });

  test("are put, patched by name, disabled and deleted; three at most, with names of their own", async () => {
    const world = await startTestWorld();
    const call = async (method: string, body?: object) => (await world.call(method, "/multi_webhook", body)).body;
    const at = (name: string) => destination("https://example.com/hook", name);
    const namesOf = ({ destinations }: { destinations: { name: string }[] }) => destinations.map(({ name }) => name);

    expect(namesOf(await call("PUT", { destinations: [at("a"), at("b")] }))).toEqual(["a", "b"]);
    expect(namesOf(await call("PATCH", { destinations: [at("B")] }))).toEqual(["a", "b", "B"]);
    expect(await call("PATCH", { destinations: [at("c")] })).toHaveProperty("error");
    expect(await call("PUT", { destinations: [at("a"), at("a")] })).toHaveProperty("error");
    expect(await call("PUT", { destinations: ["a", "b", "c", "d"].map(at) })).toHaveProperty("error");
    expect(await call("PUT", { destinations: [{ name: "a", url: "https://a_b.example.com/" }] })).toHaveProperty(
      "error",
    );
    expect(await call("PATCH", { enabled: false })).toMatchObject({ enabled: false, destinations: [{}, {}, {}] });
    expect(await call("DELETE")).toEqual({ enabled: false, destinations: [] });
    expect(await call("GET")).toEqual({ enabled: false, destinations: [] });
  });
});
