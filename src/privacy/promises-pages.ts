import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Language, realClock, type Text2 } from '#core'
import type { Context, Vault } from '#vault'
import {
  alert,
  barChart,
  dateText,
  definitionList,
  form,
  href,
  html,
  instantText,
  numberText,
  renderPage,
  type SafeHtml,
  type Severity,
  type Site,
  selectField,
  summaryNumbers,
  tag,
} from '#web'
import { type ChainReport, verifyChain } from './chain.ts'
import type { Register } from './declare.ts'
import { endText } from './notice-period-text.ts'
import {
  type AccountedPromise,
  accountFor,
  type ClauseProof,
  PROMISE_STATES,
  type PromiseAccount,
  type PromiseState,
} from './promises.ts'
import { kindTexts, standingTexts, stateMeanings, stateTexts, texts } from './promises-texts.ts'
import type { TestProof } from './test-results.ts'

const SEVERITIES: Readonly<Record<PromiseState, Severity | undefined>> = {
  clause: 'success',
  notice: 'success',
  data: 'success',
  test: 'success',
  organisation: 'info',
  'not-yet': undefined,
  'not-kept': 'error',
}

/** `/:agency/promises`: what has become of each promise in the library's own notice, with proof as of now. */
export function registerPromisePages(app: FastifyInstance, site: Site, register: Register): void {
  app.get<{ Params: { agency: string }; Querystring: Record<string, unknown> }>(
    '/:agency/promises',
    async (request, reply) => {
      const ctx = site.context(request)
      const account = await accountFor(ctx, register)
      const { language } = request
      return renderPage(request, reply, {
        title: texts.title[language],
        description: texts.description[language],
        breadcrumbs: [{ label: texts.crumb[language] }],
        body:
          account.promises.length === 0
            ? html`<p>${texts.nobodyRead[language]}</p>`
            : body(request, reply, { account, register, chain: await chainOf(ctx), title: site.agencyTitle(request) }),
      })
    },
  )
}

interface Told {
  readonly account: PromiseAccount
  readonly register: Register
  readonly chain: VerifiedChain
  readonly title: string
}

function body(request: FastifyRequest, reply: FastifyReply, told: Told): SafeHtml {
  const { language } = request
  const { account, register } = told
  return html`<p class="font-lead">${texts.lead(told.title)[language]}</p>
<p><a href="${href(request, `/${account.agency}/notice`)}">${texts.toNotice[language]}</a></p>
${verdict(request, told)}
${numbers(account, language)}
${barChart(
  {
    title: texts.chartTitle[language],
    unit: texts.chartUnit[language],
    rows: PROMISE_STATES.map((state) => ({ label: stateTexts[state][language], value: account.counts[state] })),
  },
  language,
)}
<h2>${texts.meanings[language]}</h2>
${definitionList(
  PROMISE_STATES.map((state) => ({ term: stateTexts[state][language], value: stateMeanings[state][language] })),
)}
<h2 id="record">${texts.recordHeading[language]}</h2>
${record(told.chain, language)}
<h2 id="promises">${texts.filterHeading[language]}</h2>
${list(request, reply, account, register)}`
}

/** The first thing a reader sees: whether anything that was answered for is not kept. */
function verdict(request: FastifyRequest, { account: { agency, counts }, chain }: Told): SafeHtml {
  const { language } = request
  const count = counts['not-kept']
  // What the rules have done is told by the record, so nothing is called kept while that cannot be trusted.
  if (chain.report.faults.length > 0) {
    const body = html`<a href="#record">${texts.recordHeading[language]}</a>`
    return alert({ kind: 'error', heading: texts.recordBrokenHeading[language], body })
  }
  if (count === 0) return alert({ kind: 'success', heading: texts.allKeptHeading[language] })
  const address = href(request, `/${agency}/promises?state=not-kept#promises`)
  return alert({
    kind: 'error',
    heading: texts.notKeptHeading(count)[language],
    body: html`<a href="${address}">${texts.notKeptBody[language]}</a>`,
  })
}

function numbers({ promises, counts }: PromiseAccount, language: Language): SafeHtml {
  const kept = counts.clause + counts.notice + counts.data + counts.test
  const shown: [Text2, number][] = [
    [texts.promises, promises.length],
    [texts.kept, kept],
    [stateTexts.organisation, counts.organisation],
    [stateTexts['not-yet'], counts['not-yet']],
    [stateTexts['not-kept'], counts['not-kept']],
  ]
  return summaryNumbers(shown.map(([label, value]) => ({ label: label[language], value: numberText(value, language) })))
}

// --- the record of the nights ---

interface VerifiedChain {
  readonly report: ChainReport
  readonly at: Temporal.Instant
}

/** Working out every fingerprint of a long-lived library takes a while, so it is done once in a minute. */
const VERIFIED_FOR_MS = 60_000
const verified = new WeakMap<Vault, { until: number; chain: Promise<VerifiedChain> }>()

function chainOf(ctx: Context): Promise<VerifiedChain> {
  const now = realClock.now().epochMilliseconds
  const known = verified.get(ctx.vault)
  if (known && now < known.until) return known.chain
  const chain = verifyChain(ctx).then((report) => ({ report, at: ctx.clock.now() }))
  verified.set(ctx.vault, { until: now + VERIFIED_FOR_MS, chain })
  chain.catch(() => verified.delete(ctx.vault))
  return chain
}

function record({ report, at }: VerifiedChain, language: Language): SafeHtml {
  const whole = report.faults.length === 0
  const state = whole ? tag(texts.recordWhole[language], 'success') : tag(texts.recordBroken[language], 'error')
  return html`<p>${texts.recordText[language]}</p>
${definitionList([
  { term: texts.recordLines[language], value: numberText(report.steps, language) },
  {
    term: texts.recordHead[language],
    value: report.head === null ? texts.recordEmpty[language] : fingerprint(report.head),
  },
  { term: texts.recordChecked[language], value: instantText(at, language) },
  { term: texts.recordVerdict[language], value: state },
])}
${whole ? '' : html`<ul lang="en">${report.faults.slice(0, 20).map((fault) => html`<li>${fault}</li>`)}</ul>`}`
}

/** Sixty-four characters without a blank, with places where a narrow screen may break them. */
function fingerprint(hash: string): SafeHtml {
  return html`<code>${(hash.match(/.{1,8}/g) ?? []).map((part) => html`${part}<wbr>`)}</code>`
}

// --- the promises ---

function list(request: FastifyRequest, reply: FastifyReply, account: PromiseAccount, register: Register): SafeHtml {
  const { language } = request
  const state = asked(request, 'state', PROMISE_STATES)
  const kinds = [...new Set(account.promises.map(({ statement }) => statement.kind))].sort()
  const kind = asked(request, 'kind', kinds)
  const shown = account.promises.filter(
    (promise) =>
      (state === undefined || promise.state === state) && (kind === undefined || promise.statement.kind === kind),
  )
  const every = { value: '', label: texts.all[language] }
  const filter = html`${selectField({
    name: 'state',
    label: texts.filterState[language],
    value: state ?? '',
    options: [every, ...PROMISE_STATES.map((value) => ({ value, label: stateTexts[value][language] }))],
  })}
${selectField({
  name: 'kind',
  label: texts.filterKind[language],
  value: kind ?? '',
  options: [every, ...kinds.map((value) => ({ value, label: kindTexts[value]?.[language] ?? value }))],
})}`
  return html`${form(request, reply, {
    action: `/${account.agency}/promises`,
    method: 'get',
    inRow: true,
    body: filter,
    submit: texts.filterButton[language],
  })}
<p>${texts.shown(shown.length, account.promises.length)[language]} ${language === 'da' ? texts.inEnglish.da : ''}</p>
${shown.map((promise) => item(promise, register, language))}`
}

/** What the address asks for, when it is something there is. */
function asked<Known extends string>(
  request: FastifyRequest,
  name: string,
  known: readonly Known[],
): Known | undefined {
  const query = request.query as Record<string, unknown>
  return known.find((value) => value === query[name])
}

function item(promise: AccountedPromise, register: Register, language: Language): SafeHtml {
  const { statement, state, faults } = promise
  const proof = proofOf(promise, register, language)
  return html`<section class="promise" id="${statement.id}">
<h3><span lang="en">${statement.statement}</span></h3>
<p>${tag(stateTexts[state][language], SEVERITIES[state])} ${standing(promise, language)} ${kindTexts[statement.kind]?.[language] ?? statement.kind}.
${texts.lines(statement.lines)[language]}. <span class="promise-id">${statement.id}</span></p>
${
  faults.length === 0
    ? ''
    : html`<p><strong>${texts.because[language]}:</strong></p>
<ul>${faults.map((fault) => html`<li>${fault[language]}</li>`)}</ul>`
}
${
  proof.length === 0
    ? ''
    : html`<details class="details"><summary class="details-summary">${texts.proof[language]}</summary>
${definitionList(proof)}</details>`
}
</section>
`
}

/** That a test proves nothing about the copy that runs is told beside the state, not only in the proof. */
function standing({ state, tests = [] }: AccountedPromise, language: Language): SafeHtml | string {
  if (state !== 'test' && state !== 'clause') return ''
  if (tests.some((test) => test.standing === 'never-run')) return tag(texts.neverRunHere[language], 'warning')
  if (tests.some((test) => test.standing === 'proved-elsewhere')) return tag(texts.provedElsewhere[language], 'warning')
  return tests.length > 0 ? tag(texts.provedHere[language], 'success') : ''
}

type Terms = { readonly term: string; readonly value: SafeHtml | string }[]

function proofOf(promise: AccountedPromise, register: Register, language: Language): Terms {
  const { entry, clause, tests, columns } = promise
  const terms: Terms = []
  const add = (term: Text2, value: SafeHtml | string) => terms.push({ term: term[language], value })
  if (clause) terms.push(...clauseTerms(clause, register, language))
  if (entry?.kept === 'notice') add(texts.says, html`${passages([entry.contains[language]].flat())}`)
  if (columns && columns.length > 0) {
    const held = columns.map(({ table, label }) => `${table[language]}: ${label[language]}`)
    add(texts.held, html`<ul>${held.map((text) => html`<li>${text}</li>`)}</ul>`)
  }
  if (tests && tests.length > 0)
    add(texts.tests, html`<ul>${tests.map((test) => html`<li>${testText(test, language)}</li>`)}</ul>`)
  if (entry?.kept === 'organisation') add(texts.by, entry.by[language])
  if (entry?.note) add(texts.note, entry.note[language])
  return terms
}

function passages(words: readonly string[]): SafeHtml[] {
  return words.map((passage) => html`<q>${passage}</q> `)
}

function clauseTerms(proof: ClauseProof, register: Register, language: Language): Terms {
  const { clause, lastRun, oldest } = proof
  const rule = { term: texts.rule[language], value: endText(clause, register)[language] }
  if (proof.byCommand) return [rule, { term: texts.lastRun[language], value: texts.byCommand[language] }]
  const ran = lastRun
    ? texts.lastRunNight({ da: dateText(lastRun, 'da'), en: dateText(lastRun, 'en') })
    : texts.neverRan
  return [
    rule,
    { term: texts.lastRun[language], value: ran[language] },
    { term: texts.oldest[language], value: oldest ? instantText(oldest, language) : texts.nothingHeld[language] },
    { term: texts.overdue[language], value: numberText(proof.overdue, language) },
    { term: texts.heldBack[language], value: numberText(proof.heldBack, language) },
  ]
}

function testText({ name, standing, commit, at }: TestProof, language: Language): SafeHtml {
  const [file = '', ...names] = name.split(' > ')
  const when = { da: at ? instantText(at, 'da') : '', en: at ? instantText(at, 'en') : '' }
  const short = commit?.slice(0, 12) ?? texts.unknownCommit[language]
  return html`<span lang="en">${names.join(' > ')}</span> (<code>${file}</code>).
${standingTexts[standing]({ commit: short, when })[language]}.`
}
