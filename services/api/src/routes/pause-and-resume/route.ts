// POST /v1/senders/:id/pause and …/resume, and the same for one lane or one template of it: nothing is lost by a pause, it
// waits, and the audit trail says who ordered it.

import { LANES, type Lane } from "@tern/core";
import type { Pausable } from "@tern/store";
import { z } from "zod";
import type { Endpoint } from "../../endpoint.ts";
import { senderFor, senderIdPath } from "../../find-sender.ts";
import { callerOf } from "../../http.ts";
import { answerOperated, operatedResponse } from "../../operated.ts";
import { problemResponses } from "../../problem-responses.ts";
import { ApiProblem } from "../../problems.ts";

type Kind = Pausable["kind"];

interface Form {
  readonly path: string;
  readonly parameters: z.ZodObject;
  readonly name: string;
  readonly pauses: string;
  readonly resumes: string;
  /** What the path names; throws the problem of a path that names nothing. */
  readonly read: (params: Readonly<Record<string, string>>) => Pausable;
}

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview: lower-case, digits, underscores. */
const TEMPLATE_NAME = /^[a-z0-9_]{1,512}$/;

const FORMS: Readonly<Record<Kind, Form>> = {
  sender: {
    path: "/v1/senders/:id",
    parameters: senderIdPath,
    name: "Sender",
    pauses: "Nothing of this sender is sent until somebody resumes it. What is on the wire ends as it will.",
    resumes: "Ends a pause, and what the provider's word has stopped, too: the next answer tells whether it goes on.",
    read: () => ({ kind: "sender" }),
  },
  lane: {
    path: "/v1/senders/:id/lanes/:lane",
    parameters: senderIdPath.extend({ lane: z.enum(LANES) }),
    name: "Lane",
    pauses: "Nothing of this lane is sent until somebody resumes it; the other lanes go on.",
    resumes: "Ends a pause of the lane.",
    read: ({ lane = "" }) => {
      if (!LANES.includes(lane as Lane)) throw nothingThere(`There is no lane of this name: ${LANES.join(", ")}.`);
      return { kind: "lane", lane: lane as Lane };
    },
  },
  template: {
    path: "/v1/senders/:id/templates/:name",
    parameters: senderIdPath.extend({
      name: z.string().meta({ description: "The template's name.", example: "sale" }),
    }),
    name: "Template",
    pauses: "Messages with this template wait until somebody resumes it; others go on. It need not be known here yet.",
    resumes: "Ends a pause of the template, and the rest that the provider's word has given it.",
    read: ({ name = "" }) => {
      if (!TEMPLATE_NAME.test(name)) throw nothingThere("A template's name has small letters, digits and underscores.");
      return { kind: "template", name };
    },
  },
};

function endpointOf(verb: "pause" | "resume", kind: Kind): Endpoint {
  const { path, parameters, name, pauses, resumes, read } = FORMS[kind];
  return {
    method: "post",
    path: `${path}/${verb}`,
    scopes: ["operate"],
    operation: {
      operationId: `${verb}${name}`,
      tags: ["Operating"],
      summary: `${verb === "pause" ? "Pause" : "Resume"} a ${kind}`,
      description: `${verb === "pause" ? pauses : resumes} Repeating it is harmless. It takes no body.`,
      requestParams: { path: parameters },
      responses: { "200": operatedResponse, ...problemResponses("not-found") },
    },
    createHandler: (deps) => async (request, response) => {
      const caller = callerOf(response);
      const sender = senderFor(caller, deps.deployment(), request.params.id ?? "");
      const operated = await deps.store[verb](sender.id, read(request.params), caller.id);
      await answerOperated(deps, response, sender, operated);
    },
  };
}

function nothingThere(detail: string): ApiProblem {
  return new ApiProblem("not-found", { detail });
}

export const pauseAndResume: readonly Endpoint[] = (Object.keys(FORMS) as Kind[]).flatMap((kind) => [
  endpointOf("pause", kind),
  endpointOf("resume", kind),
]);
