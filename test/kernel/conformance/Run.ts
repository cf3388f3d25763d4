/**
 * What one run of a chart shows from outside, whoever runs it: its actors, what they asked for, and what they wait for.
 * A live XState system and the kernel must show the same after every step.
 */
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import type { ActorEvent } from "#domain/Envelope.ts"

/** A chart under test: its registry row first, then the rows of the machines it spawns. */
export interface Chart {
  readonly rows: readonly [ActorDefinition, ...ReadonlyArray<ActorDefinition>]
  /** Id of the root actor. Default: `1`. */
  readonly id?: string
}

export type Outcome =
  | { readonly ok: true; readonly output: unknown }
  | { readonly ok: false; readonly code: string; readonly error: unknown }

/** One actor. Paths are the ids of children below the root, joined by `/`; the root's is empty. */
export interface ActorLook {
  readonly status: string
  readonly value: unknown
  readonly context: unknown
  readonly output: unknown
  readonly error: unknown
  readonly tags: ReadonlyArray<string>
  /** Ids of the children; none once the actor has ended. */
  readonly children: ReadonlyArray<string>
}

/** A promise that has not settled, or an action whose result the chart wants to hear. */
export interface Waiting {
  readonly key: string
  readonly name: string
  readonly input: unknown
}

/** What actors asked for since the last look, in order. */
export interface Heard {
  readonly actions: Record<string, Array<{ readonly name: string; readonly params: unknown }>>
  readonly emitted: Record<string, Array<unknown>>
  readonly replies: Record<string, Array<unknown>>
  readonly tells: Record<string, Array<unknown>>
  readonly projected: Record<string, Array<unknown>>
  readonly logs: Array<{ readonly label: string | null; readonly value: unknown }>
}

export interface Run {
  readonly send: (event: ActorEvent) => Promise<void>
  readonly advance: (ms: number) => Promise<void>
  readonly settle: (key: string, outcome: Outcome) => Promise<void>
  /** In key order. */
  readonly waiting: () => ReadonlyArray<Waiting>
  readonly look: () => Readonly<Record<string, ActorLook>>
  /** Forgets what it answers. */
  readonly heard: () => Heard
}

/** When every run starts, epoch milliseconds. */
export const EPOCH = 1_800_000_000_000

export const nothingHeard = (): Heard => ({ actions: {}, emitted: {}, replies: {}, tells: {}, projected: {}, logs: [] })

export const note = <A>(lists: Record<string, Array<A>>, path: string, value: A): void => {
  ;(lists[path] ??= []).push(value)
}

export const below = (path: string, child: string): string => (path === "" ? child : `${path}/${child}`)

export const byKey = (waiting: ReadonlyArray<Waiting>): ReadonlyArray<Waiting> =>
  waiting.toSorted((a, b) => (a.key < b.key ? -1 : 1))
