/**
 * Measuring on a machine that others use, too: what is compared runs in turns within one run, several times, and counts by
 * its median. Ratios come from neighbours in time; absolute figures are printed beside them and not to be trusted alone.
 */

export interface Measured {
  /** Done per second of wall-clock time. */
  readonly perSecond: number
  /** Microseconds of this process's CPU per piece of work, over all its threads. */
  readonly cpuMicros: number
}

export interface Variant {
  readonly name: string
  /** Pieces of work in one run. */
  readonly work: number
  /** Prepares what is not measured; answers what is, and what ends it. */
  readonly prepare: () => Promise<{ readonly run: () => Promise<void>; readonly end: () => Promise<void> }>
}

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2
}

/** The value that this part (0 to 1) of all values does not exceed, by nearest rank. */
export const percentile = (values: ReadonlyArray<number>, part: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
}

/** What a variant typically came to: the medians of its runs. */
export const typical = (runs: ReadonlyArray<Measured>): Measured => ({
  perSecond: median(runs.map(({ perSecond }) => perSecond)),
  cpuMicros: median(runs.map(({ cpuMicros }) => cpuMicros))
})

type Rate = Pick<Measured, "perSecond">

/** The median of the ratios between neighbours in time: each round's rate by that of the other in the same round. */
export const medianRatio = (of: ReadonlyArray<Rate>, to: ReadonlyArray<Rate>): number =>
  median(of.map(({ perSecond }, round) => perSecond / (to[round]?.perSecond ?? Number.NaN)))

/** Microseconds of this process's CPU since then, for each of `count` pieces of work. */
export const cpuMicrosSince = (then: NodeJS.CpuUsage, count: number): number => {
  const { system, user } = process.cpuUsage(then)
  return (user + system) / count
}

const once = async ({ prepare, work }: Variant): Promise<Measured> => {
  const { end, run } = await prepare()
  const cpu = process.cpuUsage()
  const from = performance.now()
  await run()
  const took = performance.now() - from
  const cpuMicros = cpuMicrosSince(cpu, work)
  await end()
  return { perSecond: (work / took) * 1000, cpuMicros }
}

/** Every variant once per round, in an order that turns around from round to round. One round before does not count. */
export const interleaved = async (
  variants: ReadonlyArray<Variant>,
  rounds: number
): Promise<ReadonlyMap<string, ReadonlyArray<Measured>>> => {
  const found = new Map(variants.map(({ name }) => [name, new Array<Measured>()]))
  for (let round = 0; round <= rounds; round++) {
    for (const variant of round % 2 === 0 ? variants : variants.toReversed()) {
      const measured = await once(variant)
      if (round > 0) found.get(variant.name)?.push(measured)
    }
  }
  return found
}

/** Keeps `inFlight` pieces of work under way until `count` are done. */
export const drive = async (count: number, inFlight: number, one: (n: number) => Promise<unknown>): Promise<void> => {
  let next = 0
  const lane = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) await one(n)
  }
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, lane))
}
