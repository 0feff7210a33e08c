// The commands of the runbook as a shell would read them, so that tests can check them and carry them out.

/** A request as a curl command makes it. */
export interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/**
 * The words of a command: quotes taken off, variables filled in where a shell would.
 *
 * throws  an Error when a variable has no value or a quote no end
 */
export function wordsOf(command: string, variables: Readonly<Record<string, string>>): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let rest = command;
  while (rest !== "") {
    const [, space] = /^( +)/.exec(rest) ?? [];
    if (space !== undefined) {
      if (word !== null) words.push(word);
      word = null;
      rest = rest.slice(space.length);
      continue;
    }
    const [piece] = /^(?:'[^']*'|"[^"]*"|[^\s'"]+)/.exec(rest) ?? [];
    if (piece === undefined) throw new Error(`a quote without an end: ${command}`);
    word = (word ?? "") + (piece.startsWith("'") ? piece.slice(1, -1) : filledIn(piece.replaceAll('"', "")));
    rest = rest.slice(piece.length);
  }
  return word === null ? words : [...words, word];

  function filledIn(text: string): string {
    return text.replaceAll(/\$([A-Z]+)/g, (_, name: string) => {
      const value = variables[name];
      if (value === undefined) throw new Error(`$${name} has no value: ${command}`);
      return value;
    });
  }
}

/** Throws an Error for an option that the runbook does not use. */
export function curlRequest(words: readonly string[]): CurlRequest {
  const [program, ...rest] = words;
  if (program !== "curl") throw new Error(`not a curl command: ${words.join(" ")}`);
  let [method, url, body]: [string | null, string, string | null] = [null, "", null];
  const headers: Record<string, string> = {};
  while (rest.length > 0) {
    const word = rest.shift() ?? "";
    if (word === "-s") continue;
    if (word === "-X") method = rest.shift() ?? "";
    else if (word === "-d") body = rest.shift() ?? "";
    else if (word === "-H") {
      const [name = "", ...value] = (rest.shift() ?? "").split(": ");
      headers[name.toLowerCase()] = value.join(": ");
    } else if (word.startsWith("-")) throw new Error(`the runbook does not use ${word} of curl`);
    else url = word;
  }
  return { method: method ?? (body === null ? "GET" : "POST"), url, headers, body };
}
