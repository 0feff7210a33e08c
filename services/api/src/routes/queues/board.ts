// bull-board without its own server: what it would mount is collected here, and only what reads is kept. So nothing that
// changes a queue can be reached, whatever the library's own read-only mode does.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createBullBoard } from "@bull-board/api";
import type { BaseAdapter } from "@bull-board/api/baseAdapter";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { Queues } from "@tern/queue";
import { maskNumbersIn } from "@tern/runtime";

/** What a request of the page's script asks. */
interface BoardRequest {
  readonly params: Record<string, string>;
  readonly query: Record<string, unknown>;
  /** The senders whose queues are shown. */
  readonly senderIds: readonly string[];
}

export interface BoardRoute {
  /** As Express writes it, below the page. */
  readonly path: string;
  readonly answer: (request: BoardRequest) => Promise<{ readonly status: number; readonly text: string }>;
}

export interface Board {
  /** Addresses within the page, all answered with the same HTML. */
  readonly pages: readonly string[];
  readonly html: string;
  readonly routes: readonly BoardRoute[];
  /** The folder of scripts, styles, fonts and translations. */
  readonly files: string;
}

type ServerAdapter = Parameters<typeof createBullBoard>[0]["serverAdapter"];
type ApiRoute = Parameters<ServerAdapter["setApiRoutes"]>[0][number];
type PageRoute = Parameters<ServerAdapter["setEntryRoute"]>[0];
type UiConfig = Parameters<ServerAdapter["setUIConfig"]>[0];

const UI_CONFIG = {
  boardTitle: "Tern queues",
  hideDocsLink: true, // leads to the internet
  showWorkers: false, // asks Redis for its clients, which an ACL of least privilege refuses
  pollingInterval: { showSetting: true },
} as const;

/** Asks Redis for its clients, too. */
const LEFT_OUT = "/api/queues/:queueName/workers";

/** base   where the page is, without a slash at the end */
export function createBoard(queues: Queues, base: string): Board {
  let viewsFolder = "";
  let files = "";
  let uiConfig: UiConfig = {};
  let apiRoutes: readonly ApiRoute[] = [];
  let page: PageRoute | undefined;
  const collector: ServerAdapter = {
    setQueues: () => collector,
    setErrorHandler: () => collector,
    setViewsPath(folder) {
      viewsFolder = folder;
      return collector;
    },
    setStaticPath(_path, folder) {
      files = folder;
      return collector;
    },
    setEntryRoute(route) {
      page = route;
      return collector;
    },
    setApiRoutes(routes) {
      apiRoutes = routes;
      return collector;
    },
    setUIConfig(config) {
      uiConfig = config;
      return collector;
    },
  };
  createBullBoard({ queues: [], serverAdapter: collector, options: { uiConfig: UI_CONFIG } });
  if (page === undefined) throw new Error("bull-board has no page");

  const adapters = new Map<string, BaseAdapter>();
  const adapterOf = (senderId: string): BaseAdapter => {
    const known = adapters.get(senderId);
    if (known) return known;
    const adapter = adapterFor(queues, senderId);
    adapters.set(senderId, adapter);
    return adapter;
  };
  const readingRoutes = apiRoutes.filter(({ method, route }) => method === "get" && route !== LEFT_OUT);
  return {
    pages: [page.route].flat(),
    html: drawPage(join(viewsFolder, "index.ejs"), page, { basePath: base, uiConfig }),
    files,
    routes: readingRoutes.map(({ route, handler }) => ({
      path: String(route),
      async answer({ params, query, senderIds }) {
        const shown = new Map(senderIds.map(adapterOf).map((adapter) => [adapter.getName(), adapter]));
        const { status = 200, body } = await handler({ queues: shown, uiConfig, params, query, body: {}, headers: {} });
        return { status, text: maskedJson(body) };
      },
    })),
  };
}

/** A call carries no data (packages/queue); were there ever any, this page is not the place to read it. */
function adapterFor(queues: Queues, senderId: string): BaseAdapter {
  const adapter = new BullMQAdapter(queues.of(senderId), { readOnlyMode: true, allowRetries: false });
  for (const field of ["data", "returnValue", "progress"] as const) adapter.setFormatter(field, hide);
  return adapter;
}

const HIDDEN = "[hidden]";

function hide(value: unknown): unknown {
  return value === null || value === undefined || typeof value === "number" ? value : HIDDEN;
}

/** What failed may quote anything: reasons, stacks and lines of logs show no number. */
function maskedJson(body: unknown): string {
  return JSON.stringify(body ?? null, (key, value) =>
    typeof value === "string" && key !== "id" ? maskNumbersIn(value) : value,
  );
}

/** The page's template without what it loads from elsewhere: its fonts, in whose place the browser has others. */
function drawPage(file: string, page: PageRoute, given: Parameters<PageRoute["handler"]>[0]): string {
  const { params } = page.handler(given);
  const html = readFileSync(file, "utf8").replace(/<%[=-] (\w+) %>/g, (_match, name: string) => params[name] ?? "");
  return html.replace(/<link [^>]*href="https?:[^>]*>/g, "");
}
