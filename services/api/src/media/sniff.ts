// Which of the documented types a file is, by its first bytes. Only as much of each format is read as tells it from the
// others; whether the rest of the file is sound is for the provider to say.

/** So many bytes of a file are looked at. */
export const HEAD_BYTES = 4_096;

export type Sniffed =
  /** It is of one of these types; of several where the container does not tell, or only by what stands at its end. */
  | { readonly kind: "known"; readonly mimeTypes: readonly [string, ...string[]]; readonly isAnimated?: boolean }
  /** Recognised, and nothing that WhatsApp takes: why. */
  | { readonly kind: "unsupported"; readonly why: string }
  | { readonly kind: "text" | "unknown" };

const OFFICE = "application/vnd.openxmlformats-officedocument";
const DOCX = `${OFFICE}.wordprocessingml.document`;
const XLSX = `${OFFICE}.spreadsheetml.sheet`;
const PPTX = `${OFFICE}.presentationml.presentation`;
const known = (...mimeTypes: [string, ...string[]]): Sniffed => ({ kind: "known", mimeTypes });
const unsupported = (why: string): Sniffed => ({ kind: "unsupported", why });

type Look = (head: Buffer) => Sniffed | null;

/** Tried in this order; the first that recognises the bytes is right. */
const LOOKS: readonly Look[] = [
  (head) => (startsWith(head, [0xff, 0xd8, 0xff]) ? known("image/jpeg") : null),
  (head) => (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) ? known("image/png") : null),
  (head) => (textAt(head, 0, 6) === "GIF87a" || textAt(head, 0, 6) === "GIF89a" ? unsupported("a GIF image") : null),
  lookAtRiff,
  lookAtIsoMedia,
  lookAtOgg,
  (head) => (textAt(head, 0, 5) === "#!AMR" ? known("audio/amr") : null),
  (head) => (textAt(head, 0, 5) === "%PDF-" ? known("application/pdf") : null),
  lookAtZip,
  // An OLE container (MS-CFB): which of the three programs wrote it stands far behind.
  (head) =>
    startsWith(head, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
      ? known("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint")
      : null,
  lookAtMpegAudio,
  (head) => (isText(head) ? { kind: "text" } : null),
];

/**
 * Recognises a file.
 *
 * head     its first bytes, all of them or HEAD_BYTES
 * returns  never throws, whatever the bytes are
 */
export function sniff(head: Buffer): Sniffed {
  for (const look of LOOKS) {
    const found = look(head);
    if (found !== null) return found;
  }
  return { kind: "unknown" };
}

/** RIFF, of which WebP is one (https://developers.google.com/speed/webp/docs/riff_container). */
function lookAtRiff(head: Buffer): Sniffed | null {
  if (textAt(head, 0, 4) !== "RIFF") return null;
  if (textAt(head, 8, 4) !== "WEBP") return unsupported("a RIFF file that is no WebP image");
  const isExtended = textAt(head, 12, 4) === "VP8X";
  return { kind: "known", mimeTypes: ["image/webp"], isAnimated: isExtended && ((head[20] ?? 0) & 0x02) !== 0 };
}

/** By the major brand (ISO/IEC 14496-12, 4.3; https://mp4ra.org/registered-types/brands). */
function lookAtIsoMedia(head: Buffer): Sniffed | null {
  if (textAt(head, 4, 4) !== "ftyp") return null;
  const brand = textAt(head, 8, 4);
  if (/^3g[p2]/.test(brand)) return known("video/3gpp", "audio/mp4");
  if (/^M4[AB] $/.test(brand)) return known("audio/mp4");
  if (/^(iso\w|mp4[12]|avc\w|M4V |MSNV|f4v |dash|mmp4)$/.test(brand)) return known("video/mp4", "audio/mp4");
  return unsupported(`a media file of the brand ${JSON.stringify(brand)}, neither MP4 nor 3GPP`);
}

/** Ogg with Opus in it, mono (https://www.rfc-editor.org/rfc/rfc3533 section 6, rfc7845 section 5.1). */
function lookAtOgg(head: Buffer): Sniffed | null {
  if (textAt(head, 0, 4) !== "OggS") return null;
  const packet = 27 + (head[26] ?? 0);
  if (textAt(head, packet, 8) !== "OpusHead") return unsupported("an Ogg file without Opus audio");
  return head[packet + 9] === 1 ? known("audio/ogg") : unsupported("Opus audio that is not mono");
}

/** Office documents are ZIP archives; the names of the first entries mostly tell which kind. */
function lookAtZip(head: Buffer): Sniffed | null {
  if (!startsWith(head, [0x50, 0x4b, 0x03, 0x04])) return null;
  if (head.includes("word/")) return known(DOCX);
  if (head.includes("xl/")) return known(XLSX);
  if (head.includes("ppt/")) return known(PPTX);
  return known("application/zip", DOCX, XLSX, PPTX);
}

/** MP3 with or without ID3, and AAC in ADTS (ISO/IEC 11172-3, 13818-7): eleven bits of ones, then the layer. */
function lookAtMpegAudio(head: Buffer): Sniffed | null {
  if (textAt(head, 0, 3) === "ID3") return known("audio/mpeg", "audio/aac");
  if (head.length < 2 || head[0] !== 0xff || ((head[1] as number) & 0xe0) !== 0xe0) return null;
  const second = head[1] as number;
  const layer = (second >> 1) & 0x03;
  if (layer === 0) return (second & 0xf0) === 0xf0 ? known("audio/aac") : null;
  // Layer I is nobody's, and would make UTF-16's mark (FF FE) audio; one version is reserved.
  return layer === 3 || ((second >> 3) & 0x03) === 1 ? null : known("audio/mpeg");
}

/** No control characters but those that texts have; UTF-16 has a mark at its start. */
function isText(head: Buffer): boolean {
  if (head.length === 0) return false;
  if (startsWith(head, [0xff, 0xfe]) || startsWith(head, [0xfe, 0xff])) return true;
  return head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d);
}

function startsWith(head: Buffer, bytes: readonly number[]): boolean {
  return bytes.every((byte, at) => head[at] === byte);
}

function textAt(head: Buffer, at: number, length: number): string {
  return head.toString("latin1", at, at + length);
}
