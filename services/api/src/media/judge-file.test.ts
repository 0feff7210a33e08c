// What the caller says and what the bytes say, together.

import { expect, test } from "@jest/globals";
import { FILES } from "../testing/files.ts";
import { type FileKind, type FileVerdict, judgeFile } from "./judge-file.ts";
import { MEDIA_TYPES, mimeTypeOf } from "./media-types.ts";
import { sniff } from "./sniff.ts";

const judge = (declared: string | undefined, file: Buffer): FileVerdict => judgeFile(mimeTypeOf(declared), sniff(file));
const typeOf = (verdict: FileVerdict) => ("mimeType" in verdict ? verdict.mimeType : null);

const TAKEN: readonly (readonly [string | undefined, keyof typeof FILES, string])[] = [
  [undefined, "jpeg", "image/jpeg"],
  ["application/octet-stream", "png", "image/png"],
  ["image/jpg", "jpeg", "image/jpeg"],
  ["IMAGE/PNG; x=y", "png", "image/png"],
  [undefined, "mp4", "video/mp4"],
  ["audio/mp4", "mp4", "audio/mp4"],
  ["audio/ogg; codecs=opus", "opus", "audio/ogg"],
  ["audio/opus", "opus", "audio/ogg"],
  ["audio/aac", "mp3Tagged", "audio/aac"],
  ["application/msword", "ole", "application/msword"],
  ["application/x-outlook-msg", "ole", "application/x-outlook-msg"],
  ["application/zip", "zip", "application/zip"],
  ["application/vnd.oasis.opendocument.text", "zip", "application/vnd.oasis.opendocument.text"],
  [undefined, "zip", "application/zip"],
  [undefined, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  ["text/plain", "text", "text/plain"],
  ["text/csv", "text", "text/csv"],
  [undefined, "text", "text/plain"],
  ["application/x-proprietary", "noise", "application/x-proprietary"],
];

test.each(TAKEN)("declared as %s, %s is taken as %s", (declared, name, mimeType) => {
  expect(typeOf(judge(declared, FILES[name]))).toBe(mimeType);
});

const REFUSED: readonly (readonly [string | undefined, keyof typeof FILES, RegExp])[] = [
  ["image/jpeg", "png", /not image\/jpeg.*it is image\/png/],
  ["application/pdf", "jpeg", /not application\/pdf/],
  ["application/x-anything", "jpeg", /it is image\/jpeg/],
  ["image/png", "text", /not image\/png/],
  ["application/pdf", "noise", /not application\/pdf/],
  ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "docx", /wordprocessingml/],
  ["image/gif", "gif", /GIF/],
  ["image/tiff", "noise", /image\/tiff cannot be sent/],
  ["audio/wav", "wav", /RIFF/],
  ["audio/ogg", "vorbis", /without Opus/],
  ["audio/ogg", "opusStereo", /not mono/],
  ["video/quicktime", "quicktime", /qt/],
  [undefined, "ole", /say which/],
  [undefined, "noise", /cannot be told/],
];

test.each(REFUSED)("declared as %s, %s is refused in words", (declared, name, words) => {
  expect(judge(declared, FILES[name])).toEqual({ refusal: expect.stringMatching(words) });
});

const MB = 1_024 * 1_024;
const LIMITS: readonly (readonly [string, keyof typeof FILES, number])[] = [
  ["image/jpeg", "jpeg", 5 * MB],
  ["image/png", "png", 5 * MB],
  ["video/mp4", "mp4", 16 * MB],
  ["video/3gpp", "threeGp", 16 * MB],
  ["audio/aac", "aac", 16 * MB],
  ["audio/ogg", "opus", 16 * MB],
  ["image/webp", "webp", 100 * 1_024],
  ["image/webp", "webpStill", 100 * 1_024],
  ["image/webp", "webpAnimated", 500 * 1_024],
  ["application/pdf", "pdf", 100 * MB],
  ["text/plain", "text", 100 * MB],
];

test.each(LIMITS)("%s (%s) may have %i bytes", (declared, name, bytesMax) => {
  expect(judge(declared, FILES[name])).toMatchObject({ bytesMax });
});

test("no type may have more than any file may", () => {
  for (const { bytesMax } of Object.values(MEDIA_TYPES)) expect(bytesMax).toBeLessThanOrEqual(100 * MB);
  expect((judge("text/csv", FILES.text) as FileKind).bytesMax).toBe(100 * MB);
});
