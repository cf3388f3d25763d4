/**
 * Waiting without looking at the clock: whoever changes something in a stand-in says so, and every waiter looks again at
 * that moment. A wait that never comes true ends after its bound with what it waited for.
 */

/** How long a wait may take when nothing else is said, in milliseconds. */
export const PATIENCE_MS = 20_000

export class Changes {
  readonly #looks = new Set<() => void>()

  /** Something changed: every waiter looks again. */
  notify(): void {
    for (const look of this.#looks) look()
  }

  /** The first value `look` finds that is not undefined: now, or at a later change. Fails after `withinMs`. */
  until<A>(what: string, look: () => A | undefined, withinMs = PATIENCE_MS): Promise<A> {
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#looks.delete(attempt)
        clearTimeout(bound)
      }
      const attempt = () => {
        try {
          const seen = look()
          if (seen === undefined) return
          end()
          resolve(seen)
        } catch (error) {
          end()
          reject(error as Error)
        }
      }
      const bound = setTimeout(() => {
        end()
        reject(new Error(`the stand-in waited ${withinMs} ms for ${what}`))
      }, withinMs)
      this.#looks.add(attempt)
      attempt()
    })
  }
}
