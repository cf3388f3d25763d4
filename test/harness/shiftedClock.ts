/**
 * Loaded into a child process before anything else (`NODE_OPTIONS=--import`): its wall clock is wrong by `CLOCK_SHIFT_MS`
 * from the start, and jumps by `CLOCK_JUMP_MS`, or to the moment `CLOCK_JUMP_TO` (epoch milliseconds), when the process gets
 * SIGUSR2. Timers of the event loop are monotonic in
 * Node and stay as they are, as they do when a real clock is set.
 */
const RealDate = Date
const realNow = Date.now
let shiftMs = Number(process.env["CLOCK_SHIFT_MS"] ?? 0)

const now = (): number => realNow() + shiftMs

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === "now" ? now : (Reflect.get(target, name, receiver) as unknown))
})

process.on("SIGUSR2", () => {
  const to = process.env["CLOCK_JUMP_TO"]
  shiftMs = to === undefined ? shiftMs + Number(process.env["CLOCK_JUMP_MS"] ?? 0) : Number(to) - realNow()
})
