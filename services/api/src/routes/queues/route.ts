// /queues: bull-board, for operators who want to see what BullMQ has of the calls to workers. Not an endpoint: it is off unless
// the process is told to have it, needs a key with the scope `operate` like other views of operators, shows the queues of
// that key's senders, and can change nothing.
//
// It is on the API's port, not on that of operations: only here are there keys, quotas, limits and a line in the log for
// each request.

import type { Queues } from "@tern/queue";
import type { Deployment } from "@tern/runtime";
import express, { type Express } from "express";
import { authenticatePage, requireScope } from "../../authenticate.ts";
import { type ApiRequest, type ApiResponse, callerOf } from "../../http.ts";
import { notFound } from "../../problem-handler.ts";
import { ApiProblem } from "../../problems.ts";
import type { Quotas } from "../../quotas.ts";
import { createBoard } from "./board.ts";

const BASE = "/queues";

export interface QueuesPageDeps {
  readonly queues: Queues;
  readonly deployment: () => Deployment;
  readonly quotas: Quotas;
}

export function mountQueuesPage(app: Express, { queues, deployment, quotas }: QueuesPageDeps): void {
  const board = createBoard(queues, BASE);

  app.use(BASE, (request: ApiRequest, response: ApiResponse, next) => {
    response.locals.route = BASE;
    if (request.method !== "GET" && request.method !== "HEAD") {
      throw new ApiProblem("method-not-allowed", {
        detail: "These pages show and change nothing: they take GET and HEAD only.",
        headers: { Allow: "GET, HEAD" },
      });
    }
    const caller = authenticatePage(request, deployment());
    response.locals.caller = caller;
    requireScope(caller, ["operate"]);
    const counting = quotas.countRequest(caller, response);
    if (counting === null) next();
    else counting.then(next, next);
  });
  app.use(`${BASE}/static`, express.static(board.files, { index: false, redirect: false }));
  for (const { path, answer } of board.routes) {
    app.get(BASE + path, async (request: ApiRequest, response: ApiResponse) => {
      const { senderById } = deployment();
      const senderIds = [...callerOf(response).senderIds].filter((id) => senderById.has(id)).sort();
      const { status, text } = await answer({ params: request.params, query: request.query, senderIds });
      send(response, status, "application/json", text);
    });
  }
  for (const path of board.pages) {
    app.get(BASE + path, (_request: ApiRequest, response: ApiResponse) => {
      send(response, 200, "text/html; charset=utf-8", board.html);
    });
  }
  app.use(BASE, () => {
    throw notFound();
  });
}

function send(response: ApiResponse, status: number, type: string, text: string): void {
  response.statusCode = status;
  response.setHeader("Content-Type", type);
  response.setHeader("Content-Length", Buffer.byteLength(text));
  response.setHeader("Cache-Control", "no-store");
  response.end(text);
}
