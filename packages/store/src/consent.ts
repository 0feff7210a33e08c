// What contacts have allowed or refused, kept per portfolio: evidence that outlives messages. Statements are ordered by their
// own time, so an older one that arrives late overrules nothing, and any order of arrival ends in the same state. The
// layout is in lua/include/consent.lua.

import {
  asksForConsent,
  type ConsentAnswer,
  type ConsentCategory,
  type ConsentPolicy,
  type ConsentState,
  consentAnswer,
} from "@tern/core";
import { coalesce } from "./coalesce.ts";
import { portfolioBase } from "./keys.ts";
import type { RunScript } from "./scripts.ts";

/**
 * Where a statement comes from: a caller's word, a caller's import of older evidence, the stop and resume of WhatsApp's own
 * settings, a failed send with that code, a keyword in a message. `erasure`: an opt-out that outlived an erasure.
 */
export const CONSENT_SOURCES = ["api", "import", "user_preferences", "131050", "keyword", "erasure"] as const;
export type ConsentSource = (typeof CONSENT_SOURCES)[number];

export interface ConsentStatement {
  readonly category: ConsentCategory;
  readonly state: ConsentState;
  /** When it was said, epoch ms. */
  readonly atMs: number;
  readonly source: ConsentSource;
  /** The caller that told it; null when the provider did. */
  readonly by: string | null;
  /** What shows it: the words of a form, an address, a message's id. */
  readonly proof: string | null;
}

export interface ConsentChange {
  /** All that is known to name this person, at least one; they are one contact from then on. */
  readonly spellings: readonly string[];
  readonly statement: ConsentStatement;
}

/** recorded: it counts now · older: kept, but a later statement counts · same: known already. */
export type Recorded = "recorded" | "older" | "same";

export interface ContactConsent {
  /** The contact's name: its phone number, if one is known. */
  readonly contact: string;
  /** All spellings, the contact's name first. */
  readonly spellings: readonly string[];
  /** The last statements of each category, newest first: the first of them counts. */
  readonly statements: Readonly<Record<ConsentCategory, readonly ConsentStatement[]>>;
}

export interface ErasedConsent {
  /** What stands for the contact in the audit trail. */
  readonly digest: string;
  /** Categories whose opt-out still protects whoever was erased. */
  readonly optOutsKept: number;
  readonly spellings: readonly string[];
}

/** Statements of one call: each may touch some ten keys, and Redis is not to be held for long. */
const RECORD_MOST = 200;
const CHECK_MOST = 500;
const LOOK_MOST = 1_000;

const LETTERS = { marketing: "m", utility: "u", authentication: "a" } as const satisfies Record<
  ConsentCategory,
  string
>;
const TIME_DIGITS = 15;
/** Length of category, time and state. */
const HEAD = 1 + TIME_DIGITS + 1;

export function createConsent(run: RunScript, prefix: string, newSecret: () => string) {
  interface Question {
    readonly portfolioId: string;
    readonly category: ConsentCategory;
  }
  async function statesOf({ portfolioId, category }: Question, contacts: readonly (readonly string[])[]) {
    const args = contacts.flatMap((spellings) => [spellings.length, ...spellings]);
    const base = portfolioBase(prefix, portfolioId);
    const replies = (await run("consent_check", base, [LETTERS[category], ...args])) as ("1" | "0" | "")[];
    return replies.map(stateOf);
  }
  const askTogether = coalesce<Question, readonly string[], ConsentState | null>(CHECK_MOST, statesOf);

  const lookTogether = coalesce<string, readonly string[], 0 | 1>(LOOK_MOST, (portfolioId, people) =>
    consentJoin(portfolioId, "look", people),
  );

  return {
    /** Keeps statements. The time of one is not after now: whoever takes it from outside sees to that. */
    async recordConsents(portfolioId: string, changes: readonly ConsentChange[]): Promise<Recorded[]> {
      const results: Recorded[] = [];
      for (let at = 0; at < changes.length; at += RECORD_MOST) {
        const args = changes
          .slice(at, at + RECORD_MOST)
          .flatMap(({ spellings, statement }) => [spellings.length, ...spellings, packStatement(statement)]);
        results.push(...((await run("consent_record", portfolioBase(prefix, portfolioId), args)) as Recorded[]));
      }
      return results;
    },

    /**
     * Makes one contact of the spellings of each person, where something was said under one of them; a person of whom nothing
     * is known leaves no trace, so whoever learns of a spelling names all that it knows of the person. Returns how many
     * were joined.
     */
    async joinConsents(portfolioId: string, people: readonly (readonly string[])[]): Promise<number> {
      return (await consentJoin(portfolioId, "join", people)).filter((isJoined) => isJoined === 1).length;
    },

    /**
     * Those of whom something was said under one of their spellings that does not hold for all of them yet. Calls of one
     * moment share a round trip.
     */
    async findSplitConsents<Person extends readonly string[]>(
      portfolioId: string,
      people: readonly Person[],
    ): Promise<Person[]> {
      const areSplit = await Promise.all(people.map((person) => lookTogether(portfolioId, portfolioId, person)));
      return people.filter((_, at) => areSplit[at] === 1);
    },

    /**
     * What holds for each of these contacts, in order, each given by all the spellings that are known. Calls of one moment
     * share a round trip.
     */
    async checkConsent(
      portfolioId: string,
      contacts: readonly (readonly string[])[],
      { category, policy }: { readonly category: ConsentCategory; readonly policy: ConsentPolicy },
    ): Promise<ConsentAnswer[]> {
      if (!asksForConsent(category, policy)) return contacts.map(() => "allowed");
      const group = `${portfolioId} ${category}`;
      const states = await Promise.all(
        contacts.map((spellings) => askTogether(group, { portfolioId, category }, spellings)),
      );
      return states.map((state) => consentAnswer(category, state, policy));
    },

    /** All that is kept of one contact; its lists are empty when nothing was ever said. */
    async readConsent(portfolioId: string, spelling: string): Promise<ContactConsent> {
      const reply = (await run("consent_read", portfolioBase(prefix, portfolioId), [spelling])) as string[];
      const [contact = spelling, ...lines] = reply;
      const others = lines.filter((line) => line.startsWith("s")).map((line) => line.slice(1));
      const statementsOf = (category: ConsentCategory) =>
        lines.filter((line) => line.startsWith(LETTERS[category])).map((line) => unpackStatement(category, line));
      return {
        contact,
        spellings: [contact, ...others],
        statements: {
          marketing: statementsOf("marketing"),
          utility: statementsOf("utility"),
          authentication: statementsOf("authentication"),
        },
      };
    },

    /** Who this is in an audit trail, and all its spellings; changes nothing. */
    nameContact: (portfolioId: string, spellings: readonly string[]) => eraseConsents(portfolioId, "name", spellings),

    /**
     * Forgets a contact. Its opt-outs go on protecting it under digests that name nobody, unless they are to be forgotten
     * as well. Safe to repeat.
     */
    eraseConsent: (portfolioId: string, spellings: readonly string[], optOuts: "keep" | "forget") =>
      eraseConsents(portfolioId, optOuts === "keep" ? "erase" : "forget", spellings),
  };

  async function consentJoin(portfolioId: string, mode: "look" | "join", people: readonly (readonly string[])[]) {
    const args = people.flatMap((spellings) => [spellings.length, ...spellings]);
    return (await run("consent_join", portfolioBase(prefix, portfolioId), [mode, ...args])) as (0 | 1)[];
  }

  async function eraseConsents(
    portfolioId: string,
    mode: "name" | "erase" | "forget",
    spellings: readonly string[],
  ): Promise<ErasedConsent> {
    const args = [mode, newSecret(), ...spellings];
    const reply = (await run("consent_erase", portfolioBase(prefix, portfolioId), args)) as [
      string,
      number,
      ...string[],
    ];
    const [digest, optOutsKept, ...all] = reply;
    return { digest: digest.slice(0, DIGEST_SHOWN), optOutsKept, spellings: all };
  }
}

/** Enough to tell two contacts of a portfolio apart. */
const DIGEST_SHOWN = 16;

/** As lua/include/consent.lua has it: texts in the order in which statements count. */
function packStatement({ category, state, atMs, source, by, proof }: ConsentStatement): string {
  const time = String(atMs).padStart(TIME_DIGITS, "0");
  const evidence = { source, ...(by !== null && { by }), ...(proof !== null && { proof }) };
  return `${LETTERS[category]}${time}${state === "opted-out" ? "1" : "0"}${JSON.stringify(evidence)}`;
}

function unpackStatement(category: ConsentCategory, packed: string): ConsentStatement {
  const evidence = JSON.parse(packed.slice(HEAD)) as Partial<Pick<ConsentStatement, "source" | "by" | "proof">>;
  return {
    category,
    state: packed[HEAD - 1] === "1" ? "opted-out" : "opted-in",
    atMs: Number(packed.slice(1, HEAD - 1)),
    source: evidence.source ?? "api",
    by: evidence.by ?? null,
    proof: evidence.proof ?? null,
  };
}

function stateOf(reply: "1" | "0" | ""): ConsentState | null {
  if (reply === "") return null;
  return reply === "1" ? "opted-out" : "opted-in";
}
