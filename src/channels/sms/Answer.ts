/**
 * What the webhook answers: the provider's reply format, and problem bodies that name a field or a rule and nothing else.
 */
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as ProblemDetails from "effect/http/ProblemDetails"
import * as Schema from "effect/Schema"
import { type ConversationReply } from "#domain/MealPlan.ts"
import { split, toPlain } from "#domain/SmsSegments.ts"
import type { SmsProviderService } from "./Provider.ts"

const Reply = Schema.Struct({
  text: Schema.NullOr(Schema.String),
  status: Schema.String,
  intent: Schema.String
}) satisfies Schema.Schema<ConversationReply>

/** What `ask` answered, when it is a conversation's reply. */
export const readReply = (reply: unknown): ConversationReply | null => (Schema.is(Reply)(reply) ? reply : null)

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;"
}

/** Text as XML 1.0 character data: markup escaped, characters XML cannot hold left out. */
export const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- control characters are exactly what XML 1.0 forbids
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[&<>"']/g, (character) => entities[character] ?? "")

/** TwiML with one `<Message>` per piece; `<Response/>` for silence. */
export const twiml = (pieces: ReadonlyArray<string>): string => {
  const messages = pieces.map((piece) => `<Message>${escapeXml(piece)}</Message>`).join("")
  return `<?xml version="1.0" encoding="UTF-8"?>${messages === "" ? "<Response/>" : `<Response>${messages}</Response>`}`
}

/** The success answer of a webhook, carrying the reply when the provider takes it there. */
export const success = (
  provider: Pick<SmsProviderService, "answer" | "maxCharacters">,
  reply: ConversationReply | null
): HttpServerResponse.HttpServerResponse => {
  switch (provider.answer) {
    case "twiml":
      return HttpServerResponse.text(twiml(split(toPlain(reply?.text ?? ""), provider.maxCharacters)), {
        contentType: "text/xml; charset=utf-8"
      })
    case "empty":
      return HttpServerResponse.empty({ status: 200 })
    case "json":
      return HttpServerResponse.jsonUnsafe({
        reply: reply?.text ?? null,
        status: reply?.status ?? null,
        intent: reply?.intent ?? null
      })
  }
}

/** RFC 9457. `detail` is always one of our own sentences. */
export const problem = (
  status: number,
  title: string,
  more: { readonly field?: string; readonly rule?: string } = {}
): HttpServerResponse.HttpServerResponse =>
  ProblemDetails.toResponse({ type: ProblemDetails.blankType, status, title, ...more })

/** Seconds after which a refused webhook is worth another try. */
const RETRY_AFTER_S = 5

export const tryLater = (): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.setHeader(problem(503, "try again later"), "retry-after", String(RETRY_AFTER_S))
