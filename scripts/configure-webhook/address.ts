// The address that the provider is to call: what may stand in it, and how it is shown without its secret.
// Source: docs/sources.md, webhook configuration.

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The whole address of the webhook.
 *
 * url          as the person gave it: the origin at which the proxy listens, and what it wants in front of /webhook, if
 *              anything; the whole address, secret path included, is taken as well
 * secretPath   of the deployment, with a leading slash
 * providerUrl  the sender's base URL: a loopback address can be reached by a provider at a loopback address alone
 * throws       an Error that says what the provider does not take
 */
export function webhookAddress(url: string, secretPath: string, providerUrl: string): string {
  const given = URL.parse(url);
  if (given === null) throw new Error(`--url is no address: give it as https://hooks.example.com`);
  if (given.username || given.password || given.search || given.hash) {
    throw new Error("--url must have no user, no query and no fragment");
  }
  if (LOOPBACK.test(given.hostname)) {
    if (!LOOPBACK.test(URL.parse(providerUrl)?.hostname ?? "")) {
      throw new Error("--url is an address of this machine, which the provider cannot reach");
    }
    if (!/^https?:$/.test(given.protocol)) throw new Error("--url must begin with http:// or https://");
  } else {
    if (given.protocol !== "https:") throw new Error("--url must begin with https://: the provider takes nothing else");
    if (given.port !== "")
      throw new Error("--url must have no port: the provider takes none; let a proxy listen on 443");
    if (given.hostname.includes("_"))
      throw new Error("--url must have no underscore in its host: the provider takes none");
  }
  const path = `/webhook${secretPath}`;
  const prefix = given.pathname.replace(/\/+$/, "");
  return `${given.origin}${prefix.endsWith(path) ? prefix : prefix + path}`;
}

/** An address that may hold a secret path, ours or a former one: everything behind `/webhook/` is left out. */
export function shownAddress(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return "(no address)";
  const at = parsed.pathname.indexOf("/webhook/");
  const shown = at === -1 ? "/…" : `${parsed.pathname.slice(0, at)}/webhook/…`;
  return `${parsed.origin}${parsed.pathname === "/" ? "" : shown}`;
}
