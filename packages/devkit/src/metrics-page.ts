// A page of metrics as a test reads it: strictly, since Prometheus drops a whole page for one line it cannot read.

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;
const SUFFIX = /_(?:bucket|sum|count)$/;

/**
 * Reads a page in the Prometheus text format.
 *
 * throws   an Error that says what is wrong with it: a line that cannot be read, a second heading or samples apart from
 *          theirs, a series that comes twice, no line end at the end
 */
export function readMetricsPage(text: string): Sample[] {
  if (!text.endsWith("\n")) throw new Error("the page has no final line end");
  const types = new Map<string, string>();
  const helped = new Set<string>();
  const seen = new Set<string>();
  const samples: Sample[] = [];
  let family = "";
  for (const line of text.split("\n").filter((one) => one !== "")) {
    const [, kind, named = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === "HELP" && helped.has(named)) throw new Error(`a second HELP of ${named}`);
    if (kind === "TYPE" && types.has(named)) throw new Error(`a second TYPE of ${named}`);
    if (kind === "HELP") helped.add(named);
    if (kind === "TYPE") types.set(named, rest);
    if (kind) family = named;
    if (line.startsWith("#")) continue;
    const sample = readSample(line);
    const isOwn =
      sample.name === family || (types.get(family) === "histogram" && sample.name.replace(SUFFIX, "") === family);
    if (!isOwn) throw new Error(`${sample.name} stands below the heading of ${family}`);
    const series = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`;
    if (seen.has(series)) throw new Error(`the series comes twice: ${line}`);
    seen.add(series);
    samples.push(sample);
  }
  return samples;
}

function readSample(line: string): Sample {
  const [, name, inside = "", value] = SAMPLE.exec(line) ?? [];
  const labels: Record<string, string> = {};
  let rest = inside;
  while (rest !== "") {
    const [whole, label, text] = LABEL.exec(rest) ?? [];
    if (whole === undefined || label === undefined || text === undefined) throw new Error(`cannot be read: ${line}`);
    labels[label] = text;
    rest = rest.slice(whole.length);
  }
  const number = Number(value?.replace("Inf", "Infinity"));
  const isNumber = value !== undefined && (!Number.isNaN(number) || /^nan$/i.test(value)); // prom-client writes "Nan"
  if (name === undefined || !isNumber) throw new Error(`cannot be read: ${line}`);
  return { name, labels, value: number };
}

/** What a number of a person, an id of a message or of the provider looks like. */
const NAMES_SOMEBODY = /\d{8,}|wamid|msg_|[0-9a-z]{26}/i;

/** Labels that name a person or a message: each a series of its own, and personal data in a place without a key. */
export function labelsThatNameSomebody(samples: readonly Sample[]): string[] {
  return samples.flatMap(({ name, labels }) =>
    Object.entries(labels)
      .filter(([, value]) => NAMES_SOMEBODY.test(value))
      .map(([label, value]) => `${name}{${label}="${value}"}`),
  );
}
