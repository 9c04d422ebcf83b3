/** One figure of a run, and what it is aimed at. Ratios decide; what has no aim is told for information. */
export interface Figure {
  readonly measurement: string
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly aim?: { readonly atLeast: number } | { readonly atMost: number }
}

export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

/** The value that so many of a hundred do not exceed; between two it lies in proportion. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = ((sorted.length - 1) * percent) / 100
  const low = sorted[Math.floor(place)]
  const high = sorted[Math.ceil(place)]
  if (low === undefined || high === undefined) throw new Error('nothing was measured')
  return low + (high - low) * (place - Math.floor(place))
}

export function meetsAim({ value, aim }: Figure): boolean {
  if (!aim) return true
  return 'atLeast' in aim ? value >= aim.atLeast : value <= aim.atMost
}

/** The figures as lines of text, one under the other. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.measurement,
    figure.name,
    numberText(figure.value),
    figure.unit,
    aimText(figure.aim),
    figure.aim ? (meetsAim(figure) ? 'yes' : 'NO') : '',
  ])
  const all = [['measurement', 'figure', 'value', 'unit', 'aim', 'met'], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  return all
    .map((row) =>
      row.map((cell, column) => (column === 2 ? cell.padStart(widths[2] ?? 0) : cell.padEnd(widths[column] ?? 0))),
    )
    .map((cells) => cells.join('  ').trimEnd())
    .join('\n')
}

function aimText(aim: Figure['aim']): string {
  if (!aim) return ''
  return 'atLeast' in aim ? `≥ ${aim.atLeast}` : `≤ ${aim.atMost}`
}

function numberText(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-GB')
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}
