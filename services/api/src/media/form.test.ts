// A form is read the same however its bytes come in.

import { describe, expect, test } from "@jest/globals";
import { ApiProblem } from "../problems.ts";
import { forCases } from "../testing/cases.ts";
import { boundaryOf, readForm } from "./form.ts";

interface Part {
  readonly name: string;
  readonly filename: string | null;
  readonly contentType: string | undefined;
  readonly content: Buffer;
}

/** Cuts into pieces of these lengths, in turn. */
async function* pieces(body: Buffer, lengths: readonly number[] = [body.length]): AsyncGenerator<Buffer> {
  for (let at = 0, turn = 0; at < body.length; turn += 1) {
    const length = Math.max(1, lengths[turn % lengths.length] ?? body.length);
    yield body.subarray(at, at + length);
    at += length;
  }
}

async function partsOf(body: Buffer, boundary: string, lengths?: readonly number[]): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const { name, filename, contentType, body: content } of readForm(pieces(body, lengths), boundary)) {
    const chunks: Buffer[] = [];
    for await (const chunk of content) chunks.push(Buffer.from(chunk));
    parts.push({ name, filename, contentType, content: Buffer.concat(chunks) });
  }
  return parts;
}

function formOf(parts: readonly { headers: string; content: Buffer }[], boundary: string): Buffer {
  const lines = parts.flatMap(({ headers, content }) => [
    Buffer.from(`--${boundary}\r\n${headers}\r\n\r\n`),
    content,
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...lines, Buffer.from(`--${boundary}--\r\n`)]);
}

const file = (content: Buffer, name = "a.jpg") => ({
  headers: `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: image/jpeg`,
  content,
});

test("fields and files come in their order, with what their headers say", async () => {
  const field = { headers: 'content-disposition: form-data; name="type"', content: Buffer.from("image/jpeg") };
  expect(await partsOf(formOf([field, file(Buffer.from("bytes"))], "B"), "B")).toEqual([
    { name: "type", filename: null, contentType: undefined, content: Buffer.from("image/jpeg") },
    { name: "file", filename: "a.jpg", contentType: "image/jpeg", content: Buffer.from("bytes") },
  ]);
});

test("any content comes through whole, in whatever pieces the body arrives", async () => {
  // Of few different bytes, so that contents nearly are delimiters.
  const boundary = "BBx-B";
  await forCases(300, async ({ oneOf, listOf, upTo }) => {
    const content = () => Buffer.from(listOf(60, () => oneOf([..."\r\n-Bx"])).join(""));
    const all = [content(), ...listOf(3, content)];
    const lengths = [1 + upTo(8), ...listOf(5, () => 1 + upTo(8))];
    if (all.some((one) => Buffer.concat([Buffer.from("\r\n"), one]).includes(`\r\n--${boundary}`))) return;
    const parts = await partsOf(
      formOf(
        all.map((one) => file(one)),
        boundary,
      ),
      boundary,
      lengths,
    );
    expect(parts.map((part) => part.content)).toEqual(all);
  });
});

test("what stands before the first part and behind the last means nothing", async () => {
  const body = Buffer.concat([Buffer.from("hello\r\n"), formOf([file(Buffer.from("x"))], "B"), Buffer.from("bye")]);
  expect(await partsOf(body, "B")).toHaveLength(1);
});

test("a part without headers has no name, and a name may hold quotes", async () => {
  const bare = Buffer.from("--B\r\n\r\nhello\r\n--B--\r\n");
  expect(await partsOf(bare, "B")).toEqual([
    { name: "", filename: null, contentType: undefined, content: Buffer.from("hello") },
  ]);
  const [quoted] = await partsOf(formOf([file(Buffer.from("x"), 'a %22b%22 \\"c\\".jpg')], "B"), "B");
  expect(quoted?.filename).toBe('a "b" "c".jpg');
});

describe("a body that is no such form", () => {
  test.each([
    ["empty", ""],
    ["of another boundary", "--C\r\n\r\nx\r\n--C--\r\n"],
    ["cut off in its headers", '--B\r\nContent-Disposition: form-data; name="f'],
    ["cut off in its content", "--B\r\n\r\nhello"],
    ["with text behind a boundary", "--Bonus\r\n\r\nx\r\n--B--"],
  ])("%s is refused with 400", async (_how, body) => {
    await expect(partsOf(Buffer.from(body), "B")).rejects.toThrow(ApiProblem);
  });

  test("with endless headers is refused before they fill the memory", async () => {
    const body = Buffer.concat([Buffer.from("--B\r\nX: "), Buffer.alloc(100_000, 0x61)]);
    await expect(partsOf(body, "B", [1_000])).rejects.toThrow(/more than 8192/);
  });
});

test("the boundary is found in quotes and without, among other parameters, and only in forms", () => {
  expect(boundaryOf("multipart/form-data; boundary=abc")).toBe("abc");
  expect(boundaryOf('Multipart/Form-Data; charset=utf-8; boundary="a b"')).toBe("a b");
  expect(boundaryOf("multipart/form-data")).toBeNull();
  expect(boundaryOf("multipart/mixed; boundary=abc")).toBeNull();
  expect(boundaryOf(undefined)).toBeNull();
});
