import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { encodeLocalId, localIdTimeMs, messageId, parseMessageId, SENDER_ID_PATTERN } from "./message-id.ts";

const LOCAL_ID = "01kahz3n8qf6q9t0x2m4w7c5rd";
const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 });
const sender = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/);

/** The 16 bytes of a UUIDv7: 48 bits of time, the version, chance. */
function uuidV7(timeMs: number, rest: Uint8Array): Uint8Array {
  const uuid = Uint8Array.from(rest);
  new DataView(uuid.buffer).setUint16(0, Math.floor(timeMs / 2 ** 32));
  new DataView(uuid.buffer).setUint32(2, timeMs % 2 ** 32);
  return uuid;
}

test("an id names its sender and comes back as it was", () => {
  fc.assert(
    fc.property(sender, bytes16, (senderId, bytes) => {
      const address = { sender: senderId, localId: encodeLocalId(bytes) };
      expect(parseMessageId(messageId(address))).toEqual(address);
    }),
  );
});

test("different bytes make different ids, and ids sort as their bytes do", () => {
  fc.assert(
    fc.property(bytes16, bytes16, (one, other) => {
      const order = Math.sign(Buffer.compare(one, other));
      const [a, b] = [encodeLocalId(one), encodeLocalId(other)];
      expect(a < b ? -1 : a > b ? 1 : 0).toBe(order);
    }),
  );
});

test("the time comes back from an id to the millisecond", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), bytes16, (timeMs, rest) => {
      expect(localIdTimeMs(encodeLocalId(uuidV7(timeMs, rest)))).toBe(timeMs);
    }),
  );
});

test("the text is the bytes as one number in Crockford's base 32", () => {
  const bytes = Uint8Array.from(Buffer.from("0199f3a4d5e67f8091a2b3c4d5e6f708", "hex"));
  expect(encodeLocalId(bytes)).toBe("01k7st9nf6fy0938nkrkaydxr8");
  expect(encodeLocalId(new Uint8Array(16))).toBe("0".repeat(26));
  expect(encodeLocalId(new Uint8Array(16).fill(255))).toBe(`7${"z".repeat(25)}`);
});

test.each([0, 15, 17])("%d bytes make no id", (length) => {
  expect(() => encodeLocalId(new Uint8Array(length))).toThrow(RangeError);
});

describe("what is not an id gives null", () => {
  test.each([
    "",
    "msg_",
    `msg_demo`,
    `msg_demo_`,
    `demo_${LOCAL_ID}`,
    `msg__${LOCAL_ID}`,
    `msg_-demo_${LOCAL_ID}`,
    `msg_demo-_${LOCAL_ID}`,
    `msg_de_mo_${LOCAL_ID}`,
    `msg_Demo_${LOCAL_ID}`,
    `msg_demo_${LOCAL_ID.toUpperCase()}`,
    `msg_demo_${LOCAL_ID.slice(1)}`,
    `msg_demo_${LOCAL_ID}0`,
    `msg_demo_${LOCAL_ID} `,
    `msg_demo_${LOCAL_ID}\n`,
    `\nmsg_demo_${LOCAL_ID}`,
    `msg_demo_${LOCAL_ID.replace("q", "u")}`,
    `msg_demo_${LOCAL_ID.replace("q", ":")}`,
    `msg_de}mo_${LOCAL_ID}`,
    `msg_de:mo_${LOCAL_ID}`,
    `msg_${"x".repeat(33)}_${LOCAL_ID}`,
    `msg_demo_${LOCAL_ID.replace("q", "\u0000")}`,
  ])("%j", (text) => {
    expect(parseMessageId(text)).toBeNull();
  });

  test("and whatever the text, the answer comes without an error and only for real ids", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: "binary" }),
          fc.string().map((s) => `msg_${s}_${LOCAL_ID}`),
        ),
        (text) => {
          const address = parseMessageId(text);
          if (address === null) return;
          expect(messageId(address)).toBe(text);
          expect(address.sender).toMatch(SENDER_ID_PATTERN);
        },
      ),
    );
  });

  // A pattern that backtracks would let one request stop the process.
  test("a very long text is refused in no time", () => {
    const startedMs = performance.now();
    expect(parseMessageId(`msg_${"a-".repeat(500_000)}`)).toBeNull();
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});
