import { createServer, type Server } from "node:net";
import { expect, test } from "@jest/globals";
import { freePort, isPortFree, waitUntil } from "@tern/devkit";
import { choosePorts } from "./ports.ts";

async function takePort(port: number): Promise<AsyncDisposable> {
  const server = await new Promise<Server>((resolve) => {
    const listening: Server = createServer().listen(port, "127.0.0.1", () => resolve(listening));
  });
  return { [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

/** Two services that prefer neighbouring ports, as the API and the webhook do. */
async function neighbours() {
  const first = await waitUntil(
    async () => {
      const port = await freePort();
      return (await isPortFree(port + 1)) && port;
    },
    { what: "two free ports in a row" },
  );
  return {
    api: { service: "API", preferred: first, variable: "TERN_API_PORT" },
    webhook: { service: "webhook", preferred: first + 1, variable: "TERN_WEBHOOK_PORT" },
  };
}

test("the preferred ports are taken without a word", async () => {
  const wishes = await neighbours();
  expect(await choosePorts(wishes, {})).toEqual({
    api: { port: wishes.api.preferred },
    webhook: { port: wishes.webhook.preferred },
  });
});

test("a service whose port is taken moves on, past the port of its neighbour, and the person is told", async () => {
  const wishes = await neighbours();
  await using _ = await takePort(wishes.api.preferred);
  const { api, webhook } = await choosePorts(wishes, {});
  expect([wishes.api.preferred, wishes.webhook.preferred]).not.toContain(api.port);
  expect(api.remark).toContain(`${wishes.api.preferred} is taken`);
  expect(webhook).toEqual({ port: wishes.webhook.preferred });
});

test("a port that was asked for is used, and its neighbour moves on", async () => {
  const wishes = await neighbours();
  const chosen = await choosePorts(wishes, { TERN_API_PORT: String(wishes.webhook.preferred) });
  expect(chosen.api).toEqual({ port: wishes.webhook.preferred });
  expect(chosen.webhook.port).not.toBe(chosen.api.port);
});

test("a port that was asked for and cannot be had is an error, never replaced", async () => {
  const wishes = await neighbours();
  const port = wishes.api.preferred;
  const twice = { TERN_API_PORT: String(port), TERN_WEBHOOK_PORT: String(port) };
  await expect(choosePorts(wishes, twice)).rejects.toThrow(`Port ${port} for the API (TERN_API_PORT) is taken.`);
  await expect(choosePorts(wishes, { TERN_API_PORT: "eighty" })).rejects.toThrow('TERN_API_PORT is "eighty"');
  await using _ = await takePort(port);
  await expect(choosePorts(wishes, { TERN_API_PORT: String(port) })).rejects.toThrow("is taken");
});
