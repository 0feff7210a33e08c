// The document as callers read it: every operation shows what goes in and what comes out, and what it shows is right by the
// schema beside it. (That every answer of the API is in it, the other tests see: testing/documented.ts.)

import { describe, expect, test } from "@jest/globals";
import { PROBLEMS } from "./problems.ts";
import { assertDocumented, document, faultsBySchema, responseOf } from "./testing/documented.ts";

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
);

test.each(operations)("%s has an example of each body and each answer, right by its schema", (_name, operation) => {
  const bodies = Object.entries(operation.requestBody?.content ?? {});
  const answers = Object.keys(operation.responses).flatMap((status) =>
    Object.entries(responseOf(operation, Number(status))?.content ?? {}),
  );
  for (const [type, { schema, example, examples = {} }] of [...bodies, ...answers]) {
    const values = [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)];
    expect([type, values.length > 0, schema !== undefined]).toEqual([type, true, true]);
    for (const value of values) expect(faultsBySchema(schema ?? {}, value)).toBeNull();
  }
});

test("each problem of the registry is told of somewhere, but the one of methods that are no operation", () => {
  const told = operations.flatMap(([, operation]) =>
    Object.keys(operation.responses).flatMap((status) =>
      Object.keys(responseOf(operation, Number(status))?.content?.["application/problem+json"]?.examples ?? {}),
    ),
  );
  expect([...new Set([...told, "method-not-allowed"])].sort()).toEqual(Object.keys(PROBLEMS).sort());
});

describe("an answer that the document does not know is noticed", () => {
  const headers = (type: string) => new Headers({ "content-type": type });
  const problem = (type: string, over: object = {}) => ({
    headers: headers("application/problem+json"),
    body: { type: `urn:tern:problem:${type}`, title: "", detail: "", ...over },
  });
  const id = "/v1/messages/msg_demo_01kahz3n8qf6q9t0x2m4w7c5rd";

  test("by its status, its problem, and its body", () => {
    const accepted = { id: "msg_demo_1", status: "queued", sender: "demo", to: "+49", lane: "normal", type: "text" };
    const answer = { headers: headers("application/json"), body: { ...accepted, reference: null, sendAt: null } };
    expect(() => assertDocumented("POST", "/v1/messages", { status: 202, ...answer })).not.toThrow();
    expect(() => assertDocumented("POST", "/v1/messages", { status: 418, ...answer })).toThrow("knows no POST");
    const { to: _to, ...without } = answer.body;
    expect(() => assertDocumented("POST", "/v1/messages", { ...answer, status: 202, body: without })).toThrow(
      "→ at to",
    );

    const notFound = problem("not-found", { status: 404 });
    expect(() => assertDocumented("GET", `${id}?x=1`, { status: 404, ...notFound })).not.toThrow();
    const conflict = { status: 404, ...problem("contact-busy", { status: 404 }) };
    expect(() => assertDocumented("GET", id, conflict)).toThrow("tells of no urn:tern:problem:contact-busy");
  });
});
