import { afterEach, describe, expect, test } from "@jest/globals";
import { apiKey, number, startTestWorld, stopTestWorlds, templateTo, textTo } from "./test-world.ts";

const to = "+4915112345678";
const hourMs = 3600 * 1000;

afterEach(stopTestWorlds);

describe("POST /messages", () => {
  test("an unknown key is answered 401 with 360dialog's own body", async () => {
    const { send } = await startTestWorld();

    expect(await send(textTo(to), "nobody's key")).toMatchObject({
      httpStatus: 401,
      text: '{"error":"Invalid API key"}',
    });
  });

  test("a text is taken and answered with the recipient and a wamid", async () => {
    const { send } = await startTestWorld();

    const { httpStatus, text, wamid } = await send(textTo(to));

    expect(httpStatus).toBe(200);
    expect(JSON.parse(text)).toEqual({
      messaging_product: "whatsapp",
      contacts: [{ input: to, wa_id: "4915112345678" }],
      messages: [{ id: wamid }],
    });
    expect(wamid).toMatch(/^wamid\.HBg/);
  });

  test("a template's answer says accepted", async () => {
    const { send } = await startTestWorld();

    expect(JSON.parse((await send(templateTo(to))).text).messages[0].message_status).toBe("accepted");
  });

  test("sent to a BSUID, the answer has a user_id and no wa_id", async () => {
    const { send } = await startTestWorld();
    const { to: _, ...rest } = textTo(to);

    const { text } = await send({ ...rest, recipient: "US.1349" });

    expect(JSON.parse(text).contacts).toEqual([{ input: "US.1349", user_id: "US.1349" }]);
  });

  test("mark as read succeeds, has no wamid and spends nothing", async () => {
    const { send, client } = await startTestWorld({ throughputPerSecond: 1 });
    const read = { messaging_product: "whatsapp", status: "read", message_id: "wamid.x" };

    expect((await send(read)).text).toBe('{"success":true}');
    expect((await send(read)).text).toBe('{"success":true}');

    expect((await send(textTo(to))).httpStatus).toBe(200);
    expect(await client.summary()).toMatchObject({ requests: 3, taken: 1 });
  });

  test("messages that came while the simulator itself stood still are not taken for a hurry of the sender", async () => {
    const { send, clock } = await startTestWorld({ throughputPerSecond: 2 });

    clock.pause(30);
    expect((await send(textTo(to))).httpStatus).toBe(200); // has come within these 30 ms
    clock.advance(0);
    expect((await send(textTo(to))).httpStatus).toBe(200);
    clock.advance(969);
    expect((await send(textTo(to))).code).toBe(130429);
    clock.advance(1);
    expect((await send(textTo(to))).httpStatus).toBe(200);
    expect((await send(textTo(to))).code).toBe(130429);
    clock.advance(29);
    expect((await send(textTo(to))).code).toBe(130429);
    clock.advance(1);
    expect((await send(textTo(to))).httpStatus).toBe(200);
  });

  test("an error has Meta's shape", async () => {
    const { send } = await startTestWorld();

    const { httpStatus, text } = await send(textTo("15551234567"));

    expect(httpStatus).toBe(400);
    expect(JSON.parse(text)).toEqual({
      error: {
        message: "(#131009) Parameter value is not valid",
        type: "OAuthException",
        code: 131009,
        error_data: { messaging_product: "whatsapp", details: expect.stringContaining("+E.164") },
        fbtrace_id: expect.any(String),
      },
    });
  });

  test("the sender cannot write to itself", async () => {
    const { send } = await startTestWorld();

    expect((await send(textTo("+49305550100"))).code).toBe(131021);
  });

  test("what is not simulated is blocked, as a path that is not enabled", async () => {
    const { simulator } = await startTestWorld();

    const response = await fetch(`${simulator.url}/flows`, { method: "POST", headers: { "D360-API-KEY": apiKey } });

    expect(response.status).toBe(403);
  });
});

describe("throughput", () => {
  test("within any second no more than the limit is taken; the next fits exactly one second after the first", async () => {
    const { send, clock } = await startTestWorld({ throughputPerSecond: 3 });
    const codes: (number | null)[] = [];
    const sendOne = async () => codes.push((await send(textTo(to))).code);

    await sendOne();
    clock.advance(400);
    await sendOne();
    await sendOne();
    await sendOne();
    clock.advance(599);
    await sendOne();
    clock.advance(1);
    await sendOne();
    await sendOne();

    expect(codes).toEqual([null, null, null, 130429, 130429, null, 130429]);
  });

  test("inbound messages use up the same budget and are never refused", async () => {
    const { send, client } = await startTestWorld({ throughputPerSecond: 2 });

    for (let nth = 0; nth < 3; nth += 1) await client.sendInbound({ apiKey, from: to, text: "hi" });

    expect((await send(textTo(to))).code).toBe(130429);
  });

  test("each number has its own", async () => {
    const { send, client } = await startTestWorld({ throughputPerSecond: 1 });
    await client.putNumber({ ...number, apiKey: "key-2", throughputPerSecond: 1 });

    expect((await send(textTo(to))).code).toBeNull();
    expect((await send(textTo(to), "key-2")).code).toBeNull();
    expect((await send(textTo(to))).code).toBe(130429);
  });

  test("a change of the limit counts what was sent before it", async () => {
    const { send, client } = await startTestWorld({ throughputPerSecond: 10 });
    for (let nth = 0; nth < 4; nth += 1) await send(textTo(to));

    await client.putNumber({ ...number, throughputPerSecond: 4 });
    expect((await send(textTo(to))).code).toBe(130429);
    await client.putNumber({ ...number, throughputPerSecond: 5 });

    expect((await send(textTo(to))).code).toBeNull();
  });
});

describe("the pair limit", () => {
  test("the 46th message to one user is refused, another user's is not, and six seconds later there is one more", async () => {
    const { send, clock } = await startTestWorld();
    for (let nth = 1; nth <= 45; nth += 1) expect((await send(textTo(to))).code).toBeNull();

    expect((await send(textTo(to))).code).toBe(131056);
    expect((await send(textTo("+15550001111"))).code).toBeNull();
    clock.advance(5999);
    expect((await send(textTo(to))).code).toBe(131056);
    clock.advance(1);

    expect((await send(textTo(to))).code).toBeNull();
    expect((await send(textTo(to))).code).toBe(131056);
  });

  test("a message refused for throughput takes no token", async () => {
    const { send, clock } = await startTestWorld({ throughputPerSecond: 45 });
    for (let nth = 1; nth <= 44; nth += 1) await send(textTo(to));
    await send(textTo("+15550001111"));
    expect((await send(textTo(to))).code).toBe(130429);

    clock.advance(1000);

    expect((await send(textTo(to))).code).toBeNull();
  });
});

describe("the tier of a portfolio", () => {
  test("one recipient too many is taken and fails; all numbers of the portfolio count together", async () => {
    const world = await startTestWorld({ tier: 2 });
    await world.client.putNumber({ ...number, apiKey: "key-2", phoneNumberId: "2" });

    await world.send(templateTo("+15550000001"));
    await world.send(templateTo("+15550000002"), "key-2");
    await world.send(templateTo("+15550000001"));
    const { httpStatus, wamid } = await world.send(templateTo("+15550000003"));
    await world.settle();

    expect(httpStatus).toBe(200);
    const failed = world.statuses().filter(({ status }) => status === "failed");
    expect(failed).toMatchObject([{ id: wamid, errors: [{ code: 131048 }] }]);
  });

  test("with tierErrorSync one too many is refused at once with the code, and spends nothing", async () => {
    const world = await startTestWorld({ tier: 1, tierErrorSync: true, tierErrorCode: 131064, throughputPerSecond: 3 });
    const codes: (number | null)[] = [];
    for (const user of ["+15550000001", "+15550000002", "+15550000002", "+15550000001", "+15550000001"]) {
      codes.push((await world.send(templateTo(user))).code);
    }

    expect(codes).toEqual([null, 131064, 131064, null, null]);
    expect(await world.client.summary()).toMatchObject({
      taken: 3,
      refusedByCode: { "131064": 2 },
      portfolios: { "portfolio-1": { mostReached: 1, overTier: 2 } },
    });
  });

  test("a recipient counts for 24 h from the last message; the summary keeps the most there were", async () => {
    const world = await startTestWorld({ tier: 2, webhook: null });
    const reached = async () => (await world.client.state()).portfolios["portfolio-1"]?.reached;
    await world.send(templateTo("+15550000001"));
    await world.send(templateTo("+15550000002"));
    world.clock.advance(12 * hourMs);
    await world.send(templateTo("+15550000001"));
    await world.send(templateTo("+15550000003"));
    expect(await reached()).toBe(2);

    world.clock.advance(12 * hourMs);
    expect(await reached()).toBe(1);
    world.clock.advance(12 * hourMs);
    expect(await reached()).toBe(0);

    expect((await world.client.summary()).portfolios).toEqual({ "portfolio-1": { mostReached: 2, overTier: 1 } });
  });

  test("whoever has written within 24 h does not count", async () => {
    const world = await startTestWorld({ tier: 0 });
    await world.client.sendInbound({ apiKey, from: to, text: "hi" });

    await world.send(templateTo(to));
    await world.settle();

    expect(world.statuses().map(({ status }) => status)).not.toContain("failed");
    expect((await world.client.state()).portfolios).toEqual({ "portfolio-1": { tier: 0, reached: 0 } });
  });
});

describe("the customer service window", () => {
  test("without enforcement a text is taken and read", async () => {
    const world = await startTestWorld();
    await world.send(textTo(to));
    await world.settle();

    expect(world.statuses().map(({ status }) => status)).toContain("read");
  });

  test("enforced at once, a text is refused until the user writes, and again 24 h later", async () => {
    const { send, client, clock } = await startTestWorld({ windowEnforcement: "sync" });
    expect(await send(textTo(to))).toMatchObject({ httpStatus: 400, code: 131047 });
    expect((await send(templateTo(to))).code).toBeNull();

    await client.sendInbound({ apiKey, from: to, text: "hi" });
    clock.advance(24 * hourMs - 1);
    expect((await send(textTo(to))).code).toBeNull();
    clock.advance(1);

    expect((await send(textTo(to))).code).toBe(131047);
  });

  test("enforced later, a text is taken and fails", async () => {
    const world = await startTestWorld({ windowEnforcement: "async" });

    expect((await world.send(textTo(to))).httpStatus).toBe(200);
    await world.settle();

    expect(world.statuses()).toMatchObject([{ status: "failed", errors: [{ code: 131047 }] }]);
  });
});

describe("templates", () => {
  const registered = { language: "en", category: "UTILITY", bodyParamsCount: 1 } as const;

  test("an empty registry takes any; then unknown, paused, disabled and pending ones are refused", async () => {
    const { send, client } = await startTestWorld();
    const codeOf = async (name: string, params = ["Ada"]) => (await send(templateTo(to, name, params))).code;
    expect(await codeOf("whatever")).toBeNull();

    await client.putTemplates({
      apiKey,
      templates: ["APPROVED", "PAUSED", "DISABLED", "PENDING"].map((status) => ({
        ...registered,
        name: status.toLowerCase(),
        status,
      })),
    });

    expect(await codeOf("approved")).toBeNull();
    expect(await codeOf("whatever")).toBe(132001);
    expect(await codeOf("paused")).toBe(132015);
    expect(await codeOf("disabled")).toBe(132016);
    expect(await codeOf("pending")).toBe(132001);
    expect(await codeOf("approved", [])).toBe(132000);
    expect(await codeOf("approved", ["Ada", "A-1"])).toBe(132000);
  });

  test("a pause ends by itself at its moment, and the template is listed as approved again", async () => {
    const { send, client, clock } = await startTestWorld();
    const status = async () => (await client.state()).numbers[0]?.templates[0]?.status;
    const codeOf = async () => (await send(templateTo(to, "hello", ["Ada"]))).code;
    const template = { ...registered, name: "hello", status: "PAUSED", pausedForMs: 3 * hourMs };
    await client.putTemplates({ apiKey, templates: [template] });

    clock.advance(3 * hourMs - 1);
    expect(await codeOf()).toBe(132015);
    expect(await status()).toBe("PAUSED");
    clock.advance(1);

    expect(await codeOf()).toBeNull();
    expect(await status()).toBe("APPROVED");
  });

  test("without an end a pause stays, and disabled is for good", async () => {
    const { send, client, clock } = await startTestWorld();
    const templates = ["PAUSED", "DISABLED"].map((status) => ({ ...registered, name: status.toLowerCase(), status }));
    await client.putTemplates({ apiKey, templates });

    clock.advance(1000 * hourMs);

    expect((await send(templateTo(to, "paused", ["Ada"]))).code).toBe(132015);
    expect((await send(templateTo(to, "disabled", ["Ada"]))).code).toBe(132016);
  });

  test("another language is another template", async () => {
    const { send, client } = await startTestWorld();
    await client.putTemplates({
      apiKey,
      templates: [{ ...registered, name: "hello", status: "APPROVED", language: "de" }],
    });

    expect(await send(templateTo(to, "hello", ["Ada"]))).toMatchObject({ httpStatus: 404, code: 132001 });
  });
});

describe("recipients", () => {
  test("those who cannot be reached fail later, or at once when told so", async () => {
    const world = await startTestWorld();
    const codes = {
      notOnWhatsApp: 131026,
      optedOut: 131050,
      marketingCapped: 131049,
      blocked: 130403,
      experiment: 130472,
    } as const;
    for (const [at, kind] of (Object.keys(codes) as (keyof typeof codes)[]).entries()) {
      const user = `+1555000000${at}`;
      await world.client.putRecipient(user, { kind });
      expect((await world.send(templateTo(user))).httpStatus).toBe(200);
      await world.settle();
      expect(world.statuses().at(-1)).toMatchObject({ status: "failed", errors: [{ code: codes[kind] }] });

      await world.client.putRecipient(user, { kind, sync: true });
      expect((await world.send(templateTo(user))).code).toBe(codes[kind]);
    }
  });

  test("an opt-out from marketing leaves utility templates and texts alone", async () => {
    const world = await startTestWorld();
    await world.client.putRecipient(to, { kind: "optedOut", sync: true });
    expect((await world.send(textTo(to))).code).toBeNull();

    const template = { name: "bill", language: "en", status: "APPROVED", bodyParamsCount: 0 };
    await world.client.putTemplates({ apiKey, templates: [{ ...template, category: "UTILITY" }] });
    expect((await world.send(templateTo(to, "bill"))).code).toBeNull();
    await world.client.putTemplates({ apiKey, templates: [{ ...template, category: "MARKETING" }] });

    expect((await world.send(templateTo(to, "bill"))).code).toBe(131050);
  });

  test.each([
    ["offline", ["sent"]],
    ["readsInstantly", ["sent", "read"]],
    ["receiptsOff", ["sent", "delivered"]],
    ["normal", ["sent", "delivered", "read"]],
  ] as const)("%s: %j", async (kind, expected) => {
    const world = await startTestWorld();
    await world.client.putBehaviour({ webhookConcurrency: 1 });
    await world.client.putRecipient(to, { kind });

    await world.send(textTo(to));
    await world.settle();

    expect(world.statuses().map(({ status }) => status)).toEqual(expected);
  });
});
