import pg from 'pg'

/**
 * How values cross between PostgreSQL and the program: instants, dates and intervals as Temporal, bigint as number.
 * Left to itself `pg` gives a `Date` cut to milliseconds, in the machine's time zone.
 */
const PARSERS = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.TIMESTAMPTZ, (text) => Temporal.Instant.from(isoInstant(text))],
  [pg.types.builtins.DATE, (text) => Temporal.PlainDate.from(text)],
  [pg.types.builtins.INTERVAL, duration],
  [pg.types.builtins.INT8, (text) => Number(text)],
  [pg.types.builtins.NUMERIC, (text) => Number(text)],
])

export const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    return PARSERS.get(oid) ?? pg.types.getTypeParser(oid, format)
  },
} as pg.CustomTypesConfig

/** `2026-03-29 01:00:00.5+01` as ISO 8601: PostgreSQL leaves out the T and the minutes of a whole-hour offset. */
function isoInstant(text: string): string {
  const iso = text.replace(' ', 'T')
  return /[+-]\d\d$/.test(iso) ? `${iso}:00` : iso
}

const parseInterval: (text: string) => Record<string, number> = pg.types.getTypeParser(pg.types.builtins.INTERVAL)

/** `1 year 2 mons -3 days 04:05:06.7`, PostgreSQL's own style, so that no connection needs a setting for it. */
function duration(text: string): Temporal.Duration {
  const { milliseconds = 0, ...units } = { ...parseInterval(text) }
  const microseconds = Math.round(milliseconds * 1000)
  return Temporal.Duration.from({ hours: 0, ...units, microseconds })
}

/** A parameter as `pg` sends it: Temporal as its ISO text, lists element by element. */
export function bind(value: unknown): unknown {
  if (value === undefined) return null
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(bind)
  // ISO 8601 has no sign before the P, and PostgreSQL wants it before each number.
  if (value instanceof Temporal.Duration)
    return value
      .abs()
      .toString()
      .replace(/\d[\d.]*/g, value.sign < 0 ? '-$&' : '$&')
  if (value instanceof Temporal.Instant || value instanceof Temporal.PlainDate || value instanceof Temporal.PlainTime) {
    return value.toString()
  }
  if (value instanceof Uint8Array && !Buffer.isBuffer(value)) return Buffer.from(value)
  return value
}
