/** What a process has used of the processors, all its threads together. */
import { readFileSync } from "node:fs"

/** Linux counts in hundredths of a second for everybody who asks. */
const MICROS_A_TICK = 10_000

/** Microseconds of user and system time of a process; `null` where the system does not tell by `/proc`. */
export const cpuMicrosOf = (pid: number): number | null => {
  if (process.platform !== "linux") return null
  // The second field is the program's name in brackets, which may hold spaces; user and system time are the 14th and 15th.
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return (Number(fields[11]) + Number(fields[12])) * MICROS_A_TICK
}

/** Microseconds of a process's CPU for each of `count` pieces of work done since `before`, as a column where it is known. */
export const cpuColumn = (
  pid: number,
  before: number | null,
  column: string,
  count: number
): Record<string, number> => {
  const after = cpuMicrosOf(pid)
  return before === null || after === null ? {} : { [column]: (after - before) / count }
}
