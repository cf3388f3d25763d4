/**
 * The two tools every signature check needs: a comparison whose duration says nothing, and a bounded memory of nonces.
 */
import { hash, timingSafeEqual } from "node:crypto"

/** Compares in constant time, whatever the lengths. */
export const sameText = (left: string, right: string): boolean =>
  timingSafeEqual(hash("sha256", left, "buffer"), hash("sha256", right, "buffer"))

/** How far a signed time may be from ours, either way: 5 minutes. */
export const WINDOW_MS = 5 * 60_000

export interface NonceMemory {
  readonly seen: (nonce: string, now: number) => boolean
  readonly remember: (nonce: string, now: number) => void
}

/**
 * Remembers nonces of this process for twice the window, at most `capacity` of them, oldest forgotten first. A second
 * line only: across processes and restarts it is the dedup by message id that protects the state.
 */
export const makeNonceMemory = (capacity = 10_000): NonceMemory => {
  const until = new Map<string, number>()
  return {
    seen: (nonce, now) => (until.get(nonce) ?? 0) > now,
    remember: (nonce, now) => {
      for (const [old, end] of until) {
        if (end > now && until.size < capacity) break
        until.delete(old)
      }
      until.set(nonce, now + 2 * WINDOW_MS)
    }
  }
}
