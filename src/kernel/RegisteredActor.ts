/**
 * Turns a registry row into something the kernel can run, or refuses it. A chart goes in unchanged; what is checked here
 * is that nothing in it would be lost, doubled or altered by storing it as JSON and running it in another process.
 * Every refusal names the place and the way out.
 */
import { type AnyActorLogic, type AnyStateMachine, type AnyStateNode, StateMachine } from "xstate"
import type { ActorDefinition, LatePolicy } from "#domain/ActorDefinition.ts"
import { ActorType } from "#domain/ActorAddress.ts"
import { checkAction, checkNode, isBuiltin, MachineRefused, type Refuse } from "./ChartRules.ts"
import { firstUnsafe } from "./Json.ts"

export { MachineRefused } from "./ChartRules.ts"

export type ChildKind = { readonly kind: "promise" } | { readonly kind: "actor"; readonly type: ActorType }

export interface RegisteredActor {
  readonly type: ActorType
  readonly definition: ActorDefinition
  /** The same chart with every child logic replaced by one that does nothing: children live in the outbox. */
  readonly machine: AnyStateMachine
  /** Child source → `promise` (becomes an effect), or the actor type of the registered machine it is. */
  readonly childKinds: Readonly<Record<string, ChildKind>>
  /** Event type of an `after` → its delay name. */
  readonly delayNames: Readonly<Record<string, string>>
}

/** A bound on `always` and `raise` loops within one turn; XState's default is none. */
const MAX_MICROSTEPS = 1000

/** Child logic that never does anything. */
const inert: AnyActorLogic = {
  transition: (snapshot: unknown) => snapshot,
  getInitialSnapshot: () => ({ status: "active", output: undefined, error: undefined }),
  getPersistedSnapshot: (snapshot: unknown) => snapshot,
  restoreSnapshot: (snapshot: unknown) => snapshot
} as unknown as AnyActorLogic

/** Registers all rows of a registry. Throws `MachineRefused` for a row that cannot be durable or a type named twice. */
export const registerActors = (definitions: ReadonlyArray<ActorDefinition>): ReadonlyMap<string, RegisteredActor> => {
  const actors = new Map<string, RegisteredActor>()
  for (const definition of definitions) {
    if (actors.has(definition.type))
      throw new MachineRefused(`${definition.type}: is registered twice. Instead: one row.`)
    actors.set(definition.type, registerActor(definition, definitions))
  }
  return actors
}

/**
 * Checks one registry row; `all` are the rows its spawned machines may be found among.
 *
 * **Throws** `MachineRefused` for: inline action functions, inline or unregistered child sources, callback, observable and
 * transition children, `onSnapshot`, `syncSnapshot`, `systemId`, children without an id, guards and delays that are not
 * declared, a context that JSON would change, a migration chain that does not reach the version, an XState action named
 * `reply`, `tell` or `project`.
 */
export const registerActor = (
  definition: ActorDefinition,
  all: ReadonlyArray<ActorDefinition> = [definition]
): RegisteredActor => {
  const type = ActorType(definition.type)
  const refuse: Refuse = (place, why, instead) => {
    throw new MachineRefused(`${type}: ${place} ${why}. Instead: ${instead}.`)
  }
  const { machine } = definition
  if (!Number.isInteger(definition.version) || definition.version < 1) {
    refuse("version", "is not a whole number from 1", "start at 1 and raise it by one per snapshot format")
  }
  const migrations = definition.migrations?.length ?? 0
  if (migrations !== definition.version - 1) {
    refuse("migrations", `are ${migrations} for version ${definition.version}`, "one migration per version step")
  }
  for (const name of ["reply", "tell", "project"]) {
    if (isBuiltin(machine.implementations.actions[name])) {
      refuse(`action "${name}"`, "is taken by the runtime", "give your action another name")
    }
  }
  const childKinds: Record<string, ChildKind> = {}
  for (const [src, logic] of Object.entries(machine.implementations.actors)) {
    childKinds[src] =
      childKindOf(logic, all) ??
      refuse(
        `actor "${src}"`,
        "is a callback, observable or transition function, or a machine that is not registered",
        "use fromPromise, or register the machine as an actor type of its own"
      )
  }
  const rules = { machine, children: new Set(Object.keys(childKinds)), refuse }
  const delayNames: Record<string, string> = {}
  const visit = (node: AnyStateNode): void => {
    checkNode(node, rules)
    for (const delayed of node.after) {
      delayNames[delayed.eventType as string] =
        typeof delayed.delay === "function" ? (delayed.eventType as string) : String(delayed.delay)
    }
    for (const child of Object.values(node.states) as Array<AnyStateNode>) visit(child)
  }
  visit(machine.root)
  for (const [name, action] of Object.entries(machine.implementations.actions)) {
    checkAction(action, `action "${name}"`, rules, true)
  }
  const { context } = machine.config
  if (typeof context !== "function") {
    const unsafe = firstUnsafe(context ?? {}, "context")
    if (unsafe !== null) refuse("initial context", `would be changed by JSON: ${unsafe}`, "keep plain JSON values")
  }
  const durable = machine.provide({
    actors: Object.fromEntries(Object.keys(childKinds).map((src) => [src, inert]))
  } as never)
  durable.options = {
    ...durable.options,
    maxIterations: Math.min(durable.options.maxIterations ?? Infinity, MAX_MICROSTEPS)
  }
  return { type, definition, machine: durable, childKinds, delayNames }
}

/** Promise logic is told from callbacks and observables by what it alone does: settle on its own resolve event. */
const childKindOf = (logic: unknown, all: ReadonlyArray<ActorDefinition>): ChildKind | null => {
  if (logic instanceof StateMachine) {
    const row = all.find(({ machine }) => machine === logic)
    return row === undefined ? null : { kind: "actor", type: ActorType(row.type) }
  }
  const candidate = logic as AnyActorLogic
  try {
    const settled = candidate.transition(
      { status: "active", output: undefined, error: undefined, input: undefined } as never,
      { type: "xstate.promise.resolve", data: true } as never,
      { self: {} } as never
    ) as { readonly status?: unknown; readonly output?: unknown }
    return settled.status === "done" && settled.output === true ? { kind: "promise" } : null
  } catch {
    return null
  }
}

/** The policy for a timer that comes late, looked up by delay name or timer id. */
export const latePolicyOf = (actor: RegisteredActor, timerId: string): LatePolicy =>
  actor.definition.lateTimers?.[actor.delayNames[timerId] ?? timerId] ?? "fire"
