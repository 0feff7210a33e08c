// The smallest files of each type that its first bytes tell, for tests of media.

const text = (part: string) => Buffer.from(part, "latin1");
const bytes = (...parts: number[]) => Buffer.from(parts);

const riff = (flags: number | null) =>
  Buffer.concat([
    text("RIFF\x20\x00\x00\x00WEBP"),
    text(flags === null ? "VP8 " : "VP8X"),
    bytes(10, 0, 0, 0, flags ?? 0, 0, 0, 0),
  ]);
const ftyp = (brand: string) => Buffer.concat([bytes(0, 0, 0, 24), text(`ftyp${brand}`), bytes(0, 0, 2, 0)]);
const ogg = (channels: number, codec = "OpusHead") =>
  Buffer.concat([text("OggS"), Buffer.alloc(22), bytes(1, 19), text(codec), bytes(1, channels), Buffer.alloc(9)]);
const zip = (name: string) => Buffer.concat([text("PK\x03\x04"), Buffer.alloc(26), text(name)]);

export const FILES = {
  jpeg: bytes(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46),
  png: Buffer.concat([bytes(0x89), text("PNG\r\n\x1a\n"), bytes(0, 0, 0, 13), text("IHDR")]),
  gif: text("GIF89a\x01\x00\x01\x00"),
  webp: riff(null),
  webpStill: riff(0x10),
  webpAnimated: riff(0x02),
  wav: text("RIFF\x24\x00\x00\x00WAVEfmt "),
  mp4: ftyp("isom"),
  m4a: ftyp("M4A "),
  threeGp: ftyp("3gp5"),
  quicktime: ftyp("qt  "),
  opus: ogg(1),
  opusStereo: ogg(2),
  vorbis: ogg(1, "\x01vorbis\x00"),
  amr: text("#!AMR\n\x3c"),
  aac: bytes(0xff, 0xf1, 0x50, 0x80, 0, 0x1f),
  mp3: bytes(0xff, 0xfb, 0x90, 0x64, 0, 0),
  mp3Tagged: text("ID3\x04\x00\x00"),
  pdf: text("%PDF-1.7\n"),
  docx: zip("word/document.xml"),
  xlsx: zip("xl/workbook.xml"),
  pptx: zip("ppt/presentation.xml"),
  zip: zip("notes/readme"),
  ole: bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0),
  text: Buffer.from("Prices for 2027: ab 12 €\r\n", "utf8"),
  utf16: bytes(0xff, 0xfe, 0x41, 0x00),
  noise: bytes(0x00, 0x01, 0x02, 0x03, 0x80),
} as const;

/** A file of this type with so many bytes in all. */
export function ofSize(file: Buffer, size: number): Buffer {
  return Buffer.concat([file, Buffer.alloc(size - file.length, 0x20)]);
}
