import type { Language } from '#core'
import { type SafeHtml, table } from '#web'
import { groupName, type Known, patronGroups, scopeText } from './desk-parts.ts'
import { texts as ruleTexts } from './desk-texts.ts'
import { VALUES, type ValueName, valueLabel, valueText } from './desk-values.ts'
import {
  decideLending,
  type FittingRule,
  fittingRules,
  type LendingRule,
  type LendingScope,
  whyBefore,
} from './rules.ts'
import { precedenceTexts, whichTexts as texts } from './which-texts.ts'

/** Every value that holds for a scope, the rule that decided it and why that one, in plain words. */
export function whichTable(now: Known, scope: LendingScope, language: Language): SafeHtml {
  const { values } = decideLending(now.content, scope)
  return table(
    {
      caption: texts.result[language],
      head: [ruleTexts.value, ruleTexts.holds, ruleTexts.fromRule, ruleTexts.why].map((text) => text[language]),
      rows: VALUES.map(({ name }) => {
        const { by, why } = explain(now, scope, name, language)
        return [valueLabel(name, language), valueText(name, values[name], language), by, why]
      }),
      rowHeaders: true,
    },
    language,
  )
}

/** By which rule a value is decided, and why by that one. */
export function explain(
  now: Pick<Known, 'content' | 'branches'>,
  scope: LendingScope,
  name: ValueName,
  language: Language,
): { readonly by: string; readonly why: string } {
  const { rules } = now.content
  const ruleAt = ({ at }: FittingRule) => rules[at] as LendingRule
  const [winner, next] = fittingRules(now.content, scope).filter((fitting) => ruleAt(fitting)[name] !== undefined)
  if (!winner) return { by: ruleTexts.byGeneral[language], why: texts.noRule[language] }
  const rule = ruleAt(winner)
  const sentences = [
    ...partOf(now, scope, rule, language),
    ...(next
      ? [
          texts.goesBefore(scopeText(ruleAt(next), now, language))[language],
          precedenceTexts[whyBefore(winner, next)][language],
        ]
      : [texts.onlyRule[language]]),
  ]
  return { by: scopeText(rule, now, language), why: sentences.join(' ') }
}

/** That a rule about a group holds for one that is part of it. */
function partOf(
  { content }: Pick<Known, 'content'>,
  scope: LendingScope,
  rule: LendingRule,
  language: Language,
): string[] {
  const pairs = [
    [patronGroups(content), scope.patronGroup, rule.patronGroup],
    [content.materialGroups, scope.materialGroup, rule.materialGroup],
  ] as const
  return pairs.flatMap(([groups, asked, named]) =>
    asked === undefined || named === undefined || asked === named
      ? []
      : [texts.partOf(groupName(groups, asked, language), groupName(groups, named, language))[language]],
  )
}
