/**
 * Runs each scenario twice: with residents that stay in memory, and with every actor passivated after every turn and read
 * back from its record (`alwaysRehydrate`). Whatever a scenario answers must be the same both times; what only lives in
 * memory shows as a difference.
 */
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { type RuntimeConfigService, layer } from "#runtime/RuntimeConfig.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

export interface Mode {
  readonly residency: RuntimeConfigService["residency"]
  /** The runtime's configuration of this run. */
  readonly config: (overrides?: Partial<RuntimeConfigService>) => Layer.Layer<never>
}

/** One scenario. Its answer is the observable outcome: it is compared between the two runs, so no ids of a process in it. */
export type Durable = <A, E>(
  name: string,
  scenario: (mode: Mode) => Effect.Effect<A, E, Scope.Scope>,
  timeoutMs?: number
) => void

const residencies = ["resident", "alwaysRehydrate"] as const

export const describeDurable = (name: string, define: (durable: Durable) => void): void => {
  describe(name, () => {
    define((scenario, run, timeoutMs) => {
      const outcomes: Array<unknown> = []
      for (const residency of residencies) {
        const config: Mode["config"] = (overrides) => layer({ ...overrides, residency })
        it.effect(
          `${scenario} (${residency})`,
          () =>
            Effect.map(run({ residency, config }), (outcome) => {
              outcomes.push(outcome)
              expect(outcome).toEqual(outcomes[0])
            }),
          timeoutMs
        )
      }
    })
  })
}
