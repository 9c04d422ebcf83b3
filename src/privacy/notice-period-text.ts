import type { Text2 } from '#core'
import { type Declaration, findTable, type Register } from './declare.ts'
import { COUNTERS, PLANNED_MOMENTS, SOME_NUMBER } from './notice-words.ts'
import { periodText } from './period-text.ts'
import { PLANNED } from './planned.ts'
import type { Clause } from './policy.ts'

/** What a clause speaks of, as a reader says it: "materialer, du har lånt og afleveret". */
export function dataLabel(register: Register, data: string): Text2 {
  const declared = findTable(register, data) ?? register.files.find((file) => file.name === data)
  return declared?.label ?? (Object.hasOwn(PLANNED, data) ? PLANNED[data]?.label : undefined) ?? { da: data, en: data }
}

/** The instant a clause counts from, as the end of a sentence. */
function momentLabel(clause: Clause, register: Register): Text2 {
  const table = findTable(register, clause.data)
  const file = register.files.find((each) => each.name === clause.data)
  const label =
    table?.moments[clause.from]?.label ?? file?.momentLabel ?? PLANNED_MOMENTS[`${clause.data}/${clause.from}`]
  return label ?? { da: `tidspunktet “${clause.from}”`, en: `the moment “${clause.from}”` }
}

/** When a clause takes something away: "30 dage efter, at du har betalt". It goes into a sentence after its verb. */
export function whenText(clause: Clause, register: Register): Text2 {
  const moment = momentLabel(clause, register)
  const period = clause.approx ? aboutText(clause.keep) : periodText(clause.keep)
  const after = afterText(moment)
  if (Temporal.Duration.from(clause.keep).blank) return atOnceText(clause, register, moment)
  if (clause['round-up']) {
    return {
      da: `${period.da} fra udgangen af det regnskabsår, hvor ${moment.da}`,
      en: `${period.en} from the end of the accounting year in which ${moment.en}`,
    }
  }
  if (clause.keep.startsWith('PT')) {
    return { da: `inden for ${period.da} ${after.da}`, en: `within ${period.en} ${after.en}` }
  }
  return { da: `${period.da} ${after.da}`, en: `${period.en} ${after.en}` }
}

/** Danish says "efter, at du har betalt" of something that happens, but "efter opslaget" of a thing: one word. */
function afterText(moment: Text2): Text2 {
  return { da: isThing(moment) ? `efter ${moment.da}` : `efter, at ${moment.da}`, en: `after ${moment.en}` }
}

function isThing(moment: Text2): boolean {
  return !moment.da.includes(' ')
}

function atOnceText(clause: Clause, register: Register, moment: Text2): Text2 {
  const after = afterText(moment)
  // Where the row keeps its moment, the nightly work takes it; otherwise the command that ends it does.
  const nightly = findTable(register, clause.data)?.moments[clause.from]?.column
  if (nightly) return { da: `senest natten ${after.da}`, en: `at the latest the night ${after.en}` }
  if (isThing(moment)) return { da: `med det samme ${after.da}`, en: `at once ${after.en}` }
  return { da: `med det samme, når ${moment.da}`, en: `at once when ${moment.en}` }
}

const ABOUT: Readonly<Record<string, Text2>> = {
  P7D: { da: 'omkring en uge', en: 'about a week' },
  P1W: { da: 'omkring en uge', en: 'about a week' },
  P14D: { da: 'omkring to uger', en: 'about two weeks' },
  P1M: { da: 'omkring en måned', en: 'about a month' },
  P1Y: { da: 'omkring et år', en: 'about a year' },
}

function aboutText(keep: string): Text2 {
  const exact = periodText(keep)
  return ABOUT[keep] ?? { da: `omkring ${exact.da}`, en: `about ${exact.en}` }
}

/** What becomes of something, and when: one whole sentence, to be read after the name of what it speaks of. */
export function endText(clause: Clause, register: Register): Text2 {
  const when = whenText(clause, register)
  switch (clause.action) {
    case 'delete':
      return { da: `Slettes ${when.da}.`, en: `Deleted ${when.en}.` }
    case 'anonymise':
      return { da: `Anonymiseres ${when.da}.`, en: `Made anonymous ${when.en}.` }
    case 'redact':
      return {
        da: `Indholdet og modtagerens adresse slettes ${when.da}. At der er sendt en besked, kan ses, til din konto slettes.`,
        en: `The content and the recipient’s address are deleted ${when.en}. That a message was sent can be seen until your account is deleted.`,
      }
  }
}

/** What a clause leaves behind in the statistics, if it leaves anything. */
export function leftText(clause: Clause, register: Register): Text2 | undefined {
  const counters = countersOf(clause, findTable(register, clause.data))
  if (counters.length === 0) return undefined
  return COUNTERS[counters.toSorted().join(' ')] ?? SOME_NUMBER
}

function countersOf(clause: Clause, table: Declaration | undefined): string[] {
  const all = Object.keys(table?.statistics ?? {})
  if (clause.count) return all.filter((name) => clause.count?.includes(name))
  return clause.action === 'anonymise' ? all : []
}
