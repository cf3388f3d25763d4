/**
 * One macrostep of a chart as data. Runs XState's own `machine.transition` with an inert scope that collects the actions
 * instead of executing them; nothing here starts a timer, a promise or an actor.
 *
 * The scope is reused between steps because building one per event costs more than the step itself; it carries no state
 * from one step to the next.
 */
import { createEmptyActor, type AnyActorRef, type AnyMachineSnapshot } from "xstate"
import type { ActorEvent } from "#domain/Envelope.ts"
import type { PersistedSnapshot } from "./ActorRecord.ts"
import { firstUnsafe } from "./Json.ts"
import type { RegisteredActor } from "./RegisteredActor.ts"

/** One action as XState resolved it, before the kernel gives it its durable meaning. */
export interface ResolvedAction {
  readonly type: string
  readonly params: unknown
  readonly exec: unknown
}

export interface Step {
  readonly snapshot: AnyMachineSnapshot
  readonly actions: ReadonlyArray<ResolvedAction>
}

/** Whether an event type is XState's own. `xstate.route` is the one that callers may send. */
export const isReserved = (type: string): boolean => type.startsWith("xstate.") && type !== "xstate.route"

/** A turn that cannot be made durable. `code` is a fixed word; `place` names chart parts only, never a value. */
export class TurnInvalid extends Error {
  override readonly name = "TurnInvalid"
  readonly code: string
  constructor(code: string, place: string) {
    super(`${code}: ${place}`)
    this.code = code
  }
}

const self: AnyActorRef = createEmptyActor()
/** Stands for the parent of a spawned actor, so that `sendParent` has somewhere to point. */
export const parentRef: AnyActorRef = createEmptyActor()
export const selfRef = self

let collected: Array<ResolvedAction> = []
let current: unknown = undefined
Object.defineProperty(self, "getSnapshot", { value: () => current })
const refused = (what: string) => () => {
  throw new TurnInvalid("impure_chart", `${what}: a guard, an assign or a params function may only compute`)
}
for (const ref of [self, parentRef]) Object.defineProperty(ref, "send", { value: refused("send") })
Object.defineProperty(self.system, "get", { value: refused("system.get") })

const scope = {
  self,
  id: "",
  sessionId: "",
  system: self.system,
  logger: () => {},
  emit: () => {},
  stopChild: () => {},
  defer: () => {
    throw new TurnInvalid(
      "spawn_in_assign",
      "an assign or the context factory spawned an actor; use the spawnChild action"
    )
  },
  actionExecutor: (action: ResolvedAction) => {
    collected.push(action)
  }
}

const run = (snapshot: AnyMachineSnapshot | undefined, isChild: boolean, body: () => AnyMachineSnapshot): Step => {
  collected = []
  current = snapshot
  const holder = self as { _parent?: AnyActorRef | undefined }
  holder._parent = isChild ? parentRef : undefined
  const next = body()
  return { snapshot: next, actions: collected }
}

/** The chart's first macrostep. Throws what the context factory or an entry action threw. */
export const initialStep = (actor: RegisteredActor, input: unknown, isChild: boolean): Step => {
  const step = run(undefined, isChild, () => actor.machine.getInitialSnapshot(scope as never, input as never))
  if (step.snapshot.status === "error") throw step.snapshot.error
  return step
}

/** The macrostep an event causes. Throws what a guard or an assign threw; the given snapshot is never changed. */
export const eventStep = (
  actor: RegisteredActor,
  snapshot: AnyMachineSnapshot,
  event: ActorEvent,
  isChild: boolean
): Step => run(snapshot, isChild, () => actor.machine.transition(snapshot, event as never, scope as never))

/**
 * A stored snapshot as a live one. Throws when the machine has no such state any more. The context is put back as it is:
 * XState would replace whatever looks like its own actor reference in it, wherever that came from.
 */
export const restoreSnapshot = (
  actor: RegisteredActor,
  stored: PersistedSnapshot,
  children: Readonly<Record<string, { readonly src: string }>>
): AnyMachineSnapshot => {
  const inertChildren: Record<string, unknown> = {}
  for (const [id, child] of Object.entries(children)) {
    if (actor.childKinds[child.src] === undefined)
      throw new TurnInvalid("child_source_gone", `child source "${child.src}"`)
    inertChildren[id] = { src: child.src, snapshot: { status: "active", output: undefined, error: undefined } }
  }
  const { nodes, ...plain } = stored
  const bare = { ...plain, context: {}, children: inertChildren }
  const restored = actor.machine.restoreSnapshot(bare as never, scope as never) as AnyMachineSnapshot
  return { ...restored, context: stored.context, _nodes: inOrder(restored._nodes, nodes) }
}

const inOrder = (active: AnyMachineSnapshot["_nodes"], ids: ReadonlyArray<string> | undefined) => {
  if (ids === undefined) return active
  const rank = new Map(ids.map((id, index) => [id, index]))
  return active.toSorted((a, b) => (rank.get(a.id) ?? Infinity) - (rank.get(b.id) ?? Infinity))
}

/** A live snapshot as plain data. Children are not in it: the record keeps them with their generation. */
export const persistSnapshot = (snapshot: AnyMachineSnapshot): PersistedSnapshot => {
  const historyValue: Record<string, ReadonlyArray<{ readonly id: string }>> = {}
  for (const [key, nodes] of Object.entries(snapshot.historyValue)) {
    historyValue[key] = (nodes as ReadonlyArray<{ readonly id: string }>).map(({ id }) => ({ id }))
  }
  const parallel = snapshot._nodes.some(({ type }) => type === "parallel")
  return {
    status: snapshot.status,
    value: snapshot.value,
    context: snapshot.context,
    historyValue,
    ...(parallel ? { nodes: snapshot._nodes.map(({ id }) => id) } : {}),
    ...(snapshot.output === undefined ? {} : { output: snapshot.output }),
    ...(snapshot.error === undefined ? {} : { error: plainError(snapshot.error) })
  }
}

/** `Error` turns into `{}` in JSON; its name and message are what a chart can use of it. */
export const plainError = (error: unknown): unknown => {
  if (error instanceof Error) return { name: error.name, message: error.message }
  return firstUnsafe(error, "error") === null ? error : { name: "Error", message: "the error was not plain data" }
}
