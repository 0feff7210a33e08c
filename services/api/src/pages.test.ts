// The two pages, /docs and /queues, in a real browser: they work, ask nobody but this server, and break no rule of their
// own content security policy.
//
// Where no Chromium can be had, a line says why and the one test there is says so by its name.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type ChromiumBinary, findChromium, testRedisUrl } from "@tern/devkit";
import { createQueues, type Queues } from "@tern/queue";
import { Redis } from "ioredis";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { startTestApi, type TestApi } from "./testing/test-api.ts";
import { KEYS } from "./testing/test-deployment.ts";

const binary: ChromiumBinary | null = await findChromium().catch((error: unknown) => {
  process.stderr.write(`pages.test.ts: the pages are not opened in a browser. ${(error as Error).message}\n`);
  return null;
});

/** Nothing of the browser's own may ask the internet, and root has no sandbox. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const SLOW_MACHINE_MS = 60_000;
/** What Chromium says of a request that was under way when the test went on to the next page: /queues asks every few seconds. */
const LEFT_BEHIND = "net::ERR_ABORTED";

/** Loads a script from another host, and says in the title when the browser has refused it. */
const ELSEWHERE = `{
  const script = document.createElement("script");
  script.onerror = () => { document.title = "noticed"; };
  script.src = "http://127.0.0.1:9/elsewhere.js";
  document.body.append(script);
}`;
/** As a person sees it: what is hidden is not there. */
const shownText = async (page: Page, selector: string) => (await page.locator(selector).allInnerTexts()).join("\n");
const ANSWER = "#operations-Operating-listSenders .live-responses-table";

function inChromium(): void {
  let api: TestApi;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** What no page may do: errors on the console, requests to others, requests that fail, violations of the policy. */
  let complaints: string[];

  let redis: Redis;
  let queues: Queues;

  beforeAll(async () => {
    api = await startTestApi({ queuesPage: true });
    redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
    queues = createQueues({ connection: redis, prefix: api.prefix, onError: () => {} });
    browser = await chromium.launch({
      executablePath: binary?.path ?? "",
      env: binary?.env ?? {},
      args: FLAGS,
    });
  }, SLOW_MACHINE_MS);
  afterAll(async () => {
    await browser?.close();
    await queues?.close();
    redis?.disconnect();
    await api?.close();
  });

  beforeEach(async () => {
    complaints = [];
    context = await browser.newContext({ httpCredentials: { username: "anyone", password: KEYS.operator } });
    page = await context.newPage();
    await page.exposeFunction("reportViolation", (what: string) => complaints.push(`policy: ${what}`));
    await page.addInitScript(
      `document.addEventListener("securitypolicyviolation", (event) =>
         reportViolation(event.violatedDirective + " " + event.blockedURI));`,
    );
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      if (why !== LEFT_BEHIND) complaints.push(`failed: ${request.url()}: ${why}`);
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(`${api.url}/`) && !request.url().startsWith("data:")) {
        complaints.push(`asked: ${request.url()}`);
      }
    });
    page.on("response", (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
    });
  });
  afterEach(() => context.close());

  test(
    "/docs lists the operations, and one of them can be tried with a key",
    async () => {
      await page.goto(`${api.url}/docs`);
      await page.locator("#operations-Messages-sendMessage").waitFor();

      await page.locator(".auth-wrapper .authorize").click();
      await page.locator(".modal-ux input").fill(KEYS.operator);
      await page.locator(".modal-ux .auth-btn-wrapper .authorize").click();
      await page.locator(".modal-ux .btn-done").click();

      const operation = page.locator("#operations-Operating-listSenders");
      await operation.locator(".opblock-summary-control").click();
      await operation.locator(".try-out__btn").click();
      await operation.locator(".execute").click();
      await operation.locator(".live-responses-table .response-col_status").last().waitFor();
      expect(await page.locator(`${ANSWER} tbody .response-col_status`).textContent()).toMatch(/^200/);
      expect(await shownText(page, ANSWER)).toContain('"id": "demo"');
      expect(complaints).toEqual([]);
    },
    SLOW_MACHINE_MS,
  );

  test(
    "/queues shows each queue with its counts, and offers nothing that changes one",
    async () => {
      for (let call = 0; call < 3; call++) await queues.of("demo").add("call", 0);

      await page.goto(`${api.url}/queues/`);
      await page.getByText("send.second").first().waitFor();
      await page.goto(`${api.url}/queues/queue/send.demo?status=waiting`);
      await page.getByText("call", { exact: true }).first().waitFor();
      const text = await shownText(page, "body");
      expect(text).toMatch(/Waiting\s*3/i);
      expect(text).not.toMatch(/pause|clean|retry|promote|empty queue|obliterate/i);
      expect(complaints).toEqual([]);
    },
    SLOW_MACHINE_MS,
  );

  test(
    "what a page must not do is noticed",
    async () => {
      await page.goto(`${api.url}/queues/`);
      await page.evaluate(ELSEWHERE);
      await page.waitForFunction("document.title === 'noticed'");
      expect(complaints.join("\n")).toMatch(/policy: script-src/);
    },
    SLOW_MACHINE_MS,
  );
}

if (binary === null)
  test("the pages are not opened: no Chromium runs on this machine", () => expect(binary).toBeNull());
else describe("in Chromium", inChromium);
