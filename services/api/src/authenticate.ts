// Who calls: an API key in the Authorization header, known by its hash (@tern/runtime's deployment), and what it may do.

import type { IncomingMessage } from "node:http";
import { type Caller, type Deployment, findCaller, type Scope } from "@tern/runtime";
import { ApiProblem } from "./problems.ts";

const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/**
 * The caller whose key the request carries.
 *
 * throws   ApiProblem 401, with the challenge of RFC 6750
 */
export function authenticate(request: IncomingMessage, deployment: Deployment): Caller {
  const header = request.headers.authorization;
  if (header === undefined) {
    throw unauthenticated("Send your API key in the header Authorization: Bearer <key>.", 'Bearer realm="tern"');
  }
  const key = BEARER.exec(header)?.[1];
  const caller = key === undefined ? null : findCaller(deployment, key);
  if (caller) return caller;
  throw unauthenticated("The API key is not known here.", 'Bearer realm="tern", error="invalid_token"');
}

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/**
 * The same for a page: browsers ask people for a name and a password (RFC 7617). The password is the API key; the name may
 * be anything.
 *
 * throws   ApiProblem 401, on which browsers ask
 */
export function authenticatePage(request: IncomingMessage, deployment: Deployment): Caller {
  const { authorization = "" } = request.headers;
  const pair = Buffer.from(BASIC.exec(authorization)?.[1] ?? "", "base64").toString("utf8");
  const key = BEARER.exec(authorization)?.[1] ?? pair.slice(pair.indexOf(":") + 1);
  const caller = key === "" ? null : findCaller(deployment, key);
  if (caller) return caller;
  throw unauthenticated(
    "Give an API key as the password; the name does not matter.",
    'Basic realm="tern", charset="UTF-8", Bearer realm="tern"',
  );
}

/** throws   ApiProblem 403 unless the caller has one of the scopes */
export function requireScope(caller: Caller, anyOf: readonly Scope[]): void {
  for (const scope of anyOf) if (caller.scopes.has(scope)) return;
  throw new ApiProblem("forbidden", {
    detail: `This API key needs the scope ${anyOf.join(" or ")}.`,
    headers: { "WWW-Authenticate": `Bearer realm="tern", error="insufficient_scope", scope="${anyOf[0]}"` },
  });
}

function unauthenticated(detail: string, challenge: string): ApiProblem {
  return new ApiProblem("unauthenticated", { detail, headers: { "WWW-Authenticate": challenge } });
}
