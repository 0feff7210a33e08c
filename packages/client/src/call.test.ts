// What a call asks for, and what it makes of answers that only another version of the API would give.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { addressOf } from "./call.ts";
import { createClient } from "./create-client.ts";
import { errorOfAnswer, isProblem } from "./errors.ts";
import { OPERATIONS } from "./generated/operations.ts";
import { REPEATABLE } from "./operations.ts";
import { LISTS } from "./pages.ts";

test("an address has its parameters where the document says, written so that none of them can be another path", () => {
  expect(addressOf("getMessage", { id: "a/b?c#d" })).toBe("/v1/messages/a%2Fb%3Fc%23d");
  expect(addressOf("getContact", { contact: "+491511234567", sender: "demo" })).toBe(
    "/v1/contacts/%2B491511234567?sender=demo",
  );
  expect(addressOf("listInbound", { contact: "+49 151", raw: true, limit: undefined, cursor: null })).toBe(
    "/v1/inbound?contact=%2B49+151&raw=true",
  );
});

test("a client has a method for each operation of the document, and a loop for each list", () => {
  const client = createClient({ baseUrl: "http://127.0.0.1:1", apiKey: "key" });
  const { listEvents, listInbound, ...others } = OPERATIONS; // besides methods, the two have the loops events and inbound
  expect(Object.keys(client)).toEqual(expect.arrayContaining([...Object.keys(others), "listEvents", "listInbound"]));
  const paged = Object.entries(others).filter(([, { query }]) => (query as readonly string[]).includes("cursor"));
  expect(paged.map(([id]) => id).sort()).toEqual(Object.keys(LISTS).sort());
  expect(listEvents.query).toContain("waitSeconds");
  expect(listInbound.query).toContain("waitSeconds");
});

test("whatever the document calls harmless to repeat is repeated, and whatever reads", () => {
  const document = JSON.parse(readFileSync(join(import.meta.dirname, "../../../docs/openapi.json"), "utf8"));
  for (const [id, { path, method }] of Object.entries(OPERATIONS)) {
    const { description = "" } = document.paths[path][method.toLowerCase()];
    const isHarmless = method === "GET" || /Repeating (it|a request) is harmless/.test(description);
    if (isHarmless && id !== "retryMessage")
      expect([id, REPEATABLE[id as keyof typeof REPEATABLE]]).toEqual([id, "yes"]);
  }
});

test("a base URL may have a path and a slash at its end; what cannot be one is refused at once", async () => {
  const asked: string[] = [];
  const fetch = async (url: unknown) => {
    asked.push(String(url));
    return new Response("{}");
  };
  await createClient({
    baseUrl: "https://gate.example.com/tern/",
    apiKey: "key",
    surroundings: { fetch },
  }).listSenders();
  expect(asked).toEqual(["https://gate.example.com/tern/v1/senders"]);
  expect(() => createClient({ baseUrl: "tern.example.com:8080", apiKey: "key" })).toThrow("baseUrl");
  expect(() => createClient({ baseUrl: "not an address", apiKey: "key" })).toThrow();
  expect(() => createClient({ baseUrl: "https://tern.example.com", apiKey: "" })).toThrow("apiKey");
  expect(() => createClient({ baseUrl: "https://tern.example.com", apiKey: "a\nb" })).toThrow();
});

test("a problem that this client does not know is told as it is, not taken for another", () => {
  const body = JSON.stringify({ type: "urn:tern:problem:moon-phase", title: "", status: 422, detail: "Wait a week." });
  const response = new Response(body, { status: 422, headers: { "x-request-id": "r1", "retry-after": "7" } });
  const error = errorOfAnswer(response, body);
  expect(error).toMatchObject({ type: "unexpected", status: 422, body, requestId: "r1", retryAfterSeconds: 7 });
  expect(isProblem(error)).toBe(false);
});

test("no member of a problem takes the place of what the client says itself", () => {
  const body = JSON.stringify({
    ...{ type: "urn:tern:problem:quota-exceeded", title: "T", status: 429, detail: "D", requestId: "not this" },
    ...{ quota: "messages", retryAfterSeconds: 3 },
  });
  const error = errorOfAnswer(new Response(body, { status: 429, headers: { "x-request-id": "r1" } }), body);
  expect(error).toMatchObject({ type: "quota-exceeded", requestId: "r1", retryAfterSeconds: 3, errors: [] });
  expect(isProblem(error)).toBe(true);
});
