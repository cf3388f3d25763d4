/** The catalogue of help lines: its shape, what texts show of it, and the slips it must not make again (B25). */
import { describe, expect, it } from "vitest"
import {
  EMERGENCY,
  emergencyLine,
  KNOWN_HOSTS,
  KNOWN_NUMBERS,
  REGIONS,
  regionOf,
  resourceLine,
  RESOURCES,
  resourcesOf,
  resourceText
} from "#domain/ash/Resources.ts"
import { claimsCall } from "#test/harness/ClaimsCall.ts"

const digits = (text: string) => text.replace(/\D/gu, "")

describe("every resource", () => {
  it.each(RESOURCES.map((one) => [`${one.region} ${one.name}`, one] as const))("%s", (_, one) => {
    expect(REGIONS).toContain(one.region)
    expect(one.name).toMatch(/\S/u)
    expect(one.call.length + (one.text === null ? 0 : 1) + (one.web === null ? 0 : 1)).toBeGreaterThan(0)
    for (const number of [...one.call, ...(one.text === null ? [] : [one.text.to])]) {
      expect(number).toMatch(/^\d[\d -]*\d$/u)
      expect(digits(number).length).toBeGreaterThanOrEqual(3)
      expect(KNOWN_NUMBERS.has(digits(number))).toBe(true)
    }
    if (one.text?.say != null) expect(one.text.say).toMatch(/^[A-Z]+$/u)
    if (one.web !== null) expect(one.web).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+(\/[a-z-]+)?$/u)
    expect(one.languages.length).toBeGreaterThan(0)
    for (const language of one.languages) expect(language).toMatch(/^[a-z]{2}$/u)
    expect(one.reviewed).toMatch(/^20\d\d-(0[1-9]|1[0-2])$/u)
    expect(resourceLine(one).startsWith(`${one.name}: `)).toBe(true)
  })
})

describe("the catalogue", () => {
  it("lists nothing twice, and no number for two lines of one region", () => {
    const names = RESOURCES.map(({ region, name }) => `${region} ${name}`)
    expect(new Set(names).size).toBe(names.length)
    for (const region of REGIONS) {
      const numbers = RESOURCES.filter((one) => one.region === region).flatMap(({ call }) => call.map(digits))
      expect(new Set(numbers).size).toBe(numbers.length)
    }
  })

  it("has a general line for every region first, the emergency number, and the directory at the end", () => {
    for (const region of REGIONS) {
      const own = resourcesOf(region)
      expect(own[0]?.audience).toBeNull()
      expect(own.at(-1)?.web).toBe("findahelpline.com")
      expect(resourceText(region)).toContain(EMERGENCY[region] ?? "of your country")
      expect(resourceText(region).length).toBeLessThan(700)
      expect(claimsCall(resourceText(region))).toBe(false)
    }
  })

  it("gives the numbers of the United States and Canada of one name to the right country", () => {
    const trans = (region: string) =>
      RESOURCES.find((one) => one.region === region && one.name === "Trans Lifeline")?.call
    expect([trans("US"), trans("CA")]).toEqual([["877-565-8860"], ["877-330-6366"]])
  })

  it.each([
    ["US", ["988", "1-866-488-7386", "START to 678-678", "HOME to 741741", "911"]],
    ["CA", ["call 988, text 988", "CONNECT to 686868"]],
    ["GB", ["116 123", "SHOUT to 85258", "999"]],
    ["IE", ["116 123", "HELLO to 50808", "112"]],
    ["AU", ["13 11 14", "0477 13 11 14", "000"]],
    ["NZ", ["call 1737, text 1737", "111"]],
    ["DE", ["0800 111 0 111", "in German", "112"]]
  ])("shows %s what is known there", (region, parts) => {
    for (const part of parts) expect(resourceText(region)).toContain(part)
  })

  it("reads a region in any case, and meets an unknown one with the directory", () => {
    expect([regionOf(" gb "), regionOf("ZZ"), regionOf("")]).toEqual(["GB", "INT", "INT"])
    expect(resourcesOf("ZZ").map(({ name }) => name)).toEqual(["Find A Helpline"])
    expect(emergencyLine("ZZ")).toContain("emergency number of your country")
    expect(KNOWN_HOSTS.has("988lifeline.org")).toBe(true)
  })
})
