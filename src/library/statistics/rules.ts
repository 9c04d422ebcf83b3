import { assert } from '#core'

/** Counts by two things at once, row by row; none is negative. */
export type Cells = readonly (readonly number[])[]

/** A table as it may be shown: null where a number is withheld. */
export interface Shown {
  readonly cells: readonly (readonly (number | null)[])[]
  readonly rowTotals: readonly (number | null)[]
  readonly columnTotals: readonly (number | null)[]
  readonly total: number | null
}

/**
 * Withholds every number from 1 to k − 1, and as many others as it takes that none of them can be worked out from the
 * totals. Zero is shown. The totals are numbers like any other here: one is withheld where nothing else would do.
 *
 * Two things are seen to, in every row and column, the totals' own included:
 * - where something is withheld, so is a number of at least k. Otherwise the total less what is shown would tell of a
 *   handful of loans; and since zero is shown, three withheld numbers that make three would each be one.
 * - no withheld number follows from the equations together. Rows and columns are the points of a graph whose lines are
 *   the withheld numbers; a number follows exactly when its line is the only way between its points.
 */
export function suppress(cells: Cells, k: number): Shown {
  const grid = withTotals(cells)
  const hidden = grid.map((row) => row.map((value) => value > 0 && value < k))
  for (let place = nextToHide(grid, hidden, k); place; place = nextToHide(grid, hidden, k)) hide(hidden, place)
  const shown = grid.map((row, r) => row.map((value, c) => (hidden[r]?.[c] ? null : value)))
  const totals = shown.at(-1) ?? []
  return {
    cells: shown.slice(0, -1).map((row) => row.slice(0, -1)),
    rowTotals: shown.slice(0, -1).map((row) => row.at(-1) ?? null),
    columnTotals: totals.slice(0, -1),
    total: totals.at(-1) ?? null,
  }
}

type Grid = readonly (readonly number[])[]
type Mask = boolean[][]

interface Place {
  readonly row: number
  readonly column: number
}

/** The table with a column of row totals and a row of column totals, so that every total is a number like the rest. */
function withTotals(cells: Cells): Grid {
  const width = cells[0]?.length ?? 0
  assert(
    cells.every((row) => row.length === width),
    'the rows of a table have one length',
  )
  const rows = cells.map((row) => [...row, sum(row)])
  return [...rows, Array.from({ length: width + 1 }, (_, column) => sum(rows.map((row) => row[column] ?? 0)))]
}

function nextToHide(grid: Grid, hidden: Mask, k: number): Place | undefined {
  for (const line of lines(grid)) {
    const withheld = line.filter((place) => isHidden(hidden, place))
    if (withheld.length === 0 || withheld.some((place) => valueAt(grid, place) >= k)) continue
    const more = smallest(grid, hidden, line)
    if (more) return more
  }
  for (const place of places(grid)) {
    if (!isHidden(hidden, place)) continue
    const side = sideOf(grid, hidden, place)
    if (side.has(columnPoint(place))) continue
    // One number between the two sides closes a ring, so that nothing in it follows any more.
    const across = places(grid).filter((other) => side.has(rowPoint(other)) !== side.has(columnPoint(other)))
    const near = places(grid).filter(({ row, column }) => row === place.row || column === place.column)
    return (
      smallest(grid, hidden, joinsOtherSide(grid, hidden, place, across)) ??
      smallest(grid, hidden, near) ??
      smallest(grid, hidden, places(grid))
    )
  }
  return undefined
}

/** Every row and every column, as the places they go through. */
function lines(grid: Grid): Place[][] {
  const all = places(grid)
  const rows = grid.map((_, row) => all.filter((place) => place.row === row))
  const columns = (grid[0] ?? []).map((_, column) => all.filter((place) => place.column === column))
  return [...rows, ...columns]
}

function places(grid: Grid): Place[] {
  return grid.flatMap((cells, row) => cells.map((_, column) => ({ row, column })))
}

/** The least number still shown that is not zero; of two alike the one further from the totals. */
function smallest(grid: Grid, hidden: Mask, among: readonly Place[]): Place | undefined {
  let least: Place | undefined
  for (const place of among) {
    const value = valueAt(grid, place)
    if (value === 0 || isHidden(hidden, place)) continue
    if (!least || value < valueAt(grid, least)) least = place
  }
  return least
}

/** The points that a withheld number's row can be reached from without it; its column not among them, it follows. */
function sideOf(grid: Grid, hidden: Mask, place: Place): Set<string> {
  return pointsFrom(rowPoint(place), withheldBut(grid, hidden, place))
}

function joinsOtherSide(grid: Grid, hidden: Mask, place: Place, among: readonly Place[]): Place[] {
  const other = pointsFrom(columnPoint(place), withheldBut(grid, hidden, place))
  return among.filter((each) => other.has(rowPoint(each)) || other.has(columnPoint(each)))
}

function withheldBut(grid: Grid, hidden: Mask, place: Place): Place[] {
  return places(grid).filter(
    (each) => isHidden(hidden, each) && (each.row !== place.row || each.column !== place.column),
  )
}

function pointsFrom(start: string, withheld: readonly Place[]): Set<string> {
  const reached = new Set([start])
  let before = 0
  while (before < reached.size) {
    before = reached.size
    for (const place of withheld) {
      const ends = [rowPoint(place), columnPoint(place)]
      if (ends.some((end) => reached.has(end))) for (const end of ends) reached.add(end)
    }
  }
  return reached
}

function rowPoint({ row }: Place): string {
  return `row ${row}`
}

function columnPoint({ column }: Place): string {
  return `column ${column}`
}

function valueAt(grid: Grid, { row, column }: Place): number {
  return grid[row]?.[column] ?? 0
}

function isHidden(hidden: Mask, { row, column }: Place): boolean {
  return hidden[row]?.[column] ?? false
}

function hide(hidden: Mask, { row, column }: Place): void {
  const line = hidden[row]
  if (line) line[column] = true
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
