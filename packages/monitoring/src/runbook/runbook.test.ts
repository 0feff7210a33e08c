// docs/runbook.md against what it speaks of: the alerts, the API, the dashboards, the log lines, the deployment.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse, parseAllDocuments } from "yaml";
import { alertGroups, renderRules } from "../rules/render.ts";
import { readRuleSettings } from "../rules/settings.ts";
import { curlRequest, wordsOf } from "./command.ts";
import { commandsIn, RUNBOOK_FILE, RUNBOOK_PARTS, type RunbookSection, readRunbook } from "./read-runbook.ts";

const ROOT = join(import.meta.dirname, "../../../..");
const textOf = (path: string) => readFileSync(join(ROOT, path), "utf8");

const sections = readRunbook();
const wholeText = (section: RunbookSection) => RUNBOOK_PARTS.map(section.text).join("\n\n");
const commands = sections.flatMap((section) =>
  RUNBOOK_PARTS.flatMap((part) => section.commands(part).map((command) => ({ name: section.name, command }))),
);

/** Stand-ins for what the page's first block sets, and for the names in the sections' own commands. */
const VARIABLES = {
  TERN: "http://tern",
  AUTH: "Authorization: Bearer key",
  SENDER: "main",
  PROCESS: "http://process",
  MESSAGE: "msg_main_0",
  TEMPLATE: "sale",
  PORTFOLIO: "acme",
  POD: "tern-worker-0",
};
const readCommand = (command: string) => wordsOf(command, VARIABLES);

test("every alert has a section, and every section an alert", () => {
  const names = new Set<string>(alertGroups(1).flatMap(({ rules }) => rules.map(({ alert }) => alert)));
  expect(sections.map(({ name }) => name).toSorted()).toEqual([...names].toSorted());
});

test.each(sections)("the section of $name has all parts, in their order, and a command to look with", (section) => {
  expect(section.headings).toEqual(RUNBOOK_PARTS);
  for (const part of RUNBOOK_PARTS) expect(section.text(part)).toMatch(/\w/);
  expect(section.commands("Look here").length).toBeGreaterThan(0);
  expect(section.text("Do this")).toMatch(/^1\. /m);
});

test("a section that lacks a part, and one without an alert, would be seen", () => {
  const [only] = readRunbook(
    "# R\n\n## G\n\n### TernX\n\n**Symptom.** some\n\n**Do this.** more\n\n```sh\npnpm x\n```\n",
  );
  expect(only?.headings).toEqual(["Symptom", "Do this"]);
  expect(only?.commands("Do this")).toEqual(["pnpm x"]);
});

test("each alert links to its own section, and to a dashboard that is there", () => {
  const settings = readRuleSettings();
  const { groups } = parse(renderRules(settings)["alerts.yaml"]) as {
    groups: { rules: { alert: string; annotations: Record<string, string> }[] }[];
  };
  const uids = dashboards().map(({ uid }) => uid);
  for (const { alert, annotations } of groups.flatMap(({ rules }) => rules)) {
    const { runbook_url: runbook = "", dashboard_url: dashboard = "" } = annotations;
    expect(runbook).toBe(`${settings.runbookUrl}#${alert.toLowerCase()}`);
    const [, uid, choice] = /\/d\/([a-z-]+)(?:\?var-(\w+)=.*)?$/.exec(dashboard) ?? [];
    expect({ alert, uid, isThere: uids.includes(uid ?? "") }).toMatchObject({ isThere: true });
    if (choice) expect(dashboards().find((one) => one.uid === uid)?.choices).toContain(choice);
  }
});

test("every link of the page to one of its sections leads to one", () => {
  const anchors = new Set(sections.map(({ name }) => name.toLowerCase()));
  const links = [...textOf("docs/runbook.md").matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = ""]) => anchor);
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
});

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>>;
  };
}
const openapi = JSON.parse(textOf("docs/openapi.json")) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties?: Record<string, unknown> }> };
};

/** What is wrong with a request to the API; null: nothing. */
function faultOf(words: readonly string[]): string | null {
  const { method, url, headers, body } = curlRequest(words);
  const { pathname, searchParams, origin } = new URL(url);
  if (origin === "http://process") {
    return ["/livez", "/readyz", "/healthz", "/metrics"].includes(pathname) ? null : `no ${pathname} on it`;
  }
  if (origin === "https://hooks.example.com") return pathname === "/livez" ? null : `no ${pathname} on it`;
  if (origin !== VARIABLES.TERN) return `whose is ${origin}?`;
  const [, operations] =
    Object.entries(openapi.paths).find(([path]) =>
      new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(pathname),
    ) ?? [];
  const operation = operations?.[method.toLowerCase()];
  if (!operation) return `the API has no ${method} ${pathname}`;
  if (headers.authorization === undefined) return "no key is sent";
  const known = (operation.parameters ?? []).filter((one) => one.in === "query").map(({ name }) => name);
  for (const name of searchParams.keys()) if (!known.includes(name)) return `it has no parameter ${name}`;
  if (body === null) return null;
  const name = operation.requestBody?.content["application/json"]?.schema.$ref?.split("/").at(-1) ?? "";
  const fields = Object.keys(openapi.components.schemas[name]?.properties ?? {});
  for (const field of Object.keys(JSON.parse(body))) if (!fields.includes(field)) return `${name} has no ${field}`;
  return headers["content-type"] === "application/json" ? null : "it is not sent as JSON";
}

const services = Object.keys((parse(textOf("docker-compose.yml")) as { services: object }).services);
const k8sNames = readdirSync(join(ROOT, "deploy/k8s/base"))
  .filter((file) => file.endsWith(".yaml"))
  .flatMap((file) => parseAllDocuments(textOf(`deploy/k8s/base/${file}`)).map((one) => one.toJS() as Resource))
  .map(({ kind, metadata }) => `${kind?.toLowerCase()}/${metadata?.name}`);
interface Resource {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
}

const CHECKS: Readonly<Record<string, (words: string[]) => string | null>> = {
  curl: faultOf,
  docker: ([, compose, verb = "", ...rest]) => {
    if (compose !== "compose" || !["ps", "logs", "up", "restart", "exec"].includes(verb)) return "not such a command";
    const named = rest.filter(
      (word, at) => !word.startsWith("-") && rest[at - 1] !== "--since" && rest[at - 1] !== "--scale",
    );
    const meant = verb === "exec" ? named.slice(0, 1) : named;
    const scaled = rest.flatMap((word, at) => (rest[at - 1] === "--scale" ? [word.split("=")[0] ?? ""] : []));
    const unknown = [...meant, ...scaled].filter((service) => !services.includes(service));
    return unknown.length > 0 ? `no such service: ${unknown.join(", ")}` : null;
  },
  kubectl: ([, option, namespace, ...rest]) => {
    if (option !== "-n" || !k8sNames.includes(`namespace/${namespace}`)) return "it names no namespace of ours";
    const unknown = rest.filter((word) => word.startsWith("deployment/") && !k8sNames.includes(word));
    const label = rest.find((word) => word.startsWith("app.kubernetes.io/name="))?.split("=")[1];
    if (label !== undefined && !k8sNames.includes(`deployment/${label}`)) unknown.push(label);
    return unknown.length > 0 ? `no such deployment: ${unknown.join(", ")}` : null;
  },
  pnpm: ([, script = "", ...rest]) => {
    const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
    if (scripts[script] === undefined) return `package.json has no ${script}`;
    const source = readdirSync(join(ROOT, "scripts", script))
      .map((file) => textOf(`scripts/${script}/${file}`))
      .join("\n");
    const unknown = rest.filter((word) => word.startsWith("--") && !new RegExp(`\\b${word.slice(2)}\\b`).test(source));
    return unknown.length > 0 ? `${script} has no ${unknown.join(", ")}` : null;
  },
};

test.each(commands)("$name: $command exists", ({ command }) => {
  const words = readCommand(command);
  const check = CHECKS[words[0] ?? ""];
  if (!check) throw new Error(`nobody knows how to check ${words[0]}`);
  expect(check(words)).toBeNull();
});

test.each([
  ['curl -s -H "$AUTH" -X POST "$TERN/v1/senders/$SENDER/continue"', "the API has no POST /v1/senders/main/continue"],
  ['curl -s "$TERN/v1/senders"', "no key is sent"],
  ['curl -s -H "$AUTH" "$TERN/v1/messages?of=$SENDER"', "it has no parameter of"],
  ['curl -s -H "$AUTH" -X PUT -d \'{"pace": 1}\' "$TERN/v1/senders/$SENDER/pace"', "PaceRequest has no pace"],
  ["docker compose restart workers", "no such service: workers"],
  ["docker compose up --detach --scale sender=3", "no such service: sender"],
  ["kubectl -n tern rollout restart deployment/tern-sender", "no such deployment: deployment/tern-sender"],
  ["pnpm resume", "package.json has no resume"],
  ["pnpm configure-webhook --everyone", "configure-webhook has no --everyone"],
])("%s would be found out", (command, fault) => {
  const words = readCommand(command);
  expect(CHECKS[words[0] ?? ""]?.(words)).toBe(fault);
});

test("the page's own variables are those of its commands", () => {
  const head = textOf("docs/runbook.md").split("\n## ")[0] ?? "";
  const set = commandsIn(head).map((line) => line.split("=")[0]);
  expect(set).toEqual(["TERN", "AUTH", "SENDER", "PROCESS"]);
});

function dashboards(): { uid: string; titles: string[]; choices: string[] }[] {
  const folder = join(ROOT, "deploy/grafana/dashboards");
  return readdirSync(folder).map((file) => {
    const { uid, panels, templating } = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
      uid: string;
      panels: { title: string }[];
      templating: { list: { name: string }[] };
    };
    return { uid, titles: panels.map(({ title }) => title), choices: templating.list.map(({ name }) => name) };
  });
}

/** All phrases in backticks. */
const quoted = (text: string) => [...text.matchAll(/`([^`\n]+)`/g)].map(([, phrase = ""]) => phrase);

test.each(sections)("$name sends to panels that the dashboards have", (section) => {
  const all = dashboards();
  const phrases = quoted(section.text("Look here").replaceAll(/```[\s\S]*?```/g, ""));
  const named = phrases.filter((phrase) => phrase.startsWith("tern-"));
  expect(named.length).toBeGreaterThan(0);
  for (const uid of named) {
    const own = all.find((one) => one.uid === uid);
    expect({ uid, isThere: own !== undefined }).toMatchObject({ isThere: true });
    expect({ uid, names: phrases.filter((phrase) => own?.titles.includes(phrase)).length > 0 }).toMatchObject({
      names: true,
    });
  }
  const titles = new Set(all.flatMap((one) => one.titles));
  for (const [, rest = ""] of section.text("Look here").matchAll(/Panels?\s((?:`[^`]+`(?:,?\s(?:and\s)?)?)+)/g)) {
    for (const title of quoted(rest)) if (!title.startsWith("tern-")) expect([...titles]).toContain(title);
  }
});

test("every log line that the page quotes is one that a service writes", () => {
  const sources = ["services", "packages/runtime/src"]
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.includes("node_modules"))
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")),
    )
    .join("\n");
  const lines = sections.flatMap((section) =>
    [
      ...wholeText(section).matchAll(
        /(?:[Ll]og lines?|in the line|[Tt]he log line|log says)\s+`([^`]+)`(?:[^`]*and\s+`([^`]+)`)?/g,
      ),
    ].flatMap(([, first, second]) =>
      [first, second].filter((line) => line !== undefined).map((line) => line.replaceAll("\n", " ")),
    ),
  );
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines)
    expect({ line, isWritten: sources.includes(`"${line}"`) }).toMatchObject({ isWritten: true });
});

test("the file is where the alerts say", () => {
  expect(RUNBOOK_FILE.endsWith("docs/runbook.md")).toBe(true);
  expect(readRuleSettings().runbookUrl.endsWith("docs/runbook.md")).toBe(true);
});
