// The few facts about every file that a reader of this repository relies on. Each rule looks at one file and says, line by
// line, what breaks it. None of them counts lines or judges taste.
import { isTestCode, type SourceFile } from "./import-table.ts";

export interface Complaint {
  path: string;
  /** 1-based; 0 for the file as a whole. */
  line: number;
  what: string;
}

interface Rule {
  name: string;
  /** Which files the rule is about. */
  isAbout(path: string): boolean;
  /** Complaints without their path. */
  check(text: string): Omit<Complaint, "path">[];
}

/** Parts whose business is the process around the code, time and chance: they may touch all three. The client, which others
 * install without the rest, has a module of its own for that. */
const OUTER_PARTS =
  /^((packages\/(runtime|simulator|devkit|scenarios)|scripts|bench)\/|packages\/client\/src\/real-surroundings\.ts$)/;
/** What runs in production and handles what others send. */
const SERVING_PARTS = /^(services|packages\/(core|dialog360|queue|store|runtime))\//;
const CONNECTING = "packages/dialog360/src/origins.ts";
const isMain = (path: string) => path.endsWith("/main.ts");
const isSource = (path: string) => /\.(ts|js|mjs|cjs)$/.test(path);
const isRootConfig = (path: string) => /^[\w.-]+\.ts$/.test(path);

const rules: Rule[] = [
  {
    name: "only main.ts and the outer parts read the environment: everything else gets settings as arguments",
    isAbout: (path) => isSource(path) && !OUTER_PARTS.test(path) && !isMain(path) && !isRootConfig(path),
    check: (text) => eachMatch(withoutComments(text), /\bprocess\.env\b/),
  },
  {
    name: "time and chance are arguments: only runtime, the simulator, tools and tests touch the real ones",
    isAbout: (path) => isSource(path) && !OUTER_PARTS.test(path) && !isMain(path) && !isTestCode(path),
    check: (text) =>
      eachMatch(
        withoutComments(text),
        /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\bset(?:Timeout|Interval)\b|"node:timers/,
      ),
  },
  {
    name: "services connect to the provider and to Redis only: what opens connections is in one module (SECURITY.md)",
    isAbout: (path) => isSource(path) && SERVING_PARTS.test(path) && !isTestCode(path) && path !== CONNECTING,
    check: (text) =>
      eachMatch(
        withoutComments(text),
        /^import (?!type\b).*"(?:undici|node:(?:https|net|tls|dgram|http2|dns)[^"]*)"|(?<![.\w])fetch\(|\b(?:request|get|Agent)\b.*\} from "node:http"/,
      ),
  },
  {
    name: "a Lua script opens with a comment that says what it does, its KEYS, its ARGV and what it returns",
    isAbout: (path) => path.endsWith(".lua") && !isLuaPart(path),
    check: (text) => checkLuaHeader(text, [/KEYS/, /ARGV/, /returns?\b/i]),
  },
  {
    name: "a part that Lua scripts share opens with a comment that says what it is for",
    isAbout: isLuaPart,
    check: (text) => checkLuaHeader(text, []),
  },
  {
    name: "no file names a folder of somebody's machine or a package registry's host",
    isAbout: (path) => !/\.(png|ico|gz)$/.test(path),
    check: (text) =>
      eachMatch(
        text,
        /(?<![\w.-])\/(?:work|root|Users\/[a-z]+|home\/(?!node\b|nonroot\b)[a-z]+)\/|\bregistry\.(?!example\b)[a-z-]+\.(?:org|com|io|dev)\b|\bdeb\.[a-z]+\.(?:org|com)\b/,
      ),
  },
  {
    name: "nothing is left for later and no check is switched off",
    isAbout: (path) => isSource(path),
    check: (text) =>
      eachMatch(
        text,
        /\b(?:TO[D]O|FIX[M]E)\b|biome[-]ignore|@ts[-](?:ignore|nocheck)|\b(?:test|it|describe)\.(?:skip|only|todo|failing)\b/,
      ),
  },
];

/** Complaints about these files, by the name of the rule they break. */
export function applyRules(files: readonly SourceFile[]): Map<string, Complaint[]> {
  const complaints = new Map<string, Complaint[]>();
  for (const rule of rules) {
    const found = files
      .filter(({ path }) => rule.isAbout(path))
      .flatMap(({ path, text }) => rule.check(text).map((complaint) => ({ path, ...complaint })));
    if (found.length > 0) complaints.set(rule.name, found);
  }
  return complaints;
}

function eachMatch(text: string, pattern: RegExp): Omit<Complaint, "path">[] {
  return text.split("\n").flatMap((line, index) => {
    const match = pattern.exec(line);
    return match === null ? [] : [{ line: index + 1, what: match[0] }];
  });
}

function isLuaPart(path: string): boolean {
  return /\/includes?\/[^/]+\.lua$/.test(path);
}

function checkLuaHeader(text: string, words: RegExp[]): Omit<Complaint, "path">[] {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("--"));
  const header = lines.slice(0, end === -1 ? undefined : end).join("\n");
  if (header === "") return [{ line: 1, what: "no comment at the top" }];
  const missing = words.filter((pattern) => !pattern.test(header));
  return missing.map((pattern) => ({ line: 1, what: `the header does not mention ${pattern.source.split("?")[0]}` }));
}

/** Comments become blanks, so that prose may name what code may not use; line numbers stay. */
function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, " "))
    .replaceAll(/(^|[\s;{}(),])\/\/.*$/gm, "$1");
}
