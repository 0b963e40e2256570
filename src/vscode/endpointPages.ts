// The page about the chat's endpoint, on the host's side: opens and closes it, runs the examination, keeps the last
// report, and holds what the page shows so that a page that was reloaded gets it again. It knows neither VS Code's
// interface nor how an endpoint is examined.
import type { Logger } from "../base/logger.ts"
import type { HostToView } from "../protocol/chatProtocol.ts"
import type { DoctorReport, EndpointPage, EndpointRecord } from "../protocol/endpointPage.ts"
import type { PageAction } from "./chatView.ts"
import { keptReports } from "./keptReports.ts"
import type { Memory } from "./recentModels.ts"

export type EndpointAction = Extract<
  PageAction,
  "openEndpointPage" | "closeEndpointPage" | "checkEndpoint" | "stopCheck"
>

/** One model at one endpoint, and what can be asked about it. */
export type ShownEndpoint = {
  /** Another one for another endpoint or model. */
  readonly key: string
  readonly place: string
  readonly model: string
  readonly preset: string
  /** Each report replaces the one before; the last isn't "running". An abort ends it, without an error. */
  examine(signal: AbortSignal): AsyncIterable<DoctorReport>
  record(): EndpointRecord | undefined
  /** Asked for once each time the page opens. */
  account(signal: AbortSignal): Promise<readonly string[]>
}

export type EndpointPages = {
  /** Returns at once; an examination goes on by itself. */
  act(action: EndpointAction): void
  /** What stands on the page; null while it is closed. */
  page(): EndpointPage | null
  /** To call when settings or the record changed: shows the page anew, of another endpoint if it is another. */
  refresh(): void
  dispose(): void
}

type EndpointPagesOptions = {
  /** The endpoint of the chat's model; undefined while that is no endpoint. */
  readonly endpoint: () => ShownEndpoint | undefined
  readonly post: (message: HostToView) => void
  /** One sentence to the user. */
  readonly tell: (sentence: string) => void
  readonly memory: Memory
  readonly logger: Logger
}

type Open = {
  readonly endpoint: ShownEndpoint
  /** Ends when the page closes or shows another endpoint. */
  readonly closing: AbortController
  account: readonly string[]
  report: DoctorReport | undefined
  check: AbortController | undefined
}

export const noEndpoint =
  "The chat’s model isn’t at an endpoint, so there is nothing to check. Choose one with “Osprey: Choose Model…”."

export function endpointPages({ endpoint, post, tell, memory, logger }: EndpointPagesOptions): EndpointPages {
  const reports = keptReports(memory)
  let open: Open | undefined

  function page(): EndpointPage | null {
    if (open === undefined) return null
    const { report, account } = open
    const { place, model, preset } = open.endpoint
    const record = open.endpoint.record()
    return { place, model, preset, account, ...(report && { report }), ...(record && { record }) }
  }

  function show(): void {
    post({ type: "endpoint", page: page() })
  }

  function close(): void {
    open?.closing.abort()
    open?.check?.abort()
    open = undefined
  }

  /** False, and a word to the user, where there is no endpoint. */
  function openPage(): boolean {
    const shown = endpoint()
    if (shown === undefined) {
      close()
      tell(noEndpoint)
      return false
    }
    if (open?.endpoint.key === shown.key) return true
    close()
    open = {
      endpoint: shown,
      closing: new AbortController(),
      account: [],
      report: reports.get(shown.key),
      check: undefined,
    }
    void fetchAccount(open)
    return true
  }

  async function fetchAccount(of: Open): Promise<void> {
    try {
      of.account = await of.endpoint.account(of.closing.signal)
    } catch (error) {
      if (!of.closing.signal.aborted) logger.warn(`The account could not be asked: ${nameOf(error)}`)
    }
    if (of === open && of.account.length > 0) show()
  }

  async function examine(of: Open): Promise<void> {
    if (of.check !== undefined) return
    const check = new AbortController()
    of.check = check
    of.report = begun
    show()
    let ending = "The check was stopped."
    try {
      for await (const report of of.endpoint.examine(check.signal)) {
        of.report = report
        if (of === open) show()
      }
    } catch (error) {
      if (!check.signal.aborted) {
        ending = "The check ended early. The log says more."
        logger.error(`The endpoint check failed: ${nameOf(error)}`)
      }
    }
    of.check = undefined
    if (of.report.status === "running") of.report = endedEarly(of.report, ending)
    if (of === open) show()
    if (of.report.status === "done") await keep(of.endpoint.key, of.report)
  }

  async function keep(key: string, report: DoctorReport): Promise<void> {
    try {
      await reports.keep(key, report)
    } catch (error) {
      logger.warn(`The endpoint's report could not be kept: ${nameOf(error)}`)
    }
  }

  return {
    page,
    act(action) {
      switch (action) {
        case "openEndpointPage":
          openPage()
          return show()
        case "closeEndpointPage":
          close()
          return show()
        case "checkEndpoint":
          if (openPage() && open !== undefined) void examine(open)
          else show()
          return
        case "stopCheck":
          return open?.check?.abort()
      }
    },
    refresh() {
      if (open === undefined) return
      if (endpoint() === undefined) close()
      else openPage()
      show()
    },
    dispose: close,
  }
}

/** What stands there until the examination's own first report. */
const begun: DoctorReport = {
  status: "running",
  verdict: "Checking…",
  findings: [],
  passed: [],
  pending: [],
  outlook: [],
}

function endedEarly(report: DoctorReport, verdict: string): DoctorReport {
  return { ...report, status: "stopped", verdict, pending: [] }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown"
}
