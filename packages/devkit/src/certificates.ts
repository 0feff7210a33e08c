// An authority of one's own and certificates from it, for servers with TLS in tests. X.509 by hand, as far as a server
// needs it, with the keys and signatures of node:crypto: no openssl program is needed, and nothing is kept in the
// repository that would run out. The encoding is DER (RFC 5280, appendix A; ITU-T X.690).

import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface CertificateFiles extends Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Authority {
  /** PEM of its certificate, for those who are to trust it. */
  readonly ca: string;
  readonly caFile: string;
  /** A certificate for these names, IPv4 addresses among them; good for servers and clients. */
  issue(name: string, names: readonly string[]): CertificateFiles;
}

const VALID_MS = 24 * 3_600_000;

/** Makes an authority; it and what it issues are valid from yesterday until tomorrow, and stand as files in the folder. */
export function makeAuthority(folder: string): Authority {
  mkdirSync(folder, { recursive: true });
  const issuer = "Tern test authority";
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const write = (file: string, text: string) => {
    const path = join(folder, file);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const ca = certificate({
    subject: issuer,
    issuer,
    publicKey: keys.publicKey,
    signWith: keys.privateKey,
    names: null,
  });
  return {
    ca,
    caFile: write("ca.pem", ca),
    issue(name, names) {
      const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const cert = certificate({ subject: name, issuer, publicKey: own.publicKey, signWith: keys.privateKey, names });
      const key = own.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
      return { cert, key, certFile: write(`${name}.pem`, cert), keyFile: write(`${name}.key`, key) };
    },
  };
}

interface Wanted {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signWith: KeyObject;
  /** Null: an authority. */
  readonly names: readonly string[] | null;
}

function certificate({ subject, issuer, publicKey, signWith, names }: Wanted): string {
  const now = Date.now();
  const algorithm = sequence(oid([1, 2, 840, 10045, 4, 3, 2])); // ecdsa-with-SHA256
  const extension = names === null ? authorityExtension() : namesExtension(names);
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    commonName(issuer),
    sequence(utcTime(now - VALID_MS), utcTime(now + VALID_MS)),
    commonName(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(extension)),
  );
  const signature = sign("sha256", body, signWith);
  const whole = sequence(body, algorithm, bitString(signature)).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${whole.replaceAll(/(.{64})/g, "$1\n")}\n-----END CERTIFICATE-----\n`;
}

/** basicConstraints, critical: an authority. */
function authorityExtension(): Buffer {
  const isAuthority = sequence(der(0x01, Buffer.from([0xff])));
  return sequence(oid([2, 5, 29, 19]), der(0x01, Buffer.from([0xff])), octets(isAuthority));
}

/** subjectAltName: addresses as such, everything else as names of hosts. */
function namesExtension(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    /^[\d.]+$/.test(name) ? der(0x87, Buffer.from(name.split(".").map(Number))) : der(0x82, Buffer.from(name)),
  );
  return sequence(oid([2, 5, 29, 17]), octets(sequence(...entries)));
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const integer = (bytes: Buffer) => der(0x02, bytes);
const octets = (content: Buffer) => der(0x04, content);
const bitString = (content: Buffer) => der(0x03, Buffer.from([0]), content);
const commonName = (name: string) => sequence(der(0x31, sequence(oid([2, 5, 4, 3]), der(0x0c, Buffer.from(name)))));

function utcTime(ms: number): Buffer {
  const [, yy, month, day, hour, minute, second] =
    /^\d\d(\d\d)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(new Date(ms).toISOString()) ?? [];
  return der(0x17, Buffer.from(`${yy}${month}${day}${hour}${minute}${second}Z`));
}

function oid([first = 0, second = 0, ...rest]: readonly number[]): Buffer {
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const digits = [part & 0x7f];
    for (let more = part >> 7; more > 0; more >>= 7) digits.unshift((more & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return der(0x06, Buffer.from(bytes));
}
