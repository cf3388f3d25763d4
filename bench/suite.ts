/**
 * What a benchmark suite is and what it finds. A suite runs in a process of its own, so that one suite's heap, compiled code
 * and open connections do not weigh on the next.
 */

/** One finding: a situation, what was counted in it, and how it stands to what bounds it. */
export interface Row {
  /** What was done: `conversation, 1,000 actors, 64 in flight`. */
  readonly what: string
  /** Column → number or short text. The column says the unit: `events/s`, `µs CPU/event`, `p99 ms`. */
  readonly figures: Readonly<Record<string, number | string>>
  /** Medians of ratios between neighbours in time. `goal` is the least it should be. */
  readonly ratios?: ReadonlyArray<{ readonly to: string; readonly value: number; readonly goal?: number }>
}

export interface Suite {
  readonly title: string
  /** Measures, and stops everything it started. Findings come in the order in which they are to be read. */
  readonly run: () => Promise<ReadonlyArray<Row>>
}

/** Short enough to read, long enough to compare. */
const rounded = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)))

const ratioText = ({ goal, to, value }: NonNullable<Row["ratios"]>[number]): string => {
  const verdict = goal === undefined ? "" : value >= goal ? ` (goal ${goal}: met)` : ` (goal ${goal}: missed)`
  return `${value.toFixed(2)} × ${to}${verdict}`
}

/** A suite's findings as a table in Markdown. */
export const printed = (
  name: string,
  { rows, seconds, title }: { readonly title: string; readonly seconds: number; readonly rows: ReadonlyArray<Row> }
): string => {
  const columns = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))]
  const lines = rows.map(({ figures, ratios = [], what }) => {
    const cells = columns.map((column) => {
      const value = figures[column]
      return value === undefined ? "" : typeof value === "number" ? rounded(value) : value
    })
    return [what, ...cells, ratios.map(ratioText).join("; ")]
  })
  const table = [["", ...columns, "ratio"], ["---", ...columns.map(() => "---:"), "---"], ...lines]
  return `${name}: ${title} (${Math.round(seconds)} s)\n\n${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}`
}
