/** Whatever happens to two processes and their store, no ledger loses or doubles an entry (G1-G6). */
import * as Effect from "effect/Effect"
import fc from "fast-check"
import type { ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { layer, type RuntimeConfigService } from "#runtime/RuntimeConfig.ts"
import type { Mode } from "#test/harness/describeDurable.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { live, lives, type Outcome, violations } from "./Ledger.ts"

const modes: ReadonlyArray<Mode> = (["resident", "alwaysRehydrate"] as const).map((residency) => ({
  residency,
  config: (overrides?: Partial<RuntimeConfigService>) => layer({ ...overrides, residency })
}))
const SEED = 20_260_301

/** Writes no dedup marks: every redelivery is news. */
const withoutMarks = (store: ActorStoreService): ActorStoreService => ({
  ...store,
  commit: (batch) => store.commit(batch.map((commit) => ({ ...commit, mark: null })))
})

/** Answers at once and writes a moment later: effects go out before their commit. */
const writeBehind = (store: ActorStoreService): ActorStoreService => ({
  ...store,
  commit: (batch) =>
    Effect.forkDetach(Effect.delay(store.commit(batch), "100 millis")).pipe(
      Effect.as(batch.map(() => ({ _tag: "Committed" }) as const))
    )
})

const found = async (
  wrap: (store: ActorStoreService) => ActorStoreService,
  what: RegExp,
  mode: Mode
): Promise<boolean> => {
  const seen = (outcome: Outcome) => violations(outcome).some((each) => what.test(each))
  const sound = fc.asyncProperty(lives, async (life) => !seen(await live(life, mode, wrap)))
  return (await fc.check(sound, { seed: SEED, numRuns: 20, endOnFailure: true })).failed
}

describe.each(modes)("random lives of ledgers ($residency)", (mode) => {
  it("lose nothing that was acknowledged, apply nothing twice, keep each lane's order, and do nothing before its commit", async () => {
    await fc.assert(
      fc.asyncProperty(lives, async (life) => {
        expect(violations(await live(life, mode))).toEqual([])
      }),
      { seed: SEED, numRuns: 60 }
    )
  }, 120_000)

  it("are seen to double entries without dedup marks (negative control)", async () => {
    expect(await found(withoutMarks, /applied \d+ times/, mode)).toBe(true)
  }, 60_000)

  it("are seen to act before the commit over a store that writes behind (negative control)", async () => {
    expect(await found(writeBehind, /before its commit/, mode)).toBe(true)
  }, 60_000)
})
