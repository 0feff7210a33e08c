// Contact cards (M:messages/contacts-messages; docs/sources.md, sending). Only the formatted name is required; the texts have
// no documented lengths, and empty ones are let through, since that is what address books give.

import { z } from "zod";
import { characters } from "./characters.ts";
import { list } from "./lists.ts";

/** The page says 257, Meta's published schema 5; the wider one, since a provider that takes fewer says so. */
const CONTACTS_MAX = 257;
/** Not documented; bounds of ours, beyond anything sensible. */
const TEXT_MAX = 1_000;
const ENTRIES_MAX = 100;

const text = (name: string) => characters(name, { min: 0, max: TEXT_MAX }).optional();

function entries<Entry extends z.ZodType>(name: string, entry: Entry) {
  return list(name, entry, { min: 0, max: ENTRIES_MAX, items: ["entry", "entries"] }).optional();
}

const birthday = z
  .string("birthday is a text")
  .refine(isDate, "birthday is a date, written as YYYY-MM-DD")
  .optional()
  .meta({ format: "date", example: "1999-01-23" });

function isDate(value: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

const contact = z.strictObject({
  name: z.strictObject({
    formatted_name: characters("name.formatted_name", { max: TEXT_MAX }).meta({
      description: "The name that the message shows.",
      example: "Barbara J. Johnson",
    }),
    first_name: text("name.first_name"),
    last_name: text("name.last_name"),
    middle_name: text("name.middle_name"),
    suffix: text("name.suffix"),
    prefix: text("name.prefix"),
  }),
  phones: entries(
    "phones",
    z.strictObject({
      phone: text("phone"),
      type: text("type"),
      wa_id: text("wa_id").meta({ description: "Their WhatsApp id; without it the card shows an invitation button." }),
    }),
  ),
  emails: entries("emails", z.strictObject({ email: text("email"), type: text("type") })),
  addresses: entries(
    "addresses",
    z.strictObject({
      street: text("street"),
      city: text("city"),
      state: text("state"),
      zip: text("zip"),
      country: text("country"),
      country_code: text("country_code"),
      type: text("type"),
    }),
  ),
  org: z.strictObject({ company: text("company"), department: text("department"), title: text("title") }).optional(),
  urls: entries("urls", z.strictObject({ url: text("url"), type: text("type") })),
  birthday,
});

export const contacts = list("contacts", contact, { max: CONTACTS_MAX, items: ["contact", "contacts"] });
