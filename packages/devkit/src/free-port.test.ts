import { createServer, type Server } from "node:net";
import { expect, test } from "@jest/globals";
import { freePort, freePortFrom, isPortFree } from "./free-port.ts";

function listen(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server: Server = createServer().listen(port, "127.0.0.1", () => resolve(server));
  });
}

test("a preferred port is given while it is free, and another one when it is taken", async () => {
  const preferred = await freePort();
  expect(await freePortFrom(preferred)).toBe(preferred);
  expect(await freePortFrom(preferred, new Set([preferred]))).not.toBe(preferred);
  const server = await listen(preferred);
  expect(await isPortFree(preferred)).toBe(false);
  expect(await freePortFrom(preferred)).not.toBe(preferred);
  await new Promise((resolve) => server.close(resolve));
});
