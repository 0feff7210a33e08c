// Looks for what no log may show (P10): people's numbers in any spelling, their user ids, what was written to them or by
// them, and secrets.

export interface Private {
  /** E.164, with plus. */
  readonly numbers: readonly string[];
  /** User ids, texts, names, keys, paths: whatever is looked for as it is. */
  readonly words: readonly string[];
}

/** The lines that show something private, each with what it shows. */
export function leaksIn(lines: readonly string[], { numbers, words }: Private): string[] {
  const patterns: [string, RegExp][] = [
    ...numbers.map((number): [string, RegExp] => [number, numberPattern(number)]),
    ...words.map((word): [string, RegExp] => [word, new RegExp(literally(word), "i")]),
  ];
  return lines.flatMap((line) => {
    const readable = `${line} ${decoded(line)}`;
    return patterns.filter(([, pattern]) => pattern.test(readable)).map(([what]) => `${what} in ${line}`);
  });
}

/** The last eight digits of a number tell a person; whatever stands between them, and with or without what is before. */
function numberPattern(number: string): RegExp {
  return new RegExp([...number.replace(/\D/g, "").slice(-8)].join("[\\s().\\-/\\u2010-\\u2015]{0,3}"));
}

/** What percent-encoding and base64 (a wamid holds the number in it) would hide. */
function decoded(line: string): string {
  const base64 = line.match(/[A-Za-z0-9+/]{16,}/g) ?? [];
  const bytes = base64.map((text) => Buffer.from(text, "base64").toString("latin1"));
  const percent = line.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return `${percent} ${bytes.join(" ")}`;
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
