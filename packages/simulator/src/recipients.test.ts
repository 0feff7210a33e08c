import { afterEach, describe, expect, test } from "@jest/globals";
import {
  apiKey,
  messageTo,
  number,
  startTestWorld,
  stopTestWorlds,
  type TestWorld,
  templateTo,
  textTo,
} from "./test-world.ts";

const to = "+4915112345678";
const text = { body: "Hello" };

afterEach(stopTestWorlds);

/** The BSUID that the platform tells for a phone number. */
async function userIdOf(world: TestWorld, from = to): Promise<string> {
  await world.client.sendInbound({ apiKey, from, text: "hi" });
  await world.settle();
  return world.changes().at(-1).contacts[0].user_id;
}

describe("a BSUID", () => {
  test("reaches its user: the answer has a user_id alone, the statuses both", async () => {
    const world = await startTestWorld();
    const userId = await userIdOf(world);

    const { text: answer } = await world.send(messageTo(userId, "text", text));
    await world.settle();

    expect(JSON.parse(answer).contacts).toEqual([{ input: userId, user_id: userId }]);
    expect(world.statuses()[0]).toMatchObject({ recipient_id: to.slice(1), recipient_user_id: userId });
  });

  test("shares pair budget and window with the phone number", async () => {
    const world = await startTestWorld({ windowEnforcement: "sync" });
    const userId = await userIdOf(world);

    for (let nth = 0; nth < 45; nth += 1) {
      const user = nth % 2 === 0 ? to : userId;
      expect((await world.send(messageTo(user, "text", text))).code).toBeNull();
    }

    expect((await world.send(messageTo(userId, "text", text))).code).toBe(131056);
    expect((await world.send(messageTo(to, "text", text))).code).toBe(131056);
  });

  test("loses against a phone number beside it", async () => {
    const world = await startTestWorld();

    const { text: answer } = await world.send({ ...textTo(to), recipient: "US.1349" });

    expect(JSON.parse(answer).contacts).toEqual([{ input: to, wa_id: to.slice(1) }]);
  });

  test("of another portfolio reaches nobody", async () => {
    const world = await startTestWorld();
    const userId = await userIdOf(world);
    const { webhook = null } = (await world.client.state()).numbers[0] ?? {};
    await world.client.putNumber({ ...number, apiKey: "key-2", portfolio: "portfolio-2", webhook });

    const { httpStatus, wamid } = await world.send(messageTo(userId, "text", text), "key-2");
    await world.settle();

    expect(httpStatus).toBe(200);
    expect(world.statuses().find(({ id }) => id === wamid)).toMatchObject({
      status: "failed",
      recipient_user_id: userId,
      errors: [{ code: 131026 }],
    });
  });

  test("cannot be sent a one-time code", async () => {
    const world = await startTestWorld();
    await world.client.putTemplates({
      apiKey,
      templates: [{ name: "code", language: "en", status: "APPROVED", category: "AUTHENTICATION" }],
    });
    const { to: _, ...rest } = templateTo(to, "code");

    expect((await world.send({ ...rest, recipient: "US.1349" })).code).toBe(131062);
    expect((await world.send({ ...rest, to })).code).toBeNull();
  });
});

describe("a user known by username", () => {
  test("writes without phone number, and is answered by BSUID", async () => {
    const world = await startTestWorld({ windowEnforcement: "sync" });
    await world.client.putRecipient(to, { kind: "usernameOnly", username: "ada", profileName: "Ada" });

    await world.client.sendInbound({ apiKey, from: to, text: "hi" });
    await world.settle();
    const { contacts, messages } = world.changes()[0];
    const userId = contacts[0].user_id;
    expect(contacts).toEqual([{ profile: { name: "Ada", username: "ada" }, user_id: userId }]);
    expect(messages[0]).toMatchObject({ from_user_id: userId, type: "text" });
    expect(messages[0]).not.toHaveProperty("from");
    const { wamid } = await world.send(messageTo(userId, "text", text));
    await world.settle();

    const mine = world.statuses().filter(({ id }) => id === wamid);
    expect(mine.map(({ status }) => status).sort()).toEqual(["delivered", "read", "sent"]);
    expect(mine.every((status) => status.recipient_id === undefined)).toBe(true);
    const names = world
      .changes()
      .map(({ statuses, contacts }) => [statuses?.[0].status, contacts?.[0].profile.username]);
    expect(names).toEqual(
      expect.arrayContaining([
        ["sent", undefined],
        ["delivered", "ada"],
        ["read", "ada"],
      ]),
    );
  });

  test("may be known by BSUID alone", async () => {
    const world = await startTestWorld();

    await world.client.sendInbound({ apiKey, userId: "US.1349", text: "hi" });
    await world.settle();

    expect(world.changes()[0].contacts).toEqual([{ profile: { name: "Simulated User" }, user_id: "US.1349" }]);
  });
});

describe("a user whose wa_id differs from the number written", () => {
  const written = "+5511987654321";
  const waId = "551187654321";

  test("is one user in both spellings: answers, statuses, pair budget and profile", async () => {
    const world = await startTestWorld();
    await world.client.putRecipient(written, { kind: "offline", waId });

    const { text: answer } = await world.send(textTo(written));
    await world.settle();
    expect(JSON.parse(answer).contacts).toEqual([{ input: written, wa_id: waId }]);
    expect(world.statuses()).toMatchObject([{ status: "sent", recipient_id: waId }]);
    for (let nth = 1; nth < 45; nth += 1) await world.send(textTo(nth % 2 ? `+${waId}` : written));

    expect((await world.send(textTo(`+${waId}`))).code).toBe(131056);
    expect((await world.send(textTo(written))).code).toBe(131056);
  });

  test("a window opened by the one is open for the other", async () => {
    const world = await startTestWorld({ windowEnforcement: "sync" });
    await world.client.putRecipient(written, { kind: "normal", waId });

    await world.client.sendInbound({ apiKey, from: `+${waId}`, text: "hi" });

    expect((await world.send(textTo(written))).code).toBeNull();
  });
});

describe("a user who changes the number", () => {
  test("is told of three ways; the old number and BSUID reach nobody, the new ones do", async () => {
    const world = await startTestWorld();
    const previous = await userIdOf(world);
    const next = "+4915199999999";

    const { userId: current } = await world.client.changeNumber({ apiKey, from: to, to: next });
    await world.settle();
    expect(current).not.toBe(previous);
    const systems = world
      .changes()
      .flatMap(({ messages }) => messages.filter(({ type }: { type: string }) => type === "system"));
    expect(systems).toMatchObject([
      { from: to.slice(1), system: { type: "user_changed_number", wa_id: next.slice(1) } },
      { system: { type: "user_changed_user_id", user_id: current } },
    ]);
    expect(world.changes("user_id_update")[0].user_id_update).toMatchObject([
      { wa_id: next.slice(1), user_id: { previous, current } },
    ]);

    const failed = await Promise.all([to, previous].map((user) => world.send(messageTo(user, "text", text))));
    const reached = await Promise.all([next, current].map((user) => world.send(messageTo(user, "text", text))));
    await world.settle();
    const codesOf = (wamid: string | null) =>
      world.statuses().flatMap(({ id, errors }) => (id === wamid ? (errors ?? []).map(({ code }) => code) : []));
    expect(failed.map(({ wamid }) => codesOf(wamid))).toEqual([[131026], [131026]]);
    expect(reached.map(({ wamid }) => codesOf(wamid))).toEqual([[], []]);
  });
});

describe("marketing and the user's own acts", () => {
  test("stop makes marketing fail, resume lets it through, and both are told", async () => {
    const world = await startTestWorld();
    const codeAfter = async (value: "stop" | "resume") => {
      await world.client.preferMarketing({ apiKey, user: to, value });
      const { wamid } = await world.send(templateTo(to));
      await world.settle();
      return world.statuses().find(({ id, errors }) => id === wamid && errors)?.errors?.[0]?.code;
    };

    expect(await codeAfter("stop")).toBe(131050);
    expect(await codeAfter("resume")).toBeUndefined();
    expect(world.changes("user_preferences").map(({ user_preferences }) => user_preferences)).toMatchObject([
      [{ wa_id: to.slice(1), category: "marketing_messages", value: "stop", timestamp: expect.any(Number) }],
      [{ value: "resume" }],
    ]);
  });

  test.each(["marketingCapped", "experiment"] as const)("%s ends when the user writes", async (kind) => {
    const world = await startTestWorld();
    await world.client.putRecipient(to, { kind, sync: true });
    expect((await world.send(templateTo(to))).httpStatus).toBe(400);

    await world.client.sendInbound({ apiKey, from: to, text: "hi" });

    expect((await world.send(templateTo(to))).httpStatus).toBe(200);
  });

  test("marketing reaches the US as long as its pause is not switched on", async () => {
    const world = await startTestWorld();

    await world.send(templateTo("+15550001111"));
    await world.settle();

    expect(world.statuses().map(({ status }) => status)).not.toContain("failed");
  });

  test("with the pause for the US, marketing to +1 fails and nothing else does", async () => {
    const world = await startTestWorld({ usMarketingPause: true });
    await world.client.putBehaviour({ webhookConcurrency: 1 });

    const us = await world.send(templateTo("+15550001111"));
    await world.send(templateTo(to));
    await world.send(textTo("+15550001111"));
    await world.settle();

    const failed = world.statuses().filter(({ status }) => status === "failed");
    expect(failed).toMatchObject([{ id: us.wamid, errors: [{ code: 131049 }] }]);
  });
});

describe("a reaction", () => {
  test("reaches 30 days back, to messages of both sides that are no reactions", async () => {
    const world = await startTestWorld();
    const { wamid: theirs } = await world.client.sendInbound({ apiKey, from: to, text: "hi" });
    const { wamid: ours } = await world.send(textTo(to));
    const react = async (message_id: string | null) => {
      const { wamid } = await world.send(messageTo(to, "reaction", { message_id, emoji: "👍" }));
      await world.settle();
      const code = world.statuses().find(({ id, errors }) => id === wamid && errors)?.errors?.[0]?.code;
      return { wamid, code };
    };

    const first = await react(theirs);
    expect(first.code).toBeUndefined();
    expect((await react(ours)).code).toBeUndefined();
    expect((await react(first.wamid)).code).toBe(131009);
    expect((await react("wamid.HBgLMTU1NTAwMDExMTEVAgARGBIA")).code).toBe(131009);
    world.clock.advance(30 * 24 * 3600 * 1000);

    expect((await react(theirs)).code).toBe(131009);
    expect((await react(ours)).code).toBe(131009);
  });
});
