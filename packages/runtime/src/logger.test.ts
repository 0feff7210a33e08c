import { describe, expect, test } from "@jest/globals";
import { ConfigError } from "./config-error.ts";
import { createLogger, type Logger } from "./logger.ts";
import { Secret } from "./secret.ts";
import type { LogLevel } from "./settings.ts";

interface Line {
  readonly err: { readonly stack?: string; readonly cause?: { readonly stack?: string } };
  readonly [field: string]: unknown;
}

function aLogger(level: LogLevel = "info") {
  const written: string[] = [];
  const log = createLogger({ service: "worker", level, destination: { write: (line) => void written.push(line) } });
  return { log, written };
}

/** The one line that `act` logs. */
function lineOf(act: (log: Logger) => void, level?: LogLevel): Line {
  const { log, written } = aLogger(level);
  act(log);
  expect(written).toHaveLength(1);
  return JSON.parse(String(written[0]));
}

test("a line is JSON with the service, the level as a word and the time as ISO 8601", () => {
  const { log, written } = aLogger();
  log.info({ lane: "bulk", waitMs: 12 }, "sent");
  expect(written).toEqual([expect.stringMatching(/^\{.*\}\n$/)]);
  expect(JSON.parse(String(written[0]))).toEqual({
    level: "info",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    service: "worker",
    lane: "bulk",
    waitMs: 12,
    msg: "sent",
  });
});

test("lines below the level are not written", () => {
  const { log, written } = aLogger("warn");
  log.info("sent");
  expect(written).toEqual([]);
});

describe("a person's number", () => {
  test.each(["to", "from", "recipient", "phoneNumber", "phone_number", "wa_id"])(
    "is masked in the field %s",
    (name) => {
      expect(lineOf((log) => log.info({ [name]: "+4915112345678" }, "sent"))[name]).toBe("+4915…78");
      expect(lineOf((log) => log.info({ [name]: 4915112345678 }, "sent"))[name]).toBe("4915…78");
      expect(lineOf((log) => log.info({ message: { [name]: "+4915112345678" } }, "sent"))).toMatchObject({
        message: { [name]: "+4915…78" },
      });
    },
  );

  test("is masked in lists, in children and in what is said", () => {
    const line = lineOf((log) =>
      log
        .child({ recipient: "+4915112345678" })
        .info({ to: ["+4915112345678", "+4915112345679"], parts: [{ to: "4915112345678" }] }, "to +4915112345678"),
    );
    expect(line).toMatchObject({
      recipient: "+4915…78",
      to: ["+4915…78", "+4915…79"],
      parts: [{ to: "4915…78" }],
      msg: "to +4915…78",
    });
  });

  test("is masked in the children of children, and in what is bound later", () => {
    const { log, written } = aLogger();
    const child = log.child({ sender: "demo" }, { level: "debug" }).child({ to: "+4915112345678" });
    child.debug("sent");
    child.setBindings({ from: "+4915112345679" });
    child.info("sent");
    expect(written).toHaveLength(2);
    expect(written.join()).not.toContain("15112345");
    expect(JSON.parse(String(written[1]))).toMatchObject({ sender: "demo", to: "+4915…78", from: "+4915…79" });
  });

  test("is masked in a wamid", () => {
    const wamid = "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA";
    expect(lineOf((log) => log.info({ wamid }, "submitted"))).toMatchObject({ wamid: "wamid.…MzAzMzQ5MkEA" });
  });

  test("leaves other text in such fields, and does not change what was logged", () => {
    expect(lineOf((log) => log.info({ from: "queued", to: "sending" }, "moved"))).toMatchObject({
      from: "queued",
      to: "sending",
    });
    const fields = { to: "+4915112345678", deep: { to: "+4915112345678" } };
    lineOf((log) => log.info(fields, "sent"));
    expect(fields).toEqual({ to: "+4915112345678", deep: { to: "+4915112345678" } });
  });
});

describe("secrets and message text", () => {
  test.each([
    "authorization",
    "Authorization",
    "d360-api-key",
    "D360-API-KEY",
    "apiKey",
    "api_key",
    "secret",
    "cookie",
  ])("%s is not shown, at any level", (name) => {
    const line = lineOf((log) => log.info({ [name]: "s3same", request: { headers: { [name]: "s3same" } } }, "asked"));
    expect(line).toMatchObject({ [name]: "[secret]", request: { headers: { [name]: "[secret]" } } });
  });

  test("what cannot be looked into is not shown", () => {
    class Request {
      headers = { authorization: "s3same" };
    }
    const line = lineOf((log) =>
      log.info(
        {
          request: new Request(),
          raw: Buffer.from("s3same"),
          a: { b: { c: { d: { e: { apiKey: "s3same" } } } } },
          at: new Date(0),
          plain: Object.assign(Object.create(null), { apiKey: "s3same", lane: "bulk" }),
        },
        "asked",
      ),
    );
    expect(line).toMatchObject({
      request: "[Request]",
      raw: "[Buffer]",
      a: { b: { c: { d: { e: "[deep]" } } } },
      at: "1970-01-01T00:00:00.000Z",
      plain: { apiKey: "[secret]", lane: "bulk" },
    });
    expect(JSON.stringify(line)).not.toContain("s3same");
  });

  test("the text of a message is not shown, whatever its shape", () => {
    const line = lineOf((log) => log.info({ text: { body: "hi" }, message: { caption: "hi", type: "text" } }, "sent"));
    expect(line).toMatchObject({ text: "[text]", message: { caption: "[text]", type: "text" } });
  });

  test("a Secret stays one in any field", () => {
    expect(lineOf((log) => log.info({ settings: { REDIS: new Secret("s3same") } }, "read"))).toMatchObject({
      settings: { REDIS: "[secret]" },
    });
  });
});

describe("errors", () => {
  test("that are expected are told without a stack", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:6379"), { code: "ECONNREFUSED" });
    const badRequest = Object.assign(new Error("no such template"), { status: 404 });
    const config = new ConfigError("the environment", ["PORT: missing"]);
    const timeout = Object.assign(new Error("Headers Timeout Error"), { code: "UND_ERR_HEADERS_TIMEOUT" });
    expect(lineOf((log) => log.warn({ err: refused }, "no Redis")).err).toEqual({
      type: "Error",
      message: "connect ECONNREFUSED 127.0.0.1:6379",
      code: "ECONNREFUSED",
    });
    for (const err of [badRequest, config, timeout]) {
      expect(lineOf((log) => log.warn({ err }, "refused")).err).not.toHaveProperty("stack");
    }
  });

  test("that are bugs keep their stack, and their causes", () => {
    const bug = new TypeError("x is not a function", { cause: new Error("because") });
    const { err } = lineOf((log) => log.error({ err: bug }, "unexpected"));
    expect(err).toMatchObject({ type: "TypeError", message: "x is not a function", cause: { message: "because" } });
    expect(err.stack).toContain("logger.test.ts");

    const nodes = Object.assign(new TypeError("bad argument"), { code: "ERR_INVALID_ARG_TYPE" });
    expect(lineOf((log) => log.error({ err: nodes }, "unexpected")).err).toHaveProperty("stack");
  });

  test("show every stack at the level debug", () => {
    const config = new ConfigError("the environment", ["PORT: missing"]);
    expect(lineOf((log) => log.warn({ err: config }, "refused"), "debug").err).toHaveProperty("stack");
  });

  test("lose numbers, also when they are logged without a phrase or under another name", () => {
    const error = new Error("+4915112345678 is unknown", { cause: new Error("4915112345678") });
    const { log, written } = aLogger();
    log.error(error);
    log.error({ err: error });
    log.error({ problem: error }, "failed");
    expect(written).toHaveLength(3);
    expect(written.join()).not.toContain("15112345");
    expect(JSON.parse(String(written[0]))).toMatchObject({ msg: "error", err: { message: "+4915…78 is unknown" } });
    expect(JSON.parse(String(written[2]))).toMatchObject({
      msg: "failed",
      problem: { message: "+4915…78 is unknown" },
    });
  });

  test("that only hold others are told by them", () => {
    const code = "ECONNREFUSED";
    const both = new AggregateError([new Error("refused ::1"), new Error("refused 127.0.0.1")]);
    expect(lineOf((log) => log.warn({ err: Object.assign(both, { code }) }, "no Redis")).err).toEqual({
      type: "AggregateError",
      message: "refused ::1; refused 127.0.0.1",
      code,
    });
  });

  test("that are their own cause come to an end", () => {
    const error = new Error("round");
    error.cause = error;
    expect(lineOf((log) => log.error({ err: error }, "failed")).err.cause).toBeDefined();
  });
});

describe("what an error or a field carries without anybody meaning it to", () => {
  test.each(['{"text": Hello Anna}', "Hello Anna, and much more of what she was told", '[1, 2, "Anna" Anna'])(
    "JSON that cannot be read shows no piece of what it held: %s",
    (text) => {
      for (const level of ["info", "debug"] as const) {
        const line = lineOf((log) => {
          try {
            JSON.parse(text);
          } catch (error) {
            log.error({ err: error, again: new Error("reading", { cause: error }) }, "unreadable");
          }
        }, level);
        expect(JSON.stringify(line)).toContain("JSON");
        expect(JSON.stringify(line)).not.toContain("Anna");
      }
    },
  );

  test("a number in a field of any name is masked where it is one for sure", () => {
    const fields = { path: "/v1/contacts/+4915112345678", waba: "102290129340398", user: "US.13491208655302741918" };
    expect(lineOf((log) => log.info(fields, "request"))).toMatchObject({
      path: "/v1/contacts/+4915…78",
      waba: "102290129340398",
      user: "US.…18",
    });
  });
});
