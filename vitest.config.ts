/**
 * How the suite runs. Three projects: `unit` (pure code, memory layers, virtual time; files in parallel), `stores` (a real
 * Redis, one file after the other) and `scenarios` (real processes that are killed and frozen; one file after the other, alone
 * on the machine, with long limits). Groups run in that order, so that a broken kernel shows before a scenario has started.
 */
import { defineConfig } from "vitest/config"

const redis = ["test/harness/globalRedis.ts"]

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    allowOnly: false,
    passWithNoTests: false,
    reporters: ["default", "./test/harness/ClosingLine.ts"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/stores/**", "test/scenarios/**"],
          testTimeout: 40_000,
          sequence: { groupOrder: 0 }
        }
      },
      {
        test: {
          name: "stores",
          include: ["test/stores/**/*.test.ts"],
          globalSetup: redis,
          fileParallelism: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 }
        }
      },
      {
        test: {
          name: "scenarios",
          include: ["test/scenarios/**/*.test.ts"],
          globalSetup: redis,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 }
        }
      }
    ]
  }
})
