// What the provider says of a number: its health (360dialog "messaging/health-status"), and on Meta's own API its fields
// (Meta "messaging-limits", "throughput", read 2026-09).
import type { HealthNode, SendAbility } from "../admin-types.ts";
import { sendAbilities } from "../admin-types.ts";
import type { NumberState } from "../number.ts";
import type { Handler } from "./handler.ts";

export const getHealth: Handler = ({ number }, _request, response) => {
  response.json({ health_status: healthOf(number), id: number.options.phoneNumberId });
};

/** The number's own nodes all say the same until told otherwise; the worst of all nodes is the whole. */
function healthOf({ options }: NumberState) {
  const { canSendMessage, phoneNumberId, wabaId, portfolio, healthNodes } = options;
  const own: HealthNode[] = [
    { entityType: "PHONE_NUMBER", id: phoneNumberId, canSendMessage },
    { entityType: "WABA", id: wabaId, canSendMessage },
    { entityType: "BUSINESS", id: portfolio, canSendMessage },
    { entityType: "APP", id: "360dialog", canSendMessage: "AVAILABLE" },
  ];
  const nodes = own.map((node) => {
    const told = healthNodes.find(({ entityType }) => entityType === node.entityType);
    return told ? { ...node, ...told } : node;
  });
  nodes.push(...healthNodes.filter(({ entityType }) => own.every((node) => node.entityType !== entityType)));
  const worst = Math.max(...nodes.map((node) => sendAbilities.indexOf(node.canSendMessage)));
  return { can_send_message: sendAbilities[worst] satisfies SendAbility | undefined, entities: nodes.map(renderNode) };
}

function renderNode({ entityType, id, canSendMessage, additionalInfo, errors }: HealthNode) {
  return {
    entity_type: entityType,
    id,
    can_send_message: canSendMessage,
    ...(additionalInfo && { additional_info: additionalInfo }),
    ...(errors && {
      errors: errors.map((error) => ({
        error_code: error.errorCode,
        error_description: error.errorDescription,
        possible_solution: error.possibleSolution,
      })),
    }),
  };
}

/** GET /{phone-number-id}?fields=... */
export const getNumber: Handler = ({ number }, request, response) => {
  response.json(numberFields(number, request.query.fields));
};

/** GET /{waba-id}/phone_numbers */
export const getNumbers: Handler = ({ world, number }, request, response) => {
  const numbers = [...world.numbers.values()].filter((each) => each.waba === number.waba);
  response.json({ data: numbers.map((each) => numberFields(each, request.query.fields)) });
};

function numberFields(number: NumberState, fields: unknown) {
  const { phoneNumberId, displayPhoneNumber, throughputPerSecond } = number.options;
  const all: Record<string, unknown> = {
    display_phone_number: displayPhoneNumber,
    verified_name: "Simulated Business",
    quality_rating: "GREEN",
    status: "CONNECTED",
    name_status: "APPROVED",
    throughput: { level: throughputPerSecond !== null && throughputPerSecond <= 80 ? "STANDARD" : "HIGH" },
    health_status: healthOf(number),
  };
  const wanted =
    typeof fields === "string" ? fields.split(",") : ["display_phone_number", "verified_name", "quality_rating"];
  return {
    ...Object.fromEntries(wanted.filter((name) => name in all).map((name) => [name, all[name]])),
    id: phoneNumberId,
  };
}
