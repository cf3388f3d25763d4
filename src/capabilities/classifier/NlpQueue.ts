/**
 * Which of the waiting questions go out next, and together with whom. An urgent one goes alone with its history, past
 * everything else. The others share one lane: when more than one waits, those that lose nothing by it go as one batch,
 * because a batch counts as one request; but a batch carries no history (its items are bare texts), so a question whose
 * history matters goes alone too. Pure: the time is an argument.
 */
import type { Priority } from "./CrisisClassifier.ts"
import type { Lane } from "./RequestBudget.ts"

/** The most Ash-NLP takes in one batch. */
export const MAX_BATCH = 100

export interface Waiting {
  readonly priority: Priority
  /** Not before: a failed attempt waits before the next. Epoch milliseconds. */
  readonly readyAt: number
  /** The largest batch it may be part of; 1 = it goes alone. */
  readonly shareWith: number
}

export interface QueueState<W extends Waiting> {
  /** In the order in which they came. */
  readonly waiting: ReadonlyArray<W>
  readonly now: number
  /** Milliseconds until the lane may send. */
  readonly budget: Readonly<Record<Lane, number>>
  /** Requests under way. */
  readonly underWay: Readonly<Record<Lane, number>>
  readonly batchLimit: number
  /** The service is being tried again after a pause: one request at a time. */
  readonly probing: boolean
}

export type Step<W extends Waiting> =
  | { readonly kind: "send"; readonly lane: Lane; readonly items: ReadonlyArray<W> }
  /** Nothing may go now. `null`: until something changes. */
  | { readonly kind: "wait"; readonly ms: number | null }

/** Urgent requests under way at once. */
const URGENT_AT_ONCE = 8

/** A batch for the oldest of the shared lane: as many as may go with it and it with them. */
const together = <W extends Waiting>(ready: ReadonlyArray<W>, limit: number): ReadonlyArray<W> => {
  const [first] = ready
  if (first === undefined || first.shareWith <= 1) return ready.slice(0, 1)
  const items: Array<W> = []
  let most = Math.min(limit, MAX_BATCH)
  for (const item of ready) {
    if (item.shareWith <= 1) continue
    if (items.length >= Math.min(most, item.shareWith)) break
    most = Math.min(most, item.shareWith)
    items.push(item)
  }
  return items
}

const earliest = (times: ReadonlyArray<number>): number | null => (times.length === 0 ? null : Math.min(...times))

export const nextStep = <W extends Waiting>(state: QueueState<W>): Step<W> => {
  const { waiting, now, budget, underWay, batchLimit, probing } = state
  const ready = waiting.filter(({ readyAt }) => readyAt <= now)
  const urgent = ready.filter(({ priority }) => priority === "urgent")
  const shared = [
    ...ready.filter(({ priority }) => priority === "normal"),
    ...ready.filter(({ priority }) => priority === "backlog")
  ]
  const free = !probing || underWay.urgent + underWay.shared === 0
  const lanes = {
    urgent: free && urgent.length > 0 && underWay.urgent < URGENT_AT_ONCE,
    shared: free && shared.length > 0 && underWay.shared === 0
  }
  if (lanes.urgent && budget.urgent <= 0) return { kind: "send", lane: "urgent", items: urgent.slice(0, 1) }
  if (lanes.shared && budget.shared <= 0) {
    return { kind: "send", lane: "shared", items: probing ? shared.slice(0, 1) : together(shared, batchLimit) }
  }
  const waits = waiting.map(({ readyAt }) => readyAt - now).filter((ms) => ms > 0)
  if (lanes.urgent) waits.push(budget.urgent)
  if (lanes.shared) waits.push(budget.shared)
  return { kind: "wait", ms: earliest(waits) }
}

export const FIRST_BATCH = 25

/** A batch is meant to keep the server busy no longer: while it works on one, an urgent message waits there. */
const QUICK_MS = 1000
const SLOW_MS = 2000

/** The size of the next batch, after one of `sent` texts took `tookMs`. */
export const nextBatchLimit = (limit: number, sent: number, tookMs: number): number => {
  if (tookMs > SLOW_MS) return Math.max(1, Math.floor((sent * QUICK_MS) / tookMs))
  return sent >= limit && tookMs < QUICK_MS ? Math.min(MAX_BATCH, limit * 2) : limit
}
