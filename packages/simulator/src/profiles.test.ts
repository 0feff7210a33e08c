// The other ways to a number: Meta's own Cloud API, and 360dialog's sandbox.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import type { NumberOptions } from "./admin-types.ts";
import { apiKey, number, startTestWorld, stopTestWorlds, type TestWorld, textTo } from "./test-world.ts";

const to = "+4915112345678";
const { phoneNumberId, wabaId } = number;
const bearer = (token = apiKey) => ({ authorization: `Bearer ${token}` });
const messages = `/v24.0/${phoneNumberId}/messages`;

afterEach(stopTestWorlds);

const startMeta = (options: Partial<NumberOptions> = {}) => startTestWorld({ profile: "meta", ...options });
const metaSend = (world: TestWorld, path = messages, headers: Record<string, string> = bearer()) =>
  world.call("POST", path, textTo(to), headers);

describe("Meta's Cloud API", () => {
  test("takes sends at a version and the number's id, with a Bearer token, and writes them down", async () => {
    const world = await startMeta();

    const { httpStatus, body } = await metaSend(world);
    expect(httpStatus).toBe(200);
    expect(body.contacts).toEqual([{ input: to, wa_id: to.slice(1) }]);
    expect((await metaSend(world, `/v25.0/${phoneNumberId}/marketing_messages`)).code).toBe(100);

    expect(await world.client.ledger()).toMatchObject([
      { number: apiKey, to, taken: true },
      { number: apiKey, answer: 100 },
    ]);
  });

  test("knows tokens and ids of its own kind only", async () => {
    const world = await startMeta();
    await world.client.putNumber({ ...number, apiKey: "key-2", phoneNumberId: "2" });

    expect(await metaSend(world, messages, bearer("nobody"))).toMatchObject({ httpStatus: 401, code: 190 });
    expect(await metaSend(world, messages, {})).toMatchObject({ httpStatus: 401, code: 190 });
    expect((await metaSend(world, "/v24.0/1/messages")).code).toBe(100);
    expect((await metaSend(world, "/v24.0/2/messages", bearer("key-2"))).code).toBe(190);
    expect((await world.send(textTo(to))).httpStatus).toBe(401); // by 360dialog's key and path
  });

  test("one token may reach several numbers", async () => {
    const world = await startMeta({ accessToken: "shared" });
    await world.client.putNumber({
      ...number,
      profile: "meta",
      accessToken: "shared",
      apiKey: "k2",
      phoneNumberId: "2",
    });

    for (const id of [phoneNumberId, "2"]) {
      expect((await metaSend(world, `/v24.0/${id}/messages`, bearer("shared"))).code).toBeNull();
    }

    expect((await world.client.ledger()).map((entry) => entry.number)).toEqual([apiKey, "k2"]);
    const numbers = await world.call("GET", `/v24.0/${wabaId}/phone_numbers`, undefined, bearer("shared"));
    expect(numbers.body.data).toMatchObject([{ id: phoneNumberId }, { id: "2" }]);
  });

  test("has templates at the account, and each at its own id", async () => {
    const world = await startMeta();
    const get = async (path: string) => (await world.call("GET", `/v24.0/${path}`, undefined, bearer())).body;
    const template = { name: "t", language: "en", category: "UTILITY", components: [{ type: "BODY", text: "Hello" }] };

    const created = await world.call("POST", `/v24.0/${wabaId}/message_templates`, template, bearer());
    expect(await get(`${wabaId}/message_templates?limit=5`)).toMatchObject({
      data: [{ id: created.body.id, name: "t" }],
    });
    expect(await get(created.body.id)).toMatchObject({ name: "t" });
    expect(await get("1")).toHaveProperty("error");
  });

  test("has media whose URL is used as it is", async () => {
    const world = await startMeta();
    const form = new FormData();
    form.set("messaging_product", "whatsapp");
    form.set("file", new Blob(["x"], { type: "text/plain" }), "x.txt");

    const { id } = (await world.call("POST", `/v24.0/${phoneNumberId}/media`, form, bearer())).body;
    const { url } = (await world.call("GET", `/v24.0/${id}`, undefined, bearer())).body;

    expect(await (await fetch(url, { headers: bearer() })).text()).toBe("x");
    expect((await fetch(url, { headers: bearer("nobody") })).status).toBe(401);
  });

  test("tells the fields of a number that are asked for", async () => {
    const world = await startMeta({ canSendMessage: "LIMITED" });

    const path = `/v24.0/${phoneNumberId}?fields=throughput,health_status`;
    const { body } = await world.call("GET", path, undefined, bearer());

    expect(body).toMatchObject({ id: phoneNumberId, health_status: { can_send_message: "LIMITED" } });
    expect(Object.keys(body).sort()).toEqual(["health_status", "id", "throughput"]);
  });

  test("signs webhooks with the app's secret", async () => {
    const world = await startMeta({ appSecret: "s3cret" });
    await metaSend(world);
    await world.settle();

    const { headers, text } = world.received[0] ?? { headers: {}, text: "" };
    const hex = createHmac("sha256", "s3cret").update(text).digest("hex");
    expect(headers["x-hub-signature-256"]).toBe(`sha256=${hex}`);
    expect(headers["x-360dialog-signature"]).toBeUndefined();
  });

  test("asks a webhook for its challenge before it is used", async () => {
    const world = await startMeta();
    const asked: URLSearchParams[] = [];
    const receiver = createServer((request, response) => {
      const query = new URL(request.url ?? "", "http://x").searchParams;
      asked.push(query);
      response.end(query.get("hub.verify_token") === "right" ? query.get("hub.challenge") : "no");
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?a=1`;
    const put = (verifyToken: string) =>
      world.client.putNumber({ ...number, profile: "meta", webhook: { url, verifyToken } });

    await expect(put("wrong")).rejects.toThrow("did not echo hub.challenge");
    expect((await world.client.state()).numbers[0]?.webhook?.url).not.toBe(url);
    await put("right");
    expect((await world.client.state()).numbers[0]?.webhook?.url).toBe(url);
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));

    expect(asked.map((query) => [query.get("a"), query.get("hub.mode")])).toEqual([
      ["1", "subscribe"],
      ["1", "subscribe"],
    ]);
  });
});

describe("360dialog's sandbox", () => {
  const startSandbox = (options: Partial<NumberOptions> = {}) =>
    startTestWorld({ profile: "360dialog-sandbox", sandboxPhone: to, ...options });
  const key = { "D360-API-KEY": apiKey };
  const sandboxSend = (world: TestWorld, user = to) => world.call("POST", "/v1/messages", textTo(user), key);

  test("takes sends to its own phone at /v1/messages, and so many of them", async () => {
    const world = await startSandbox({ sandboxMessagesMax: 2, pairLimit: false });

    expect((await sandboxSend(world, "+15550001111")).httpStatus).toBe(400);
    expect([await sandboxSend(world), await sandboxSend(world)].map(({ httpStatus }) => httpStatus)).toEqual([
      200, 200,
    ]);
    expect((await sandboxSend(world)).body).toEqual({ error: expect.stringContaining("limit of messages") });

    expect((await world.client.ledger()).map(({ answer }) => answer)).toEqual([
      "sandboxPhone",
      "ok",
      "ok",
      "sandboxLimit",
    ]);
  });

  test("has nothing but sends and its webhook", async () => {
    const world = await startSandbox();

    expect((await world.send(textTo(to))).httpStatus).toBe(403);
    expect((await world.call("GET", "/v1/configs/webhook")).httpStatus).toBe(200);
    for (const path of ["/health_status", "/message_templates", "/123456789"]) {
      expect((await world.call("GET", path)).httpStatus).toBe(403);
    }
  });

  test("is not to be had with a key of production", async () => {
    const world = await startTestWorld();

    expect((await sandboxSend(world)).httpStatus).toBe(403);
  });

  test("may send webhooks without their envelope", async () => {
    const world = await startSandbox({ legacyWebhooks: true });
    await world.client.sendInbound({ apiKey, from: to, text: "hi" });
    await world.settle();

    expect(JSON.parse(world.received[0]?.text ?? "")).toEqual({
      contacts: [expect.objectContaining({ wa_id: to.slice(1) })],
      messages: [expect.objectContaining({ text: { body: "hi" } })],
    });
  });
});
