import { createHmac } from "node:crypto";
import { afterEach, describe, expect, test } from "@jest/globals";
import { apiKey, number, startTestWorld, stopTestWorlds, templateTo, textTo } from "./test-world.ts";

const to = "+4915112345678";

afterEach(stopTestWorlds);

describe("the webhooks of a message", () => {
  test("sent, delivered and read follow with their times, the callback data and the price", async () => {
    const { send, clock, client, received, statuses } = await startTestWorld();
    await client.putBehaviour({
      webhookConcurrency: 1,
      statuses: { sentAfterMs: 1000, deliveredAfterMs: 2000, readAfterMs: 4000 },
    });
    const takenAtS = Math.floor(clock.nowMs() / 1000);

    const { wamid } = await send({ ...templateTo(to), biz_opaque_callback_data: 'tern:"m1":1' });
    clock.advance(4000);
    await client.idle();

    const common = {
      id: wamid,
      recipient_id: "4915112345678",
      recipient_user_id: expect.stringMatching(/^DE\.\d+$/),
      biz_opaque_callback_data: 'tern:"m1":1',
    };
    const pricing = { billable: true, pricing_model: "PMP", type: "regular", category: "marketing" };
    expect(statuses()).toEqual([
      { ...common, status: "sent", timestamp: String(takenAtS + 1), pricing },
      { ...common, status: "delivered", timestamp: String(takenAtS + 2), pricing },
      { ...common, status: "read", timestamp: String(takenAtS + 4) },
    ]);
    expect(JSON.parse(received[0]?.text ?? "")).toEqual({
      object: "whatsapp_business_account",
      entry: [
        {
          id: number.wabaId,
          changes: [
            {
              value: {
                messaging_product: "whatsapp",
                metadata: { display_phone_number: "49305550100", phone_number_id: number.phoneNumberId },
                contacts: [
                  {
                    profile: { name: "Simulated User" },
                    wa_id: "4915112345678",
                    user_id: statuses()[0]?.recipient_user_id,
                  },
                ],
                statuses: [statuses()[0]],
              },
              field: "messages",
            },
          ],
        },
      ],
    });
  });

  test("the second of two statuses carries the price when it is read at once", async () => {
    const world = await startTestWorld();
    await world.client.putBehaviour({ webhookConcurrency: 1 });
    await world.client.putRecipient(to, { kind: "readsInstantly" });

    await world.send(textTo(to));
    await world.settle();

    expect(world.statuses().map(({ status, pricing }) => [status, pricing?.type])).toEqual([
      ["sent", "free_customer_service"],
      ["read", "free_customer_service"],
    ]);
  });

  test("a failed status has errors, no contacts, no price and no user id", async () => {
    const world = await startTestWorld();
    await world.client.putRecipient(to, { kind: "notOnWhatsApp" });

    await world.send(textTo(to));
    await world.settle();

    const value = JSON.parse(world.received[0]?.text ?? "").entry[0].changes[0].value;
    expect(value.contacts).toBeUndefined();
    expect(value.statuses).toEqual([
      {
        id: expect.any(String),
        status: "failed",
        timestamp: expect.stringMatching(/^\d{10}$/),
        recipient_id: "4915112345678",
        errors: [
          {
            code: 131026,
            title: "Message undeliverable",
            message: "Message undeliverable",
            error_data: { details: expect.any(String) },
            href: expect.any(String),
          },
        ],
      },
    ]);
  });

  test("sent to a BSUID they carry no phone number", async () => {
    const world = await startTestWorld();
    const { to: _, ...rest } = textTo(to);

    await world.send({ ...rest, recipient: "US.1349" });
    await world.settle();

    expect(world.statuses().every((status) => status.recipient_id === undefined)).toBe(true);
    expect(world.statuses()[0]?.recipient_user_id).toBe("US.1349");
  });

  test("a voice note is played", async () => {
    const world = await startTestWorld();
    const { text: _, ...rest } = textTo(to);

    await world.send({ ...rest, type: "audio", audio: { id: "1", voice: true } });
    await world.settle();

    expect(world.statuses().map(({ status }) => status)).toContain("played");
  });

  test("a number may keep the callback data to itself", async () => {
    const world = await startTestWorld({ echoCallbackData: false });

    await world.send(textTo(to, "tern:m1:1"));
    await world.settle();

    expect(world.statuses().length).toBe(3);
    expect(world.statuses().some((status) => "biz_opaque_callback_data" in status)).toBe(false);
  });

  test("configured headers are replayed, and the body is signed with the number's secret", async () => {
    const world = await startTestWorld({ signatureSecret: "s3cret" });
    const url = (await world.client.state()).numbers[0]?.webhook?.url ?? "";
    await world.client.putNumber({
      ...number,
      signatureSecret: "s3cret",
      webhook: { url, headers: { Authorization: "Bearer t", "X-Tern": "1" } },
    });

    await world.send(textTo(to));
    await world.settle();

    const { headers, text } = world.received[0] ?? { headers: {}, text: "" };
    expect(headers).toMatchObject({ authorization: "Bearer t", "x-tern": "1", "content-type": "application/json" });
    expect(headers["x-360dialog-signature"]).toBe(createHmac("sha256", "s3cret").update(text).digest("hex"));
  });

  test("with statuses off nothing is sent, and without a webhook it is only counted", async () => {
    const world = await startTestWorld();
    await world.client.putBehaviour({ apiKey, statuses: { enabled: false } });
    await world.client.putNumber({ ...number, apiKey: "key-2", phoneNumberId: "2", webhook: null });

    await world.send(textTo(to));
    await world.send(textTo(to), "key-2");
    await world.settle();

    expect(world.received).toEqual([]);
    expect(await world.client.deliveries()).toMatchObject({ sent: 0, withoutWebhook: 1, outstanding: 0 });
  });
});

describe("delivery", () => {
  test("anything but 200 is repeated until it is 200", async () => {
    const { send, client, clock, answerWebhooksWith, untilReceived, statuses } = await startTestWorld();
    await client.putBehaviour({ statuses: { deliveredAfterMs: null, readAfterMs: null } });
    const answers = [500, 204, 200];
    answerWebhooksWith((nth) => answers[nth - 1] ?? 200);

    await send(textTo(to));
    clock.advance(50);
    await untilReceived(1);
    expect((await client.idle(0)).idle).toBe(false);
    await advanceUntilRetry(client, clock, 1, 500);
    await untilReceived(2);
    await advanceUntilRetry(client, clock, 2, 1000);
    await client.idle();

    expect(new Set(statuses().map(({ id, status }) => id + status)).size).toBe(1);
    expect(await client.deliveries()).toMatchObject({ sent: 1, updatesSent: 1, retried: 2, failed: 2, outstanding: 0 });
  });

  test("a receiver that does not answer in time gets it again, on a new connection", async () => {
    const { send, client, clock, answerWebhooksWith, untilReceived, received } = await startTestWorld();
    await client.putBehaviour({ statuses: { deliveredAfterMs: null, readAfterMs: null } });
    answerWebhooksWith((nth) => (nth === 1 ? null : 200));

    await send(textTo(to));
    clock.advance(50);
    await untilReceived(1);
    clock.advance(4999);
    expect((await client.deliveries()).failed).toBe(0);
    clock.advance(1);
    expect((await client.deliveries()).failed).toBe(1);
    clock.advance(500);
    await client.idle();

    expect(received.length).toBe(2);
    expect(received[1]?.text).toBe(received[0]?.text);
  });

  test("a status may come twice", async () => {
    const world = await startTestWorld();
    await world.client.putBehaviour({ duplicateRate: 1 });

    await world.send(textTo(to));
    await world.settle();

    const statuses = world.statuses().map(({ status }) => status);
    expect(statuses.sort()).toEqual(["delivered", "delivered", "read", "read", "sent", "sent"]);
  });

  test("statuses may come in another order than they happened, each with its true time", async () => {
    const world = await startTestWorld();
    await world.client.putBehaviour({
      reorderRate: 1,
      webhookConcurrency: 1,
      statuses: { sentAfterMs: 0, deliveredAfterMs: 1000, readAfterMs: 2000 },
    });
    const takenAtS = Math.floor(world.clock.nowMs() / 1000);

    await world.send(textTo(to));
    world.clock.advance(3000);
    await world.client.idle();

    expect(world.statuses().map(({ status, timestamp }) => [status, Number(timestamp) - takenAtS])).toEqual([
      ["read", 2],
      ["delivered", 1],
      ["sent", 0],
    ]);
  });

  test("a status may be lost for good", async () => {
    const world = await startTestWorld();
    await world.client.putBehaviour({ dropStatusRate: 1 });

    await world.send(textTo(to));
    await world.settle();

    expect(world.received).toEqual([]);
  });

  test("a status may come before the answer of the send", async () => {
    const { send, client, answerWebhooksWith, received } = await startTestWorld();
    await client.putBehaviour({ beforeAnswerRate: 1 });
    let receivedBeforeAnswer = -1;
    let isAnswered = false;
    answerWebhooksWith((nth) => {
      if (nth === 1) receivedBeforeAnswer = isAnswered ? 0 : 1;
      return 200;
    });

    const { wamid } = await send(textTo(to));
    isAnswered = true;

    expect(receivedBeforeAnswer).toBe(1);
    expect(received[0]?.text).toContain(wamid);
    expect(received[0]?.text).toContain('"status":"sent"');
  });

  test("the answer does not wait for a receiver that fails the first time", async () => {
    const { send, client, answerWebhooksWith } = await startTestWorld();
    await client.putBehaviour({ beforeAnswerRate: 1 });
    answerWebhooksWith(() => 500);

    expect((await send(textTo(to))).httpStatus).toBe(200);
  });

  test("updates travel in batches", async () => {
    const { send, client, clock, received, statuses } = await startTestWorld();
    await client.putBehaviour({ batchMax: 1000, batchWaitMs: 99 });

    for (let nth = 0; nth < 20; nth += 1) await send(textTo(`+155500000${10 + nth}`));
    clock.advance(1000);
    await client.idle();

    expect(statuses().length).toBe(60);
    expect(received.length).toBe(3);
  });
});

describe("inbound", () => {
  test("a text from a user", async () => {
    const { client, received } = await startTestWorld();

    const { wamid } = await client.sendInbound({ apiKey, from: to, text: "hi", profileName: "Ada" });
    await client.idle();

    const { value, field } = JSON.parse(received[0]?.text ?? "").entry[0].changes[0];
    expect(field).toBe("messages");
    expect(value.contacts).toMatchObject([{ profile: { name: "Ada" }, wa_id: "4915112345678" }]);
    expect(value.messages).toEqual([
      {
        from: "4915112345678",
        from_user_id: value.contacts[0].user_id,
        id: wamid,
        timestamp: expect.stringMatching(/^\d{10}$/),
        type: "text",
        text: { body: "hi" },
      },
    ]);
  });

  test("any message, its own fields first", async () => {
    const { client, received } = await startTestWorld();

    const message = { id: "wamid.own", type: "button", button: { payload: "p", text: "t" } };
    await client.sendInbound({ apiKey, from: to, message });
    await client.idle();

    expect(JSON.parse(received[0]?.text ?? "").entry[0].changes[0].value.messages).toMatchObject([message]);
  });

  test("an odd body goes out byte for byte, with retries like any other", async () => {
    const { client, clock, received, answerWebhooksWith, untilReceived } = await startTestWorld();
    answerWebhooksWith((nth) => (nth === 1 ? 503 : 200));

    await client.sendWebhook({ apiKey, body: '{"broken":' });
    await untilReceived(1);
    await advanceUntilRetry(client, clock, 1, 500);
    await client.sendWebhook({ apiKey, body: { object: "something_else" } });
    await client.idle();

    expect(received.map(({ text }) => text).sort()).toEqual([
      '{"broken":',
      '{"broken":',
      '{"object":"something_else"}',
    ]);
  });
});

/** Moves the clock on once the simulator knows that `failed` attempts have failed. */
async function advanceUntilRetry(
  client: { deliveries(): Promise<{ failed: number }> },
  clock: { advance(byMs: number): void },
  failed: number,
  byMs: number,
): Promise<void> {
  while ((await client.deliveries()).failed < failed);
  clock.advance(byMs);
}
