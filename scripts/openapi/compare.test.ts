// What callers rely on, rule by rule: each change is made to a small description, and has to be noticed, or not.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { root } from "../workspace.ts";
import { breaksBetween, type Json, withoutWords } from "./compare.ts";

/** A description of one operation whose request and answer are such. */
function description(parts: { request?: Json; response?: Json; operation?: Json; parameters?: readonly Json[] }): Json {
  const { request = { type: "object" }, response = { type: "object" }, operation, parameters = [] } = parts;
  const content = (schema: Json) => ({ "application/json": { schema } });
  return {
    paths: {
      "/v1/things": {
        post: {
          operationId: "makeThing",
          parameters,
          requestBody: { required: false, content: content(request) },
          responses: {
            "200": { headers: { Location: {} }, content: content(response) },
            "404": { $ref: "#/components/responses/NotFound" },
          },
          ...operation,
        },
      },
    },
    components: {
      schemas: {
        Thing: { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
        Less: { type: "object", properties: {} },
      },
      responses: { NotFound: { content: content({ type: "object", properties: { type: { type: "string" } } }) } },
      securitySchemes: { apiKey: { type: "http", scheme: "bearer" } },
    },
  };
}

const object = (properties: Json, over: Json = {}): Json => ({ type: "object", properties, ...over });
const ref = { $ref: "#/components/schemas/Thing" };
const variant = (kind: string, over: Json = {}) => object({ kind: { const: kind }, ...over }, { required: ["kind"] });
const whats = (before: Json, after: Json) => breaksBetween(before, after).map(({ where, what }) => `${where}: ${what}`);
const BODY = "POST /v1/things body";
const ANSWER = "POST /v1/things 200";

/** From, to, and what is broken; nothing where there is no third. */
type Case = readonly [name: string, before: Json, after: Json, broken?: string];

/** With null for what is not there: jest would pass a function instead. */
const complete = (cases: readonly Case[]) =>
  cases.map(([name, before, after, broken = null]) => [name, before, after, broken === null ? [] : [broken]] as const);

const requests: readonly Case[] = [
  ["a new optional field", object({}), object({ a: {} })],
  ["a field is gone", object({ a: {} }), object({}), `${BODY}.a: it is gone`],
  [
    "an optional field is required",
    object({ a: {} }),
    object({ a: {} }, { required: ["a"] }),
    `${BODY}.a: it is required now`,
  ],
  ["a new field is required", object({}), object({ a: {} }, { required: ["a"] }), `${BODY}.a: it is required now`],
  ["a required field is optional", object({ a: {} }, { required: ["a"] }), object({ a: {} })],
  [
    "further members are refused",
    object({}),
    object({}, { additionalProperties: false }),
    `${BODY}: further members are refused now`,
  ],
  ["further members are taken", object({}, { additionalProperties: false }), object({})],
  ["a type is another", { type: "string" }, { type: "number" }, `${BODY}: string is refused now`],
  ["null is refused", { type: ["string", "null"] }, { type: "string" }, `${BODY}: null is refused now`],
  ["null is taken", { type: "string" }, { type: ["string", "null"] }],
  ["any type becomes one", {}, { type: "string" }, `${BODY}: anything is refused now`],
  ["fractions are refused", { type: "number" }, { type: "integer" }, `${BODY}: number is refused now`],
  ["fractions are taken", { type: "integer" }, { type: "number" }],
  ["a value of an enum is gone", { enum: ["a", "b"] }, { enum: ["a"] }, `${BODY}: "b" is refused now`],
  ["a new value of an enum", { enum: ["a"] }, { enum: ["a", "b"] }],
  [
    "a text becomes an enum",
    { type: "string" },
    { type: "string", enum: ["a"] },
    `${BODY}: every other value is refused now`,
  ],
  ["a constant is another", { const: 1 }, { const: 2 }, `${BODY}: 1 is refused now`],
  ["a minimum grows", { minimum: 1 }, { minimum: 2 }, `${BODY}: its minimum has grown`],
  ["a minimum shrinks", { minimum: 2 }, { minimum: 1 }],
  ["a length gets a limit", {}, { maxLength: 9 }, `${BODY}: its maxLength has shrunk`],
  ["a list must have items", {}, { minItems: 1 }, `${BODY}: its minItems has grown`],
  ["a list may have fewer items", { maxItems: 9 }, { maxItems: 8 }, `${BODY}: its maxItems has shrunk`],
  ["a pattern is new", {}, { pattern: "^a" }, `${BODY}: its pattern is another now`],
  ["a pattern is gone", { pattern: "^a" }, {}],
  ["a format is another", { format: "date" }, { format: "date-time" }, `${BODY}: its format is another now`],
  ["inside a list", { items: { type: "string" } }, { items: { type: "number" } }, `${BODY}[]: string is refused now`],
  [
    "inside a map",
    { additionalProperties: { type: "string" } },
    { additionalProperties: { type: "number" } },
    `${BODY}.*: string is refused now`,
  ],
  ["inside a component", ref, { $ref: "#/components/schemas/Less" }, "Thing.a: it is gone"],
  [
    "a variant is gone",
    { anyOf: [variant("a"), variant("b")] },
    { anyOf: [variant("a")] },
    `${BODY}: the variant kind="b" is gone`,
  ],
  [
    "one of three variants is gone",
    { oneOf: [variant("a"), variant("b"), variant("c")] },
    { oneOf: [variant("a"), variant("c")] },
    `${BODY}: the variant kind="b" is gone`,
  ],
  ["a new variant", { anyOf: [variant("a"), variant("b")] }, { anyOf: ["a", "b", "c"].map((kind) => variant(kind)) }],
  ["a schema becomes one of two", variant("a"), { anyOf: [variant("b"), variant("a")] }],
  ["a union of one is that one", { oneOf: [variant("a")] }, variant("a")],
  [
    "inside a variant",
    { anyOf: [variant("a", { x: {} }), variant("b")] },
    { anyOf: [variant("b"), variant("a")] },
    `${BODY}(kind="a").x: it is gone`,
  ],
  [
    "a keyword that nobody knows",
    {},
    { allOf: [] },
    `${BODY}: it has the keyword allOf, which this comparison does not know: teach it`,
  ],
];

const responses: readonly Case[] = [
  ["a new field", object({}), object({ a: {} })],
  ["a field is gone", object({ a: {} }), object({}), `${ANSWER}.a: it is gone`],
  [
    "a field can be missing",
    object({ a: {} }, { required: ["a"] }),
    object({ a: {} }),
    `${ANSWER}.a: it can be missing now`,
  ],
  ["a field is always there", object({ a: {} }), object({ a: {} }, { required: ["a"] })],
  ["a type is another", { type: "string" }, { type: "number" }, `${ANSWER}: it can be number now`],
  ["null is possible", { type: "string" }, { type: ["string", "null"] }, `${ANSWER}: it can be null now`],
  ["null is no longer possible", { type: ["string", "null"] }, { type: "string" }],
  ["one type becomes any", { type: "string" }, {}, `${ANSWER}: it can be anything now`],
  ["a whole number becomes any number", { type: "integer" }, { type: "number" }, `${ANSWER}: it can be number now`],
  ["a new value of an enum", { enum: ["a"] }, { enum: ["a", "b"] }],
  ["an enum becomes any text", { enum: ["a"] }, { type: "string" }, `${ANSWER}: it can be any value now`],
  ["a constant gets a second value", { const: "a" }, { enum: ["a", "b"] }, `${ANSWER}: it can be another value now`],
  ["a time becomes any text", { format: "date-time" }, {}, `${ANSWER}: it is no longer a date-time`],
  ["a limit is gone", { maxItems: 9 }, {}],
  [
    "a new variant",
    { anyOf: [variant("a"), variant("b")] },
    { anyOf: ["a", "b", "c"].map((kind) => variant(kind)) },
    `${ANSWER}: the variant kind="c" is new`,
  ],
  [
    "a variant is gone",
    { anyOf: ["a", "b", "c"].map((kind) => variant(kind)) },
    { anyOf: [variant("a"), variant("b")] },
  ],
  ["inside a component", ref, { $ref: "#/components/schemas/Less" }, "Thing.a: it is gone"],
];

describe("in requests", () => {
  test.each(complete(requests))("%s", (_name, before, after, broken) => {
    expect(whats(description({ request: before }), description({ request: after }))).toEqual(broken);
  });
});

describe("in answers", () => {
  test.each(complete(responses))("%s", (_name, before, after, broken) => {
    expect(whats(description({ response: before }), description({ response: after }))).toEqual(broken);
  });
});

describe("of an operation", () => {
  const whole = description({});
  const parameter = (over: Json = {}) => ({ in: "query", name: "limit", schema: { type: "integer" }, ...over });
  const withParameters = (...parameters: Json[]) => description({ parameters });
  const PARAMETER = "POST /v1/things query parameter limit";
  const content = { "application/json": { schema: { type: "object" } } };

  const operations: readonly Case[] = [
    ["nothing has changed", whole, whole],
    ["it is gone", whole, { ...whole, paths: {} }, "POST /v1/things: the operation is gone"],
    [
      "it has another id",
      whole,
      description({ operation: { operationId: "createThing" } }),
      "POST /v1/things: its operationId was makeThing and is createThing",
    ],
    ["a parameter is new", whole, withParameters(parameter())],
    ["a parameter is gone", withParameters(parameter()), whole, `${PARAMETER}: it is gone`],
    [
      "a new parameter is required",
      whole,
      withParameters(parameter({ required: true })),
      `${PARAMETER}: it is required now`,
    ],
    [
      "a parameter is required now",
      withParameters(parameter()),
      withParameters(parameter({ required: true })),
      `${PARAMETER}: it is required now`,
    ],
    [
      "a parameter takes less",
      withParameters(parameter()),
      withParameters(parameter({ schema: { type: "integer", maximum: 9 } })),
      `${PARAMETER}: its maximum has shrunk`,
    ],
    [
      "a body is required now",
      whole,
      description({ operation: { requestBody: { required: true, content } } }),
      `${BODY}: it is required now`,
    ],
    [
      "a kind of body is refused",
      whole,
      description({ operation: { requestBody: { content: { "text/plain": {} } } } }),
      `${BODY}: application/json is no longer taken`,
    ],
    [
      "an answer is gone",
      whole,
      description({ operation: { responses: { "202": {} } } }),
      "POST /v1/things: it no longer answers 200",
    ],
    [
      "an error is gone",
      whole,
      description({ operation: { responses: { "200": { headers: { Location: {} }, content } } } }),
    ],
    [
      "a header is gone",
      whole,
      description({ operation: { responses: { "200": { content } } } }),
      `${ANSWER}: the header Location is gone`,
    ],
    [
      "an answer is of another type",
      whole,
      description({ operation: { responses: { "200": { headers: { Location: {} }, content: { "text/csv": {} } } } } }),
      `${ANSWER}: it is no longer application/json`,
    ],
    [
      "callers authenticate otherwise",
      whole,
      { ...whole, components: { ...(whole.components as Json), securitySchemes: { apiKey: { type: "apiKey" } } } },
      "components: the way to authenticate has changed",
    ],
  ];
  test.each(complete(operations))("%s", (_name, before, after, broken) => {
    expect(whats(before, after)).toEqual(broken);
  });

  test("the answer to an error is compared, too, in the components where it stands", () => {
    const [before, after] = [description({}), description({})];
    const { responses: answers } = after.components as { responses: Record<string, Json> };
    answers.NotFound = { content: { "application/json": { schema: { type: "object" } } } };
    expect(whats(before, after)).toEqual(["POST /v1/things 404.type: it is gone"]);
  });

  test("schemas that refer to themselves are compared to their end", () => {
    const tree = (leaf: string) => ({
      ...description({ request: { $ref: "#/components/schemas/Tree" } }),
      components: {
        schemas: { Tree: object({ leaf: { type: leaf }, children: { items: { $ref: "#/components/schemas/Tree" } } }) },
      },
    });
    expect(whats(tree("string"), tree("number"))).toEqual(["Tree.leaf: string is refused now"]);
  });
});

describe("the API's own description", () => {
  const file = (name: string): Json => JSON.parse(readFileSync(join(root, "docs", name), "utf8"));
  const present = file("openapi.json");

  test("breaks nothing that was promised, and does not break itself, with words or without", () => {
    expect(breaksBetween(file("openapi.baseline.json"), present)).toEqual([]);
    expect(breaksBetween(withoutWords(present) as Json, present)).toEqual([]);
  });

  test("is read to the bottom: a field of a request and one of an answer that go missing there are noticed", () => {
    const less = JSON.parse(JSON.stringify(present));
    delete less.components.schemas.TemplateMessageRequest.properties.template.properties.language.properties.policy;
    delete less.components.schemas.Message.properties.attempts.items.properties.tookMs;
    const broken = whats(present, less);
    expect(broken).toContain("TemplateMessageRequest.template.language.policy: it is gone");
    expect(broken).toContain("Message.attempts[].tookMs: it is gone");
  });

  test("keeps fields that are called like the words that are left out", () => {
    expect(withoutWords({ description: "x", properties: { description: { type: "string", title: "T" } } })).toEqual({
      properties: { description: { type: "string" } },
    });
  });
});
