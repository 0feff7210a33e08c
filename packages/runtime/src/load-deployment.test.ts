import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { DEFAULT_SENDING_POLICY } from "@tern/core";
import { ConfigError } from "./config-error.ts";
import { consentWishOf } from "./consent-keywords.ts";
import { findCaller, hashApiKey } from "./deployment.ts";
import { loadDeployment } from "./load-deployment.ts";

const env = {
  DEMO_KEY: "demo-api-key",
  WEBHOOK_PATH: "path-0123456789abcdef",
  WEBHOOK_SECRET: "header-0123456789abcdef",
};

/** The smallest file that is right; a test changes what it is about. */
function aFile() {
  return {
    senders: [
      {
        id: "demo",
        phoneNumber: "+15550783881",
        phoneNumberId: "106540352242922",
        wabaId: "102290129340398",
        portfolio: "demo",
        apiKey: { env: "DEMO_KEY" } as object,
      },
    ],
    callers: [{ id: "shop", keySha256: [hashApiKey("shop-key")], scopes: ["messages:write"], senders: ["demo"] }],
    webhook: {
      path: { env: "WEBHOOK_PATH" },
      header: { name: "X-Tern-Webhook-Secret", secrets: [{ env: "WEBHOOK_SECRET" }] },
    } as Record<string, unknown>,
  };
}

function aSender(id: string, phoneNumberId: string) {
  return { ...first(aFile().senders), id, phoneNumberId };
}

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tern-deployment-"));
  path = join(folder, "tern.config.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(file: unknown, withEnv: Record<string, string> = env) {
  writeFileSync(path, typeof file === "string" ? file : JSON.stringify(file));
  return loadDeployment(path, withEnv);
}

function problemsOf(file: unknown, withEnv: Record<string, string> = env): readonly string[] {
  try {
    load(file, withEnv);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

function first<T>(list: readonly T[]): T {
  const [item] = list;
  if (item === undefined) throw new Error("the list is empty");
  return item;
}

describe("a deployment", () => {
  test("fills in what the file leaves out", () => {
    const deployment = load(aFile());
    expect(first(deployment.senders)).toMatchObject({
      profile: "360dialog",
      apiVersion: null,
      baseUrl: "https://waba-v2.360dialog.io",
      pace: 80,
      marketing: "messages",
      window: { check: "refuse", marginSeconds: 300 },
      consent: { marketing: "optout-only" },
      templateCheck: "refuse",
    });
    expect(first(deployment.senders)).not.toHaveProperty("quietHours");
    expect(deployment.sending).toEqual(DEFAULT_SENDING_POLICY);
    expect(deployment.retention).toEqual({ messageDays: 30, bodyDays: 1, inboundDays: 30, consentDays: 1_826 });
    expect(deployment.admission).toEqual({ waitingMaxPerCaller: 1_000_000, redisMemoryMax: 0.9 });
    expect(deployment.webhook).toMatchObject({ signatureSecrets: [], metaVerifyToken: null, metaAppSecrets: [] });
  });

  test("lays what `sending` says over the defaults, inside the lanes as well", () => {
    const { sending } = load({ ...aFile(), sending: { attemptsMax: 3, reconcileMs: { urgent: 5_000 } } });
    expect(sending).toEqual({
      ...DEFAULT_SENDING_POLICY,
      attemptsMax: 3,
      reconcileMs: { ...DEFAULT_SENDING_POLICY.reconcileMs, urgent: 5_000 },
    });
  });

  test("answers what services ask: a sender by its ids, a caller by its key", () => {
    const file = aFile();
    const deployment = load({
      ...file,
      senders: [...file.senders, aSender("second", "222")],
      callers: [
        ...file.callers,
        {
          id: "ops",
          keySha256: [hashApiKey("old"), hashApiKey("new").toUpperCase()],
          scopes: ["messages:read", "messages:read-all"],
          senders: ["*"],
        },
      ],
    });

    expect(deployment.senderById.get("second")?.phoneNumberId).toBe("222");
    expect(deployment.senderByPhoneNumberId.get("222")?.id).toBe("second");
    expect(deployment.sendersByWabaId.get("102290129340398")?.map((sender) => sender.id)).toEqual(["demo", "second"]);
    expect(deployment.callerById.get("shop")?.senderIds).toEqual(new Set(["demo"]));
    expect(findCaller(deployment, "shop-key")?.id).toBe("shop");
    expect(findCaller(deployment, "old")).toBe(findCaller(deployment, "new"));
    expect(findCaller(deployment, "new")?.senderIds).toEqual(new Set(["demo", "second"]));
    expect(findCaller(deployment, "other")).toBeNull();
  });

  test("carries the quiet hours of a sender, across midnight or within a day", () => {
    const file = aFile();
    const night = { from: "21:00", to: "08:00", timeZone: "Europe/Berlin" };
    const noon = { from: "00:00", to: "23:59", timeZone: "America/Argentina/Buenos_Aires" };
    const deployment = load({
      ...file,
      senders: [
        { ...first(file.senders), quietHours: night },
        { ...aSender("second", "222"), quietHours: noon },
      ],
    });
    expect(deployment.senders.map((sender) => sender.quietHours)).toEqual([night, noon]);
  });

  test("normalises addresses, header names and the webhook path", () => {
    const file = aFile();
    const deployment = load({
      ...file,
      senders: [{ ...first(file.senders), baseUrl: "http://127.0.0.1:8090/", pace: "unlimited" }],
    });
    expect(first(deployment.senders)).toMatchObject({ baseUrl: "http://127.0.0.1:8090", pace: "unlimited" });
    expect(deployment.webhook.header?.name).toBe("x-tern-webhook-secret");
    expect(deployment.webhook.path.reveal()).toBe("/path-0123456789abcdef");
  });
});

describe("profiles", () => {
  const meta = {
    webhook: {
      path: { env: "WEBHOOK_PATH" },
      metaVerifyToken: { env: "VERIFY_TOKEN" },
      metaAppSecrets: [{ env: "APP_SECRET" }],
    },
  };
  const metaEnv = { ...env, VERIFY_TOKEN: "verify-0123456789abcdef", APP_SECRET: "app-secret-0123456789abcdef" };
  const withSender = (fields: object, more: object = {}) => ({
    ...aFile(),
    ...more,
    senders: [{ ...first(aFile().senders), ...fields }],
  });

  test.each([
    ["360dialog", "https://waba-v2.360dialog.io", null],
    ["360dialog-sandbox", "https://waba-sandbox.360dialog.io", null],
    ["meta", "https://graph.facebook.com", "v24.0"],
  ])("of the name %s have the address %s and the version %p", (profile, baseUrl, apiVersion) => {
    expect(first(load(withSender({ profile }, meta), metaEnv).senders)).toMatchObject({ profile, baseUrl, apiVersion });
  });

  test("may have another address and, at Meta's, another version", () => {
    const fields = { profile: "meta", baseUrl: "http://127.0.0.1:9", apiVersion: "v25.0" };
    expect(first(load(withSender(fields, meta), metaEnv).senders)).toMatchObject(fields);
  });

  test("bring the token of Meta's handshake and the secrets of its signatures", () => {
    const { webhook } = load(withSender({ profile: "meta" }, meta), metaEnv);
    expect(webhook.metaVerifyToken?.reveal()).toBe(metaEnv.VERIFY_TOKEN);
    expect(webhook.metaAppSecrets.map((secret) => secret.reveal())).toEqual([metaEnv.APP_SECRET]);
    expect(webhook.header).toBeNull();
  });

  test.each([
    [{ profile: "whatsapp" }, "/senders/0/profile: invalid option"],
    [{ apiVersion: "v24.0" }, '/senders/0/apiVersion: only the profile "meta" has a version'],
    [{ profile: "meta", apiVersion: "24" }, "/senders/0/apiVersion: expected a version of the Graph API"],
    [{ profile: "360dialog-sandbox", marketing: "marketing_messages" }, "/senders/0/marketing: the sandbox has no"],
    [{ window: { check: "warn" } }, "/senders/0/window/check: invalid option"],
    [{ window: { marginSeconds: -1 } }, "/senders/0/window/marginSeconds: too small"],
    [{ consent: { marketing: "opt-in" } }, "/senders/0/consent/marketing: invalid option"],
  ])("and what hangs on them are told when they make no sense: %j", (fields, problem) => {
    expect(problemsOf(withSender(fields, meta), metaEnv)).toEqual([expect.stringContaining(problem)]);
  });

  test("of Meta's need a secret for its signature, for Meta sends no header of ours", () => {
    expect(problemsOf(withSender({ profile: "meta" }))).toEqual([
      expect.stringContaining("/webhook/metaAppSecrets: missing: the sender at /senders/0 has the profile"),
    ]);
  });
});

describe("consent keywords", () => {
  const wishOf = (text: string, consentKeywords: object = {}) =>
    consentWishOf(load({ ...aFile(), consentKeywords }).consentKeywords, text);

  test.each([
    ["STOP", "stop", "en"],
    ["  Stop.\n", "stop", "en"],
    ["Abmelden!", "stop", "de"],
    ["désabonner", "stop", "fr"],
    ["DESABONNER", "stop", "fr"],
    ["ABONELIKTEN ÇIK", "stop", "tr"],
    ["ABONELİKTEN ÇIK", "stop", "tr"],
    ["СТОП", "stop", "ru"],
    ["退订", "stop", "zh"],
    ["बंद करें", "stop", "hi"],
    ["إلغاء الاشتراك", "stop", "ar"],
    ["Start", "start", "en"],
    ["inscrever", "start", "pt"],
  ])("of the defaults say in %j: %s (%s)", (text, wish, language) => {
    expect(wishOf(text)).toEqual({ wish, language });
  });

  test.each(["please stop by tomorrow", "", "   ", "yes", "stop it with the parcels", `stop${" ".repeat(500)}x`])(
    "are not found in %j",
    (text) => {
      expect(wishOf(text)).toBeNull();
    },
  );

  test("of a language that the file names replace that language and leave the others", () => {
    const given = { stop: { de: ["Schluss damit"] }, start: { en: [] } };
    expect(wishOf("schluss DAMIT", given)).toEqual({ wish: "stop", language: "de" });
    expect(wishOf("abmelden", given)).toBeNull();
    expect(wishOf("start", given)).toBeNull();
    expect(wishOf("stop", given)).toEqual({ wish: "stop", language: "en" });
  });

  test("are told when a word says both, and when the language or a word is none", () => {
    expect(problemsOf({ ...aFile(), consentKeywords: { start: { de: ["Stop"] } } })).toEqual([
      '/consentKeywords/start/de/0: is also a word of stop, language "en"',
    ]);
    expect(problemsOf({ ...aFile(), consentKeywords: { stop: { German: ["weg"], de: [" "] } } })).toEqual([
      expect.stringContaining("/consentKeywords/stop/German"),
      expect.stringContaining("/consentKeywords/stop/de/0"),
    ]);
  });
});

describe("portfolios", () => {
  const withPortfolios = (...portfolios: object[]) => ({
    ...aFile(),
    senders: [first(aFile().senders), { ...aSender("second", "222"), portfolio: "other" }],
    portfolios,
  });
  const portfoliosOf = (file: unknown) => load(file).senders.map((sender) => sender.portfolio);

  test("stand with each sender as they are described; one that is not described has no tier", () => {
    expect(portfoliosOf(withPortfolios({ id: "other", tier: 250, reserve: 40 }))).toEqual([
      { id: "demo", tier: "unlimited", reserve: 0 },
      { id: "other", tier: 250, reserve: 40 },
    ]);
  });

  test("are the same for all their senders", () => {
    const file = { ...aFile(), senders: [first(aFile().senders), aSender("second", "222")] };
    expect(portfoliosOf({ ...file, portfolios: [{ id: "demo", tier: 2_000 }] })).toEqual([
      { id: "demo", tier: 2_000, reserve: 200 },
      { id: "demo", tier: 2_000, reserve: 200 },
    ]);
  });

  test.each([
    [1_000, 100],
    [255, 25],
    [9, 0],
    ["unlimited", 0],
  ])("with a tier of %p and no reserve keep %d places from bulk", (tier, reserve) => {
    expect(portfoliosOf(withPortfolios({ id: "demo", tier }))[0]).toEqual({ id: "demo", tier, reserve });
  });

  test("may keep all places from bulk, or none", () => {
    const reserves = [250, 0].map((reserve) => portfoliosOf(withPortfolios({ id: "demo", tier: 250, reserve }))[0]);
    expect(reserves).toMatchObject([{ reserve: 250 }, { reserve: 0 }]);
  });

  test("cannot keep more places than there are", () => {
    expect(problemsOf(withPortfolios({ id: "demo", tier: 250, reserve: 251 }))).toEqual([
      "/portfolios/0: reserve is above tier: bulk would never be sent",
    ]);
  });

  test("are told when no sender is of them, and when they are described twice", () => {
    const problems = problemsOf(
      withPortfolios({ id: "demo", tier: 250 }, { id: "demmo", tier: 250 }, { id: "demo", tier: 1_000 }),
    );
    expect(problems).toEqual([
      "/portfolios/2/id: the same as /portfolios/0/id",
      '/portfolios/1/id: no sender is of the portfolio "demmo"',
    ]);
  });

  test.each([0, -1, 1.5, "250", "none", null, 10_000_001])("have no tier of %p", (tier) => {
    expect(problemsOf(withPortfolios({ id: "demo", tier }))).toEqual([
      expect.stringContaining("/portfolios/0/tier: expected how many different recipients"),
    ]);
  });
});

describe("admission", () => {
  test("is what the file says, field by field", () => {
    expect(load({ ...aFile(), admission: { waitingMaxPerCaller: 500 } }).admission).toEqual({
      waitingMaxPerCaller: 500,
      redisMemoryMax: 0.9,
    });
  });

  test.each([{ waitingMaxPerCaller: 0 }, { redisMemoryMax: 0 }, { redisMemoryMax: 1.1 }, { redisMemory: 0.5 }])(
    "is told when it makes no sense: %j",
    (admission) => {
      expect(problemsOf({ ...aFile(), admission })).toEqual([expect.stringMatching(/^\/admission\//)]);
    },
  );
});

describe("secrets", () => {
  test("come from the environment and from files, relative names beside the deployment file", () => {
    mkdirSync(join(folder, "secrets"));
    writeFileSync(join(folder, "secrets", "key"), "key-from-file\n");
    writeFileSync(join(folder, "signature"), "signature-0123456789");
    const file = aFile();
    const deployment = load({
      ...file,
      senders: [{ ...first(file.senders), apiKey: { file: "secrets/key" } }],
      webhook: { path: { env: "WEBHOOK_PATH" }, signatureSecrets: [{ file: join(folder, "signature") }] },
    });
    expect(first(deployment.senders).apiKey.reveal()).toBe("key-from-file");
    expect(deployment.webhook.signatureSecrets.map((secret) => secret.reveal())).toEqual(["signature-0123456789"]);
    expect(deployment.webhook.header).toBeNull();
  });

  test("show in no print of the deployment", () => {
    const deployment = load(aFile());
    const shown = inspect(deployment, { depth: 9, showHidden: true }) + JSON.stringify(deployment) + String(deployment);
    for (const secret of Object.values(env)) expect(shown).not.toContain(secret);
  });

  test("that are not there are told with their place, all at once", () => {
    const file = aFile();
    const problems = problemsOf({ ...file, senders: [{ ...first(file.senders), apiKey: { file: "missing" } }] }, {});
    expect(problems).toEqual([
      `/senders/0/apiKey: there is no secret in the file ${join(folder, "missing")}: it cannot be read (ENOENT)`,
      "/webhook/path: there is no secret in the environment variable WEBHOOK_PATH: it is not set",
      "/webhook/header/secrets/0: there is no secret in the environment variable WEBHOOK_SECRET: it is not set",
    ]);
  });

  test("that cannot serve are refused without being shown", () => {
    const problems = problemsOf(aFile(), { DEMO_KEY: "zwei wörter", WEBHOOK_PATH: "hook", WEBHOOK_SECRET: "short" });
    expect(problems).toHaveLength(3);
    expect(problems[0]).toBe(
      "/senders/0/apiKey: the secret in the environment variable DEMO_KEY holds characters that a header cannot carry",
    );
    expect(problems.join()).toMatch(/openssl rand -hex 24/);
    expect(problems.join()).not.toMatch(/zwei|short|hook;|"hook"/);
  });

  test("in clear are refused, and not repeated", () => {
    const file = aFile();
    const [problem] = problemsOf({ ...file, senders: [{ ...first(file.senders), apiKey: "s3same-open" }] });
    expect(problem).toMatch(/^\/senders\/0\/apiKey: expected \{"env": "NAME"\} or \{"file": "\/path"\}/);
    expect(problem).not.toContain("s3same");
  });

  test("of no concern to a process need not be given to it", () => {
    writeFileSync(path, JSON.stringify(aFile()));
    const { DEMO_KEY, ...webhookOnly } = env;
    const forWebhook = loadDeployment(path, webhookOnly, { secrets: ["webhook"] });
    expect(forWebhook.webhook.path.reveal()).toBe("/path-0123456789abcdef");
    expect(() => first(forWebhook.senders).apiKey.reveal()).toThrow("did not load this secret");

    const forWorker = loadDeployment(path, { DEMO_KEY }, { secrets: ["senders"] });
    expect(first(forWorker.senders).apiKey.reveal()).toBe("demo-api-key");
  });
});

describe("a file that is wrong", () => {
  test("is told with a pointer for each problem, misspelt fields and missing ones included", () => {
    const file = aFile();
    const { wabaId: _, ...sender } = first(file.senders);
    const problems = problemsOf({
      senders: [{ ...sender, id: "Demo", paec: 10, pace: 1001, "a/b": 1, phoneNumber: "0151" }],
      callers: [{ id: "shop", keySha256: ["abc"], scopes: ["messages:wirte"], senders: ["De mo"] }],
      webhook: { path: { env: "WEBHOOK_PATH" } },
      sending: { reconcileMs: { urgent: -1 }, backoffBaseMs: 1.5 },
      retention: { messageDays: 2, bodyDays: 3, consentDays: 1 },
    });
    expect([...problems].sort()).toEqual([
      expect.stringContaining("/callers/0/keySha256/0: expected the SHA-256"),
      expect.stringContaining("/callers/0/scopes/0: invalid option"),
      '/callers/0/senders/0: expected ids of senders, or "*" for all',
      "/retention: bodyDays is above messageDays",
      "/retention: consentDays is below messageDays: evidence outlives messages",
      expect.stringContaining("/senders/0/a~1b: not a known field"),
      expect.stringContaining("/senders/0/id: expected 1 to 32 small letters"),
      '/senders/0/pace: expected a whole number of messages per second, 1 to 1000, or "unlimited"',
      expect.stringContaining("/senders/0/paec: not a known field"),
      expect.stringContaining("/senders/0/phoneNumber: expected E.164"),
      "/senders/0/wabaId: missing; expected string",
      expect.stringContaining("/sending/backoffBaseMs: expected int"),
      expect.stringContaining("/sending/reconcileMs/urgent: too small"),
      "/webhook: needs header, signatureSecrets, metaAppSecrets or several of them",
    ]);
  });

  test("is told when ids, numbers or keys are there twice, and when a caller names no sender", () => {
    const file = aFile();
    const shop = first(file.callers);
    const problems = problemsOf({
      ...file,
      senders: [...file.senders, aSender("demo", "222"), aSender("third", "222")],
      callers: [shop, { ...shop, senders: ["third", "forth"] }],
    });
    expect(problems).toEqual([
      "/senders/1/id: the same as /senders/0/id",
      "/senders/2/phoneNumberId: the same as /senders/1/phoneNumberId",
      "/callers/1/id: the same as /callers/0/id",
      '/callers/1/senders/1: there is no sender "forth"; there are: demo, third',
      '/callers/1/keySha256/0: already a key of the caller "shop"',
    ]);
  });

  test.each([0, 0.5, 1001, "80", "fast", null])("has no pace of %p", (pace) => {
    const file = aFile();
    expect(problemsOf({ ...file, senders: [{ ...first(file.senders), pace }] })).toHaveLength(1);
  });

  test.each([
    [{ from: "9:00" }, "/from: expected a time of the day"],
    [{ from: "24:00" }, "/from: expected a time of the day"],
    [{ to: "08:60" }, "/to: expected a time of the day"],
    [{ to: "08:00:00" }, "/to: expected a time of the day"],
    [{ to: 8 }, "/to: expected string"],
    [{ timeZone: "Europe/Atlantis" }, "/timeZone: expected a time zone of the IANA database"],
    [{ timeZone: "+01:00" }, "/timeZone: expected a time zone of the IANA database"],
    [{ timeZone: undefined }, "/timeZone: missing"],
    [{ to: "21:00" }, ": from and to are the same"],
    [{ days: ["mon"] }, "/days: not a known field"],
  ])("has no quiet hours with %j", (fields, problem) => {
    const file = aFile();
    const quietHours = { from: "21:00", to: "08:00", timeZone: "Europe/Berlin", ...fields };
    const problems = problemsOf({ ...file, senders: [{ ...first(file.senders), quietHours }] });
    expect(problems).toEqual([expect.stringContaining(`/senders/0/quietHours${problem}`)]);
  });

  test.each(["misconfiguredMs", "numberPausedMs"])(
    "is told when it still has %s: such senders stay stopped now",
    (field) => {
      const problems = problemsOf({ ...aFile(), sending: { [field]: 60_000 } });
      expect(problems).toEqual([expect.stringContaining(`/sending/${field}: not a known field`)]);
    },
  );

  test.each(["ftp://x", "https://user:pw@x", "https://x/?key=1", "x.example"])("has no base address %s", (baseUrl) => {
    const file = aFile();
    const problems = problemsOf({ ...file, senders: [{ ...first(file.senders), baseUrl }] });
    expect(problems).toEqual([expect.stringMatching(/^\/senders\/0\/baseUrl: expected an/)]);
  });

  test.each([{}, { env: "A", file: "b" }, { envv: "A" }])("has no secret at %j", (apiKey) => {
    const file = aFile();
    expect(problemsOf({ ...file, senders: [{ ...first(file.senders), apiKey }] })[0]).toMatch(/^\/senders\/0\/apiKey/);
  });

  test("is told when it is no JSON, or something else than an object", () => {
    expect(problemsOf('{"senders": [,]}')[0]).toMatch(/^is not JSON: /);
    expect(problemsOf("[]")).toEqual(["its content: expected object, received array"]);
  });

  test("is told in one line when it is missing, with how to make one", () => {
    expect(() => loadDeployment("./nowhere.json", {})).toThrow(
      /^the deployment file \.\/nowhere\.json: does not exist\. Copy deploy\/tern\.config\.example\.json .* TERN_CONFIG .*$/,
    );
    expect(() => loadDeployment(folder, {})).toThrow("cannot be read (EISDIR)");
  });
});

describe("quotas of a caller", () => {
  const withQuota = (quota: object) => ({ ...aFile(), callers: [{ ...first(aFile().callers), quota }] });

  test("are what the file names, a burst being a second's worth unless said otherwise", () => {
    const { callers } = load(withQuota({ messagesPerSecond: 50, messagesPerDay: 10_000, requestsPerSecond: 5 }));
    expect(first(callers).quota).toEqual({
      messages: { perSecond: 50, burst: 50 },
      messagesPerDay: 10_000,
      requests: { perSecond: 5, burst: 5 },
    });
    expect(first(load(withQuota({ messagesPerSecond: 50, messagesBurst: 500 })).callers).quota).toEqual({
      messages: { perSecond: 50, burst: 500 },
    });
    expect(first(load(aFile()).callers)).not.toHaveProperty("quota");
  });

  test("that limit nothing are told", () => {
    expect(problemsOf(withQuota({ messagesBurst: 5, requestsBurst: 5, messagesPerDay: 0 }))).toHaveLength(3);
    expect(problemsOf(withQuota({ requestsBurst: 5 }))).toEqual([
      "/callers/0/quota/requestsBurst: means nothing without requestsPerSecond",
    ]);
  });
});

describe("a secret by the name of a variable", () => {
  const keyOf = (withEnv: Record<string, string>) => first(load(aFile(), withEnv).senders).apiKey.reveal();
  const { DEMO_KEY: _, ...rest } = env;

  test("may be in a file that NAME_FILE names; the line end is not part of it", () => {
    writeFileSync(join(folder, "key"), "from-a-file\n");
    expect(keyOf({ ...rest, DEMO_KEY_FILE: join(folder, "key") })).toBe("from-a-file");
  });

  test("is told to be missing, or there twice, by the variable's name and never its value", () => {
    writeFileSync(join(folder, "key"), "s3same-file");
    const twice = problemsOf(aFile(), { ...env, DEMO_KEY: "s3same", DEMO_KEY_FILE: join(folder, "key") });
    const gone = problemsOf(aFile(), { ...rest, DEMO_KEY_FILE: join(folder, "gone") });
    expect(twice).toEqual([expect.stringMatching(/^\/senders\/0\/apiKey: .* DEMO_KEY: .* DEMO_KEY_FILE as well/)]);
    expect(gone).toEqual([expect.stringMatching(/^\/senders\/0\/apiKey: .*DEMO_KEY_FILE names: .*ENOENT/)]);
    expect([...twice, ...gone].join()).not.toContain("s3same");
  });
});
