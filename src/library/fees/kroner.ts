import { type Ore, oreOf } from '#core'

/**
 * An amount in kroner as somebody types it at the desk: `120`, `120,50`, `120.50`, `1.200,00`. Undefined when it is not
 * one, and when a dot might mean either a thousand or øre.
 */
export function readKroner(typed: string): Ore | undefined {
  const text = typed.replace(/\s|kr\.?|DKK/gi, '')
  const parts = /^(\d{1,3}(?:\.\d{3})+|\d{1,7})(?:,(\d{1,2}))?$/.exec(text) ?? /^(\d{1,7})\.(\d{2})$/.exec(text)
  const [, whole, rest] = parts ?? []
  if (whole === undefined) return undefined
  if (whole.includes('.') && rest === undefined) return undefined
  const kroner = Number(whole.replaceAll('.', ''))
  return oreOf(kroner * 100 + Number((rest ?? '').padEnd(2, '0')))
}

/** An amount as it stands in a field: without the currency, and without øre where there are none. */
export function typedKroner(ore: number): string {
  const sign = ore < 0 ? '-' : ''
  const rest = Math.abs(ore) % 100
  const whole = Math.trunc(Math.abs(ore) / 100)
  return rest === 0 ? `${sign}${whole}` : `${sign}${whole},${String(rest).padStart(2, '0')}`
}
