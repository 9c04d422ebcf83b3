import { type Language, oreOf } from '#core'
import type { Described } from '#settings'
import { kronerText, numberText } from '#web'
import type { CollectionRules } from './rules.ts'
import { ruleTexts as texts } from './texts-rules.ts'

/** What the rules say, line by line, to hold one version against another. */
export function describeCollectionRules(
  { on, afterDays, noticeDays, leastOre }: CollectionRules,
  language: Language,
): Described {
  const yes = (on ? texts.yes : texts.no)[language]
  return new Map([
    ['on', { label: texts.on[language], value: yes }],
    ['afterDays', { label: texts.afterDays[language], value: numberText(afterDays, language) }],
    ['noticeDays', { label: texts.noticeDays[language], value: numberText(noticeDays, language) }],
    ['leastOre', { label: texts.least[language], value: kronerText(oreOf(leastOre), language) }],
  ])
}
