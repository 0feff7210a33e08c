// Requests and answers as the handlers see them.

import type { Caller, Span } from "@tern/runtime";
import type { Request, Response } from "express";
import type { ProblemSlug } from "./problems.ts";

/** What is known about a request besides what it says; `response.locals`. */
export interface RequestLocals {
  requestId: string;
  /** The route's path as declared, for metrics and logs; "unmatched" until one is found. */
  route: string;
  caller?: Caller;
  /** Its span, if its trace is recorded. */
  span: Span | null;
  /** The message it is about or took in, for its log line. */
  messageId?: string;
  /** Why it went wrong, for the one log line of the request. */
  error?: unknown;
  /** The problem it was answered with. */
  problem?: ProblemSlug;
}

export type ApiRequest = Request<Record<string, string>, unknown, unknown, Record<string, unknown>, RequestLocals>;
export type ApiResponse = Response<unknown, RequestLocals>;

/** The caller of a request that passed authentication. */
export function callerOf(response: ApiResponse): Caller {
  const { caller } = response.locals;
  if (!caller) throw new Error("this route is not authenticated");
  return caller;
}

/** Answers with JSON. Not Express's `json()`: no ETag is made, and the type needs no look-up. */
export function sendJson(response: ApiResponse, status: number, value: unknown, type = "application/json"): void {
  const text = JSON.stringify(value);
  response.statusCode = status;
  response.setHeader("Content-Type", type);
  response.setHeader("Content-Length", Buffer.byteLength(text));
  response.setHeader("Cache-Control", "no-store"); // answers hold personal data
  response.end(text);
}
