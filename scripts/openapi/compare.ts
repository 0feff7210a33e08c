// What a caller of the API would notice between two versions of its description: everything that worked and may not work any
// more. Requests may be allowed more and answers may tell more, never less. Adding is no break: operations, optional fields
// and parameters, members of answers, values that an answer's enum can have, kinds of error.

/** A part of a description; read as it comes, since every part of it is optional. */
export type Json = Readonly<Record<string, unknown>>;

export interface Break {
  /** "GET /v1/messages", or "Message" of the components, with the way down into it. */
  readonly where: string;
  readonly what: string;
}

/** Who has to put up with a schema: the API with what callers send, or callers with what the API answers. */
type Direction = "request" | "response";

const METHODS = ["get", "put", "post", "delete", "patch", "head", "options"];

/** Every break from one description to the next, each once. */
export function breaksBetween(before: Json, after: Json): Break[] {
  const comparison = new Comparison(before, after);
  comparison.compareDocuments();
  return comparison.breaks;
}

/** The description without what no program reads: that much has to be kept to compare with later. */
export function withoutWords(value: unknown, isNames = false): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutWords(each));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([name]) => isNames || !WORDS.has(name));
  return Object.fromEntries(kept.map(([name, each]) => [name, withoutWords(each, !isNames && name === "properties")]));
}

const WORDS = new Set(["description", "summary", "example", "examples", "tags", "title"]);

/** What a schema says besides words, as far as it is compared here, or is of no matter (`default`, `discriminator`). */
const KEYWORDS = new Set([
  ...["$ref", "type", "enum", "const", "format", "pattern", "not", "propertyNames", "default", "discriminator"],
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"],
  ...["items", "minItems", "maxItems", "uniqueItems", "properties", "required", "additionalProperties"],
  ...["minProperties", "maxProperties", "anyOf", "oneOf"],
]);

class Comparison {
  readonly breaks: Break[] = [];
  readonly #before: Json;
  readonly #after: Json;
  /** Pairs of components that are compared already: schemas refer to each other in circles. */
  readonly #compared = new Set<string>();

  constructor(before: Json, after: Json) {
    this.#before = before;
    this.#after = after;
  }

  compareDocuments(): void {
    const security = (document: Json) => JSON.stringify(sorted(at(document, "components", "securitySchemes")));
    if (security(this.#before) !== security(this.#after))
      this.#say("components", "the way to authenticate has changed");
    for (const [path, item] of entries(this.#before.paths)) {
      for (const method of METHODS.filter((each) => each in item)) {
        const where = `${method.toUpperCase()} ${path}`;
        const after = at(this.#after, "paths", path, method);
        if (Object.keys(after).length === 0) this.#say(where, "the operation is gone");
        else this.#compareOperations(where, object(item[method]), after);
      }
    }
  }

  #compareOperations(where: string, before: Json, after: Json): void {
    if (before.operationId !== after.operationId) {
      this.#say(where, `its operationId was ${before.operationId} and is ${after.operationId}`);
    }
    this.#compareParameters(where, list(before.parameters), list(after.parameters));
    this.#compareRequestBodies(`${where} body`, before.requestBody, after.requestBody);
    for (const [status, raw] of entries(before.responses)) {
      const answer = this.#resolve(this.#before, raw);
      const isSuccess = status.startsWith("2");
      const next = at(after, "responses")[status];
      if (next === undefined) {
        if (isSuccess) this.#say(where, `it no longer answers ${status}`);
        continue;
      }
      this.#compareResponses(`${where} ${status}`, answer, this.#resolve(this.#after, object(next)));
    }
  }

  #compareParameters(where: string, before: readonly Json[], after: readonly Json[]): void {
    const nameOf = (parameter: Json) => `${parameter.in} parameter ${parameter.name}`;
    for (const parameter of before) {
      const next = after.find((each) => nameOf(each) === nameOf(parameter));
      const place = `${where} ${nameOf(parameter)}`;
      if (!next) this.#say(place, "it is gone");
      else this.#compareSchemas("request", place, parameter.schema, next.schema);
    }
    for (const parameter of after.filter((each) => each.required === true)) {
      const last = before.find((each) => nameOf(each) === nameOf(parameter));
      if (last?.required !== true) this.#say(`${where} ${nameOf(parameter)}`, "it is required now");
    }
  }

  #compareRequestBodies(where: string, rawBefore: unknown, rawAfter: unknown): void {
    const [before, after] = [object(rawBefore), object(rawAfter)];
    if (after.required === true && before.required !== true) this.#say(where, "it is required now");
    for (const [type, media] of entries(before.content)) {
      const next = at(after, "content")[type];
      if (next === undefined) this.#say(where, `${type} is no longer taken`);
      else this.#compareSchemas("request", where, media.schema, object(next).schema);
    }
  }

  #compareResponses(where: string, before: Json, after: Json): void {
    for (const name of Object.keys(at(before, "headers"))) {
      if (!(name in at(after, "headers"))) this.#say(where, `the header ${name} is gone`);
    }
    for (const [type, media] of entries(before.content)) {
      const next = at(after, "content")[type];
      if (next === undefined) this.#say(where, `it is no longer ${type}`);
      else this.#compareSchemas("response", where, media.schema, object(next).schema);
    }
  }

  #compareSchemas(direction: Direction, where: string, rawBefore: unknown, rawAfter: unknown): void {
    const [before, after] = [withoutUnionOfOne(object(rawBefore)), withoutUnionOfOne(object(rawAfter))];
    for (const name of Object.keys(after).filter((each) => !KEYWORDS.has(each) && !WORDS.has(each))) {
      this.#say(where, `it has the keyword ${name}, which this comparison does not know: teach it`);
    }
    const names = [before.$ref, after.$ref];
    if (names.some((name) => name !== undefined)) {
      const pair = `${direction} ${names[0] ?? where} ${names[1] ?? where}`;
      if (this.#compared.has(pair)) return;
      this.#compared.add(pair);
      const place = typeof names[0] === "string" ? (names[0].split("/").at(-1) ?? where) : where;
      const resolved = [this.#resolve(this.#before, before), this.#resolve(this.#after, after)] as const;
      this.#compareSchemas(direction, place, ...resolved);
      return;
    }
    const unions = [this.#variants(this.#before, before), this.#variants(this.#after, after)] as const;
    const isUnion = unions.map((variants) => variants.length > 1);
    if (isUnion.some(Boolean)) this.#compareUnions(direction, where, ...unions);
    if (isUnion[0] !== isUnion[1]) return; // what is beside a union of one side was compared with it
    this.#compareTypes(direction, where, before, after);
    this.#compareValues(direction, where, before, after);
    this.#compareBounds(direction, where, before, after);
    this.#compareProperties(direction, where, before, after);
    if (isObject(before.items) && isObject(after.items)) {
      this.#compareSchemas(direction, `${where}[]`, before.items, after.items);
    }
  }

  #compareTypes(direction: Direction, where: string, before: Json, after: Json): void {
    const [had, has] = [typesOf(before), typesOf(after)];
    const [given, taken] = direction === "request" ? [had, has] : [has, had];
    if (taken === null) return;
    const lost = given === null ? ["anything"] : given.filter((type) => !includesType(taken, type));
    if (lost.length === 0) return;
    this.#say(
      where,
      direction === "request" ? `${lost.join(", ")} is refused now` : `it can be ${lost.join(", ")} now`,
    );
  }

  #compareValues(direction: Direction, where: string, before: Json, after: Json): void {
    const [had, has] = [valuesOf(before), valuesOf(after)];
    if (direction === "request" && has !== null) {
      const lost = had === null ? ["every other value"] : had.filter((value) => !has.includes(value));
      if (lost.length > 0) this.#say(where, `${lost.join(", ")} is refused now`);
    }
    if (direction === "response" && had !== null) {
      if (has === null) this.#say(where, "it can be any value now");
      // What was one value told callers apart from something else.
      else if ("const" in before && has.some((value) => !had.includes(value)))
        this.#say(where, "it can be another value now");
    }
  }

  #compareBounds(direction: Direction, where: string, before: Json, after: Json): void {
    const formatOf = (schema: Json) => String(schema.format ?? "");
    if (direction === "response") {
      if (before.format !== undefined && before.format !== after.format)
        this.#say(where, `it is no longer a ${formatOf(before)}`);
      return;
    }
    for (const name of ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"]) {
      if (numberOf(after[name], -Infinity) > numberOf(before[name], -Infinity))
        this.#say(where, `its ${name} has grown`);
    }
    for (const name of ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]) {
      if (numberOf(after[name], Infinity) < numberOf(before[name], Infinity))
        this.#say(where, `its ${name} has shrunk`);
    }
    for (const name of ["pattern", "format", "multipleOf", "uniqueItems", "not", "propertyNames"]) {
      if (after[name] !== undefined && JSON.stringify(after[name]) !== JSON.stringify(before[name])) {
        this.#say(where, `its ${name} is another now`);
      }
    }
  }

  #compareProperties(direction: Direction, where: string, before: Json, after: Json): void {
    const [had, has] = [object(before.properties), object(after.properties)];
    const [needed, needs] = [names(before.required), names(after.required)];
    for (const [name, schema] of Object.entries(had)) {
      if (name in has) this.#compareSchemas(direction, `${where}.${name}`, schema, has[name]);
      else this.#say(`${where}.${name}`, "it is gone");
    }
    const [now, then] = direction === "request" ? [needs, needed] : [needed, needs];
    for (const name of now.filter((each) => !then.includes(each))) {
      if (direction === "request") this.#say(`${where}.${name}`, "it is required now");
      else if (name in has) this.#say(`${where}.${name}`, "it can be missing now");
    }
    const [others, othersNow] = [before.additionalProperties, after.additionalProperties];
    if (direction === "request" && othersNow === false && others !== false) {
      this.#say(where, "further members are refused now");
    }
    if (isObject(others) && isObject(othersNow)) this.#compareSchemas(direction, `${where}.*`, others, othersNow);
  }

  /** Each variant that a side relied on needs one on the other side that does as well. */
  #compareUnions(direction: Direction, where: string, before: readonly Variant[], after: readonly Variant[]): void {
    const [promised, offered] = direction === "request" ? [before, after] : [after, before];
    for (const variant of promised) {
      const namesakes = offered.filter((each) => each.name !== null && each.name === variant.name);
      const pairs = (namesakes.length > 0 ? namesakes : offered).map((each): [Variant, Variant] =>
        direction === "request" ? [variant, each] : [each, variant],
      );
      if (pairs.some(([one, other]) => this.#isCompatible(direction, one, other))) continue;
      const [pair] = pairs;
      // With one namesake it can be told what has changed in it.
      if (namesakes.length === 1 && pair) {
        this.#compareSchemas(direction, `${where}(${variant.name})`, pair[0].schema, pair[1].schema);
      } else {
        const name = variant.name ?? JSON.stringify(variant.schema);
        this.#say(where, `the variant ${name} is ${direction === "request" ? "gone" : "new"}`);
      }
    }
  }

  #isCompatible(direction: Direction, before: Variant, after: Variant): boolean {
    const trial = new Comparison(this.#before, this.#after);
    trial.#compareSchemas(direction, "", before.schema, after.schema);
    return trial.breaks.length === 0;
  }

  /** The alternatives of a schema, those of its alternatives included; itself if it has none. */
  #variants(document: Json, schema: Json): Variant[] {
    const alternatives = [...list(schema.anyOf), ...list(schema.oneOf)];
    if (alternatives.length === 0) return [{ name: null, schema }];
    return alternatives.flatMap((raw) => {
      const resolved = this.#resolve(document, raw);
      if (resolved.anyOf || resolved.oneOf) return this.#variants(document, resolved);
      const reference = typeof raw.$ref === "string" ? (raw.$ref.split("/").at(-1) ?? null) : null;
      return [{ name: reference ?? markOf(resolved), schema: raw }];
    });
  }

  #resolve(document: Json, schema: Json): Json {
    if (typeof schema.$ref !== "string") return schema;
    return this.#resolve(document, at(document, ...schema.$ref.replace("#/", "").split("/")));
  }

  #say(where: string, what: string): void {
    if (!this.breaks.some((known) => known.where === where && known.what === what)) this.breaks.push({ where, what });
  }
}

interface Variant {
  /** By which it is found again in the other description; null for one that only its shape can tell. */
  readonly name: string | null;
  readonly schema: Json;
}

/** The members of fixed value that tell a variant from its neighbours: "type=image". */
function markOf(schema: Json): string | null {
  const marks = Object.entries(object(schema.properties)).flatMap(([name, value]) => {
    const only = valuesOf(object(value));
    return only?.length === 1 ? [`${name}=${only[0]}`] : [];
  });
  return marks.length === 0 ? null : marks.join(" ");
}

function withoutUnionOfOne(schema: Json): Json {
  const { anyOf, oneOf, ...rest } = schema;
  const [only, ...others] = [...list(anyOf), ...list(oneOf)];
  return only && others.length === 0 ? { ...rest, ...only } : schema;
}

/** Null: any. */
function typesOf(schema: Json): string[] | null {
  if (typeof schema.type === "string") return [schema.type];
  return Array.isArray(schema.type) ? schema.type.map(String) : null;
}

function includesType(types: readonly string[], type: string): boolean {
  return types.includes(type) || (type === "integer" && types.includes("number"));
}

/** As JSON texts; null: any. */
function valuesOf(schema: Json): string[] | null {
  if ("const" in schema) return [JSON.stringify(schema.const)];
  return Array.isArray(schema.enum) ? schema.enum.map((value) => JSON.stringify(value)) : null;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function entries(value: unknown): [string, Json][] {
  return Object.entries(object(value)).map(([name, each]) => [name, object(each)]);
}

function at(value: unknown, ...path: readonly string[]): Json {
  return path.reduce((inner, name) => object(inner[name]), object(value));
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

function sorted(value: Json): [string, unknown][] {
  return Object.entries(withoutWords(value) as Json).sort(([one], [other]) => (one < other ? -1 : 1));
}
