// PUT /v1/portfolios/:id/tier: how many different recipients its senders may write to in 24 hours, outranking the
// configured number until it is taken back.

import type { Caller, Deployment, Portfolio } from "@tern/runtime";
import { z } from "zod";
import { callWorker } from "../../accept-messages.ts";
import type { Endpoint } from "../../endpoint.ts";
import { faultsOf, invalidRequest } from "../../faults.ts";
import { callerOf, sendJson } from "../../http.ts";
import { changedField } from "../../operated.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { ApiProblem } from "../../problems.ts";
import { readJsonBody } from "../../read-body.ts";
import { examplePortfolio, portfolioViewSchema, readPortfolioView } from "../../sender-view.ts";

const BODY_BYTES_MAX = 1_024;
const TIER = "tier is a whole number from 1 to 10000000, or null";
const RESERVE = "reserve is a whole number from 0 to 10000000, or null";

export const tierRequestSchema = z
  .strictObject({
    tier: z.int(TIER).min(1, TIER).max(10_000_000, TIER).nullable().meta({
      description: "Different recipients outside their window in any 24 hours; null: as configured again.",
      example: 10_000,
    }),
    reserve: z.int(RESERVE).min(0, RESERVE).max(10_000_000, RESERVE).nullable().optional().meta({
      description: "Places of it that bulk leaves to the other lanes; null: as configured again. Left out: as it is.",
      example: 1_000,
    }),
  })
  .meta({ id: "TierRequest" });

export const operatedPortfolioSchema = z
  .strictObject({ changed: changedField, portfolio: portfolioViewSchema })
  .meta({ id: "OperatedPortfolio" });

export const setTier: Endpoint = {
  method: "put",
  path: "/v1/portfolios/:id/tier",
  scopes: ["operate"],
  operation: {
    operationId: "setTier",
    tags: ["Operating"],
    summary: "Set a portfolio's tier",
    description:
      "For all senders of the portfolio, in all workers within a second or two; outlasts restarts. Your API key must be " +
      "one that may use all of them.",
    requestParams: {
      path: z.object({
        id: z.string().meta({ description: "The id of a portfolio in the deployment.", example: "main" }),
      }),
    },
    requestBody: {
      required: true,
      content: { "application/json": { schema: tierRequestSchema, example: { tier: 10_000, reserve: 1_000 } } },
    },
    responses: {
      "200": {
        description: "It is so, now or before; the portfolio after it.",
        headers: requestIdHeader,
        content: {
          "application/json": {
            schema: operatedPortfolioSchema,
            example: { changed: true, portfolio: examplePortfolio },
          },
        },
      },
      ...problemResponses("invalid-json", "invalid-request", "not-found", "too-large", "unsupported-media-type"),
    },
  },
  createHandler:
    ({ store, deployment, producer, metrics, log }) =>
    async (request, response) => {
      const caller = callerOf(response);
      const { portfolio, senderIds } = portfolioFor(caller, deployment(), request.params.id ?? "");
      const parsed = tierRequestSchema.safeParse(await readJsonBody(request, BODY_BYTES_MAX));
      if (!parsed.success) throw invalidRequest("the tier", faultsOf(parsed.error.issues));
      const { tier, reserve } = parsed.data;
      await requirePlacesForBulk(tier, reserve);

      const orders = [await store.setTier(portfolio.id, "tier", tier, caller.id)];
      if (reserve !== undefined) orders.push(await store.setTier(portfolio.id, "reserve", reserve, caller.id));
      const changed = orders.some((order) => order.changed);
      if (changed) {
        const text = `tier of portfolio ${portfolio.id}: ${JSON.stringify(parsed.data)}`;
        for (const id of senderIds) {
          await store.askForPlacesAgain(id, caller.id);
          await store.audit(id, caller.id, text); // in the trail of each sender that it concerns
        }
        for (const id of senderIds) void callWorker({ producer, metrics, log }, id);
      }
      sendJson(response, 200, { changed, portfolio: await readPortfolioView(store, portfolio) });

      /** A reserve above the tier would keep bulk from ever being sent. */
      async function requirePlacesForBulk(
        newTier: number | null,
        newReserve: number | null | undefined,
      ): Promise<void> {
        const now = await readPortfolioView(store, portfolio);
        const tierAfter = newTier ?? now.tier.configured;
        const reserveAfter = newReserve === undefined ? now.reserve.inForce : (newReserve ?? now.reserve.configured);
        if (tierAfter === null || reserveAfter <= tierAfter) return;
        throw invalidRequest("the tier", [
          {
            pointer: newReserve === undefined ? "/tier" : "/reserve",
            detail: `reserve (${reserveAfter}) is above tier (${tierAfter})`,
          },
        ]);
      }
    },
};

/** throws   ApiProblem 404 when there is no such portfolio, 403 when it has senders that the caller may not use */
function portfolioFor(
  caller: Caller,
  { senders }: Deployment,
  id: string,
): { portfolio: Portfolio; senderIds: string[] } {
  const ofPortfolio = senders.filter(({ portfolio }) => portfolio.id === id);
  const own = ofPortfolio.filter((sender) => caller.senderIds.has(sender.id));
  const portfolio = own[0]?.portfolio;
  if (!portfolio) throw new ApiProblem("not-found", { detail: "There is no portfolio with this id." });
  if (own.length < ofPortfolio.length) {
    throw new ApiProblem("forbidden", { detail: "This portfolio has senders that this API key may not use." });
  }
  return { portfolio, senderIds: own.map((sender) => sender.id) };
}
