/**
 * Plays Ash-NLP: `/analyze`, `/analyze/batch` and `/health` as its own routes answer them. What it says of a text is
 * scripted; it counts requests of the last minute like the original (60, then 429 with `Retry-After: 60`), strips empty
 * texts of a batch as the original does, remembers every request, and misbehaves when told to. It has two doors: a real
 * server on loopback, and an `HttpClient` in the test's own time for what takes minutes.
 */
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"

/** What it finds in a text. `fails`: its engine fails over it and says so as the original does. */
export interface Verdict {
  readonly score?: number | null
  /** Any word; by the score when absent. */
  readonly severity?: string
  readonly action?: string
  readonly factors?: ReadonlyArray<string>
  readonly context?: unknown
  readonly degraded?: boolean
  readonly fails?: true
}

export interface NlpOptions {
  /** By text; what is not in the map is safe with a score of 0.05. */
  readonly judge?: Readonly<Record<string, Verdict>> | ((text: string) => Verdict)
  /** Requests a minute; default 60, 0 = no limit. */
  readonly perMinute?: number
  /** Takes only requests with this key without limit. */
  readonly internalKey?: string
}

export interface NlpRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: {
    readonly message?: string
    readonly messages?: ReadonlyArray<string>
    readonly message_history?: ReadonlyArray<Readonly<Record<string, unknown>>>
  } & Readonly<Record<string, unknown>>
  /** By the clock of the door it came through. */
  readonly at: number
}

/** `body`: a string goes out as it is, anything else as JSON. */
export interface NlpAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

export type Misbehaviour = Partial<NlpAnswer> & {
  /** Answers (as usual, unless told otherwise) only after this. */
  readonly after?: Promise<void>
  readonly silent?: true
}

interface Met {
  readonly answer: NlpAnswer | "silent"
  readonly after?: Promise<void> | undefined
}

export interface Nlp {
  /** Analysis requests, the refused ones included; health is not counted. */
  readonly requests: ReadonlyArray<NlpRequest>
  /** How the next analysis requests are met, in order, instead of the usual. */
  readonly next: (...misbehaviours: ReadonlyArray<Misbehaviour>) => void
  /** How every analysis request is met from now on; `null` = as usual again. */
  readonly always: (misbehaviour: Misbehaviour | null) => void
  readonly setHealth: (status: "healthy" | "degraded" | "unhealthy") => void
  /** Resolves when this many analysis requests have come. */
  readonly arrived: (count: number) => Promise<void>
  /** The answer, and what it waits for. */
  readonly respond: (request: Omit<NlpRequest, "at">, now: number) => Met
}

const bands = [
  [0.85, "critical"],
  [0.7, "high"],
  [0.5, "medium"],
  [0.3, "low"]
] as const

const word = ({ severity, score = 0.05 }: Verdict): string =>
  severity ?? bands.find(([least]) => (score ?? 0) >= least)?.[1] ?? "safe"

const ACTIONS: Readonly<Record<string, string>> = {
  critical: "immediate_outreach",
  high: "priority_response",
  medium: "standard_monitoring",
  low: "passive_monitoring"
}

const FAILED: Verdict = { score: 0, severity: "safe", action: "error", degraded: true }

const assessment = (verdict: Verdict, requestId: string) => {
  const said = verdict.fails === true ? FAILED : verdict
  const severity = word(said)
  const score = said.score === undefined ? 0.05 : said.score
  return {
    crisis_detected: severity !== "safe",
    severity,
    confidence: 0.87,
    ...(score === null ? {} : { crisis_score: score }),
    requires_intervention: severity === "critical" || severity === "high",
    recommended_action: said.action ?? ACTIONS[severity] ?? "none",
    signals: { bart: { label: "emotional distress", score: 0.89, crisis_signal: 0.89 } },
    processing_time_ms: 145.32,
    models_used: verdict.fails === true ? [] : ["bart", "sentiment", "irony", "emotions"],
    is_degraded: said.degraded ?? false,
    request_id: requestId,
    timestamp: "2026-11-20T12:00:00.123456",
    explanation: {
      verbosity: "standard",
      decision_summary: "summary",
      key_factors: said.factors ?? [],
      plain_text: ""
    },
    context_analysis: said.context ?? null
  }
}

const MINUTE = 60_000

export const makeNlp = ({ judge = {}, perMinute = 60, internalKey }: NlpOptions = {}): Nlp => {
  const requests: Array<NlpRequest> = []
  const counted: Array<number> = []
  const queue: Array<Misbehaviour> = []
  const waiting: Array<{ readonly count: number; readonly resolve: () => void }> = []
  let standing: Misbehaviour | null = null
  let health: "healthy" | "degraded" | "unhealthy" = "healthy"
  const verdictOn = (text: string): Verdict => (typeof judge === "function" ? judge(text) : (judge[text] ?? {}))

  const analyze = ({ body, path, headers }: Omit<NlpRequest, "at">): NlpAnswer => {
    const requestId = String(headers["x-request-id"] ?? "req_none")
    if (path === "/analyze") {
      const text = body.message?.trim() ?? ""
      const fits = text !== "" && Array.from(text).length <= 10_000 && (body.message_history?.length ?? 0) <= 20
      return fits
        ? { status: 200, body: assessment(verdictOn(text), requestId) }
        : { status: 422, body: { error: "validation_error" } }
    }
    if (path !== "/analyze/batch") return { status: 404, body: { detail: "Not Found" } }
    const texts = (body.messages ?? []).map((text) => text.trim()).filter((text) => text !== "")
    if (texts.length === 0 || (body.messages?.length ?? 0) > 100)
      return { status: 422, body: { error: "validation_error" } }
    const results = texts.map((text, index) => {
      const { crisis_detected, severity, crisis_score, requires_intervention } = assessment(verdictOn(text), requestId)
      const characters = Array.from(text)
      const message_preview = characters.length > 50 ? `${characters.slice(0, 50).join("")}...` : text
      return { index, message_preview, crisis_detected, severity, crisis_score, requires_intervention }
    })
    return {
      status: 200,
      body: { total_messages: texts.length, results, processing_time_ms: 10, request_id: requestId }
    }
  }

  const limited = (now: number): NlpAnswer | null => {
    const recent = counted.filter((at) => at > now - MINUTE).length
    if (perMinute > 0 && recent >= perMinute) {
      return { status: 429, headers: { "retry-after": "60" }, body: { error: "rate_limit_exceeded" } }
    }
    counted.push(now)
    return null
  }

  return {
    requests,
    next: (...misbehaviours) => queue.push(...misbehaviours),
    always: (misbehaviour) => {
      standing = misbehaviour
    },
    setHealth: (status) => {
      health = status
    },
    arrived: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve()
        else waiting.push({ count, resolve })
      }),
    respond: (request, now) => {
      if (request.path === "/health") {
        const status = health === "unhealthy" ? 503 : 200
        return { answer: { status, body: { status: health, ready: true, version: "v5" } } }
      }
      requests.push({ ...request, at: now })
      for (const { count, resolve } of waiting) if (requests.length >= count) resolve()
      const trusted = internalKey !== undefined && request.headers["x-ash-internal-key"] === internalKey
      const over = trusted ? null : limited(now)
      if (over !== null) return { answer: over }
      const met = queue.shift() ?? standing
      if (met === null) return { answer: analyze(request) }
      if (met.silent === true) return { answer: "silent" }
      const { after, ...told } = met
      const usual = analyze(request)
      return { answer: { ...usual, ...told, headers: { ...usual.headers, ...told.headers } }, after }
    }
  }
}

const bodyOf = (text: string): NlpRequest["body"] => (text === "" ? {} : (JSON.parse(text) as NlpRequest["body"]))

const asText = (body: unknown): string => (typeof body === "string" ? body : JSON.stringify(body))

export interface NlpServer extends Nlp {
  readonly url: string
}

/** On loopback, counting by `now`. Ends with its scope. */
export const nlpServer = (
  options: NlpOptions = {},
  now: () => number = Date.now
): Effect.Effect<NlpServer, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const nlp = makeNlp(options)
      const server = createServer((request, response) => {
        const meet = async (): Promise<void> => {
          const chunks: Array<Buffer> = []
          for await (const chunk of request) chunks.push(chunk as Buffer)
          const body = bodyOf(Buffer.concat(chunks).toString("utf8"))
          const { method = "", url = "", headers } = request
          const { answer, after } = nlp.respond({ method, path: url, headers, body }, now())
          await after
          if (answer === "silent") return
          response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers })
          response.end(asText(answer.body))
        }
        meet().catch(() => response.destroy())
      })
      server.listen(0, "127.0.0.1")
      await once(server, "listening")
      const { port } = server.address() as AddressInfo
      return { playing: { ...nlp, url: `http://127.0.0.1:${port}` }, server }
    }),
    ({ server }) =>
      Effect.promise(async () => {
        server.closeAllConnections()
        server.close()
        await once(server, "close")
      })
  ).pipe(Effect.map(({ playing }) => playing))

/**
 * The same behind an `HttpClient`, in the time of the test's clock: `takesMs` for so many texts. One request after the
 * other, as the original works: an urgent one waits for the batch before it.
 */
export const nlpClient = (nlp: Nlp, takesMs: (texts: number) => number): Layer.Layer<HttpClient.HttpClient> => {
  const worker = Semaphore.makeUnsafe(1)
  return Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request, url) =>
      Effect.gen(function* () {
        const text = request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : ""
        const body = bodyOf(text)
        const now = yield* Clock.currentTimeMillis
        const asked = { method: request.method, path: url.pathname, headers: request.headers, body }
        const { answer, after } = nlp.respond(asked, now)
        if (after !== undefined) yield* Effect.promise(() => after)
        if (answer === "silent") return yield* Effect.never
        yield* worker.withPermit(Effect.sleep(takesMs(body.messages?.length ?? 1)))
        return HttpClientResponse.fromWeb(
          request,
          new Response(asText(answer.body), { status: answer.status, headers: { ...answer.headers } })
        )
      })
    )
  )
}

/** Lets everything that is ready run: bodies are read in promises, which a test's clock does not wait for. */
export const settled: Effect.Effect<void> = Effect.promise(async () => {
  for (let round = 0; round < 3; round++) await new Promise((resolve) => setImmediate(resolve))
})

/** Time passes: for playing a runtime that tries again later. */
export const after = (ms: number): Effect.Effect<void> => Effect.sleep(ms)
