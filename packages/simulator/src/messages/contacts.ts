// A contacts message (Meta "contacts-messages", read 2026-09). The page says up to 257 contacts.
import { type Complaint, isObject, missing, wrong } from "../complaint.ts";
import { checkKeys, checkList, checkText, type Fields, firstOf } from "./fields.ts";

const CONTACTS_MAX = 257;
const TEXT_CHARS_MAX = 1024; // none is documented
const contactKeys = new Set(["name", "phones", "emails", "addresses", "org", "urls", "birthday"]);
const nameKeys = new Set(["formatted_name", "first_name", "last_name", "middle_name", "suffix", "prefix"]);
const orgKeys = new Set(["company", "department", "title"]);
const lists: [name: string, keys: ReadonlySet<string>][] = [
  ["phones", new Set(["phone", "type", "wa_id"])],
  ["emails", new Set(["email", "type"])],
  ["addresses", new Set(["street", "city", "state", "zip", "country", "country_code", "type"])],
  ["urls", new Set(["url", "type"])],
];
const birthday = /^\d{4}-\d{2}-\d{2}$/;

export function checkContacts(content: unknown): Complaint | null {
  return (
    checkList(content, "contacts", { min: 1, max: CONTACTS_MAX }) ??
    firstOf(content as unknown[], (contact, at) => checkContact(contact, `contacts[${at}]`))
  );
}

function checkContact(contact: unknown, path: string): Complaint | null {
  if (!isObject(contact)) return wrong(100, `Param ${path} must be an object`);
  const complaint =
    checkKeys(contact, path, contactKeys) ??
    checkName(contact.name, `${path}.name`) ??
    (contact.org === undefined ? null : checkTexts(contact.org, `${path}.org`, orgKeys));
  if (complaint) return complaint;
  if (contact.birthday !== undefined && !(typeof contact.birthday === "string" && birthday.test(contact.birthday))) {
    return wrong(131009, `Param ${path}.birthday must be YYYY-MM-DD`);
  }
  return firstOf(lists, ([name, keys]) => checkEntries(contact[name], `${path}.${name}`, keys));
}

function checkName(name: unknown, path: string): Complaint | null {
  const complaint = checkTexts(name, path, nameKeys);
  if (complaint) return complaint;
  return (name as Fields).formatted_name === undefined ? missing(`${path}.formatted_name`) : null;
}

function checkEntries(entries: unknown, path: string, keys: ReadonlySet<string>): Complaint | null {
  if (entries === undefined) return null;
  if (!Array.isArray(entries)) return wrong(100, `Param ${path} must be an array`);
  return firstOf(entries, (entry, at) => checkTexts(entry, `${path}[${at}]`, keys));
}

/** An object whose fields are all texts. */
function checkTexts(value: unknown, path: string, keys: ReadonlySet<string>): Complaint | null {
  if (value === undefined) return missing(path);
  if (!isObject(value)) return wrong(100, `Param ${path} must be an object`);
  return (
    checkKeys(value, path, keys) ??
    firstOf(Object.entries(value), ([key, text]) => checkText(text, `${path}.${key}`, { max: TEXT_CHARS_MAX }))
  );
}
