/**
 * Where a person in need can turn besides this service: emergency numbers and help lines by region, each with the month in
 * which its entry was last reviewed. The one place where such numbers stand: whatever else the service says may name only
 * these. Texts show a region's own lines first and always end with the international directory.
 */

/** ISO 3166 country codes, and `INT` for everywhere else. */
export const REGIONS = ["US", "CA", "GB", "IE", "AU", "NZ", "DE", "AT", "CH", "FR", "NL", "ES", "INT"] as const
export type Region = (typeof REGIONS)[number]

export interface Resource {
  readonly region: Region
  readonly name: string
  /** Who it is for; `null` = everybody. */
  readonly audience: string | null
  /** Numbers as people dial them. */
  readonly call: ReadonlyArray<string>
  /** What to send to which number; `say: null` = any words. */
  readonly text: { readonly to: string; readonly say: string | null } | null
  /** Host and path, without `https://`. */
  readonly web: string | null
  /** `limited`: not day and night. */
  readonly hours: "always" | "limited"
  /** ISO 639 codes of the languages it answers in. */
  readonly languages: ReadonlyArray<string>
  /** Year and month of the last review of this entry. Review at least once a year. */
  readonly reviewed: string
}

/** What to call when a life is in danger now. */
export const EMERGENCY: Readonly<Record<Region, string | null>> = {
  US: "911",
  CA: "911",
  GB: "999",
  IE: "112",
  AU: "000",
  NZ: "111",
  DE: "112",
  AT: "112",
  CH: "112",
  FR: "112",
  NL: "112",
  ES: "112",
  INT: null
}

const REVIEWED = "2026-11"

const line = (region: Region, name: string, more: Partial<Resource>): Resource => ({
  region,
  name,
  audience: null,
  call: [],
  text: null,
  web: null,
  hours: "always",
  languages: ["en"],
  reviewed: REVIEWED,
  ...more
})

/** The most general of each region first. */
export const RESOURCES: ReadonlyArray<Resource> = [
  line("US", "988 Suicide & Crisis Lifeline", {
    call: ["988"],
    text: { to: "988", say: null },
    web: "988lifeline.org",
    languages: ["en", "es"]
  }),
  line("US", "The Trevor Project", {
    audience: "LGBTQ+ young people",
    call: ["1-866-488-7386"],
    text: { to: "678-678", say: "START" },
    web: "thetrevorproject.org/get-help"
  }),
  line("US", "Trans Lifeline", {
    audience: "trans people",
    call: ["877-565-8860"],
    hours: "limited",
    languages: ["en", "es"]
  }),
  line("US", "Crisis Text Line", { text: { to: "741741", say: "HOME" }, languages: ["en", "es"] }),

  line("CA", "9-8-8 Suicide Crisis Helpline", {
    call: ["988"],
    text: { to: "988", say: null },
    web: "988.ca",
    languages: ["en", "fr"]
  }),
  line("CA", "Trans Lifeline", { audience: "trans people", call: ["877-330-6366"], hours: "limited" }),
  line("CA", "Kids Help Phone", {
    audience: "young people",
    call: ["1-800-668-6868"],
    text: { to: "686868", say: "CONNECT" },
    languages: ["en", "fr"]
  }),

  line("GB", "Samaritans", { call: ["116 123"], web: "samaritans.org", languages: ["en", "cy"] }),
  line("GB", "Shout", { text: { to: "85258", say: "SHOUT" } }),
  line("GB", "Switchboard", { audience: "LGBTQIA+ people", call: ["0800 0119 100"], hours: "limited" }),

  line("IE", "Samaritans", { call: ["116 123"], web: "samaritans.org" }),
  line("IE", "Text About It", { text: { to: "50808", say: "HELLO" } }),

  line("AU", "Lifeline", { call: ["13 11 14"], text: { to: "0477 13 11 14", say: null }, web: "lifeline.org.au" }),
  line("AU", "QLife", { audience: "LGBTIQ+ people", call: ["1800 184 527"], web: "qlife.org.au", hours: "limited" }),

  line("NZ", "1737, need to talk?", { call: ["1737"], text: { to: "1737", say: null } }),
  line("NZ", "OutLine", { audience: "rainbow communities", call: ["0800 688 5463"], hours: "limited" }),

  line("DE", "TelefonSeelsorge", {
    call: ["116 123", "0800 111 0 111", "0800 111 0 222"],
    web: "online.telefonseelsorge.de",
    languages: ["de"]
  }),
  line("AT", "Telefonseelsorge", { call: ["142"], web: "onlineberatung-telefonseelsorge.at", languages: ["de"] }),
  line("CH", "143", { call: ["143"], web: "143.ch", languages: ["de", "fr", "it"] }),
  line("FR", "3114", { call: ["3114"], web: "3114.fr", languages: ["fr"] }),
  line("NL", "113", { call: ["113", "0800 0113"], web: "113.nl", languages: ["nl"] }),
  line("ES", "024", { call: ["024"], languages: ["es"] }),

  line("INT", "Find A Helpline", { web: "findahelpline.com" })
]

/** The region of a setting, in any case; whatever is not in the catalogue is `INT`. */
export const regionOf = (setting: string): Region =>
  REGIONS.find((region) => region === setting.trim().toUpperCase()) ?? "INT"

/** A region's lines, and the international directory at the end. */
export const resourcesOf = (setting: string): ReadonlyArray<Resource> => {
  const region = regionOf(setting)
  const own = region === "INT" ? [] : RESOURCES.filter((one) => one.region === region)
  return [...own, ...RESOURCES.filter((one) => one.region === "INT")]
}

const LANGUAGES: Readonly<Record<string, string>> = {
  cy: "Welsh",
  de: "German",
  en: "English",
  es: "Spanish",
  fr: "French",
  it: "Italian",
  nl: "Dutch"
}

/** One resource on one line. */
export const resourceLine = ({ name, audience, call, text, web, hours, languages }: Resource): string => {
  const ways = [
    ...(call.length === 0 ? [] : [`call ${call.join(" or ")}`]),
    ...(text === null ? [] : [text.say === null ? `text ${text.to}` : `text ${text.say} to ${text.to}`]),
    ...(web === null ? [] : [web])
  ]
  const asides = [
    ...(audience === null ? [] : [`for ${audience}`]),
    ...(languages.includes("en") ? [] : [`in ${languages.map((code) => LANGUAGES[code] ?? code).join(", ")}`]),
    ...(hours === "always" ? [] : ["not day and night"])
  ]
  return `${name}: ${ways.join(", ")}${asides.length === 0 ? "" : ` (${asides.join("; ")})`}`
}

/** What to do when life is in danger now, as one sentence. */
export const emergencyLine = (setting: string): string => {
  const number = EMERGENCY[regionOf(setting)]
  return number === null
    ? "If your life is in danger right now, call the emergency number of your country."
    : `If your life is in danger right now, call ${number}.`
}

/** The emergency sentence, the region's lines and the directory, one a line. */
export const resourceText = (setting: string): string =>
  [emergencyLine(setting), ...resourcesOf(setting).map((one) => `• ${resourceLine(one)}`)].join("\n")

const digits = (text: string): string => text.replace(/\D/g, "")

/** Digits of every number of the catalogue: the only ones a text may name. Long ones also without their leading 1. */
export const KNOWN_NUMBERS: ReadonlySet<string> = new Set(
  [
    ...Object.values(EMERGENCY).filter((number) => number !== null),
    ...RESOURCES.flatMap(({ call, text }) => [...call, ...(text === null ? [] : [text.to])])
  ].flatMap((number) => [digits(number), digits(number).replace(/^1(?=\d{10}$)/, "")])
)

/** Hosts of the catalogue: the only ones a text may link to. */
export const KNOWN_HOSTS: ReadonlySet<string> = new Set(
  RESOURCES.flatMap(({ web }) => (web === null ? [] : [web.split("/")[0] ?? web]))
)
