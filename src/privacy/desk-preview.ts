import type { Language } from '#core'
import { barChart, dateText, html, numberText, type SafeHtml, table } from '#web'
import type { Register } from './declare.ts'
import { capital, clauseLabel } from './desk-frame.ts'
import { policyTexts as texts } from './desk-policy-texts.ts'
import type { Change, PolicyDiff } from './diff-policies.ts'
import { dataLabel, endText } from './notice-period-text.ts'
import type { Clause } from './policy.ts'
import type { Preview, Reach } from './preview-policy.ts'

/** What a policy would do: what would go in its first night, and what it says otherwise. */
export function previewHtml(preview: Preview, register: Register, language: Language): SafeHtml {
  const { diff, reaches, effective_on, night_on } = preview
  return html`<h2>${texts.effect[language]}</h2>
<p>${texts.effectDays(dateText(effective_on, language), dateText(night_on, language))[language]}</p>
<h3>${texts.goesFirstNight[language]}</h3>
${
  reaches.some(({ rows }) => rows > 0)
    ? html`<p>${texts.goesFirstNightText[language]}</p>${reachesHtml(reaches, register, language)}`
    : html`<p>${texts.nothingGoes[language]} ${texts.nothingLess[language]}</p>`
}
<h3>${texts.changedRules[language]}</h3>
${clausesTable(diff.clauses, register, language)}
${otherChanges(diff, register, language)}`
}

export function reachesHtml(reaches: readonly Reach[], register: Register, language: Language): SafeHtml {
  const taking = reaches.filter(({ rows }) => rows > 0).toSorted((a, b) => b.rows - a.rows)
  const name = ({ clause }: Reach) => capital(clauseLabel(register, clause)[language])
  return html`${barChart(
    {
      title: texts.goesFirstNight[language],
      unit: texts.rows[language],
      rows: taking.map((reach) => ({ label: name(reach), value: reach.rows })),
    },
    language,
  )}
${table(
  {
    caption: texts.goesFirstNight[language],
    head: [texts.data, texts.goes, texts.of, texts.share, texts.oldest].map((text) => text[language]),
    rows: taking.map((reach) => [
      name(reach),
      numberText(reach.rows, language),
      numberText(reach.total, language),
      `${numberText(reach.percent, language)} %`,
      reach.oldest_on ? dateText(reach.oldest_on, language) : '–',
    ]),
    numeric: [1, 2, 3],
    rowHeaders: true,
  },
  language,
)}`
}

function clausesTable(changes: readonly Change<Clause>[], register: Register, language: Language): SafeHtml {
  const said = (clause: Clause | undefined) => (clause ? endText(clause, register) : texts.noRule)[language]
  return table(
    {
      caption: texts.changedRules[language],
      hasHeading: true,
      head: [texts.data, texts.before, texts.after].map((text) => text[language]),
      rows: changes.map((change) => [
        capital(clauseLabel(register, change.name)[language]),
        said(change.kind === 'added' ? undefined : change.before),
        said(change.kind === 'removed' ? undefined : change.after),
      ]),
      rowHeaders: true,
      empty: texts.noChangedRules[language],
    },
    language,
  )
}

function otherChanges(diff: PolicyDiff, register: Register, language: Language): SafeHtml {
  const kind = (change: { kind: 'added' | 'removed' | 'changed' }) => texts.kinds[change.kind][language]
  const data = (names: readonly string[]) => names.map((name) => capital(dataLabel(register, name)[language]))
  return html`${listed(texts.featuresOn[language], data(diff.features.on))}
${listed(texts.featuresOff[language], data(diff.features.off))}
${listed(
  texts.recipients[language],
  diff.recipients.map((change) => {
    const { name } = change.kind === 'removed' ? change.before : change.after
    return `${name}: ${kind(change)}`
  }),
)}
${listed(
  texts.otherChanges[language],
  diff.others.map((change) => html`<code>${change.name}</code>: ${kind(change)}`),
)}`
}

function listed(heading: string, items: readonly (string | SafeHtml)[]): SafeHtml {
  if (items.length === 0) return html``
  return html`<h3>${heading}</h3>
<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`
}
