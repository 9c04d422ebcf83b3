import { assert, type BranchId, between, dayOf, type PatronId, pick, type Random } from '#core'
import { enrolPatron } from '#patrons'
import type { Context } from '#vault'
import type { DemonstrationLibrary } from './libraries.ts'
import { NAMES, TOWNS } from './works.ts'

/** An invented patron as the simulation needs it. */
export interface Person {
  readonly id: PatronId
  readonly card: string
  /** How often this person visits, beside the others. */
  readonly eagerness: number
  gone: boolean
}

/** Enrols an invented person: replacement CPR numbers only, addresses on streets there are none of. */
export async function enrolPerson(
  ctx: Context,
  library: DemonstrationLibrary,
  branches: readonly BranchId[],
  number: number,
): Promise<Person> {
  const { random } = ctx
  const female = random.fraction() < 0.55
  const given = pick(random, female ? NAMES.given.f : NAMES.given.m)
  const family = pick(random, NAMES.family)
  const born = birthDate(random, dayOf(ctx.clock.now()))
  const town = pick(random, TOWNS[library.name])
  const card = `2${library.number.slice(1, 4)}${String(number).padStart(7, '0')}`
  const reachable = random.fraction()
  const child = born.until(dayOf(ctx.clock.now()), { largestUnit: 'years' }).years < 18
  const enrolled = await enrolPatron(ctx, pick(random, branches), {
    name: `${given} ${family}`,
    cpr: replacementCpr(random, born, female),
    birthOn: born,
    address: `${pick(random, NAMES.streets)} ${between(random, 1, 98)}`,
    postcode: town.postcode,
    city: town.city,
    municipality: town.municipality,
    protected: random.fraction() < 0.02,
    card,
    language: random.fraction() < 0.9 ? 'da' : 'en',
    photoIdSeen: true,
    ...(reachable < 0.85 ? { email: `${asciiOf(given)}.${asciiOf(family)}.${number}@example.org` } : {}),
    ...(reachable > 0.4 && reachable < 0.95 ? { phone: `+4500${random.digits(6)}` } : {}),
    ...(child ? { guardianName: `${pick(random, NAMES.given.f)} ${family}` } : {}),
  })
  assert(enrolled.ok, `an invented person was refused: ${JSON.stringify(enrolled)}`)
  return { id: enrolled.value.id, card, eagerness: random.fraction() ** 3 + 0.02, gone: false }
}

function birthDate(random: Random, today: Temporal.PlainDate): Temporal.PlainDate {
  const age = random.fraction() < 0.28 ? between(random, 4, 17) : between(random, 18, 92)
  return today.subtract({ years: age, days: between(random, 0, 364) })
}

/** A number no person can have: the day is raised by 60. The seventh digit gives the century. */
function replacementCpr(random: Random, born: Temporal.PlainDate, female: boolean): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const seventh = born.year < 2000 ? between(random, 0, 3) : born.year <= 2036 ? between(random, 4, 4) : 5
  const last = between(random, 0, 4) * 2 + (female ? 0 : 1)
  return `${two(born.day + 60)}${two(born.month)}${two(born.year % 100)}${seventh}${two(between(random, 0, 99))}${last}`
}

function asciiOf(name: string): string {
  const plain = name.toLowerCase().replaceAll('æ', 'ae').replaceAll('ø', 'oe').replaceAll('å', 'aa')
  return plain.normalize('NFD').replace(/[^a-z]/g, '')
}
