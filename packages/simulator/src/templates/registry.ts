// The templates of a business account, or of one number that was given its own. An empty registry accepts every
// template; once one was registered the platform's rules hold: unknown or not approved 132001, paused 132015, disabled
// 132016, and what match.ts asks. A pause may end by itself (Meta "template pausing": 3 h, then 6 h, then disabled).
import type { TemplateOptions } from "../admin-types.ts";
import { type Complaint, wrong } from "../complaint.ts";
import { hashText } from "../prng.ts";
import { type Definition, readDefinition } from "./definition.ts";
import { matchUse } from "./match.ts";
import type { TemplateUse } from "./use.ts";

export interface Registered {
  id: string;
  options: TemplateOptions;
  definition: Definition;
  /** From when on it is approved by itself. */
  approvedAtMs: number;
  /** Moments of its edits while it was approved. */
  editedAtMs: number[];
  /** How often it was paused for its quality. */
  pausesCount: number;
  /** For the marketing messages API: from when on it is synced, and when it was last sent there (0: never). */
  syncedAtMs: number;
  sentAsMarketingAtMs: number;
}

export interface TemplateRegistry {
  /** Whether every template is accepted because none was ever registered. */
  readonly isOpen: boolean;
  /** Pauses with an end count from `nowMs`. */
  replaceAll(templates: TemplateOptions[], nowMs: number): void;
  add(options: TemplateOptions): Registered;
  remove(template: Registered): void;
  /** Lays new fields over a template's and reads its definition again; a pause that would end by itself stays one. */
  change(template: Registered, fields: Partial<TemplateOptions>): void;
  all(): Registered[];
  /** With the status each has at `nowMs`. */
  list(nowMs: number): TemplateOptions[];
  find(named: { name: string; language: string }): Registered | null;
  withId(id: string): Registered | null;
}

/** wabaId   goes into the ids it gives */
export function createTemplateRegistry(wabaId: string): TemplateRegistry {
  let templates = new Map<string, Registered>();
  let isOpen = true;

  function add(options: TemplateOptions): Registered {
    const key = keyOf(options);
    const registered: Registered = {
      id: options.id ?? String(hashText(`${wabaId}/${key}`)),
      options,
      definition: readDefinition(options),
      approvedAtMs: Number.POSITIVE_INFINITY,
      editedAtMs: [],
      pausesCount: 0,
      syncedAtMs: 0,
      sentAsMarketingAtMs: 0,
    };
    templates.set(key, registered);
    isOpen = false;
    return registered;
  }

  return {
    get isOpen() {
      return isOpen;
    },
    replaceAll(list, nowMs) {
      templates = new Map();
      isOpen = true;
      for (const options of list) {
        add(options).approvedAtMs = nowMs + (options.pausedForMs ?? Number.POSITIVE_INFINITY);
      }
    },
    add,
    remove(template) {
      templates.delete(keyOf(template.options));
    },
    change(template, fields) {
      template.options = { ...template.options, ...fields };
      template.definition = readDefinition(template.options);
    },
    all: () => [...templates.values()],
    list: (nowMs) => [...templates.values()].map((registered) => optionsAt(registered, nowMs)),
    find: (named) => (isOpen ? null : (templates.get(keyOf(named)) ?? null)),
    withId: (id) => [...templates.values()].find((registered) => registered.id === id) ?? null,
  };
}

const keyOf = ({ name, language }: { name: string; language: string }) => `${language}/${name}`;

/** What is registered, with the status of now: a pause may be over. */
export function optionsAt({ options, approvedAtMs }: Registered, nowMs: number): TemplateOptions {
  if (nowMs < approvedAtMs) return options;
  const { pausedForMs: _, ...rest } = options;
  return { ...rest, status: "APPROVED" };
}

export function statusAt({ options, approvedAtMs }: Registered, nowMs: number): string {
  return nowMs < approvedAtMs ? options.status : "APPROVED";
}

/** Why a template that is looked for in a registry cannot be sent so; null stands for one that is not in it. */
export function checkRegistered(template: Registered | null, use: TemplateUse, nowMs: number): Complaint | null {
  const status = template && statusAt(template, nowMs);
  if (status === "PAUSED") return wrong(132015, "Template is paused due to low quality so it cannot be sent.");
  if (status === "DISABLED") return wrong(132016, "Template is permanently disabled.");
  if (template === null || status !== "APPROVED") {
    return wrong(132001, `template name (${use.name}) does not exist in ${use.language}`);
  }
  return matchUse(template.definition, use);
}
