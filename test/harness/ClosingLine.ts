/**
 * The last line of a test run, in a form a machine can read: `tests: 12 passed, 0 failed, 0 skipped`, alone on its line. It
 * also closes the two doors through which a run can look green without having tested: a run with a skipped, todo or unfinished
 * test fails, and so does a run in which no test ran at all. Errors outside tests (a file that does not load, an unhandled
 * rejection) count as failures.
 */
import type { Reporter, TestModule, TestRunEndReason } from "vitest/node"

/** What a run came to, counted in tests, plus one failure for each error outside a test. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** Counts the tests of all modules. A test that has no result counts as skipped: it was meant to run and did not. */
export const tally = (modules: ReadonlyArray<TestModule>, unhandledErrors: number): Tally => {
  const counts = { passed: 0, failed: unhandledErrors, skipped: 0 }
  for (const module of modules) {
    counts.failed += module.errors().length
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length
    for (const test of module.children.allTests()) {
      const state = test.result().state
      counts[state === "pending" ? "skipped" : state] += 1
    }
  }
  return counts
}

/** The closing line without its line break. */
export const closingLine = ({ passed, failed, skipped }: Tally): string =>
  `tests: ${passed} passed, ${failed} failed, ${skipped} skipped`

/** Why a run with this tally must not count as green, or `null` when it may. An aborted run never may. */
export const complaint = (result: Tally, reason: TestRunEndReason): string | null => {
  if (reason === "interrupted") return "the run was interrupted"
  if (result.passed + result.failed === 0) return "no test ran"
  if (result.skipped > 0) return "a skipped test proves nothing: run it or remove it"
  if (result.failed > 0) return "tests failed"
  return null
}

/**
 * A vitest reporter. It prints when the process ends rather than when the run does, because the other reporters write their
 * summary at the same moment and the line must be the last one.
 */
export default class ClosingLine implements Reporter {
  #result: { readonly line: string; readonly why: string | null } | null = null

  onInit(): void {
    process.once("exit", () => {
      if (this.#result === null) return
      if (this.#result.why !== null) {
        process.exitCode = process.exitCode || 1
        process.stderr.write(`${this.#result.why}\n`)
      }
      process.stdout.write(`${this.#result.line}\n`)
    })
  }

  onTestRunEnd(
    modules: ReadonlyArray<TestModule>,
    unhandledErrors: ReadonlyArray<unknown>,
    reason: TestRunEndReason
  ): void {
    const result = tally(modules, unhandledErrors.length)
    const why = complaint(result, reason)
    this.#result = { line: closingLine(result), why }
    if (why !== null) process.exitCode = 1
  }
}
