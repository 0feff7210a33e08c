import { createServer, type Server } from "node:net";
import { expect, test } from "@jest/globals";
import { freePort } from "@tern/devkit";
import { choosePort } from "./ports.ts";

async function takePort(port: number): Promise<AsyncDisposable> {
  const server = await new Promise<Server>((resolve) => {
    const listening: Server = createServer().listen(port, "127.0.0.1", () => resolve(listening));
  });
  return { [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

const wish = async () => ({ service: "API", preferred: await freePort(), variable: "TERN_API_PORT" });

test("the preferred port is taken without a word", async () => {
  const api = await wish();
  expect(await choosePort(api, {})).toEqual({ port: api.preferred });
});

test("if it is taken, another one is used and the person is told", async () => {
  const api = await wish();
  await using _ = await takePort(api.preferred);
  const chosen = await choosePort(api, {});
  expect(chosen.port).not.toBe(api.preferred);
  expect(chosen.remark).toContain(`${api.preferred} is taken`);
});

test("a port that was asked for is used or refused, never replaced", async () => {
  const api = await wish();
  const port = await freePort();
  const env = { TERN_API_PORT: String(port) };
  expect(await choosePort(api, env)).toEqual({ port });
  await using _ = await takePort(port);
  await expect(choosePort(api, env)).rejects.toThrow(`Port ${port} for the API (TERN_API_PORT) is taken.`);
  await expect(choosePort(api, { TERN_API_PORT: "eighty" })).rejects.toThrow('TERN_API_PORT is "eighty"');
});
