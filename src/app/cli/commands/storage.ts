/** How much is stored, in words. */
import type { StorageReport } from "#channels/http/UpkeepReports.ts"
import { pairs, table } from "../Output.ts"

const UNITS = ["B", "KB", "MB", "GB", "TB"]

/** `512 B`, `1.5 MB`; a dash when the store does not say. */
export const bytesInWords = (bytes: number | null): string => {
  if (bytes === null) return "-"
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`
}

export const storageInWords = ({ limitBytes, prefixes, usedBytes }: typeof StorageReport.Type): string => {
  const rows = prefixes.map(({ bytes, keys, prefix }) => [prefix, String(keys), bytesInWords(bytes)])
  return [
    table(["KEYS UNDER", "KEYS", "ABOUT"], rows),
    pairs([
      ["store in all", bytesInWords(usedBytes)],
      ["its limit", limitBytes === null ? "none, or not known" : bytesInWords(limitBytes)]
    ])
  ].join("\n\n")
}
