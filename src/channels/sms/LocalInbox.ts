/**
 * The phones of the local provider: what was sent to each number, in memory, bounded both ways. For trying the service on
 * one's own machine; nothing here survives a restart.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"

export interface LocalMessage {
  /** Counts up from 1 over all phones of this process. */
  readonly n: number
  readonly messageId: string
  readonly text: string
  /** Epoch milliseconds. */
  readonly at: number
}

export interface LocalInbox {
  /** Appends once per key; answers the message id. */
  readonly append: (to: string, text: string, key: string, at: number) => Effect.Effect<string>
  /** The kept messages of a phone with a higher `n`, oldest first. */
  readonly after: (phone: string, n: number) => Effect.Effect<ReadonlyArray<LocalMessage>>
  /** As `after`, but waits for the first one. Interrupt it to stop waiting. */
  readonly next: (phone: string, n: number) => Effect.Effect<ReadonlyArray<LocalMessage>>
}

/** Messages kept per phone, and phones kept; the oldest go first. */
export const KEPT_MESSAGES = 200
export const KEPT_PHONES = 500

export const make = (): LocalInbox => {
  const phones = new Map<string, Array<LocalMessage>>()
  const waiting = new Map<string, Set<Deferred.Deferred<void>>>()
  let count = 0

  // A reader that saw a higher number than this process ever gave talked to an earlier process: it starts over.
  const newer = (phone: string, n: number) =>
    (phones.get(phone) ?? []).filter((message) => message.n > (n > count ? 0 : n))

  const wait = (phone: string, n: number) =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        const signal = Deferred.makeUnsafe<void>()
        waiting.set(phone, (waiting.get(phone) ?? new Set()).add(signal))
        // Whatever arrived between the look and this line has already rung.
        if (newer(phone, n).length > 0) Deferred.doneUnsafe(signal, Effect.void)
        return signal
      }),
      Deferred.await,
      (signal) =>
        Effect.sync(() => {
          const others = waiting.get(phone)
          others?.delete(signal)
          if (others?.size === 0) waiting.delete(phone)
        })
    )

  const after = (phone: string, n: number) => Effect.sync(() => newer(phone, n))

  const next = (phone: string, n: number): Effect.Effect<ReadonlyArray<LocalMessage>> =>
    Effect.flatMap(after(phone, n), (messages) =>
      messages.length > 0 ? Effect.succeed(messages) : Effect.andThen(wait(phone, n), after(phone, n))
    )

  return {
    after,
    next,
    append: (to, text, key, at) =>
      Effect.sync(() => {
        const messageId = `local-${key}`
        const kept = phones.get(to) ?? []
        if (kept.some((message) => message.messageId === messageId)) return messageId
        count += 1
        phones.delete(to)
        phones.set(to, [...kept, { n: count, messageId, text, at }].slice(-KEPT_MESSAGES))
        const oldest = phones.size > KEPT_PHONES ? phones.keys().next().value : undefined
        if (oldest !== undefined) phones.delete(oldest)
        for (const signal of waiting.get(to) ?? []) Deferred.doneUnsafe(signal, Effect.void)
        return messageId
      })
  }
}
