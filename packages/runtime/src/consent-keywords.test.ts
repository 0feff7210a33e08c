import { expect, test } from "@jest/globals";
import { DEFAULT_CONSENT_KEYWORDS, foldKeyword, indexKeywords } from "./consent-keywords.ts";

const words = (kind: "stop" | "start") => Object.values(DEFAULT_CONSENT_KEYWORDS[kind]).flat();

test("no default word says both stop and start", () => {
  const start = indexKeywords(DEFAULT_CONSENT_KEYWORDS.start);
  expect(words("stop").filter((word) => start.has(foldKeyword(word)))).toEqual([]);
});

test("every default word is found again as it is written, shouted, and with a full stop behind it", () => {
  for (const kind of ["stop", "start"] as const) {
    const index = indexKeywords(DEFAULT_CONSENT_KEYWORDS[kind]);
    const spellings = words(kind).flatMap((word) => [word, word.toUpperCase(), ` ${word}. `, word.normalize("NFD")]);
    expect(spellings.filter((spelling) => !index.has(foldKeyword(spelling)))).toEqual([]);
  }
});

test("every language that has words to stop has words to start again", () => {
  expect(Object.keys(DEFAULT_CONSENT_KEYWORDS.start)).toEqual(Object.keys(DEFAULT_CONSENT_KEYWORDS.stop));
  expect(Object.keys(DEFAULT_CONSENT_KEYWORDS.stop).length).toBeGreaterThanOrEqual(12);
});
