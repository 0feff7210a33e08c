import { afterEach, expect, test } from "@jest/globals";
import { isPortFree } from "./free-port.ts";
import { type ManagedProcess, type StartProcessOptions, startProcess } from "./processes.ts";
import { waitUntil } from "./wait-until.ts";

const started: ManagedProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => child.kill()));
});

async function start(manner: string, options: Partial<StartProcessOptions> = {}): Promise<ManagedProcess> {
  const file = `${import.meta.dirname}/fixtures/service.ts`;
  const child = await startProcess({ name: "fixture", file, args: [manner], ...options });
  started.push(child);
  return child;
}

test("a process is handed over once it is ready, with the data of its ready line", async () => {
  const child = await start("obedient");
  expect(child.ready).toMatchObject({ msg: "ready", service: "fixture" });
  const answer = await fetch(`http://127.0.0.1:${child.ready.port}`);
  expect(await answer.text()).toBe("hello");
  expect(child.lines[0]).toBe("starting");
});

test("a process sees the environment it was given and nothing of ours but PATH and HOME", async () => {
  const child = await start("obedient", { env: { COLOUR: "blue" } });
  expect(child.ready.seen).toEqual(["COLOUR", "HOME", "PATH"]);
});

test("a process that ends before it is ready is reported with its last lines", async () => {
  await expect(start("broken")).rejects.toThrow(
    /fixture ended before it was ready \(exit code 3\).*cannot read the configuration/s,
  );
});

test("a script that does not exist is reported the same way", async () => {
  await expect(start("obedient", { file: "/nowhere/main.ts" })).rejects.toThrow(/Cannot find module/);
});

test("a process that says nothing is ended and reported when its time is up", async () => {
  await expect(start("silent", { readyTimeoutMs: 300 })).rejects.toThrow(/was not ready within 300 ms/);
});

test("stop lets the process end in order and returns how it ended", async () => {
  const child = await start("obedient");
  expect(await child.stop()).toEqual({ code: 0, signal: null });
  expect(child.lines.at(-1)).toBe("stopping");
  expect(await child.stop()).toEqual({ code: 0, signal: null });
});

test("stop kills a process that does not obey within its grace", async () => {
  const child = await start("stubborn");
  expect(await child.stop(100)).toEqual({ code: null, signal: "SIGKILL" });
});

test("kill returns when the process is gone and its port is free", async () => {
  const child = await start("obedient");
  expect(await child.kill()).toEqual({ code: null, signal: "SIGKILL" });
  expect(await isPortFree(Number(child.ready.port))).toBe(true);
});

test("signals reach the process", async () => {
  const child = await start("obedient");
  child.signal("SIGINT");
  expect(await child.exited).toEqual({ code: null, signal: "SIGINT" });
});

test("the last 1,000 lines are kept, and each line is told as it comes", async () => {
  const told: string[] = [];
  const child = await start("chatty", { onLine: (line, stream) => told.push(`${stream}: ${line}`) });
  await waitUntil(() => told.includes("stdout: line 1500"), { what: "the last line" });
  expect(child.lines).toHaveLength(1_000);
  expect(child.lines[0]).toBe("line 501");
});
