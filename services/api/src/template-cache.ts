// The templates of each account in this process's memory, so that the check of a send costs no round trip: what is known is
// looked up at once, and whether it is still the newest is asked at most every few seconds, beside the request. Only the
// first look at an account, and one after a long pause, is waited for.

import {
  categoryOfDefinition,
  type Expectations,
  expectationsOf,
  readKept,
  type TemplateCategory,
  type TemplateDefinition,
} from "@tern/dialog360";
import type { Sender } from "@tern/runtime";
import type { KeptTemplates, Store } from "@tern/store";

export interface CachedTemplate {
  readonly definition: TemplateDefinition;
  /** What a send must bring; worked out once. */
  readonly expectations: Expectations;
}

export type TemplateLookup =
  /** The list has never been read, or is empty: nobody can say what there is. */
  | { readonly kind: "unknown" }
  | { readonly kind: "missing"; readonly languages: readonly string[]; readonly names: () => readonly string[] }
  | ({ readonly kind: "found" } & CachedTemplate);

export interface TemplateCache {
  /** Waits until something is known of the account; null (nearly always) when there is nothing to wait for. */
  ready(sender: Pick<Sender, "wabaId">): Promise<void> | null;
  /** What is known at this moment. */
  find(sender: Pick<Sender, "wabaId">, name: string, language: string): TemplateLookup;
  /** marketing, utility or authentication; null when it is not known. */
  categoryOf(sender: Pick<Sender, "wabaId">, name: string, language: string): TemplateCategory | null;
  /** Reads what has changed, for whoever has just changed it. */
  refresh(sender: Pick<Sender, "wabaId">): Promise<void>;
}

export interface TemplateCacheDeps {
  readonly store: Pick<Store, "readTemplates">;
  readonly clock: { monotonicMs(): number };
  readonly onError: (error: unknown) => void;
}

/** How old it may be before it is looked at again, beside the request that finds it so. */
const FRESH_MS = 2_000;
/** How old it may be before a request waits for the look: nobody has asked for so long. */
const STALE_MS = 30_000;

interface Account {
  version: number | null;
  isSynced: boolean;
  /** JSON, or parsed once somebody needed it. By `<name>/<language>`. */
  entries: ReadonlyMap<string, Entry>;
  languagesOf: ReadonlyMap<string, readonly string[]>;
  readAtMs: number;
  reading: Promise<void> | null;
}

interface Entry {
  readonly json: string;
  template: CachedTemplate | null;
}

export function createTemplateCache({ store, clock, onError }: TemplateCacheDeps): TemplateCache {
  const accounts = new Map<string, Account>();

  function accountOf(wabaId: string): Account {
    const known = accounts.get(wabaId);
    if (known) return known;
    const account: Account = {
      version: null,
      isSynced: false,
      entries: new Map(),
      languagesOf: new Map(),
      readAtMs: Number.NEGATIVE_INFINITY,
      reading: null,
    };
    accounts.set(wabaId, account);
    return account;
  }

  /** One read at a time; whoever comes meanwhile shares it. */
  function read(wabaId: string, account: Account): Promise<void> {
    account.reading ??= readOnce(wabaId, account).finally(() => {
      account.reading = null;
    });
    return account.reading;
  }

  async function readOnce(wabaId: string, account: Account): Promise<void> {
    const begunMs = clock.monotonicMs();
    const kept = await store.readTemplates(wabaId, account.version);
    account.readAtMs = begunMs;
    if (kept) take(account, kept);
  }

  function find(sender: Pick<Sender, "wabaId">, name: string, language: string): TemplateLookup {
    const account = accountOf(sender.wabaId);
    const entry = account.entries.get(`${name}/${language}`);
    if (entry) {
      const template = parsed(entry);
      return template ? { kind: "found", ...template } : { kind: "unknown" };
    }
    // An empty list is rather a key that may not see it than an account that sends templates and has none.
    if (!account.isSynced || account.entries.size === 0) return { kind: "unknown" };
    const languages = account.languagesOf.get(name) ?? [];
    return { kind: "missing", languages, names: () => [...account.languagesOf.keys()] };
  }

  return {
    ready({ wabaId }) {
      const account = accountOf(wabaId);
      const ageMs = clock.monotonicMs() - account.readAtMs;
      if (ageMs < FRESH_MS) return null;
      const reading = read(wabaId, account);
      if (ageMs > STALE_MS) return reading;
      reading.catch(onError);
      return null;
    },
    find,
    categoryOf(sender, name, language) {
      const found = find(sender, name, language);
      return found.kind === "found" ? categoryOfDefinition(found.definition) : null;
    },
    async refresh({ wabaId }) {
      const account = accountOf(wabaId);
      await account.reading?.catch(() => {}); // it may have begun before the change
      await read(wabaId, account);
    },
  };
}

function take(account: Account, { version, syncedAtMs, entries }: KeptTemplates): void {
  account.version = version;
  account.isSynced = syncedAtMs !== null;
  const before = account.entries;
  const languagesOf = new Map<string, string[]>();
  account.entries = new Map(
    [...entries].map(([key, { definition: json }]) => {
      const [name = "", language = ""] = key.split("/");
      languagesOf.set(name, [...(languagesOf.get(name) ?? []), language]);
      const known = before.get(key);
      return [key, known?.json === json ? known : { json, template: null }];
    }),
  );
  account.languagesOf = languagesOf;
}

function parsed(entry: Entry): CachedTemplate | null {
  if (entry.template) return entry.template;
  const definition = readKept(entry.json);
  if (definition) entry.template = { definition, expectations: expectationsOf(definition) };
  return entry.template;
}
