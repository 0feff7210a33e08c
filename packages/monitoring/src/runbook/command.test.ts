import { expect, test } from "@jest/globals";
import { curlRequest, wordsOf } from "./command.ts";

const VARIABLES = { TERN: "http://tern", SENDER: "main", AUTH: "Authorization: Bearer key" };

test.each<[string, string[]]>([
  ["docker compose restart worker", ["docker", "compose", "restart", "worker"]],
  ['curl "$TERN/v1/senders/$SENDER"', ["curl", "http://tern/v1/senders/main"]],
  ["echo '$SENDER' \"$SENDER\" $SENDER", ["echo", "$SENDER", "main", "main"]],
  [`-d '{"sender": "'$SENDER'", "lane": "bulk"}'`, ["-d", '{"sender": "main", "lane": "bulk"}']],
  ['-H "$AUTH"', ["-H", "Authorization: Bearer key"]],
])("%s is read as a shell would", (command, words) => {
  expect(wordsOf(command, VARIABLES)).toEqual(words);
});

test("a quote without an end and a variable without a value are told", () => {
  expect(() => wordsOf('curl "$TERN', VARIABLES)).toThrow("a quote without an end");
  expect(() => wordsOf("curl $NOWHERE", VARIABLES)).toThrow("$NOWHERE has no value");
});

test("a curl command is a request", () => {
  const command = `curl -s -H "$AUTH" -X PUT -H "Content-Type: application/json" -d '{"perSecond": 40}' "$TERN/pace"`;
  expect(curlRequest(wordsOf(command, VARIABLES))).toEqual({
    method: "PUT",
    url: "http://tern/pace",
    headers: { authorization: "Bearer key", "content-type": "application/json" },
    body: '{"perSecond": 40}',
  });
  expect(curlRequest(["curl", "http://tern"])).toMatchObject({ method: "GET", body: null });
  expect(curlRequest(["curl", "-d", "x", "http://tern"])).toMatchObject({ method: "POST", body: "x" });
  expect(() => curlRequest(["curl", "-k", "http://tern"])).toThrow("does not use -k");
});
