// Real processes, for what is tested is how a process ends. Each runs a few lines of a main.ts.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, test } from "@jest/globals";
import { listen } from "./http-server.ts";

const PACKAGE = join(import.meta.dirname, "..");

interface Line {
  readonly msg?: string;
  readonly [field: string]: unknown;
}

interface Child {
  readonly lines: Line[];
  /** The log line with this phrase, now or when it comes. */
  line(msg: string): Promise<Line>;
  kill(signal: NodeJS.Signals): void;
  /** How it ended: its exit code or the signal, and everything on standard error. */
  readonly ended: Promise<{ code: number | null; signal: string | null; stderr: string }>;
}

let processes: ChildProcess[] = [];
afterEach(() => {
  for (const process of processes) process.kill("SIGKILL");
  processes = [];
});

/** A service whose start does `body`; `held` keeps it alive, as a server would. */
function run(body: string, env: Record<string, string> = {}): Child {
  const source = `
    import { z } from "zod";
    import { closeServer, createLogger, listen, portSetting, processSettings, runService } from "./src/index.ts";
    import { createServer } from "node:http";
    const settings = z.object({ ...processSettings, PORT: portSetting().prefault("0") });
    await runService("api", { settings, env: process.env }, async ({ settings, log, onStop, clock, stopping }) => {
      const held = setInterval(() => {}, 60_000);
      ${body}
    });`;
  const process = spawn(globalThis.process.execPath, ["--input-type=module", "-e", source], {
    cwd: PACKAGE,
    env: { PATH: globalThis.process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  processes.push(process);
  return observe(process);
}

function observe(process: ChildProcess): Child {
  if (!process.stdout || !process.stderr) throw new Error("the output is not piped");
  const lines: Line[] = [];
  const waiting = new Map<string, (line: Line) => void>();
  let stderr = "";
  process.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  createInterface(process.stdout).on("line", (text) => {
    const line: Line = JSON.parse(text);
    lines.push(line);
    waiting.get(String(line.msg))?.(line);
  });
  return {
    lines,
    async line(msg) {
      const found = lines.find((line) => line.msg === msg);
      return found ?? new Promise((resolve) => waiting.set(msg, resolve));
    },
    kill: (signal) => void process.kill(signal),
    ended: once(process, "close").then(([code, signal]) => ({ code, signal, stderr })),
  };
}

const phrases = (child: Child) => child.lines.map((line) => line.msg);

/** Closers that log when they begin and end, one turn of the event loop apart. */
const CLOSERS = `
  for (const name of ["redis", "worker", "server"]) {
    onStop(name, async () => {
      log.info("closing " + name);
      await new Promise((resolve) => setImmediate(resolve));
      log.info("closed " + name);
    });
  }`;

describe("a service that is told to stop", () => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "on %s closes what it started, the last first, and exits 0",
    async (signal) => {
      const child = run(`${CLOSERS} return { port: 8080, metricsPort: 9464 };`);
      expect(await child.line("ready")).toMatchObject({ level: "info", service: "api", port: 8080, metricsPort: 9464 });
      child.kill(signal);

      expect(await child.ended).toEqual({ code: 0, signal: null, stderr: "" });
      const closing = ["server", "worker", "redis"].flatMap((name) => [`closing ${name}`, `closed ${name}`]);
      expect(phrases(child)).toEqual(["ready", "stopping", ...closing, "stopped"]);
    },
  );

  test("is not ready from the first moment of the stop", async () => {
    const child = run(`
      onStop("server", () => log.info({ isStopping: stopping.aborted }, "closing"));
      log.info({ isStopping: stopping.aborted }, "started");
      return {};`);
    await child.line("ready");
    child.kill("SIGTERM");
    await child.ended;
    expect(await child.line("started")).toMatchObject({ isStopping: false });
    expect(await child.line("closing")).toMatchObject({ isStopping: true });
  });

  test("goes on closing after a closer that fails, and exits 1", async () => {
    const child = run(`${CLOSERS} onStop("broken", () => { throw new Error("stuck"); }); return {};`);
    await child.line("ready");
    child.kill("SIGTERM");

    expect((await child.ended).code).toBe(1);
    expect(await child.line("closing failed")).toMatchObject({ closing: "broken", err: { message: "stuck" } });
    expect(phrases(child)).toContain("closed redis");
  });

  test("exits 1 when its time is over, and says what hung and what was not stopped", async () => {
    const body = `onStop("redis", () => {}); onStop("worker", () => new Promise(() => {})); onStop("server", () => {});`;
    const child = run(`${body} return {};`, { SHUTDOWN_TIMEOUT_MS: "150" });
    await child.line("ready");
    child.kill("SIGTERM");

    expect((await child.ended).code).toBe(1);
    expect(child.lines.at(-1)).toMatchObject({
      level: "fatal",
      msg: "stop timed out",
      hung: "worker",
      notStopped: ["redis"],
      timeoutMs: 150,
    });
  });

  test("exits at once when told again", async () => {
    const child = run(`onStop("worker", () => new Promise(() => {})); return {};`);
    await child.line("ready");
    child.kill("SIGTERM");
    await child.line("stopping");
    // What comes within 250 ms is the same signal; a person goes on pressing.
    const pressing = setInterval(() => child.kill("SIGINT"), 50);
    const end = await child.ended;
    clearInterval(pressing);

    expect(end).toMatchObject({ code: 1, signal: null });
    expect(child.lines.at(-1)).toMatchObject({ level: "warn", signal: "SIGINT" });
    expect(phrases(child)).not.toContain("stopped");
  });

  test("takes a signal that comes twice at the same moment for one", async () => {
    const child = run(`
      onStop("server", async () => {
        process.kill(process.pid, "SIGINT");
        await new Promise((resolve) => process.once("SIGINT", resolve));
      });
      return {};`);
    await child.line("ready");
    child.kill("SIGINT");
    expect((await child.ended).code).toBe(0);
    expect(phrases(child)).toEqual(["ready", "stopping", "stopped"]);
  });

  test("while it starts closes what it has, and is not ready any more", async () => {
    const child = run(`
      onStop("redis", () => log.info("closed redis"));
      log.info("connecting");
      await new Promise((_, reject) => stopping.addEventListener("abort", () => reject(new Error("aborted"))));`);
    await child.line("connecting");
    child.kill("SIGTERM");
    expect(await child.ended).toEqual({ code: 0, signal: null, stderr: "" });
    expect(phrases(child)).toEqual(["connecting", "stopping", "closed redis", "stopped"]);
  });
});

describe("a service that cannot start", () => {
  test("for wrong settings tells all of them on standard error, and nothing else", async () => {
    const child = run("return {};", { PORT: "a", LOG_LEVEL: "loud" });
    const { code, stderr } = await child.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^api cannot start: the environment has 2 problems:\n {2}- .*\n {2}- .*\n$/);
    expect(stderr).toMatch(/LOG_LEVEL.*\n.*PORT: expected a whole number/);
    expect(child.lines).toEqual([]);
  });

  test("for a taken port says which, in one line, and closes what it had started", async () => {
    const other = createServer();
    const port = await listen(other, { host: "127.0.0.1", port: 0 });
    const child = run(
      `onStop("redis", () => log.info("closed redis"));
       return { port: await listen(createServer(), { host: "127.0.0.1", port: settings.PORT }) };`,
      { PORT: String(port) },
    );
    const { code, stderr } = await child.ended;
    other.close();
    expect(code).toBe(1);
    expect(stderr).toBe(`api cannot start: PORT: port ${port} is taken: set PORT to another, or stop what uses it\n`);
    expect(phrases(child)).toEqual(["closed redis", "stopped"]);
  });

  test("without Redis says where it looked, and no password", async () => {
    const child = run(
      `const { connect } = await import("node:net");
       await new Promise((_, reject) => connect(1, "127.0.0.1").on("error", reject));`,
      { REDIS_URL: "redis://tern:s3same@127.0.0.1:1" },
    );
    const { code, stderr } = await child.ended;
    expect(code).toBe(1);
    expect(stderr).toBe(
      "api cannot start: cannot reach Redis at 127.0.0.1:1 (ECONNREFUSED): start it, or set REDIS_URL to where it is\n",
    );
  });

  test("for a reason nobody foresaw logs it with its stack", async () => {
    const child = run(`onStop("redis", () => log.info("closed redis")); undefined.x;`);
    expect(await child.ended).toMatchObject({ code: 1, stderr: "" });
    expect(phrases(child)).toEqual(["start failed", "closed redis", "stopped"]);
    expect(child.lines[0]).toMatchObject({ level: "fatal", err: { type: "TypeError", stack: expect.any(String) } });
  });
});

describe("a service that breaks", () => {
  test.each([
    ["uncaught exception", 'throw new Error("broken")'],
    ["unhandled rejection", 'Promise.reject(new Error("broken"))'],
  ])("by an %s logs it once, stops in order and exits 1", async (msg, breaking) => {
    const child = run(`${CLOSERS} setImmediate(() => { ${breaking} }); return {};`);
    expect(await child.ended).toMatchObject({ code: 1, stderr: "" });
    const fatal = child.lines.filter((line) => line.level === "fatal");
    expect(fatal).toEqual([expect.objectContaining({ msg, err: expect.objectContaining({ message: "broken" }) })]);
    expect(phrases(child).slice(-2)).toEqual(["closed redis", "stopped"]);
  });

  test("while it stops still stops in order, and exits 1", async () => {
    const child = run(`
      onStop("redis", () => log.info("closed redis"));
      onStop("server", () => { Promise.reject(new Error("broken")); return new Promise((resolve) => setImmediate(resolve)); });
      return {};`);
    await child.line("ready");
    child.kill("SIGTERM");
    expect((await child.ended).code).toBe(1);
    expect(phrases(child)).toEqual(["ready", "stopping", "unhandled rejection", "closed redis", "stopped"]);
  });
});

test("the ready line is printed at every log level", async () => {
  const child = run("return { port: 1 };", { LOG_LEVEL: "silent" });
  expect(await child.line("ready")).toMatchObject({ service: "api", port: 1 });
});
