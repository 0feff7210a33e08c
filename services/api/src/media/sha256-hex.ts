/** A SHA-256 in hex, from hex or base64: the provider writes either (docs/sources.md, media). Null for anything else. */
export function sha256Hex(text: string | null): string | null {
  if (text === null) return null;
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  return /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, "base64").toString("hex") : null;
}
