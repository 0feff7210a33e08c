// A query is checked like a body; its faults name the parameter.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectProblem } from "../../testing/expect-problem.ts";
import { aText, startTestApi, type TestApi } from "../../testing/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function faultyParameters(query: string) {
  const answer = await api.request("GET", `/v1/messages?${query}`);
  expectProblem(answer, "invalid-parameters");
  return answer.body.errors.map(({ parameter }) => parameter);
}

test.each<[string, string[]]>([
  ["", ["sender"]], // this key may use two
  ["sender=nobody", ["sender"]],
  ["sender=third", ["sender"]],
  ["sender=demo&limit=0", ["limit"]],
  ["sender=demo&limit=201", ["limit"]],
  ["sender=demo&limit=ten", ["limit"]],
  ["sender=demo&limit=1e2", ["limit"]],
  ["sender=demo&status=lost", ["status"]],
  ["sender=demo&to=0151", ["to"]],
  ["sender=demo&from=yesterday&until=2027-01-31", ["from", "until"]],
  ["sender=demo&sender=second", ["sender"]],
  ["sender=demo&page=2", ["page"]],
  ["sender=demo&__proto__=1&constructor=1", ["__proto__", "constructor"]],
  ["sender=demo&reference=%00", ["reference"]],
  ["sender=demo&cursor=guess", ["cursor"]],
])("%s", async (query, parameters) => {
  expect(await faultyParameters(query)).toEqual(parameters);
});

test("a cursor is good for its own filters and its own caller only", async () => {
  for (const reference of ["c", "c"]) await api.request("POST", "/v1/messages", { body: aText({ reference }) });
  const page = await api.request("GET", "/v1/messages?sender=demo&reference=c&limit=1");
  const cursor = page.body.nextCursor;
  const same = await api.request("GET", `/v1/messages?sender=demo&reference=c&cursor=${cursor}`);
  const foreign = await api.request("GET", `/v1/messages?sender=demo&reference=c&cursor=${cursor}`, { as: "other" });

  expect(same.status).toBe(200);
  expectProblem(foreign, "invalid-parameters");
  expect(await faultyParameters(`sender=demo&reference=d&cursor=${cursor}`)).toEqual(["cursor"]);
  expect(await faultyParameters(`sender=second&reference=c&cursor=${cursor}`)).toEqual(["cursor"]);
  expect(await faultyParameters(`sender=demo&reference=c&status=queued&cursor=${cursor}`)).toEqual(["cursor"]);
});
