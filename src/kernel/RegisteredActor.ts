/**
 * Turns a registry row into something the kernel can run, or refuses it. A chart goes in unchanged; what is checked here
 * is that nothing in it would be lost, doubled or altered by storing it as JSON and running it in another process.
 * Every refusal names the place and the way out.
 */
import { StateMachine, type AnyActorLogic, type AnyStateMachine, type AnyStateNode } from "xstate"
import type { ActorDefinition, LatePolicy } from "#domain/ActorDefinition.ts"
import { ActorType } from "#domain/ActorAddress.ts"
import { firstUnsafe } from "./Json.ts"

/** Thrown when a machine cannot be made durable. */
export class MachineRefused extends Error {
  override readonly name = "MachineRefused"
}

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
 * transition children, `onSnapshot`, `syncSnapshot`, `systemId`, children without an id, a context that JSON would
 * change, a migration chain that does not reach the version, a second `reply` or `tell` implementation.
 */
export const registerActor = (
  definition: ActorDefinition,
  all: ReadonlyArray<ActorDefinition> = [definition]
): RegisteredActor => {
  const type = ActorType(definition.type)
  const refuse = (place: string, why: string, instead: string): never => {
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
  for (const name of ["reply", "tell"]) {
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
  const delayNames: Record<string, string> = {}
  const visit = (node: AnyStateNode): void => {
    checkNode(node, childKinds, refuse)
    for (const delayed of node.after) {
      delayNames[delayed.eventType as string] =
        typeof delayed.delay === "function" ? (delayed.eventType as string) : String(delayed.delay)
    }
    for (const child of Object.values(node.states) as Array<AnyStateNode>) visit(child)
  }
  visit(machine.root)
  for (const [name, action] of Object.entries(machine.implementations.actions)) {
    checkAction(action, `action "${name}"`, childKinds, refuse, true)
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

type Refuse = (place: string, why: string, instead: string) => never

const checkNode = (node: AnyStateNode, childKinds: Readonly<Record<string, ChildKind>>, refuse: Refuse): void => {
  const at = `state "${node.id}"`
  for (const invoke of node.invoke) {
    const place = `${at}, invoke "${invoke.id}"`
    if (invoke.systemId !== undefined) refuse(place, "has a systemId", "address other actors with the `tell` action")
    if (invoke.onSnapshot !== undefined) refuse(place, "has onSnapshot", "let the child send events to its parent")
    if (typeof invoke.src !== "string" || childKinds[invoke.src] === undefined) {
      refuse(place, "has a source that setup({ actors }) does not name", "name the logic in setup({ actors })")
    }
  }
  const transitions = [...node.transitions.values()].flat().concat(node.always ?? [])
  const actions = [
    ...node.entry,
    ...node.exit,
    ...transitions.flatMap((transition) => transition.actions),
    ...(node.config.initial === undefined ? [] : node.initial.actions)
  ]
  for (const action of actions) checkAction(action, at, childKinds, refuse, false)
}

/** XState's own action creators return functions that carry `resolve`; a bare function is somebody's side effect. */
const isBuiltin = (action: unknown): action is { readonly type: string; readonly [key: string]: unknown } =>
  typeof action === "function" && "resolve" in action

const checkAction = (
  action: unknown,
  place: string,
  childKinds: Readonly<Record<string, ChildKind>>,
  refuse: Refuse,
  named: boolean
): void => {
  if (typeof action !== "function") return
  if (!isBuiltin(action)) {
    if (!named) {
      refuse(
        `${place}, action "${action.name === "" ? "(anonymous)" : action.name}"`,
        "is an inline function, which no other process could run after a crash",
        "a named action with JSON params, declared in setup({ actions })"
      )
    }
    return
  }
  if (action.type !== "xstate.spawnChild") return
  if (action["systemId"] !== undefined) refuse(`${place}, spawnChild`, "has a systemId", "use an explicit id")
  if (action["syncSnapshot"] === true) refuse(`${place}, spawnChild`, "has syncSnapshot", "let the child send events")
  if (action["id"] === undefined) {
    refuse(`${place}, spawnChild`, "has no id, and generated ids differ between processes", "give it an explicit id")
  }
  if (typeof action["src"] !== "string" || childKinds[action["src"]] === undefined) {
    refuse(`${place}, spawnChild`, "has a source that setup({ actors }) does not name", "name it in setup({ actors })")
  }
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
