import { materialName } from '#catalogue'
import type { Language } from '#core'
import { type Group, lendingRules } from '#lending-rules'
import { type Described, readSetting } from '#settings'
import type { Context } from '#vault'
import { kronerText, numberText } from '#web'
import { texts } from './desk-fee-table-texts.ts'
import type { FeeTable } from './fee-table.ts'

/** What a fee table says, line by line, to hold one version against another. */
export async function describeFeeTable(ctx: Context, table: FeeTable, language: Language): Promise<Described> {
  const { materialGroups } = await readSetting(ctx, lendingRules)
  const { compensation, block } = table
  const line = (name: string, label: string, value: string) => [name, { label, value }] as const
  const yes = (is: boolean) => (is ? texts.yes : texts.no)[language]
  const days = (count: number) => numberText(count, language)
  return new Map([
    ...table.bands.map(({ fromDay, adult, child }) =>
      line(
        `band ${fromDay}`,
        texts.fromDayText(fromDay)[language],
        texts.bandText(kronerText(adult, language), kronerText(child, language))[language],
      ),
    ),
    line('childUnder', texts.childUnder[language], days(table.childUnder)),
    line('closedDays', texts.closedDays[language], yes(table.closedDaysCount)),
    line('payWithin', texts.payWithin[language], days(table.payWithinDays)),
    line('standard', texts.standard[language], kronerText(compensation.standard_ore, language)),
    line('handling', texts.handling[language], kronerText(compensation.handling_ore, language)),
    line('refundHandling', texts.refundHandling[language], yes(compensation.refundHandling)),
    line('foundWithin', texts.foundWithin[language], days(compensation.foundWithinDays)),
    ...compensation.prices.map(({ material, materialGroup, price_ore }) =>
      line(
        `price ${material ?? ''} ${materialGroup ?? ''}`,
        [material && materialName(material, language), materialGroup && nameOf(materialGroups, materialGroup, language)]
          .filter(Boolean)
          .join(', '),
        kronerText(price_ore, language),
      ),
    ),
    line('blockAt', texts.blockAt[language], kronerText(block.atOre, language)),
    line('notice', texts.notice[language], days(block.noticeDays)),
  ])
}

function nameOf(groups: readonly Group[], code: string, language: Language): string {
  return groups.find((group) => group.code === code)?.name[language] ?? code
}
