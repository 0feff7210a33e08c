// Every documented type is known by its first bytes, and no bytes at all can make the look at them fail.

import { describe, expect, test } from "@jest/globals";
import { forCases } from "../testing/cases.ts";
import { FILES } from "../testing/files.ts";
import { MEDIA_TYPES } from "./media-types.ts";
import { sniff } from "./sniff.ts";

const OFFICE = "application/vnd.openxmlformats-officedocument";

const KNOWN: readonly (readonly [keyof typeof FILES, string])[] = [
  ["jpeg", "image/jpeg"],
  ["png", "image/png"],
  ["webp", "image/webp"],
  ["webpStill", "image/webp"],
  ["webpAnimated", "image/webp"],
  ["mp4", "video/mp4"],
  ["m4a", "audio/mp4"],
  ["threeGp", "video/3gpp"],
  ["opus", "audio/ogg"],
  ["amr", "audio/amr"],
  ["aac", "audio/aac"],
  ["mp3", "audio/mpeg"],
  ["mp3Tagged", "audio/mpeg"],
  ["pdf", "application/pdf"],
  ["docx", `${OFFICE}.wordprocessingml.document`],
  ["xlsx", `${OFFICE}.spreadsheetml.sheet`],
  ["pptx", `${OFFICE}.presentationml.presentation`],
  ["zip", "application/zip"],
];

test.each(KNOWN)("%s is recognised as %s", (name, mimeType) => {
  expect(sniff(FILES[name])).toMatchObject({ kind: "known", mimeTypes: expect.arrayContaining([mimeType]) });
});

test.each(["docx", "xlsx", "pptx"] as const)("%s is told from the other archives", (name) => {
  expect(sniff(FILES[name])).toMatchObject({ mimeTypes: [expect.stringContaining("openxmlformats")] });
});

test("an OLE container may be of any of its three programs", () => {
  expect(sniff(FILES.ole)).toEqual({
    kind: "known",
    mimeTypes: ["application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"],
  });
});

test("every documented type but plain text has a file here by which it is recognised", () => {
  const recognised = new Set(
    Object.values(FILES).flatMap((file) => {
      const found = sniff(file);
      return found.kind === "known" ? [...found.mimeTypes] : [];
    }),
  );
  expect(Object.keys(MEDIA_TYPES).filter((type) => !recognised.has(type))).toEqual(["text/plain"]);
});

test("a sticker is animated by the flag of its extended header, and only by it", () => {
  const isAnimated = (file: Buffer) =>
    sniff(file).kind === "known" && (sniff(file) as { isAnimated?: boolean }).isAnimated;
  expect([FILES.webp, FILES.webpStill, FILES.webpAnimated].map(isAnimated)).toEqual([false, false, true]);
});

describe("what WhatsApp does not take is called by its name", () => {
  test.each(["gif", "wav", "quicktime", "vorbis", "opusStereo"] as const)("%s", (name) => {
    expect(sniff(FILES[name])).toMatchObject({ kind: "unsupported", why: expect.stringMatching(/\S/) });
  });
});

test("text is text, in UTF-8 and UTF-16, and noise is nothing", () => {
  expect([FILES.text, FILES.utf16, FILES.noise, Buffer.alloc(0)].map((file) => sniff(file).kind)).toEqual([
    "text",
    "text",
    "unknown",
    "unknown",
  ]);
});

test("whatever follows the first bytes, the type stays the same", async () => {
  const names = KNOWN.map(([name]) => name).filter((name) => name !== "zip"); // what follows tells which kind of archive
  await forCases(300, ({ oneOf, listOf, upTo }) => {
    const start = Buffer.concat([FILES[oneOf(names)], Buffer.alloc(32)]);
    const more = Buffer.from(listOf(200, () => upTo(255)));
    expect(sniff(Buffer.concat([start, more]))).toEqual(sniff(start));
  });
});

test("no bytes make it fail", async () => {
  await forCases(300, ({ oneOf, listOf, upTo }) => {
    const cut = oneOf(Object.values(FILES)).subarray(0, upTo(40));
    const file = Buffer.concat([cut, Buffer.from(listOf(200, () => upTo(255)))]);
    expect(["known", "unsupported", "text", "unknown"]).toContain(sniff(file).kind);
  });
});
