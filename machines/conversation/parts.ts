/**
 * Joining long messages that a provider delivers in pieces (B11). Pieces come in any order, twice, or never: the whole is
 * handed on once, in index order, either when complete or when the wait is over. Bounded in messages, pieces and length.
 */
import type { MessageReceived } from "#domain/MealPlan.ts"
import type { ConversationContext, Parts } from "./schema.ts"

const MAX_WAITING = 5
const MAX_PARTS = 20
const MAX_PART_TEXT = 400
/** Providers use references again; a late piece comes within minutes. */
const REMEMBERED_MS = 5 * 60_000

export type Heard = Pick<ConversationContext, "parts" | "joined">

export type PartOutcome =
  /** The message is whole. `joinedRef`: it came in pieces, and nothing of it is waited for any more. */
  | { readonly kind: "whole"; readonly text: string; readonly joinedRef: string | null; readonly heard: Heard }
  /** `first`: the first piece of its message, from which the wait counts. */
  | { readonly kind: "waiting"; readonly ref: string; readonly first: boolean; readonly heard: Heard }
  | { readonly kind: "duplicate"; readonly heard: Heard }

const join = (parts: Parts): string => parts.received.map(({ text }) => text).join("")

const without = ({ parts, joined }: Heard, ref: string, at: number): Heard => ({
  parts: parts.filter((waiting) => waiting.ref !== ref),
  joined: [...joined.filter((old) => old.ref !== ref && at - old.at < REMEMBERED_MS), { ref, at }].slice(-MAX_WAITING)
})

/** Takes one message or one piece of one. A nonsensical numbering makes the piece a message of its own. */
export const hearMessage = ({ parts, joined }: Heard, { text, part, at }: MessageReceived): PartOutcome => {
  const sound =
    part !== undefined && part.total > 1 && part.total <= MAX_PARTS && part.index >= 1 && part.index <= part.total
  if (!sound) return { kind: "whole", text, joinedRef: null, heard: { parts, joined } }
  const known = parts.find(({ ref }) => ref === part.ref)
  const late = joined.some(({ ref, at: joinedAt }) => ref === part.ref && at - joinedAt < REMEMBERED_MS)
  if (late || known?.received.some(({ index }) => index === part.index) === true) {
    return { kind: "duplicate", heard: { parts, joined } }
  }
  const piece = { index: part.index, text: [...text].slice(0, MAX_PART_TEXT).join("") }
  const received = [...(known?.received ?? []), piece].toSorted((a, b) => a.index - b.index)
  const now: Parts = { ref: part.ref, total: known?.total ?? part.total, at: known?.at ?? at, received }
  const others = parts.filter(({ ref }) => ref !== part.ref)
  if (received.length >= now.total) {
    return {
      kind: "whole",
      text: join(now),
      joinedRef: part.ref,
      heard: without({ parts: others, joined }, part.ref, at)
    }
  }
  const heard = { parts: [...others, now].slice(-MAX_WAITING), joined }
  return { kind: "waiting", ref: part.ref, first: known === undefined, heard }
}

/** The wait for `ref` is over: what came of it, or `null` when nothing of it is waiting. */
export const giveUpWaiting = (heard: Heard, ref: string, at: number): { text: string; heard: Heard } | null => {
  const waiting = heard.parts.find((parts) => parts.ref === ref)
  return waiting === undefined ? null : { text: join(waiting), heard: without(heard, ref, at) }
}

/** Id of the timer that ends the wait for a message's missing parts. */
export const waitId = (ref: string): string => `parts.${ref}`
