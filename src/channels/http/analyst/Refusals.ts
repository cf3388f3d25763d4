/**
 * What is refused at the analyst's door, as RFC 9457 problems: `field` and `rule` say what to change. No refusal repeats a
 * value, nor the name of a field that is not ours: either may be evidence.
 */
import * as HttpApiError from "effect/http-api/HttpApiError"
import * as Schema from "effect/Schema"

const members = { field: Schema.String, rule: Schema.String }

/** A part of the question that cannot be read, or breaks its rule. */
export class QuestionMalformed extends HttpApiError.Problem<QuestionMalformed>()(
  "QuestionMalformed",
  { type: "urn:tardigrade:problem:malformed-request", status: 400, title: "Part of the request cannot be read" },
  { code: Schema.tag("malformed_request"), ...members }
) {}

/** U24: evidence, media and records belong in the primary database. */
export class EvidenceRefused extends HttpApiError.Problem<EvidenceRefused>()(
  "EvidenceRefused",
  { type: "urn:tardigrade:problem:evidence-refused", status: 422, title: "Evidence and media are not taken here" },
  { code: Schema.tag("evidence_refused"), ...members }
) {}

export class QuestionTooLarge extends HttpApiError.Problem<QuestionTooLarge>()(
  "QuestionTooLarge",
  { type: "urn:tardigrade:problem:too-large", status: 413, title: "The request is too large" },
  { code: Schema.tag("too_large"), ...members }
) {}

export class NotJson extends HttpApiError.Problem<NotJson>()(
  "NotJson",
  { type: "urn:tardigrade:problem:unsupported-media-type", status: 415, title: "Only JSON is taken" },
  { code: Schema.tag("unsupported_media_type"), ...members }
) {}

export type QuestionRefused = QuestionMalformed | EvidenceRefused | QuestionTooLarge | NotJson

export const malformed = (field: string, rule: string): QuestionMalformed => new QuestionMalformed({ field, rule })
