/**
 * A question at the door (U15): read, bounded, checked. What is no dialogue is refused here, before anything is kept (U23,
 * U24): other fields, inline media, and long runs of encoded bytes. Refusals name the field and the rule, never the words.
 */
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Result from "effect/Result"
import { hash, randomUUID } from "node:crypto"
import { MAX_QUERY } from "#domain/analyst/AnalystSession.ts"
import { EvidenceRefused, malformed, NotJson, type QuestionRefused, QuestionTooLarge } from "./Refusals.ts"

/** Largest body of a question, bytes. */
export const MAX_BODY = 65_536
const MAX_ENCODED_RUN = 512
const MAX_EMAIL = 254
const MAX_SESSION_ID = 128
const MAX_IDEMPOTENCY_KEY = 255

export interface Question {
  /** Names the question in its session; the same for the same `Idempotency-Key`, session and query. Safe to log. */
  readonly requestId: string
  /** The caller may send it again: it came with an `Idempotency-Key`. */
  readonly repeatable: boolean
  readonly query: string
  /** `null` = nothing is kept (U26). */
  readonly sessionId: string | null
  readonly emailId: string | null
  readonly clientTimestamp: string | null
  /** `current_timestamp` was there and is no moment: answered as such, and nothing is kept. */
  readonly timestampInvalid: boolean
}

/** Keys of the store hold session ids and people read them there: no spaces, slashes, colons, braces or glob signs. */
const SESSION_ID = /^[A-Za-z0-9_][A-Za-z0-9._~-]*$/

/** What a session id must be, for whoever is told so. */
export const SESSION_ID_RULE = `1 to ${MAX_SESSION_ID} of A-Z a-z 0-9 . _ ~ -, starting with a letter, a digit or _`

export const isSessionId = (text: string): boolean => text.length <= MAX_SESSION_ID && SESSION_ID.test(text)

const FIELDS = new Set(["query", "session_id", "email_id", "current_timestamp"])

/** Names under which people send evidence. Ours to repeat; any other name is the caller's. */
const EVIDENCE = [
  ...["attachment", "attachments", "audio", "blob", "content", "contents", "data", "document", "documents", "evidence"],
  ...["file", "file_data", "files", "image", "images", "media", "payload", "photo", "photos", "record", "records"],
  ...["report", "ufdr", "upload", "uploads", "video", "videos"]
]

const INLINE_MEDIA = /\bdata:(?:[\w.+-]+\/[\w.+-]+(?:;[\w.=+-]+)*|(?:;[\w.=+-]+)+),/i
const ENCODED = "[A-Za-z0-9+/_=-]"
/** Looks at each run once, from its beginning. */
const ENCODED_RUN = new RegExp(`(?<!${ENCODED})${ENCODED}{${MAX_ENCODED_RUN + 1}}`)

const evidenceIn = (text: string): string | null => {
  if (INLINE_MEDIA.test(text)) return "no data: URLs"
  return ENCODED_RUN.test(text) ? `no unbroken run of more than ${MAX_ENCODED_RUN} encoded characters` : null
}

const EMAIL = /^[^\s@"(),:;<>[\]\\\p{Cc}]{1,64}@[^\s@"(),:;<>[\]\\\p{Cc}]+$/u

/** `YYYY-MM-DDTHH:mm:ssZ`, and a moment that exists. */
const isMoment = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) return false
  const at = Date.parse(text)
  return !Number.isNaN(at) && new Date(at).toISOString() === text.replace("Z", ".000Z")
}

/** The text of an optional field; `null` = absent. */
const optional = (
  body: Readonly<Record<string, unknown>>,
  field: string,
  rule: string,
  allowed: (text: string) => boolean
): Result.Result<string | null, QuestionRefused> => {
  const value = body[field] ?? null
  if (value === null) return Result.succeed(null)
  return typeof value === "string" && allowed(value) ? Result.succeed(value) : Result.fail(malformed(field, rule))
}

const queryOf = (value: unknown): Result.Result<string, QuestionRefused> => {
  const rule = `text of 1 to ${MAX_QUERY} characters that is not blank`
  if (typeof value !== "string" || value.trim() === "" || !value.isWellFormed()) {
    return Result.fail(malformed("query", rule))
  }
  const evidence = evidenceIn(value)
  if (evidence !== null) return Result.fail(new EvidenceRefused({ field: "query", rule: evidence }))
  return [...value].length > MAX_QUERY ? Result.fail(malformed("query", rule)) : Result.succeed(value)
}

const unknownField = (body: object): QuestionRefused | null => {
  const names = Object.keys(body).filter((name) => !FIELDS.has(name))
  const evidence = EVIDENCE.find((name) => names.some((given) => given.toLowerCase() === name))
  if (evidence !== undefined) return new EvidenceRefused({ field: evidence, rule: "no evidence, media or records" })
  return names.length === 0 ? null : malformed("body", `no fields other than ${[...FIELDS].join(", ")}`)
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The question in a body. `key` is the caller's `Idempotency-Key`. */
export const questionOf = (text: string, key: string | undefined): Result.Result<Question, QuestionRefused> =>
  Result.gen(function* () {
    const body = parsed(text)
    if (!isObject(body)) return yield* Result.fail(malformed("body", "a JSON object"))
    const unknown = unknownField(body)
    if (unknown !== null) return yield* Result.fail(unknown)
    const query = yield* queryOf(body["query"])
    const sessionId = yield* optional(body, "session_id", SESSION_ID_RULE, isSessionId)
    const plausible = (email: string) => email.length <= MAX_EMAIL && EMAIL.test(email)
    const emailId = yield* optional(body, "email_id", `an e-mail address of at most ${MAX_EMAIL} characters`, plausible)
    const given = body["current_timestamp"] ?? null
    const clientTimestamp = typeof given === "string" && isMoment(given) ? given : null
    const timestampInvalid = given !== null && clientTimestamp === null
    if (key !== undefined && !(key.length <= MAX_IDEMPOTENCY_KEY && /^[\x21-\x7e]+$/.test(key))) {
      const rule = `1 to ${MAX_IDEMPOTENCY_KEY} printable ASCII characters without spaces`
      return yield* Result.fail(malformed("idempotency-key", rule))
    }
    const requestId = key === undefined ? randomUUID() : hash("sha256", JSON.stringify([sessionId, key, query]))
    return { requestId, repeatable: key !== undefined, query, sessionId, emailId, clientTimestamp, timestampInvalid }
  })

const tooLarge = new QuestionTooLarge({ field: "body", rule: `at most ${MAX_BODY} bytes` })

/** Reads the question from a request. **Fails with** what it is refused for. */
export const readQuestion = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest) {
  const { headers } = request
  if (!/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) {
    return yield* new NotJson({ field: "content-type", rule: "application/json" })
  }
  if (Number(headers["content-length"] ?? "0") > MAX_BODY) return yield* tooLarge
  const text = yield* request.text.pipe(
    Effect.provideService(HttpServerRequest.MaxBodySize, ByteSize.bytes(MAX_BODY)),
    Effect.catchTag("HttpServerError", ({ reason }) =>
      Effect.fail(
        reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge"
          ? tooLarge
          : malformed("body", "a body that arrives whole")
      )
    )
  )
  return yield* Effect.fromResult(questionOf(text, headers["idempotency-key"]))
})
