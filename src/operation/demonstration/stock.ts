import { addBranch, setOpeningHours } from '#agencies'
import { addItems, type NewTitle, putTitles } from '#catalogue'
import { type BranchId, pick } from '#core'
import type { Context } from '#vault'
import type { DemonstrationLibrary } from './libraries.ts'
import { LOCAL_SERIES, TOWNS, WORKS } from './works.ts'

/** One item as the simulation needs it. */
export interface StockItem {
  readonly barcode: string
  readonly title: number
}

export interface Stock {
  readonly branches: readonly BranchId[]
  readonly titles: readonly Awaited<ReturnType<typeof putTitles>>[number]['id'][]
  readonly items: readonly StockItem[]
}

const AT_A_TIME = 500

/** Branches, opening hours, titles and items of one library: real works first, then volumes of invented local series. */
export async function stockLibrary(
  ctx: Context,
  library: DemonstrationLibrary,
  size: { titles: number; items: number },
): Promise<Stock> {
  const branches = await makeBranches(ctx, library)
  const records = [...realWorks(), ...localVolumes(size.titles)].slice(0, size.titles)
  const titles: Stock['titles'][number][] = []
  for (let from = 0; from < records.length; from += AT_A_TIME) {
    for (const { id } of await putTitles(ctx, records.slice(from, from + AT_A_TIME))) titles.push(id)
  }
  const items: StockItem[] = []
  for (let from = 0; from < size.items; from += AT_A_TIME) {
    const some = Array.from({ length: Math.min(AT_A_TIME, size.items - from) }, (_, index) => {
      const number = from + index
      // Every title has an item; the known works, which come first, have several.
      const title =
        number < titles.length ? number : Math.floor(ctx.random.fraction() ** 2 * Math.min(WORKS.length, titles.length))
      return { title, barcode: `5${library.number.slice(1, 4)}${String(number).padStart(6, '0')}` }
    })
    await addItems(
      ctx,
      some.map(({ title, barcode }) => ({
        title_id: titles[title] as Stock['titles'][number],
        barcode,
        branch_id: pick(ctx.random, branches),
        shelf: records[title]?.dk5 ?? null,
      })),
    )
    items.push(...some)
  }
  return { branches, titles, items }
}

async function makeBranches(ctx: Context, library: DemonstrationLibrary): Promise<BranchId[]> {
  const ids: BranchId[] = []
  for (const [index, branch] of library.branches.entries()) {
    const towns = TOWNS[library.name]
    const town = (towns.find(({ city }) => branch.name.startsWith(city)) ??
      towns[index % towns.length]) as (typeof towns)[number]
    const id = await addBranch(ctx, { ...branch, address: 'Biblioteksvej 1', postcode: town.postcode, city: town.city })
    await setOpeningHours(
      ctx,
      id,
      [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => {
        const staffedUntil = weekday === 6 ? '14:00' : '18:00'
        if (weekday === 7) return [{ weekday, opens: '07:00', closes: '22:00', staffed: false }]
        return [
          { weekday, opens: '07:00', closes: '10:00', staffed: false },
          { weekday, opens: '10:00', closes: staffedUntil, staffed: true },
          { weekday, opens: staffedUntil, closes: '22:00', staffed: false },
        ]
      }),
    )
    ids.push(id)
  }
  return ids
}

function realWorks(): NewTitle[] {
  return WORKS.map((work, index) => ({
    ...blank(),
    source: 'demonstration',
    record_id: `w${index + 1}`,
    title: work.title,
    author: work.author || null,
    year: work.year,
    language: work.language,
    dk5: work.dk5,
    material: work.material,
    audience: work.audience,
  }))
}

/** Volumes and issues of the invented series, as many as are asked for. */
function localVolumes(count: number): NewTitle[] {
  const volumes: NewTitle[] = []
  for (let number = 1; volumes.length < count; number++) {
    for (const series of LOCAL_SERIES) {
      const year = series.firstYear + Math.floor((number - 1) / series.issuesPerYear)
      const issue = ((number - 1) % series.issuesPerYear) + 1
      const volume = series.issuesPerYear === 1 ? String(year) : `${year}:${issue}`
      volumes.push({
        ...blank(),
        source: 'demonstration',
        record_id: `s${volumes.length + 1}`,
        title: `${series.title} ${volume}`,
        publisher: series.publisher,
        year,
        language: 'dan',
        dk5: series.dk5,
        material: series.material,
        audience: 'adult',
        series: series.title,
        volume,
        pages: `${24 + ((number * 37) % 97) * 2} sider`,
      })
    }
  }
  return volumes
}

function blank(): NewTitle {
  return {
    source: '',
    record_id: '',
    title: '',
    subtitle: null,
    author: null,
    contributors: [],
    edition: null,
    publisher: null,
    year: null,
    language: null,
    isbn: [],
    dk5: null,
    subjects: [],
    material: 'book',
    audience: 'adult',
    series: null,
    volume: null,
    pages: null,
  }
}
