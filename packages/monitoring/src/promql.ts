// The little that tests need to know of PromQL: which metrics an expression names.

/** Words that are neither metrics nor functions. */
const KEYWORDS = new Set([
  "and",
  "or",
  "unless",
  "bool",
  "offset",
  "by",
  "without",
  "on",
  "ignoring",
  "group_left",
  "group_right",
]);
KEYWORDS.add("inf").add("nan");

/** The metrics that an expression names, each once, in order. Variables of Grafana may stand in it. */
export function metricNames(expr: string): string[] {
  const bare = expr
    .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""')
    .replaceAll(/\{[^{}]*\}/g, " ")
    .replaceAll(/\[[^\]]*\]/g, " ")
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)/gi, " ")
    .replaceAll(/\boffset\s+-?[\w$]+/gi, " ");
  const words = [...bare.matchAll(/(?<![\w:$.])[A-Za-z_:][\w:]*(?!\s*\(|[\w:])/g)].map(([word]) => word);
  return [...new Set(words.filter((word) => !KEYWORDS.has(word.toLowerCase())))];
}
