/**
 * Time that passes while nobody runs: the next process lives later, and so does Discord. For worlds on the embedded store,
 * whose time is the process's own.
 */
import type { AshWorld } from "#test/harness/AshWorld.ts"
import type { Environment } from "#test/harness/ProcessWorld.ts"
import type { ServiceProcess } from "#test/harness/ServiceProcess.ts"

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const SHIFTED = `--import=${new URL("../../harness/shiftedClock.ts", import.meta.url).href}`

/** Discord gives up sessions that nobody resumes for some minutes. */
const SESSION_MS = 5 * MINUTE

/**
 * Starts a process for which it is `ms` later than it is, and that can be made to jump on by `jumpMs` (see `jump`). Nobody
 * runs meanwhile.
 */
export const later = async (
  world: AshWorld,
  ms: number,
  { env = {}, jumpMs = 0 }: { readonly env?: Environment; readonly jumpMs?: number } = {}
): Promise<ServiceProcess> => {
  await world.discord.connected(0)
  world.discord.advance(ms)
  if (ms > SESSION_MS) world.discord.gateway.expireSessions()
  return world.start({ NODE_OPTIONS: SHIFTED, CLOCK_SHIFT_MS: String(ms), CLOCK_JUMP_MS: String(jumpMs), ...env })
}

/** A process started by `later` jumps on, and Discord with it. */
export const jump = (world: AshWorld, service: ServiceProcess, jumpMs: number): void => {
  world.discord.advance(jumpMs)
  process.kill(service.pid, "SIGUSR2")
}
