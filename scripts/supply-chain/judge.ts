// What pnpm's answers mean: the parts of an SBOM, and the end of an audit.

/** The names of an SBOM's components, scopes included ("@bull-board/api"). Lines before the JSON (warnings) are skipped. */
export function readComponents(text: string): ReadonlySet<string> {
  const start = text.search(/^\{/m);
  const { components = [] } = JSON.parse(text.slice(Math.max(0, start))) as {
    components?: readonly { readonly name: string; readonly group?: string }[];
  };
  return new Set(components.map(({ name, group }) => (group ? `${group}/${name}` : name)));
}

/** Whatever is wanted and not there; everything, where the SBOM is empty. */
export function missingComponents(components: ReadonlySet<string>, wanted: readonly string[]): string[] {
  if (wanted.length === 0) throw new Error("nothing is wanted: the services' dependencies were not found");
  return wanted.filter((name) => !components.has(name));
}

export type AuditVerdict =
  | { readonly kind: "none" }
  | { readonly kind: "findings"; readonly text: string }
  /** The registry has no such endpoint, or could not be reached. */
  | { readonly kind: "not-asked"; readonly why: string };

/** pnpm exits with an error in both cases: when it finds something, and when it could not ask. */
export function verdictOfAudit({ code, text }: { readonly code: number; readonly text: string }): AuditVerdict {
  if (code === 0) return { kind: "none" };
  const cannotAsk =
    /ERR_PNPM_(AUDIT_\w+|META_FETCH_FAIL|NO_OFFLINE_\w+)|\b(ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN)\b/.exec(text);
  if (cannotAsk === null) return { kind: "findings", text };
  const status = /responded with (\d{3})/.exec(text)?.[1];
  return { kind: "not-asked", why: status ? `the registry answers ${status} to an audit` : `${cannotAsk[0]}` };
}
