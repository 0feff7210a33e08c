import { afterEach, expect, test } from "@jest/globals";
import { startTestWorld, stopTestWorlds, textTo } from "./test-world.ts";

afterEach(stopTestWorlds);

/** A run with chance everywhere: what was answered, and what came back when. */
async function run(seed: number) {
  const { send, client, clock, received, statuses } = await startTestWorld({}, seed);
  await client.putBehaviour({
    webhookConcurrency: 1,
    duplicateRate: 0.3,
    reorderRate: 0.3,
    dropStatusRate: 0.2,
    beforeAnswerRate: 0.2,
    statuses: { jitterMs: 400 },
  });
  await client.addFault({ kind: "metaError", code: 131016, rate: 0.2 });
  await client.addFault({ kind: "asyncFail", code: 131053, rate: 0.1 });

  const answers: string[] = [];
  for (let nth = 0; nth < 40; nth += 1) {
    const { text } = await send(textTo(`+15550000${100 + nth}`, `tern:m${nth}:1`));
    answers.push(text);
  }
  const before = received.length;
  clock.advance(2000);
  await client.idle();
  return { answers, before, statuses: statuses() };
}

test("the same seed and the same requests give the same answers and the same webhooks; another seed does not", async () => {
  const first = await run(11);
  const again = await run(11);
  const other = await run(12);

  expect(again).toEqual(first);
  expect(other.answers).not.toEqual(first.answers);
  expect(other.statuses.map(({ status }) => status)).not.toEqual(first.statuses.map(({ status }) => status));
});
