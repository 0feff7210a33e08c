import { afterEach, describe, expect, test } from "@jest/globals";
import type { FaultRequest } from "./admin-types.ts";
import {
  apiKey,
  number,
  send,
  startTestWorld,
  stopTestWorlds,
  type TestWorld,
  templateTo,
  textTo,
} from "./test-world.ts";

const to = "+4915112345678";

afterEach(stopTestWorlds);

async function aWorldWith(fault: FaultRequest): Promise<TestWorld> {
  const world = await startTestWorld();
  await world.client.addFault(fault);
  return world;
}

/** Sends, and gives up once the ledger shows that the request has been decided and no answer has come. */
async function sendWithoutAnswer({ simulator, client }: TestWorld): Promise<"answered" | "silent"> {
  const giveUp = new AbortController();
  const sending = send(simulator.url, textTo(to), apiKey, giveUp.signal).then(
    () => "answered" as const,
    () => "silent" as const,
  );
  while ((await client.summary()).requests === 0);
  giveUp.abort();
  return sending;
}

describe("faults that answer, message not taken", () => {
  const cases: [fault: FaultRequest, httpStatus: number, contentType: string, text: RegExp][] = [
    [{ kind: "metaError", code: 131000 }, 500, "application/json", /"code":131000/],
    [{ kind: "metaError", code: 2 }, 503, "application/json", /"code":2,/],
    [{ kind: "metaError", code: 368 }, 403, "application/json", /"code":368/],
    [{ kind: "metaError", code: 999_999 }, 400, "application/json", /"code":999999/],
    [{ kind: "metaError", code: 80007, httpStatus: 429 }, 429, "application/json", /"code":80007/],
    [{ kind: "http", httpStatus: 502, preset: "html" }, 502, "text/html", /^<html>/],
    [{ kind: "http", httpStatus: 503, preset: "empty" }, 503, "text/plain", /^$/],
    [{ kind: "http", preset: "error" }, 500, "application/json", /^{"error":"Internal server error"}$/],
    [{ kind: "http", httpStatus: 400, preset: "legacyMeta" }, 400, "application/json", /^{"meta":{"httpCode":400,/],
    [{ kind: "http", httpStatus: 429, body: "slow down" }, 429, "text/plain", /^slow down$/],
    [{ kind: "endpointRateLimit" }, 400, "application/json", /"error":"You have exceeded the endpoint rate limit"/],
  ];
  test.each(cases)("%j", async (fault, httpStatus, contentType, text) => {
    const world = await aWorldWith(fault);

    expect(await world.send(textTo(to))).toMatchObject({
      httpStatus,
      contentType,
      text: expect.stringMatching(text),
      wamid: null,
    });

    expect(await world.client.summary()).toMatchObject({ requests: 1, taken: 0, byFault: { [fault.kind]: 1 } });
  });
});

describe("faults on the wire", () => {
  test("timeoutBefore: no answer, not taken", async () => {
    const world = await aWorldWith({ kind: "timeoutBefore" });

    expect(await sendWithoutAnswer(world)).toBe("silent");
    expect(await world.client.ledger()).toMatchObject([{ taken: false, answer: "timeoutBefore", httpStatus: 0 }]);
  });

  test("timeoutAfter: no answer, taken, and the statuses come", async () => {
    const world = await aWorldWith({ kind: "timeoutAfter" });

    expect(await sendWithoutAnswer(world)).toBe("silent");
    await world.settle();

    const [entry] = await world.client.ledger();
    expect(entry).toMatchObject({ taken: true, answer: "timeoutAfter", httpStatus: 0 });
    expect(world.statuses()[0]?.id).toBe(entry?.wamid);
  });

  test("resetBefore: the connection is reset, not taken", async () => {
    const world = await aWorldWith({ kind: "resetBefore" });

    await expect(world.send(textTo(to))).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    expect((await world.client.ledger())[0]).toMatchObject({ taken: false, fault: "resetBefore" });
  });

  test("resetAfter: the connection is reset, taken, and the statuses come", async () => {
    const world = await aWorldWith({ kind: "resetAfter" });

    await expect(world.send(textTo(to))).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    await world.settle();

    expect((await world.client.ledger())[0]).toMatchObject({ taken: true, answer: "resetAfter" });
    expect(world.statuses().length).toBe(3);
  });

  test("errorAfter: an error although it was taken", async () => {
    const world = await aWorldWith({ kind: "errorAfter", httpStatus: 502 });

    expect(await world.send(textTo(to))).toMatchObject({
      httpStatus: 502,
      text: expect.stringContaining("not available"),
    });
    await world.settle();

    expect((await world.client.ledger())[0]).toMatchObject({ taken: true, answer: "errorAfter", httpStatus: 502 });
    expect(world.statuses().length).toBe(3);
  });

  test("errorAfter with one of Meta's codes", async () => {
    const world = await aWorldWith({ kind: "errorAfter", code: 131016 });

    expect(await world.send(textTo(to))).toMatchObject({ httpStatus: 500, code: 131016 });
  });

  test("truncated: the answer breaks off, taken", async () => {
    const world = await aWorldWith({ kind: "truncated" });

    await expect(world.send(textTo(to))).rejects.toThrow("terminated");
    expect((await world.client.ledger())[0]).toMatchObject({ taken: true, answer: "truncated", httpStatus: 200 });
  });

  test("slow: the answer comes after the delay, the message was taken before it", async () => {
    const world = await aWorldWith({ kind: "slow", delayMs: 3000 });
    let isAnswered = false;
    const sending = world.send(textTo(to)).then((sent) => {
      isAnswered = true;
      return sent;
    });

    while ((await world.client.summary()).taken === 0);
    world.clock.advance(2999);
    await world.client.state();
    expect(isAnswered).toBe(false);
    world.clock.advance(1);

    expect((await sending).httpStatus).toBe(200);
  });
});

describe("faults that show later", () => {
  test("asyncFail: taken, then failed with the code", async () => {
    const world = await aWorldWith({ kind: "asyncFail", code: 131053 });

    expect((await world.send(textTo(to))).httpStatus).toBe(200);
    await world.settle();

    expect(world.statuses()).toMatchObject([{ status: "failed", errors: [{ code: 131053 }] }]);
  });

  test("held: the answer says so, and the statuses come after the release", async () => {
    const world = await aWorldWith({ kind: "held", delayMs: 60_000 });

    const { text } = await world.send(templateTo(to));
    expect(JSON.parse(text).messages[0].message_status).toBe("held_for_quality_assessment");
    world.clock.advance(60_000);
    expect(world.received).toEqual([]);
    await world.settle();

    expect(world.statuses().length).toBe(3);
  });

  test("held and dropped: failed with the code", async () => {
    const world = await aWorldWith({ kind: "held", delayMs: 500, code: 132015 });

    await world.send(templateTo(to));
    await world.settle();

    expect(world.statuses()).toMatchObject([{ status: "failed", errors: [{ code: 132015 }] }]);
  });

  test("beforeAnswer: the first status has arrived when the answer comes", async () => {
    const world = await aWorldWith({ kind: "beforeAnswer" });

    const { wamid } = await world.send(textTo(to));

    expect(world.statuses()).toMatchObject([{ id: wamid, status: "sent" }]);
  });

  test("dropStatuses: taken in silence for good", async () => {
    const world = await aWorldWith({ kind: "resetAfter", dropStatuses: true });

    await expect(world.send(textTo(to))).rejects.toThrow();
    await world.settle();

    expect((await world.client.summary()).taken).toBe(1);
    expect(world.received).toEqual([]);
  });
});

describe("which send is struck", () => {
  test("as often as the count says, and the first fault that matches", async () => {
    const world = await aWorldWith({ kind: "metaError", code: 131016, count: 2 });
    await world.client.addFault({ kind: "metaError", code: 131000, count: 1 });

    const codes: (number | null)[] = [];
    for (let nth = 0; nth < 4; nth += 1) codes.push((await world.send(textTo(to))).code);

    expect(codes).toEqual([131016, 131016, 131000, null]);
  });

  test.each<[FaultRequest["match"], boolean]>([
    [{ to }, true],
    [{ to: "+15550001111" }, false],
    [{ toPrefix: "+49" }, true],
    [{ toPrefix: "+1" }, false],
    [{ apiKey }, true],
    [{ apiKey: "key-2" }, false],
    [{ callbackDataPrefix: "tern:m1:" }, true],
    [{ callbackDataPrefix: "tern:m2:" }, false],
    [{ to, callbackDataPrefix: "tern:m2:" }, false],
  ])("match %j: %s", async (match, isStruck) => {
    const world = await aWorldWith({ kind: "metaError", code: 131000, ...(match && { match }) });

    expect((await world.send(textTo(to, "tern:m1:1"))).code).toBe(isStruck ? 131000 : null);
  });

  test.each([131048, 131057, 131064, 368, 131031])(
    "a number paused with %d answers it for a while, then works again by itself; others never stop",
    async (code) => {
      const { send, client, clock } = await startTestWorld();
      await client.putNumber({ ...number, apiKey: "key-2" });
      await client.addFault({ kind: "metaError", code, forMs: 60_000, match: { apiKey } });

      expect((await send(textTo(to))).code).toBe(code);
      expect((await send(textTo(to), "key-2")).code).toBeNull();
      clock.advance(59_999);
      expect((await send(textTo(to))).code).toBe(code);
      expect((await client.state()).faults).toMatchObject([{ struck: 2 }]);
      clock.advance(1);

      expect((await client.state()).faults).toEqual([]);
      expect((await send(textTo(to))).code).toBeNull();
    },
  );

  test("a fault after the taking counts as well", async () => {
    const world = await aWorldWith({ kind: "errorAfter", count: 1 });

    expect((await world.send(textTo(to))).httpStatus).toBe(500);
    expect((await world.send(textTo(to))).httpStatus).toBe(200);
  });

  test("a fault after the taking is not used up by a message the limits refuse", async () => {
    const world = await startTestWorld({ throughputPerSecond: 0 });
    await world.client.addFault({ kind: "resetAfter", count: 1 });

    expect((await world.send(textTo(to))).code).toBe(130429);
    expect((await world.client.state()).faults).toMatchObject([{ kind: "resetAfter", struck: 0 }]);
  });

  test("faults are removed one by one or all together", async () => {
    const world = await startTestWorld();
    const { id } = await world.client.addFault({ kind: "metaError", code: 1 });
    await world.client.addFault({ kind: "metaError", code: 2 });

    await world.client.removeFault(id);
    expect((await world.send(textTo(to))).code).toBe(2);
    await expect(world.client.removeFault(id)).rejects.toThrow("there is no fault");
    await world.client.clearFaults();

    expect((await world.send(textTo(to))).code).toBeNull();
  });
});
