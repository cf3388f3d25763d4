/**
 * From raw webhook bytes to named fields. Forms, queries and JSON become one flat record; schemas then read what they
 * know and accept what they do not. A failure names the field of ours that did not fit, never a name or value sent in.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { normalise } from "#domain/Phone.ts"
import { type InboundRequest, InboundUndecodable } from "./Inbound.ts"

/** Longest text taken at the door, in characters (code points): the most a provider hands over in one message. */
export const MAX_TEXT = 1600

/** A provider's message id: it becomes part of an envelope id, so printable ASCII of bounded length. */
export const MessageId = Schema.String.check(Schema.isPattern(/^[\x21-\x7e]{1,100}$/))

/** A text of at most `MAX_TEXT` characters. */
export const Text = Schema.String.check(
  Schema.makeFilter((text: string) => text.length <= MAX_TEXT || [...text].length <= MAX_TEXT, {
    expected: "at most 1600 characters"
  })
)

/** An error code of a provider: a short word. */
export const Code = Schema.String.check(Schema.isPattern(/^[\x21-\x7e]{0,40}$/))

export type Pairs = ReadonlyArray<readonly [name: string, value: string]>

const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

export const bodyText = (request: InboundRequest): string => decoder.decode(request.body)

const formPairs = (text: string): Pairs => [...new URLSearchParams(text.startsWith("?") ? `%3F${text.slice(1)}` : text)]

export const queryPairs = (request: InboundRequest): Pairs => {
  const mark = request.target.indexOf("?")
  return mark === -1 ? [] : formPairs(request.target.slice(mark + 1).split("#", 1)[0] ?? "")
}

export const bodyPairs = (request: InboundRequest): Pairs => formPairs(bodyText(request))

/** Media type without parameters, lower case; empty when the header is missing. */
export const mediaType = (request: InboundRequest): string =>
  (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? ""

export const isJson = (request: InboundRequest): boolean => mediaType(request) === "application/json"

/** Parses a JSON object; null for anything else. */
export const jsonObject = (request: InboundRequest): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(bodyText(request))
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null
  } catch {
    return null
  }
}

/** First value of each name wins, as it does for the providers' own libraries. */
export const toRecord = (pairs: Pairs): Readonly<Record<string, unknown>> => Object.fromEntries(pairs.toReversed())

const issuesOf = SchemaIssue.makeFormatterStandardSchemaV1()

/** Reads the fields a struct declares. **Fails with** the first field that does not fit. */
export const readFields = <Fields extends Schema.Struct.Fields>(
  struct: Schema.Struct<Fields> & Schema.Codec<Schema.Struct<Fields>["Type"], unknown, never, unknown>,
  record: Readonly<Record<string, unknown>>
): Effect.Effect<Schema.Struct<Fields>["Type"], InboundUndecodable> =>
  Effect.mapError(Schema.decodeUnknownEffect(struct)(record), (error) => {
    const name = issuesOf(error.issue).issues[0]?.path?.[0]
    const known = typeof name === "string" && Object.hasOwn(struct.fields, name)
    return new InboundUndecodable({ field: known ? name : "body", rule: "format" })
  })

/** A sender or recipient as the conversation's address. */
export const readPhone = (field: string, raw: string): Effect.Effect<string, InboundUndecodable> =>
  Effect.fromResult(
    Result.mapError(normalise(raw), ({ rule }) => new InboundUndecodable({ field, rule: `phone number ${rule}` }))
  )

/** As `readPhone` for providers that write international numbers without `+`: ten digits are not a US number there. */
export const readBarePhone = (field: string, raw: string): Effect.Effect<string, InboundUndecodable> =>
  readPhone(field, /^\d{7,15}$/.test(raw) ? `+${raw}` : raw)
