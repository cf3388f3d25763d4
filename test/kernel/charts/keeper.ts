/**
 * The chart of the frozen records in `fixtures/snapshots/kernel`. It has a bit of all that a record keeps; like the records
 * it is never edited, so that they go on showing whether today's kernel reads what earlier kernels wrote.
 */
import { assign, fromPromise, raise, sendParent, sendTo, setup, spawnChild } from "xstate"
import { row } from "./row.ts"

const helper = setup({ types: { events: {} as { type: "HELP" } } }).createMachine({
  id: "helper",
  on: { HELP: { actions: sendParent({ type: "HELPED" }) } }
})

type KeeperEvent =
  | { type: "OPEN" }
  | { type: "CLOSE" }
  | { type: "SHELVE" }
  | { type: "HELPED" }
  | { type: "LATER" }
  | { type: "BURN" }

const machine = setup({
  types: {
    context: {} as { books: Array<string>; heard: number },
    output: {} as { books: number },
    events: {} as KeeperEvent
  },
  actors: { helper, fetch: fromPromise<string, { shelf: number }>(async () => "") },
  actions: { announce: (_, _params: { text: string }) => {} },
  delays: { closing: 5_000 }
}).createMachine({
  id: "keeper",
  context: { books: [], heard: 0 },
  output: ({ context }) => ({ books: context.books.length }),
  initial: "open",
  on: {
    HELPED: { actions: assign({ heard: ({ context }) => context.heard + 1 }) },
    LATER: { actions: raise({ type: "SHELVE" }, { delay: 700, id: "shelve" }) },
    BURN: ".ash"
  },
  states: {
    open: {
      type: "parallel",
      entry: spawnChild("helper", { id: "helper" }),
      after: { closing: "closed" },
      on: { CLOSE: "closed" },
      states: {
        desk: {
          initial: "free",
          states: {
            free: { on: { OPEN: "busy" } },
            busy: {
              invoke: {
                id: "fetch",
                src: "fetch",
                input: { shelf: 3 },
                onDone: {
                  target: "free",
                  actions: assign({ books: ({ context, event }) => [...context.books, event.output] })
                }
              },
              entry: [
                { type: "announce", params: { text: "fetching" } },
                sendTo("helper", { type: "HELP" }),
                sendTo("helper", { type: "HELP" }, { delay: 900, id: "help" })
              ]
            }
          }
        },
        shelf: { initial: "empty", states: { empty: { on: { SHELVE: "full" } }, full: {} } },
        memory: { type: "history", history: "deep" }
      }
    },
    closed: { on: { OPEN: "open.memory" } },
    ash: { type: "final" }
  }
})

export const keeper = row("keeper", machine, { lanes: { announce: "voice" }, lateTimers: { closing: "skip" } })
export const keeperHelper = row("helper", helper)
