// Webhook bodies for tests: the fixtures, one per situation, and an envelope around values made up in a test.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { WebhookItem } from "../items.ts";
import { parseWebhook } from "../parse.ts";

const FIXTURES = join(import.meta.dirname, "..", "fixtures");

export const WAMID = "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA";
export const NUMBER = "106540352242922";
export const WABA = "102290129340398";

export const fixtureNames = readdirSync(FIXTURES).map((file) => file.replace(/\.json$/, ""));

export function fixture(name: string): Buffer {
  return readFileSync(join(FIXTURES, `${name}.json`));
}

export function itemsOf(raw: Buffer | string): WebhookItem[] {
  const content = parseWebhook(raw);
  if ("unreadable" in content) throw new Error(content.unreadable);
  return content.items;
}

export function itemsOfFixture(name: string): WebhookItem[] {
  return itemsOf(fixture(name));
}

/** The first value of a fixture, as the provider wrote it. */
export function valueOfFixture(name: string) {
  return JSON.parse(fixture(name).toString()).entry[0].changes[0].value;
}

export function envelope(value: unknown, field = "messages"): string {
  return JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: WABA, changes: [{ field, value }] }] });
}
