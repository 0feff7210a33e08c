import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "@jest/globals";

let running: ChildProcess | undefined;

afterEach(() => {
  running?.kill("SIGKILL");
});

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [`${import.meta.dirname}/main.ts`], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running = child;
  return { child, lines: createInterface({ input: child.stdout }), errors: createInterface({ input: child.stderr }) };
}

test("the process says on one line that it is ready, and ends on SIGTERM", async () => {
  const { child, lines } = start({ PORT: "0" });
  const printed: string[] = [];
  lines.on("line", (line) => printed.push(line));

  await once(lines, "line");
  const ready = JSON.parse(printed[0] ?? "");
  expect(ready).toEqual({
    msg: "ready",
    service: "simulator",
    port: expect.any(Number),
    providerPort: expect.any(Number),
  });
  expect((await fetch(`http://127.0.0.1:${ready.port}/_sim/state`)).status).toBe(200);
  child.kill("SIGTERM");

  expect(await once(child, "exit")).toEqual([0, null]);
  expect(printed.length).toBe(1);
});

test("a port that cannot be had ends it with an explanation", async () => {
  const { child, errors } = start({ PORT: "not a port" });

  const [[message], [exitCode]] = await Promise.all([once(errors, "line"), once(child, "exit")]);

  expect(message).toContain("PORT must be a whole number");
  expect(exitCode).toBe(1);
});
