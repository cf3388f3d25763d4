/**
 * What an event carries on its way to one actor: its id, itself, its priority. The id decides what counts as a redelivery:
 * two envelopes with the same id to the same actor are the same event, whatever their bodies say.
 */
import type * as Brand from "effect/Brand"

export type EnvelopeId = string & Brand.Brand<"EnvelopeId">

/** 1 to 200 printable ASCII characters without spaces. Throws otherwise. */
export const EnvelopeId = (value: string): EnvelopeId => {
  if (!/^[\x21-\x7e]{1,200}$/.test(value)) {
    throw new TypeError("an envelope id is 1 to 200 printable ASCII characters without spaces")
  }
  return value as EnvelopeId
}

/** An XState event as JSON: `type` plus whatever the chart declares. */
export interface ActorEvent {
  readonly type: string
  readonly [key: string]: unknown
}

/** `high` overtakes waiting `normal` envelopes of the same actor; within one priority order is first come, first served. */
export type Priority = "normal" | "high"
