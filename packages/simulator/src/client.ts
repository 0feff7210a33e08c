// A typed client of the admin API, for tests, benchmarks and the start script.
import type {
  Behaviour,
  BehaviourPatch,
  CallRequest,
  DeliveriesReport,
  EventRequest,
  FaultRequest,
  IdleReport,
  InboundRequest,
  LedgerEntry,
  LedgerPage,
  LedgerQuery,
  LedgerSummary,
  NumberChange,
  NumberOptions,
  OutOfBandError,
  PreferenceRequest,
  RawWebhookRequest,
  RecipientProfile,
  ResetRequest,
  StateReport,
  TemplateChange,
  TemplateOptions,
  TemplatesRequest,
  WindowRequest,
} from "./admin-types.ts";

export interface SimulatorClient {
  putNumber(options: NumberOptions): Promise<Required<NumberOptions>>;
  /** Returns the behaviour now in force, globally or for the number named. */
  putBehaviour(patch: BehaviourPatch): Promise<Behaviour>;
  addFault(fault: FaultRequest): Promise<{ id: string }>;
  removeFault(id: string): Promise<void>;
  clearFaults(): Promise<void>;
  /** number   "+<E.164>" or BSUID */
  putRecipient(number: string, profile: RecipientProfile): Promise<void>;
  putTemplates(request: TemplatesRequest): Promise<void>;
  /** Makes of a template what the platform would, with its webhooks; returns it as it is now. */
  changeTemplate(change: TemplateChange): Promise<TemplateOptions>;
  /** `isDelivered` is false when the business has blocked the user. */
  sendInbound(request: InboundRequest): Promise<{ wamid: string; isDelivered: boolean }>;
  makeCall(request: CallRequest): Promise<{ id: string }>;
  /** Opens or closes a customer service window without a message. */
  putWindow(request: WindowRequest): Promise<{ contact: string; openUntilMs: number }>;
  /** Returns the user's new BSUID. */
  changeNumber(request: NumberChange): Promise<{ userId: string }>;
  preferMarketing(request: PreferenceRequest): Promise<void>;
  /** A webhook with another field than `messages`. */
  sendEvent(request: EventRequest): Promise<void>;
  /** `value.errors` that belong to no message. */
  sendError(request: OutOfBandError): Promise<void>;
  sendWebhook(request: RawWebhookRequest): Promise<void>;
  ledgerPage(query?: LedgerQuery): Promise<LedgerPage>;
  /** Every entry that matches, page by page. */
  ledger(query?: Omit<LedgerQuery, "cursor" | "limit">): Promise<LedgerEntry[]>;
  summary(): Promise<LedgerSummary>;
  deliveries(): Promise<DeliveriesReport>;
  /** Waits until no webhook is outstanding; `idle: false` when `timeoutMs` (default 10,000) was not enough. */
  idle(timeoutMs?: number): Promise<IdleReport>;
  reset(request?: ResetRequest): Promise<void>;
  state(): Promise<StateReport>;
}

/**
 * Makes a client of the simulator at `url`. Every call rejects with the simulator's own explanation when it answers
 * anything but 2xx.
 */
export function createSimulatorClient(url: string): SimulatorClient {
  const base = `${url.replace(/\/$/, "")}/_sim`;

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(base + path, {
      method,
      ...(body !== undefined && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`simulator: ${method} /_sim${path} answered ${response.status}: ${answer}`);
    return JSON.parse(answer) as T;
  }

  const ledgerPage = (query: LedgerQuery = {}) => call<LedgerPage>("GET", `/ledger${queryString(query)}`);

  return {
    putNumber: (options) => call("PUT", "/numbers", options),
    putBehaviour: (patch) => call("PUT", "/behaviour", patch),
    addFault: (fault) => call("POST", "/faults", fault),
    removeFault: (id) => call("DELETE", `/faults/${encodeURIComponent(id)}`),
    clearFaults: () => call("DELETE", "/faults"),
    putRecipient: (number, profile) => call("PUT", `/recipients/${encodeURIComponent(number)}`, profile),
    putTemplates: (request) => call("PUT", "/templates", request),
    changeTemplate: (change) => call("PATCH", "/templates", change),
    makeCall: (request) => call("POST", "/calls", request),
    putWindow: (request) => call("PUT", "/window", request),
    changeNumber: (request) => call("POST", "/users/change-number", request),
    preferMarketing: (request) => call("POST", "/preferences", request),
    sendEvent: (request) => call("POST", "/events", request),
    sendError: (request) => call("POST", "/errors", request),
    sendInbound: (request) => call("POST", "/inbound", request),
    sendWebhook: (request) => call("POST", "/webhook", request),
    ledgerPage,
    async ledger(query = {}) {
      const entries: LedgerEntry[] = [];
      let cursor: number | null = 0;
      while (cursor !== null) {
        const page: LedgerPage = await ledgerPage({ ...query, limit: 10_000, cursor });
        entries.push(...page.entries);
        cursor = page.nextCursor;
      }
      return entries;
    },
    summary: () => call("GET", "/ledger/summary"),
    deliveries: () => call("GET", "/deliveries"),
    idle: (timeoutMs = 10_000) => call("GET", `/idle?timeoutMs=${timeoutMs}`),
    reset: (request = {}) => call("POST", "/reset", request),
    state: () => call("GET", "/state"),
  };
}

function queryString(query: LedgerQuery): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return `?${new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)])))}`;
}
