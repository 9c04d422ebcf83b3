import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Shown, suppress } from './rules.ts'

const tables = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([rows, columns]) =>
  fc.array(
    fc.array(fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 200 })), {
      minLength: columns,
      maxLength: columns,
    }),
    { minLength: rows, maxLength: rows },
  ),
)
const limits = fc.integer({ min: 2, max: 10 })

/** The table with its totals as one more row and column, as published. */
function whole(shown: Shown): (number | null)[][] {
  return [
    ...shown.cells.map((row, index) => [...row, shown.rowTotals[index] ?? null]),
    [...shown.columnTotals, shown.total],
  ]
}

function trueTable(cells: readonly (readonly number[])[]): number[][] {
  const rows = cells.map((row) => [...row, row.reduce((a, b) => a + b, 0)])
  return [...rows, (rows[0] ?? []).map((_, column) => rows.reduce((a, row) => a + (row[column] ?? 0), 0))]
}

function transposed<T>(grid: readonly (readonly T[])[]): T[][] {
  return (grid[0] ?? []).map((_, column) => grid.map((row) => row[column] as T))
}

/** What an outsider can work out: the withheld numbers that every solution of all the equations agrees on. */
function workedOut(published: (number | null)[][]): number {
  const unknown = new Map<string, number>()
  for (const [r, row] of published.entries()) {
    for (const [c, value] of row.entries()) if (value === null) unknown.set(`${r},${c}`, unknown.size)
  }
  const last = { row: published.length - 1, column: (published[0]?.length ?? 1) - 1 }
  const equations: number[][] = []
  const add = (line: [number, number][], total: number) => {
    const equation = Array.from({ length: unknown.size }, () => 0)
    for (const [index, [r, c]] of line.entries()) {
      const at = unknown.get(`${r},${c}`)
      if (at !== undefined) equation[at] = index === total ? -1 : 1
    }
    equations.push(equation)
  }
  for (let r = 0; r <= last.row; r++) {
    add(
      Array.from({ length: last.column + 1 }, (_, c) => [r, c]),
      last.column,
    )
  }
  for (let c = 0; c <= last.column; c++) {
    add(
      Array.from({ length: last.row + 1 }, (_, r) => [r, c]),
      last.row,
    )
  }
  // Gauss and Jordan: a row of the reduced form with one number in it gives that number away.
  let pivot = 0
  for (let column = 0; column < unknown.size; column++) {
    const found = equations.findIndex((equation, index) => index >= pivot && Math.abs(equation[column] ?? 0) > 1e-9)
    if (found < 0) continue
    const row = equations[found] as number[]
    equations.splice(found, 1)
    equations.splice(pivot, 0, row)
    const lead = row[column] as number
    for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) / lead
    for (const [index, other] of equations.entries()) {
      const factor = other[column] as number
      if (index === pivot || factor === 0) continue
      for (let i = 0; i < other.length; i++) other[i] = (other[i] as number) - factor * (row[i] as number)
    }
    pivot++
  }
  return equations.filter((equation) => equation.filter((factor) => Math.abs(factor) > 1e-9).length === 1).length
}

describe('whatever was lent', () => {
  test('no number from 1 to k - 1 is shown, and what is shown is true', () => {
    fc.assert(
      fc.property(tables, limits, (cells, k) => {
        const truth = trueTable(cells)
        for (const [r, row] of whole(suppress(cells, k)).entries()) {
          for (const [c, value] of row.entries()) {
            if (value === null) continue
            assert.equal(value, truth[r]?.[c])
            assert.ok(value === 0 || value >= k)
          }
        }
      }),
    )
  })

  test('no withheld number stands alone in a row or column whose total is shown', () => {
    fc.assert(
      fc.property(tables, limits, (cells, k) => {
        const published = whole(suppress(cells, k))
        for (const line of [...published, ...transposed(published)]) {
          assert.notEqual(line.filter((value) => value === null).length, 1)
        }
      }),
    )
  })

  test('no withheld number can be worked out from all that is shown', () => {
    fc.assert(
      fc.property(tables, limits, (cells, k) => {
        assert.equal(workedOut(whole(suppress(cells, k))), 0)
      }),
      { numRuns: 300 },
    )
  })

  test('what is withheld of a row or column with a shown total makes no small number together', () => {
    fc.assert(
      fc.property(tables, limits, (cells, k) => {
        const published = whole(suppress(cells, k))
        const truth = trueTable(cells)
        const check = (line: (number | null)[], real: number[]) => {
          if (line.at(-1) === null) return
          const withheld = real.slice(0, -1).filter((_, index) => line[index] === null)
          if (withheld.length === 0) return
          // More than one for each, so that they are not all known to be one.
          assert.ok(withheld.reduce((a, b) => a + b, 0) >= Math.max(k, withheld.length + 1))
        }
        for (const [index, line] of published.entries()) check(line, truth[index] ?? [])
        for (const [index, line] of transposed(published).entries()) check(line, transposed(truth)[index] ?? [])
      }),
    )
  })

  test('zero is shown', () => {
    fc.assert(
      fc.property(tables, limits, (cells, k) => {
        const shown = suppress(cells, k).cells
        for (const [r, row] of cells.entries()) {
          for (const [c, value] of row.entries()) if (value === 0) assert.equal(shown[r]?.[c], 0)
        }
      }),
    )
  })
})

test('a table without small numbers is shown whole', () => {
  assert.deepEqual(
    suppress(
      [
        [5, 0],
        [7, 9],
      ],
      5,
    ),
    {
      cells: [
        [5, 0],
        [7, 9],
      ],
      rowTotals: [5, 16],
      columnTotals: [12, 9],
      total: 21,
    },
  )
})

test('one small number takes others with it, and the totals stay', () => {
  const shown = suppress(
    [
      [3, 20, 30],
      [40, 50, 60],
      [70, 80, 90],
    ],
    5,
  )
  assert.deepEqual(shown.cells, [
    [null, null, 30],
    [null, null, 60],
    [70, 80, 90],
  ])
  assert.deepEqual(shown.rowTotals, [53, 150, 240])
  assert.equal(shown.total, 443)
})

test('five single loans are not given away by their total', () => {
  assert.equal(suppress([[1], [1], [1], [1], [1]], 5).total, null)
})

test('the number itself is shown from k on', () => {
  assert.equal(suppress([[4], [40], [50]], 5).cells[0]?.[0], null)
  assert.equal(suppress([[5], [40], [50]], 5).cells[0]?.[0], 5)
})

test('a table of nothing shows nothing', () => {
  assert.deepEqual(suppress([], 5), { cells: [], rowTotals: [], columnTotals: [], total: 0 })
})
