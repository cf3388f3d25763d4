/**
 * The one door to `@effect/vitest`. Tests take `it.effect` (TestClock and TestConsole provided), `it.live` (real clock) and
 * `layer` from here together with vitest's own words, so that a change of that young package touches this file only. The
 * lint refuses any other import of it.
 */
export { describe, it, layer } from "@effect/vitest"
export { afterAll, afterEach, assert, beforeAll, beforeEach, expect, expectTypeOf, inject } from "vitest"
