/**
 * What may stand in a chart that is to be durable: the checks of its states, transitions and actions at registration.
 * Knows nothing of registry rows; each refusal names the place and the way out.
 */
import type { AnyStateMachine, AnyStateNode } from "xstate"

/** Thrown when a machine cannot be made durable. */
export class MachineRefused extends Error {
  override readonly name = "MachineRefused"
}

/** Throws `MachineRefused` with `<type>: <place> <why>. Instead: <instead>.` */
export type Refuse = (place: string, why: string, instead: string) => never

export interface ChartRules {
  readonly machine: AnyStateMachine
  /** Child sources that a chart may invoke or spawn. */
  readonly children: ReadonlySet<string>
  readonly refuse: Refuse
}

/** Checks one state; its child states are the caller's to visit. */
export const checkNode = (node: AnyStateNode, rules: ChartRules): void => {
  const { refuse, children } = rules
  const at = `state "${node.id}"`
  for (const invoke of node.invoke) {
    const place = `${at}, invoke "${invoke.id}"`
    if (invoke.systemId !== undefined) refuse(place, "has a systemId", "address other actors with the `tell` action")
    if (invoke.onSnapshot !== undefined) refuse(place, "has onSnapshot", "let the child send events to its parent")
    if (typeof invoke.src !== "string" || !children.has(invoke.src)) {
      refuse(place, "has a source that setup({ actors }) does not name", "name the logic in setup({ actors })")
    }
  }
  for (const { delay } of node.after) checkDelay(typeof delay === "number" ? undefined : delay, `${at}, after`, rules)
  const transitions = [...node.transitions.values()].flat().concat(node.always ?? [])
  for (const { guard } of transitions) checkGuard(guard, at, rules)
  const actions = [
    ...node.entry,
    ...node.exit,
    ...transitions.flatMap((transition) => transition.actions),
    ...(node.config.initial === undefined ? [] : node.initial.actions)
  ]
  for (const action of actions) checkAction(action, at, rules, false)
}

/** XState's own action creators return functions that carry `resolve`; a bare function is somebody's side effect. */
export const isBuiltin = (action: unknown): action is { readonly type: string; readonly [key: string]: unknown } =>
  typeof action === "function" && "resolve" in action

/** Checks one action. `declared`: it stands in `setup({ actions })`, where a function is what the effect does. */
export const checkAction = (action: unknown, place: string, rules: ChartRules, declared: boolean): void => {
  if (typeof action !== "function") return
  if (isBuiltin(action)) return checkBuiltin(action, place, rules)
  if (declared) return
  rules.refuse(
    `${place}, action "${action.name === "" ? "(anonymous)" : action.name}"`,
    "is an inline function, which no other process could run after a crash",
    "a named action with JSON params, declared in setup({ actions })"
  )
}

const checkBuiltin = (
  action: { readonly type: string; readonly [key: string]: unknown },
  place: string,
  rules: ChartRules
): void => {
  const { refuse, children } = rules
  if (action.type === "xstate.raise" || action.type === "xstate.sendTo") {
    return checkDelay(action["delay"], `${place}, ${action.type.slice("xstate.".length)}`, rules)
  }
  if (action.type !== "xstate.spawnChild") return
  if (action["systemId"] !== undefined) refuse(`${place}, spawnChild`, "has a systemId", "use an explicit id")
  if (action["syncSnapshot"] === true) refuse(`${place}, spawnChild`, "has syncSnapshot", "let the child send events")
  if (action["id"] === undefined) {
    refuse(`${place}, spawnChild`, "has no id, and generated ids differ between processes", "give it an explicit id")
  }
  if (typeof action["src"] !== "string" || !children.has(action["src"])) {
    refuse(`${place}, spawnChild`, "has a source that setup({ actors }) does not name", "name it in setup({ actors })")
  }
}

/** XState takes a delay it does not know for none at all. */
const checkDelay = (delay: unknown, place: string, { machine, refuse }: ChartRules): void => {
  if (typeof delay !== "string" || Object.hasOwn(machine.implementations.delays, delay)) return
  refuse(`${place} "${delay}"`, "is a delay that setup({ delays }) does not name", "name it in setup({ delays })")
}

/** XState throws for a guard it does not know, each time an event comes. */
const checkGuard = (guard: unknown, place: string, rules: ChartRules): void => {
  if (typeof guard === "function") {
    const inner = (guard as { readonly guards?: ReadonlyArray<unknown> }).guards ?? []
    for (const one of inner) checkGuard(one, place, rules)
    return
  }
  const name = typeof guard === "string" ? guard : (guard as { readonly type?: string } | undefined)?.type
  if (name === undefined || Object.hasOwn(rules.machine.implementations.guards, name)) return
  rules.refuse(`${place}, guard "${name}"`, "is not in setup({ guards })", "declare it in setup({ guards })")
}
