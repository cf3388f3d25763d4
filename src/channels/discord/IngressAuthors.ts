/**
 * Who wrote which message, as far as this process remembers: Discord does not say whose message was deleted. Bounded, the
 * oldest forgotten first; what was stored of a message says it too (`ash:message:{id}`), so a restart forgets nobody whose
 * words are kept.
 */
import type { Snowflake } from "#domain/ash/Snowflake.ts"

const CAPACITY = 50_000

/** A stored author; `null` for anything else. */
export const readAuthor = (value: string | null): string | null =>
  value !== null && /^[0-9]{1,20}:[0-9]{1,20}$/.test(value) ? value : null

export class IngressAuthors {
  readonly #members = new Map<Snowflake, string>()

  /** The member actor's id. */
  of(messageId: Snowflake): string | undefined {
    return this.#members.get(messageId)
  }

  remember(messageId: Snowflake, member: string): void {
    this.#members.set(messageId, member)
    if (this.#members.size <= CAPACITY) return
    for (const oldest of this.#members.keys()) {
      this.#members.delete(oldest)
      return
    }
  }
}
