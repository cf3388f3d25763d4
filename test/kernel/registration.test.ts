/** What registration refuses, word for word, and that ordinary charts pass it unchanged. */
import { describe, expect, it } from "vitest"
import {
  and,
  type AnyActorLogic,
  type AnyActorRef,
  type AnyStateMachine,
  assign,
  createMachine,
  enqueueActions,
  fromCallback,
  fromObservable,
  fromPromise,
  fromTransition,
  not,
  raise,
  sendTo,
  setup,
  spawnChild
} from "xstate"
import { address } from "#domain/ActorAddress.ts"
import type { ActorDefinition, MigratableState } from "#domain/ActorDefinition.ts"
import { latePolicyOf, MachineRefused, registerActor, registerActors } from "#kernel/RegisteredActor.ts"
import { runTurn } from "#kernel/Turn.ts"
import { family } from "./charts/family.ts"
import { invokes, spawns } from "./charts/promises.ts"
import { row } from "./charts/row.ts"
import { guards, history, moves, parallel } from "./charts/shapes.ts"
import { after, raises } from "./charts/timers.ts"
import { talk } from "./charts/words.ts"

/** A chart as JavaScript would write it: XState's types refuse part of what is refused here. */
const chart = (config: object, implementations: object = {}): AnyStateMachine =>
  createMachine(config as never, implementations as never)

const refusalOf = (definition: ActorDefinition): string => {
  try {
    registerActor(definition)
  } catch (error) {
    expect(error).toBeInstanceOf(MachineRefused)
    return (error as Error).message
  }
  throw new Error("it was registered")
}

const job = fromPromise(async () => 1)
const inline = (place: string, name = "(anonymous)") =>
  `x: ${place}, action "${name}" is an inline function, which no other process could run after a crash. ` +
  `Instead: a named action with JSON params, declared in setup({ actions }).`
const noop = () => {}

describe("an inline action is refused wherever it stands", () => {
  const cases: Record<string, [object, string]> = {
    "entry of the root": [{ id: "m", entry: [() => {}] }, inline(`state "m"`)],
    "exit of a state": [{ id: "m", initial: "a", states: { a: { exit: () => {} } } }, inline(`state "m.a"`, "exit")],
    "a transition": [{ id: "m", on: { GO: { actions: noop } } }, inline(`state "m"`, "noop")],
    "one of several transitions": [
      { id: "m", on: { GO: [{ actions: "named" }, { actions: ["named", noop] }] } },
      inline(`state "m"`, "noop")
    ],
    "the initial transition": [
      { id: "m", initial: { target: "a", actions: noop }, states: { a: {} } },
      inline(`state "m"`, "noop")
    ],
    "the initial transition of a state within": [
      { id: "m", initial: "a", states: { a: { initial: { target: "b", actions: [noop] }, states: { b: {} } } } },
      inline(`state "m.a"`, "noop")
    ],
    always: [
      { id: "m", initial: "a", states: { a: { always: { target: "b", actions: noop } }, b: {} } },
      inline(`state "m.a"`, "noop")
    ],
    after: [
      { id: "m", initial: "a", states: { a: { after: { 10: { actions: noop } } } } },
      inline(`state "m.a"`, "noop")
    ],
    "onDone of a state": [
      {
        id: "m",
        initial: "a",
        states: { a: { initial: "b", states: { b: { type: "final" } }, onDone: { actions: noop } } }
      },
      inline(`state "m.a"`, "noop")
    ],
    "onDone of an invoke": [
      { id: "m", invoke: { id: "i", src: "job", onDone: { actions: noop } } },
      inline(`state "m"`, "noop")
    ],
    "onError of an invoke": [
      { id: "m", invoke: { id: "i", src: "job", onError: { actions: noop } } },
      inline(`state "m"`, "noop")
    ]
  }
  for (const [name, [config, message]] of Object.entries(cases)) {
    it(name, () => expect(refusalOf(row("x", chart(config, { actors: { job } })))).toBe(message))
  }
})

describe("children", () => {
  const source = (src: string) =>
    `x: actor "${src}" is a callback, observable or transition function, or a machine that is not registered. ` +
    `Instead: use fromPromise, or register the machine as an actor type of its own.`
  const other = createMachine({ id: "other" })
  const logics: Record<string, AnyActorLogic> = {
    callback: fromCallback(() => {}),
    "callback that would throw": fromCallback(() => {
      throw new Error("it was run")
    }),
    observable: fromObservable(() => ({ subscribe: () => ({ unsubscribe: () => {} }) }) as never),
    transition: fromTransition((count: number) => count + 1, 0),
    "transition that throws": fromTransition(() => {
      throw new Error("it was run")
    }, 0),
    "a machine that is not registered": other
  }
  for (const [name, logic] of Object.entries(logics)) {
    it(`${name} logic`, () =>
      expect(refusalOf(row("x", chart({}, { actors: { child: logic } })))).toBe(source("child")))
  }

  const actors = { job }
  const cases: Record<string, [object, string]> = {
    "onSnapshot of an invoke": [
      { id: "m", invoke: { id: "i", src: "job", onSnapshot: {} } },
      `x: state "m", invoke "i" has onSnapshot. Instead: let the child send events to its parent.`
    ],
    "systemId of an invoke": [
      { id: "m", invoke: { id: "i", src: "job", systemId: "s" } },
      `x: state "m", invoke "i" has a systemId. Instead: address other actors with the \`tell\` action.`
    ],
    "an inline source of an invoke": [
      { id: "m", invoke: { src: job } },
      `x: state "m", invoke "0.m" has a source that setup({ actors }) does not name. Instead: name the logic in setup({ actors }).`
    ],
    "an unknown source of an invoke": [
      { id: "m", invoke: { id: "i", src: "nobody" } },
      `x: state "m", invoke "i" has a source that setup({ actors }) does not name. Instead: name the logic in setup({ actors }).`
    ],
    "a spawn without id": [
      { id: "m", entry: spawnChild("job") },
      `x: state "m", spawnChild has no id, and generated ids differ between processes. Instead: give it an explicit id.`
    ],
    "a spawn with a systemId": [
      { id: "m", entry: spawnChild("job", { id: "j", systemId: "s" }) },
      `x: state "m", spawnChild has a systemId. Instead: use an explicit id.`
    ],
    "a spawn with syncSnapshot": [
      { id: "m", entry: spawnChild("job", { id: "j", syncSnapshot: true }) },
      `x: state "m", spawnChild has syncSnapshot. Instead: let the child send events.`
    ],
    "a spawn of inline logic": [
      { id: "m", entry: spawnChild(job, { id: "j" }) },
      `x: state "m", spawnChild has a source that setup({ actors }) does not name. Instead: name it in setup({ actors }).`
    ]
  }
  for (const [name, [config, message]] of Object.entries(cases)) {
    it(name, () => expect(refusalOf(row("x", chart(config, { actors })))).toBe(message))
  }

  it("a spawn that stands in setup({ actions })", () => {
    const machine = chart({ id: "m" }, { actors, actions: { begin: spawnChild("job") } })
    expect(refusalOf(row("x", machine))).toBe(
      `x: action "begin", spawnChild has no id, and generated ids differ between processes. Instead: give it an explicit id.`
    )
  })

  it("knows a promise, and a machine by the row it is registered in", () => {
    const machine = chart({ id: "m" }, { actors: { job, other } })
    const [actor] = registerActors([row("x", machine), row("y", other)]).values()
    expect(actor?.childKinds).toEqual({ job: { kind: "promise" }, other: { kind: "actor", type: "y" } })
  })
})

describe("registry rows", () => {
  const machine = createMachine({ id: "m" })
  const migration = (state: MigratableState) => state

  it("a type that is named twice", () => {
    expect(() => registerActors([row("x", machine), row("x", machine)])).toThrow(
      new MachineRefused("x: is registered twice. Instead: one row.")
    )
  })

  it.each([0, -1, 1.5, Number.NaN])("version %s", (version) => {
    expect(refusalOf(row("x", machine, { version }))).toBe(
      "x: version is not a whole number from 1. Instead: start at 1 and raise it by one per snapshot format."
    )
  })

  it.each([
    [1, 1],
    [3, 1],
    [2, 0]
  ])("version %s with %s migrations", (version, count) => {
    const migrations = Array.from({ length: count }, () => migration)
    expect(refusalOf(row("x", machine, { version, migrations }))).toBe(
      `x: migrations are ${count} for version ${version}. Instead: one migration per version step.`
    )
  })

  it.each(["reply", "tell", "project"])("an XState action named %s", (name) => {
    expect(refusalOf(row("x", chart({}, { actions: { [name]: assign({}) } })))).toBe(
      `x: action "${name}" is taken by the runtime. Instead: give your action another name.`
    )
  })

  it("a type that is no actor type", () => {
    expect(() => registerActor(row("No Type", machine))).toThrow(/an actor type is/)
  })

  it.each([
    ["at", new Date(0), "context.at is not a plain object"],
    ["map", new Map(), "context.map is not a plain object"],
    ["n", Number.NaN, "context.n is NaN"],
    ["n", Infinity, "context.n is Infinity"],
    ["big", 1n, "context.big is a bigint"],
    ["fn", () => {}, "context.fn is a function"],
    ["list", [1, [undefined]], "context.list[1][0] is undefined inside an array"],
    ["+1 555 0100", new Date(0), "context.* is not a plain object"]
  ])("a context whose %s is %s", (key, value, why) => {
    expect(refusalOf(row("x", chart({ context: { [key]: value } })))).toBe(
      `x: initial context would be changed by JSON: ${why}. Instead: keep plain JSON values.`
    )
  })
})

describe("names that nothing stands behind", () => {
  it.each([
    [{ id: "m", initial: "a", states: { a: { after: { soon: {} } } } }, `state "m.a", after "soon"`],
    [{ id: "m", entry: raise({ type: "A" }, { delay: "soon" as never }) }, `state "m", raise "soon"`],
    [{ id: "m", exit: sendTo("x", { type: "A" }, { delay: "soon" as never }) }, `state "m", sendTo "soon"`]
  ])("a delay: %#", (config, place) => {
    expect(refusalOf(row("x", chart(config)))).toBe(
      `x: ${place} is a delay that setup({ delays }) does not name. Instead: name it in setup({ delays }).`
    )
  })

  it.each([
    ["by name", "isIt"],
    ["with params", { type: "isIt", params: { n: 1 } }],
    ["within others", and(["known", not("isIt" as never)] as never)]
  ])("a guard %s", (_, guard) => {
    const machine = chart({ id: "m", on: { GO: [{ guard, actions: "a" }] } }, { guards: { known: () => true } })
    expect(refusalOf(row("x", machine))).toBe(
      `x: state "m", guard "isIt" is not in setup({ guards }). Instead: declare it in setup({ guards }).`
    )
  })
})

describe("what can only be seen when it runs is refused then", () => {
  const codeOf = (machine: AnyStateMachine): unknown => {
    const actor = registerActor(row("x", machine))
    const input = { kind: "event", event: { type: "GO" } } as const
    try {
      runTurn(actor, address("x", "1"), null, input, { now: 1, turn: "t" })
    } catch (error) {
      return (error as { readonly code?: unknown }).code
    }
    return "it ran"
  }
  const on = (action: unknown) => chart({ id: "m", on: { GO: { actions: action } } }, { actors: { job } })

  it.each([
    ["an inline action in enqueueActions", on(enqueueActions(({ enqueue }) => enqueue(() => {}))), "inline_action"],
    [
      "an inline action that borrows a name with a meaning",
      on(enqueueActions(({ enqueue }) => enqueue(function reply() {}))),
      "inline_action"
    ],
    [
      "spawn in an assign",
      on(assign(({ spawn }: { spawn: (src: unknown) => unknown }) => ({ ref: spawn(job) }) as never)),
      "spawn_in_assign"
    ],
    [
      "spawn in the context factory",
      chart({ context: ({ spawn }: { spawn: (src: unknown) => unknown }) => ({ ref: spawn(job) }) }),
      "spawn_in_assign"
    ],
    [
      "a spawn of inline logic in enqueueActions",
      on(enqueueActions(({ enqueue }) => enqueue.spawnChild(job as never, { id: "j" } as never))),
      "unregistered_child"
    ],
    [
      "a spawn without id in enqueueActions",
      on(enqueueActions(({ enqueue }) => enqueue.spawnChild("job" as never))),
      "child_without_id"
    ],
    [
      "an id that is computed to nothing",
      on(spawnChild("job" as never, { id: (() => undefined) as never })),
      "child_without_id"
    ],
    [
      "sendTo somebody else's actor",
      on(sendTo(() => ({ id: "stranger" }) as AnyActorRef, { type: "GO" })),
      "unknown_target"
    ],
    ["sendTo what is no actor", on(sendTo(() => 7 as unknown as AnyActorRef, { type: "GO" })), "unknown_target"],
    ["a context factory with a Date", chart({ context: () => ({ at: new Date(0) }) }), "not_json"],
    ["sending from an assign", on(assign(({ self }) => (self.send({ type: "GO" }), {}))), "impure_chart"],
    ["asking the system", on(assign(({ system }) => (system.get("other"), {}))), "impure_chart"]
  ])("%s", (_, machine, code) => expect(codeOf(machine)).toBe(code))
})

describe("ordinary charts pass", () => {
  it.each(
    [after, raises, invokes, spawns, talk, parallel, history, guards, moves].map((one) => [one.type, one] as const)
  )("%s", (_, definition) => {
    const actor = registerActor(definition)
    expect(actor.machine.config).toBe(definition.machine.config)
    expect(actor.machine.implementations.actions).toEqual(definition.machine.implementations.actions)
  })

  it("a family of them, in any order", () => {
    expect([...registerActors([...family]).keys()]).toEqual(["parent", "child", "grand"])
    expect([...registerActors(family.toReversed()).keys()]).toEqual(["grand", "child", "parent"])
  })

  it("with named actions that are XState's own, and named functions that are the effects' implementations", () => {
    const machine = setup({
      types: { context: {} as { n: number }, events: {} as { type: "GO" } },
      actions: {
        add: assign({ n: ({ context }) => context.n + 1 }),
        again: raise({ type: "GO" }, { delay: 5 }),
        several: enqueueActions(({ enqueue }) => enqueue.assign({ n: 2 })) as never,
        effect: (_, _params: { n: number }) => {},
        reply: (_, _params: { n: number }) => {}
      }
    }).createMachine({ context: { n: 0 }, on: { GO: { actions: ["add", "several", "again"] } } })
    const before = machine.options
    expect(registerActor(row("x", machine)).type).toBe("x")
    expect(machine.options).toBe(before)
  })

  it("finds the late policy by delay name, by duration and by timer id", () => {
    const machine = setup({ delays: { soon: 10 } }).createMachine({
      id: "m",
      initial: "a",
      states: { a: { after: { soon: "b", 500: "b" } }, b: {} }
    })
    const lateTimers = { soon: "skip", 500: { fireIfYoungerThanMs: 7 }, bell: "skip" } as const
    const actor = registerActor(row("x", machine, { lateTimers }))
    expect(latePolicyOf(actor, "xstate.after.soon.m.a")).toBe("skip")
    expect(latePolicyOf(actor, "xstate.after.500.m.a")).toEqual({ fireIfYoungerThanMs: 7 })
    expect(latePolicyOf(actor, "bell")).toBe("skip")
    expect(latePolicyOf(actor, "other")).toBe("fire")
  })
})
