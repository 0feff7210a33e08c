import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ConfigError } from "./config-error.ts";
import { closeServer, listen } from "./http-server.ts";
import { createTestClock, type TestClock } from "./test-clock.ts";

const HOST = "127.0.0.1";

let server: Server;
let held: ServerResponse[];
let agent: Agent;
let clock: TestClock;
beforeEach(() => {
  held = [];
  clock = createTestClock();
  agent = new Agent({ keepAlive: true });
  server = createServer((incoming, response) => {
    if (incoming.url === "/held") held.push(response);
    else response.end("done");
  });
  server.keepAliveTimeout = 60_000; // longer than any test waits: nothing here may close by running out of time
});
afterEach(() => {
  agent.destroy();
  server.close();
  server.closeAllConnections();
});

async function ask(port: number, path: string): Promise<{ status: number | undefined; text: string }> {
  const outgoing = request({ host: HOST, port, path, agent }).end();
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, text };
}

describe("listening", () => {
  test("gives the port, also when any would do", async () => {
    const port = await listen(server, { host: HOST, port: 0 });
    expect(port).toBeGreaterThan(0);
    expect(await ask(port, "/")).toEqual({ status: 200, text: "done" });
  });

  test("on a taken port says which setting to change", async () => {
    const port = await listen(server, { host: HOST, port: 0 });
    const second = listen(createServer(), { host: HOST, port });
    await expect(second).rejects.toThrow(ConfigError);
    await expect(second).rejects.toThrow(`PORT: port ${port} is taken: set PORT to another, or stop what uses it`);
  });

  test("on an address of another machine says so", async () => {
    const elsewhere = listen(server, { host: "192.0.2.1", port: 0 });
    await expect(elsewhere).rejects.toThrow("192.0.2.1 is not an address of this machine: set HOST");
  });
});

describe("closing", () => {
  test("lets a request in progress end, and then its kept-alive connection", async () => {
    const port = await listen(server, { host: HOST, port: 0 });
    const arrived = once(server, "request");
    const answer = ask(port, "/held");
    await arrived;

    const closed = closeServer(server, { graceMs: 10_000, clock });
    await expect(ask(port, "/")).rejects.toThrow("ECONNREFUSED");
    held[0]?.end("late");
    expect(await answer).toEqual({ status: 200, text: "late" });

    await clock.advance(50);
    await closed;
    expect(clock.pending()).toBe(0);
  });

  test("tells a sender that comes again over its connection to open another next time", async () => {
    const port = await listen(server, { host: HOST, port: 0 });
    const socket = connect(port, HOST);
    const arrived = once(server, "request");
    socket.write("GET /held HTTP/1.1\r\nhost: x\r\n\r\n");
    await arrived;

    const closed = closeServer(server, { graceMs: 10_000, clock });
    const arrivedAgain = once(server, "request");
    socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await arrivedAgain;
    held[0]?.end("first");

    let text = "";
    for await (const chunk of socket) text += String(chunk);
    expect(text.toLowerCase()).toMatch(/connection: keep-alive.*first.*connection: close.*done$/s);
    await closed;
  });

  test("cuts what is left when the grace is over", async () => {
    const port = await listen(server, { host: HOST, port: 0 });
    const arrived = once(server, "request");
    const answer = expect(ask(port, "/held")).rejects.toThrow("socket hang up");
    await arrived;

    const closed = closeServer(server, { graceMs: 1_000, clock });
    await clock.advance(1_000);
    await closed;
    await answer;
    expect(clock.pending()).toBe(0);
  });

  test("is safe twice, and without ever having listened", async () => {
    await closeServer(createServer(), { graceMs: 1_000, clock });
    await listen(server, { host: HOST, port: 0 });
    await Promise.all([closeServer(server, { graceMs: 1_000, clock }), closeServer(server, { graceMs: 1_000, clock })]);
    expect(clock.pending()).toBe(0);
  });
});
