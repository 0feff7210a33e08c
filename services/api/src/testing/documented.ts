// Holds every answer that a test gets against the OpenAPI document: its status, its problem, and its body by the schema that
// callers are shown. So nothing can be answered that the document does not tell of, as long as some test sees it.

import { z } from "zod";
import { createOpenApiDocument } from "../openapi.ts";

interface Content {
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Documented {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Content>>;
}

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Documented>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly responses: Readonly<Record<string, Documented>>;
  };
}

/** Schemas refer to each other below $defs, where JSON Schema has them when it stands by itself. */
export const document: Document = JSON.parse(
  JSON.stringify(createOpenApiDocument()).replaceAll("#/components/schemas/", "#/$defs/"),
);

const paths = Object.entries(document.paths).map(([path, operations]) => ({
  // The one with fewer parameters first: /v1/messages/batch is not an id.
  parameters: path.split("{").length,
  pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`),
  operations,
}));
paths.sort((one, other) => one.parameters - other.parameters);

export function responseOf(operation: Operation, status: number): Documented | undefined {
  const response = operation.responses[status];
  return response?.$ref === undefined ? response : document.components.responses[response.$ref.split("/").at(-1) ?? ""];
}

const validators = new WeakMap<object, z.ZodType>();

/** What is wrong with a value by a schema of the document; null if nothing is. */
export function faultsBySchema(schema: object, value: unknown): string | null {
  let validator = validators.get(schema);
  if (!validator) {
    validator = z.fromJSONSchema({ ...schema, $defs: document.components.schemas } as never);
    validators.set(schema, validator);
  }
  const { error } = validator.safeParse(value);
  return error ? z.prettifyError(error) : null;
}

/**
 * throws   an Error, if the document does not tell callers of such an answer
 */
export function assertDocumented(
  method: string,
  url: string,
  answer: { readonly status: number; readonly headers: Headers; readonly body: unknown },
): void {
  const path = url.split("?")[0] ?? "";
  const operation = paths.find(({ pattern }) => pattern.test(path))?.operations[method.toLowerCase()];
  if (!operation) return;
  const name = `${method} ${path} ${answer.status}`;
  const response = responseOf(operation, answer.status);
  if (!response) throw new Error(`the document knows no ${name}: ${JSON.stringify(answer.body)}`);
  const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
  const content = response.content?.[type];
  if (!content?.schema) return;
  const faults = faultsBySchema(content.schema, answer.body);
  if (faults !== null) throw new Error(`${name} is not what the document says:\n${faults}`);
  if (type !== "application/problem+json") return;
  const told = Object.values(content.examples ?? {}).map(({ value }) => (value as { type: string }).type);
  const { type: problem } = answer.body as { type: string };
  if (!told.includes(problem)) throw new Error(`the document tells of no ${problem} in ${name}`);
}
