// Who may bring webhooks: whoever is let in can change every status, so the doors are tested one by one.

import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { body, HEADER, SECRET, startWorld, status, type World } from "./testing/webhook-world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await world.use({});
});
afterAll(async () => {
  await world.stop();
});

const anything = JSON.stringify(body({ statuses: [] }));

function signed(secret: string, bytes = anything): string {
  return createHmac("sha256", secret).update(bytes).digest("hex");
}

describe("the secret header", () => {
  test("the right one is let in", async () => {
    expect(await world.post(anything, { [HEADER]: SECRET })).toEqual({ status: 200, text: "" });
  });

  test.each([
    ["a wrong one", { [HEADER]: "the secret of somebody" }],
    ["the right one with something behind it", { [HEADER]: `${SECRET}!` }],
    ["its beginning", { [HEADER]: SECRET.slice(0, -1) }],
    ["an empty one", { [HEADER]: "" }],
    ["none", {}],
    ["the right one under another name", { authorization: SECRET }],
  ])("%s is refused, and nothing is kept of what it brought", async (_, headers) => {
    const sent = await world.submitted();
    const refused = await world.count("requests", "unauthorized");
    const answer = await world.post(body({ statuses: [status(sent, "read")] }), headers as Record<string, string>);
    expect(answer).toEqual({ status: 401, text: "" });
    expect(await world.count("requests", "unauthorized")).toBe(refused + 1);
    expect((await world.record(sent)).status).toBe("submitted");
    expect(await world.stream("raw", "unroutable")).toEqual([]);
  });

  test("during a rotation the old and the new secret count, after it only the new one", async () => {
    const next = "the secret of tomorrow";
    const header = (...names: string[]) => ({
      authentication: { header: { name: HEADER, secrets: names.map((env) => ({ env })) } },
      secrets: { NEXT: next },
    });
    await world.use(header("SECRET", "NEXT"));
    expect((await world.post(anything, { [HEADER]: SECRET })).status).toBe(200);
    expect((await world.post(anything, { [HEADER]: next })).status).toBe(200);
    await world.use(header("NEXT"));
    expect((await world.post(anything, { [HEADER]: SECRET })).status).toBe(401);
    expect((await world.post(anything, { [HEADER]: next })).status).toBe(200);
  });

  test("a refusal is logged without what was presented", async () => {
    await world.post(anything, { [HEADER]: "a guess that must not be logged" });
    const lines = world.logged.join("");
    expect(lines).toContain("webhook refused");
    expect(lines).not.toContain("a guess that must not be logged");
    expect(lines).not.toContain(SECRET);
  });
});

describe("the signature", () => {
  const key = "the platform secret";
  const signatureOnly = {
    authentication: { signatureSecrets: [{ env: "KEY" }, { env: "OLD_KEY" }] },
    secrets: { KEY: key, OLD_KEY: "the platform secret of old" },
  };
  beforeEach(async () => {
    await world.use(signatureOnly);
  });

  test.each([
    ["bare hex", signed(key), 200],
    ["with the prefix sha256=", `sha256=${signed(key)}`, 200],
    ["by the old secret, during a rotation", signed("the platform secret of old"), 200],
    ["by another secret", signed("somebody else's secret"), 401],
    ["of another body", signed(key, `${anything} `), 401],
    ["cut short", signed(key).slice(0, 40), 401],
    ["no hex at all", "sha256=", 401],
  ])("%s", async (_, signature, expected) => {
    expect((await world.post(anything, { "x-360dialog-signature": signature })).status).toBe(expected);
  });

  test("absent: refused", async () => {
    expect((await world.post(anything, {})).status).toBe(401);
  });

  test("is of the bytes as they came, not of the JSON they stand for", async () => {
    const spaced = ` ${anything.replaceAll(",", " ,\n")}`;
    expect((await world.post(spaced, { "x-360dialog-signature": signed(key, spaced) })).status).toBe(200);
    expect((await world.post(spaced, { "x-360dialog-signature": signed(key) })).status).toBe(401);
  });

  test("the header does not stand in for it where only a signature is agreed", async () => {
    expect((await world.post(anything, { [HEADER]: SECRET })).status).toBe(401);
  });

  test("where both are agreed, either is enough", async () => {
    await world.use({
      ...signatureOnly,
      authentication: { ...signatureOnly.authentication, header: { name: HEADER, secrets: [{ env: "SECRET" }] } },
    });
    expect((await world.post(anything, { [HEADER]: SECRET })).status).toBe(200);
    expect((await world.post(anything, { "x-360dialog-signature": signed(key) })).status).toBe(200);
    expect((await world.post(anything, {})).status).toBe(401);
  });
});

describe("Meta's signature", () => {
  const key = "the secret of the app at Meta";
  const metaOnly = {
    authentication: { metaAppSecrets: [{ env: "KEY" }, { env: "OLD_KEY" }] },
    secrets: { KEY: key, OLD_KEY: "the app's secret of old" },
  };
  beforeEach(async () => {
    await world.use(metaOnly);
  });

  test.each([
    ["by the app's secret", { "x-hub-signature-256": `sha256=${signed(key)}` }, 200],
    [
      "by the old secret, during a rotation",
      { "x-hub-signature-256": `sha256=${signed("the app's secret of old")}` },
      200,
    ],
    ["by another secret", { "x-hub-signature-256": `sha256=${signed("somebody else's secret")}` }, 401],
    ["of another body", { "x-hub-signature-256": `sha256=${signed(key, "{}")}` }, 401],
    ["under 360dialog's header", { "x-360dialog-signature": signed(key) }, 401],
    ["in SHA-1, under the header of old", { "x-hub-signature": `sha1=${signed(key)}` }, 401],
    ["absent", {}, 401],
  ])("%s", async (_, headers, expected) => {
    expect((await world.post(anything, headers as Record<string, string>)).status).toBe(expected);
  });

  test("does not count where none is agreed", async () => {
    await world.use({});
    const answer = await world.post(anything, { "x-hub-signature-256": `sha256=${signed(key)}` });
    expect(answer.status).toBe(401);
  });

  test("brings in the same bodies: what it signed is applied", async () => {
    const sent = await world.submitted();
    const bytes = JSON.stringify(body({ statuses: [status(sent, "delivered")] }));
    const answer = await world.post(bytes, { "x-hub-signature-256": `sha256=${signed(key, bytes)}` });
    expect(answer.status).toBe(200);
    expect((await world.record(sent)).status).toBe("delivered");
  });
});

describe("Meta's handshake", () => {
  const token = "the token that was typed in at Meta";
  const right = { "hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": token };
  const shake = async (query: Record<string, string>, origin = world.url) => {
    const response = await fetch(`${origin}?${new URLSearchParams(query)}`);
    return { status: response.status, text: await response.text(), type: response.headers.get("content-type") };
  };
  beforeEach(async () => {
    await world.use({
      authentication: { metaAppSecrets: [{ env: "KEY" }], metaVerifyToken: { env: "TOKEN" } },
      secrets: { KEY: "the secret of the app at Meta", TOKEN: token },
    });
  });

  test("with the right token gets its challenge back", async () => {
    expect(await shake(right)).toEqual({ status: 200, text: "1158201444", type: "text/plain; charset=utf-8" });
  });

  test.each([
    ["with another token", { ...right, "hub.verify_token": "a token that somebody guesses" }],
    ["without a token", { "hub.mode": "subscribe", "hub.challenge": "1" }],
    ["in another mode", { ...right, "hub.mode": "unsubscribe" }],
    ["without a challenge", { "hub.mode": "subscribe", "hub.verify_token": token }],
    ["with a challenge that is no number", { ...right, "hub.challenge": "<script>" }],
  ])("%s is refused without a word, and logged without what was presented", async (_, query) => {
    expect(await shake(query as Record<string, string>)).toMatchObject({ status: 401, text: "" });
    expect(world.logged.join("")).toContain("handshake refused");
    expect(world.logged.join("")).not.toMatch(/guesses|typed in/);
  });

  test("on another path finds nothing", async () => {
    expect((await shake(right, `${world.origin}/webhook/a-path-that-somebody-guesses`)).status).toBe(404);
  });

  test("is not answered where none is configured", async () => {
    await world.use({});
    expect(await shake(right)).toMatchObject({ status: 404, text: "" });
  });
});

describe("what does not lead in", () => {
  const right = { [HEADER]: SECRET };

  test.each([
    ["another path", "POST", "/webhook/a-path-that-somebody-guesses"],
    ["the beginning of the path", "POST", "/webhook/a-path"],
    ["something behind the path", "POST", "/webhook/a-path-that-nobody-guesses/x"],
    ["a slash behind the path", "POST", "/webhook/a-path-that-nobody-guesses/"],
    ["the path in capitals", "POST", "/webhook/A-PATH-THAT-NOBODY-GUESSES"],
    ["no secret in the path", "POST", "/webhook"],
    ["the root", "POST", "/"],
    ["GET on the right path", "GET", "/webhook/a-path-that-nobody-guesses"],
    ["PUT on the right path", "PUT", "/webhook/a-path-that-nobody-guesses"],
    ["OPTIONS on the right path", "OPTIONS", "/webhook/a-path-that-nobody-guesses"],
    ["OPTIONS on another path", "OPTIONS", "/webhook/a-path-that-somebody-guesses"],
  ])("%s: 404 without a word, so that nobody learns how near he was", async (_, method, path) => {
    const response = await fetch(world.origin + path, {
      method,
      headers: right,
      ...(method === "GET" ? {} : { body: anything }),
    });
    expect({ status: response.status, text: await response.text() }).toEqual({ status: 404, text: "" });
    expect([...response.headers.keys()].filter((name) => /allow|powered|etag|www/.test(name))).toEqual([]);
  });

  test("a query behind the right path changes nothing", async () => {
    const response = await fetch(`${world.url}?hub=1`, { method: "POST", headers: right, body: anything });
    expect(response.status).toBe(200);
  });
});
