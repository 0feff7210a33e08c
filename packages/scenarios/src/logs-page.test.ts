// docs/logs.md is what somebody has at three in the morning: it must name every event, and none that is gone.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { eventsOnPage, loggedPhrases, quotedTexts } from "./log-calls.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/logs.md"), "utf8");
const onPage = [...eventsOnPage(page).keys()];

test("every event that the sources log is on the page", () => {
  const logged = [...loggedPhrases()];
  expect(logged.length).toBeGreaterThan(30); // the sources are really read
  expect(logged.filter((phrase) => !onPage.includes(phrase))).toEqual([]);
});

test("every event on the page is in the sources", () => {
  const quoted = quotedTexts();
  expect(onPage.filter((phrase) => !quoted.has(phrase))).toEqual([]);
});
