import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { outcomeOfError } from "./no-answer.ts";

const error = (code: string, message = code) => Object.assign(new Error(message), { code });

describe("a send without an answer", () => {
  test.each(["ECONNRESET", "UND_ERR_SOCKET", "EPIPE", "ETIMEDOUT", "UND_ERR_INVALID_ARG", "UND_ERR_ABORTED"])(
    "is unknown once it was written (%s)",
    (code) => {
      expect(outcomeOfError(error(code), { written: true })).toMatchObject({
        class: "unknown",
        grade: "no-answer",
        failure: { code: null, httpStatus: null, reason: `the request was sent but not answered: ${code}` },
      });
    },
  );

  test.each([
    ["ECONNREFUSED", "the connection was refused"],
    ["ENOTFOUND", "the host name was not found"],
    ["EAI_AGAIN", "the host name was not found"],
    ["UND_ERR_CONNECT_TIMEOUT", "no connection in time"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "no trusted TLS connection"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "no trusted TLS connection"],
    ["EPROTO", "no trusted TLS connection"],
    ["ECONNRESET", "the request was not sent"],
  ])("is unreachable before it was written (%s)", (code, meaning) => {
    expect(outcomeOfError(error(code, "why"), { written: false })).toMatchObject({
      class: "unreachable",
      failure: { reason: `${meaning}: why` },
    });
  });

  test("is misconfigured when the request cannot even be built", () => {
    expect(outcomeOfError(error("UND_ERR_INVALID_ARG"), { written: false })).toMatchObject({ class: "misconfigured" });
  });

  test("reads the code of an error's cause", () => {
    const wrapped = new Error("fetch failed", { cause: error("ECONNREFUSED") });

    expect(outcomeOfError(wrapped, { written: false })).toMatchObject({
      failure: { reason: "the connection was refused: fetch failed" },
    });
  });

  test("is judged whatever was thrown", () => {
    fc.assert(
      fc.property(fc.anything(), fc.boolean(), (thrown, written) => {
        expect(outcomeOfError(thrown, { written }).class).toBe(written ? "unknown" : "unreachable");
      }),
    );
  });
});
