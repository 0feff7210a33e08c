import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { buildSendBody } from "../send-body.ts";
import { contentJson, contentSchema } from "./content.ts";
import { readStoredContent, storedContent } from "./stored-content.ts";
import { fallbackSchema } from "./template-content.ts";
import { EXAMPLES } from "./testing/examples.ts";

const contents = EXAMPLES.map(([, content]) => contentSchema.parse(content));
const fallbacks = EXAMPLES.flatMap(([, content]) => fallbackSchema.safeParse(content).data ?? []);

describe("a stored content", () => {
  test("is the text that is sent, and comes back as it went in", () => {
    for (const content of contents) {
      expect(storedContent(content, null)).toBe(contentJson(content));
      expect(readStoredContent(storedContent(content, null))).toEqual({
        content: contentJson(content),
        fallback: null,
      });
    }
  });

  test("keeps a fallback beside it, each ready to be sent", () => {
    expect(fallbacks.length).toBeGreaterThan(10);
    fc.assert(
      fc.property(fc.constantFrom(...contents), fc.constantFrom(...fallbacks), (content, fallback) => {
        const stored = readStoredContent(storedContent(content, fallback));

        expect(stored).toEqual({ content: contentJson(content), fallback: contentJson(fallback) });
        for (const text of [stored.content, stored.fallback ?? ""]) {
          const body = JSON.parse(buildSendBody({ to: "+1", callbackData: "", content: text }));
          expect(body).toMatchObject(JSON.parse(text) as object);
        }
      }),
    );
  });

  test("keeps a text with line breaks whole", () => {
    const content = contentSchema.parse({ type: "text", text: { body: "one\ntwo\r\nthree\u2028four" } });

    expect(readStoredContent(storedContent(content, null)).fallback).toBeNull();
  });

  test("is read whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { content, fallback } = readStoredContent(text);
        expect(fallback === null ? content : `${content}\n${fallback}`).toBe(text);
      }),
    );
  });
});
