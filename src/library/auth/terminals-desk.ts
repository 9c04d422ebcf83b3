import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listBranches } from '#agencies'
import type { BranchId } from '#core'
import {
  checkbox,
  definitionList,
  errorSummary,
  type FieldErrors,
  form,
  href,
  html,
  instantText,
  redirectWithMessage,
  renderPage,
  type Site,
  selectField,
  submitButton,
  table,
  tag,
  textField,
  ways,
} from '#web'
import { type AgencyRoute, FAULTY, notFound, type TerminalWay } from './sign-in-parts.ts'
import { terminalKindTexts, terminalRefusalTexts, deskTexts as texts } from './staff-desk-texts.ts'
import { TERMINAL_KINDS } from './tables.ts'
import {
  type AddTerminalRefusal,
  addTerminal,
  disableTerminal,
  listTerminals,
  renewTerminalSecret,
  type TerminalSecret,
} from './terminals.ts'

type Request = FastifyRequest<AgencyRoute>
type TerminalRoute = { Params: { agency: string; terminal: string } }
type TerminalRequest = FastifyRequest<TerminalRoute>

const text = z.string().max(1000).catch('')
const given = z.object({
  name: text,
  kind: z.enum(TERMINAL_KINDS).optional().catch(undefined),
  branch: text,
  without_pin: text,
})
type Given = z.infer<typeof given>
const confirmation = z.object({ confirmed: text })

/** The accounts of machines, for administrators. */
export function registerTerminalsDesk(app: FastifyInstance, site: Site, elsewhere: readonly TerminalWay[]): void {
  app.get<AgencyRoute>('/:agency/staff/terminals', async (request, reply) => {
    if (!site.requireStaff(request, reply, 'system')) return reply
    return listPage(request, reply, site, elsewhere)
  })

  app.get<AgencyRoute>('/:agency/staff/terminals/new', async (request, reply) => {
    if (!site.requireStaff(request, reply, 'system')) return reply
    return newPage(request, reply, site, given.parse({}), {})
  })

  app.post<AgencyRoute>('/:agency/staff/terminals', async (request, reply) => {
    if (!site.requireStaff(request, reply, 'system')) return reply
    const { language } = request
    const typed = given.parse(request.body ?? {})
    const { kind } = typed
    if (!kind) return newPage(request, reply, site, typed, { kind: terminalRefusalTexts['bad-kind'][language] })
    const added = await addTerminal(site.context(request), {
      name: typed.name,
      kind,
      branch: typed.branch as BranchId,
      withoutPin: typed.without_pin === 'yes',
    })
    if (added.ok) return secretPage(request, reply, added.value)
    const error = terminalRefusalTexts[added.refusal.kind][language]
    return newPage(request, reply, site, typed, { [FIELDS[added.refusal.kind]]: error })
  })

  app.get<TerminalRoute>('/:agency/staff/terminals/:terminal', async (request, reply) => {
    if (!site.requireStaff(request, reply, 'system')) return reply
    return terminalPage(request, reply, site, {})
  })

  app.post<TerminalRoute>('/:agency/staff/terminals/:terminal/secret', async (request, reply) => {
    if (!site.requireStaff(request, reply, 'system')) return reply
    if (!isSure(request)) {
      return terminalPage(request, reply, site, { 'secret-confirmed': texts.confirmFirst[request.language] })
    }
    const renewed = await renewTerminalSecret(site.context(request), request.params.terminal)
    return renewed.ok ? secretPage(request, reply, renewed.value) : notFound(request, reply)
  })

  app.post<TerminalRoute>('/:agency/staff/terminals/:terminal/disable', async (request, reply) => {
    if (!site.requireStaff(request, reply, 'system')) return reply
    if (!isSure(request)) {
      return terminalPage(request, reply, site, { 'disable-confirmed': texts.confirmFirst[request.language] })
    }
    const disabled = await disableTerminal(site.context(request), request.params.terminal)
    if (!disabled.ok) return notFound(request, reply)
    return redirectWithMessage(reply, request, pathOf(request), texts.disabledDone)
  })
}

const FIELDS: Readonly<Record<AddTerminalRefusal['kind'], string>> = {
  'not-allowed': 'name',
  'bad-name': 'name',
  'name-taken': 'name',
  'bad-kind': 'kind',
  'unknown-branch': 'branch',
}

async function listPage(
  request: Request,
  reply: FastifyReply,
  site: Site,
  elsewhere: readonly TerminalWay[],
): Promise<FastifyReply> {
  const { language } = request
  const terminals = await listTerminals(site.context(request))
  return renderPage(request, reply, {
    title: texts.terminals[language],
    breadcrumbs: [{ label: texts.terminals[language] }],
    body: html`<p class="font-lead">${texts.terminalsLead[language]}</p>
<p><a class="button button-primary" href="${href(request, `${pathOf(request)}/new`)}">${texts.addTerminal[language]}</a></p>
${table(
  {
    caption: texts.terminals[language],
    hasHeading: true,
    head: [texts.name, texts.branch, texts.kind, texts.pin, texts.lastSeen, texts.state].map((text) => text[language]),
    rows: terminals.map((terminal) => [
      html`<a href="${href(request, `${pathOf(request)}/${terminal.id}`)}">${terminal.name}</a>`,
      terminal.branch,
      terminalKindTexts[terminal.kind][language],
      (terminal.without_pin ? texts.pinNotAsked : texts.pinAsked)[language],
      terminal.last_seen_at ? instantText(terminal.last_seen_at, language) : texts.never[language],
      terminal.disabled_at ? tag(texts.disabled[language]) : tag(texts.inUse[language], 'success'),
    ]),
    rowHeaders: true,
    empty: texts.noTerminals[language],
  },
  language,
)}
${
  elsewhere.length === 0
    ? ''
    : ways(
        request,
        elsewhere.map(({ path, label, text }) => ({
          path: `/${request.params.agency}${path}`,
          label: label[language],
          text: text?.[language],
        })),
      )
}`,
  })
}

async function newPage(
  request: Request,
  reply: FastifyReply,
  site: Site,
  typed: Given,
  errors: FieldErrors,
): Promise<FastifyReply> {
  const { language } = request
  const branches = await listBranches(site.context(request))
  const body = html`${textField({
    name: 'name',
    label: texts.name[language],
    hint: texts.terminalNameHint[language],
    value: typed.name,
    autocomplete: 'off',
    required: true,
    error: errors.name,
  })}
${selectField({
  name: 'kind',
  label: texts.kind[language],
  options: TERMINAL_KINDS.map((kind) => ({ value: kind, label: terminalKindTexts[kind][language] })),
  value: typed.kind,
  error: errors.kind,
})}
${selectField({
  name: 'branch',
  label: texts.branch[language],
  options: branches.map((branch) => ({ value: branch.id, label: branch.name })),
  value: typed.branch,
  error: errors.branch,
})}
${checkbox({ name: 'without_pin', label: texts.withoutPin[language], checked: typed.without_pin === 'yes' })}`
  return renderPage(request, reply, {
    title: texts.addTerminal[language],
    status: Object.keys(errors).length > 0 ? FAULTY : 200,
    breadcrumbs: [{ label: texts.terminals[language], href: pathOf(request) }, { label: texts.addTerminal[language] }],
    body: html`${errorSummary(errors, language)}
${form(request, reply, { action: pathOf(request), submit: texts.addTerminal[language], body })}`,
  })
}

async function terminalPage(
  request: TerminalRequest,
  reply: FastifyReply,
  site: Site,
  errors: FieldErrors,
): Promise<FastifyReply> {
  const { language } = request
  const known = (await listTerminals(site.context(request))).find(({ id }) => id === request.params.terminal)
  if (!known) return notFound(request, reply)
  const action = `${pathOf(request)}/${known.id}`
  return renderPage(request, reply, {
    title: known.name,
    status: Object.keys(errors).length > 0 ? FAULTY : 200,
    breadcrumbs: [{ label: texts.terminals[language], href: pathOf(request) }, { label: known.name }],
    body: html`${errorSummary(errors, language)}
${definitionList([
  { term: texts.branch[language], value: known.branch },
  { term: texts.kind[language], value: terminalKindTexts[known.kind][language] },
  { term: texts.pin[language], value: (known.without_pin ? texts.pinNotAsked : texts.pinAsked)[language] },
  {
    term: texts.state[language],
    value: known.disabled_at ? tag(texts.disabled[language]) : tag(texts.inUse[language], 'success'),
  },
])}
<h2>${texts.newSecret[language]}</h2>
${form(request, reply, {
  action: `${action}/secret`,
  submit: submitButton(texts.newSecret[language], 'warning'),
  body: html`<p>${texts.newSecretText[language]}</p>${checkbox({
    name: 'confirmed',
    id: 'secret-confirmed',
    label: texts.newSecretConfirm[language],
    error: errors['secret-confirmed'],
  })}`,
})}
${
  known.disabled_at
    ? ''
    : html`<h2>${texts.disable[language]}</h2>
${form(request, reply, {
  action: `${action}/disable`,
  submit: submitButton(texts.disable[language], 'warning'),
  body: checkbox({
    name: 'confirmed',
    id: 'disable-confirmed',
    label: texts.disableConfirm[language],
    error: errors['disable-confirmed'],
  }),
})}`
}`,
  })
}

/** The secret, this once: it is on no other page and in no address. */
function secretPage(request: Request, reply: FastifyReply, made: TerminalSecret): FastifyReply {
  const { language } = request
  return renderPage(request, reply, {
    title: texts.secret[language],
    breadcrumbs: [{ label: texts.terminals[language], href: pathOf(request) }, { label: made.name }],
    body: html`<p class="font-lead">${texts.secretLead[language]}</p>
${definitionList([
  { term: texts.name[language], value: made.name },
  { term: texts.secret[language], value: html`<code>${made.secret}</code>` },
])}
<p><a href="${href(request, pathOf(request))}">${texts.back[language]}</a></p>`,
  })
}

function isSure(request: FastifyRequest): boolean {
  return confirmation.parse(request.body ?? {}).confirmed === 'yes'
}

function pathOf(request: Request): string {
  return `/${request.params.agency}/staff/terminals`
}
