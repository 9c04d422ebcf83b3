import type { FastifyInstance, FastifyReply } from 'fastify'
import { listBranches } from '#agencies'
import { type Language, unreachable } from '#core'
import { holdsCpr } from '#patrons'
import { namesOfStaff } from '#settings'
import {
  alert,
  errorSummary,
  type FieldErrors,
  fileField,
  form,
  href,
  html,
  instantText,
  numberText,
  progressBar,
  redirectWithMessage,
  type SafeHtml,
  selectField,
  submitButton,
  summaryNumbers,
  table,
  tag,
  textField,
  uploadIn,
  withUpload,
} from '#web'
import { stateTexts, texts } from './desk-imports-texts.ts'
import {
  CATALOGUE_KEEPER,
  CATALOGUE_PATH,
  type CatalogueNeeds,
  type CatalogueRoute,
  cataloguePage,
  catalogueRoutes,
  FAULTY,
  fields,
  link,
  type Meeting,
  pathOf,
  type Typed,
} from './desk-parts.ts'
import {
  beginImport,
  dropImport,
  endImports,
  faultsOf,
  goOnWithImport,
  type ImportShown,
  lastImports,
  readImport,
  receiveImport,
  stopImport,
  warningsOf,
} from './imports.ts'
import type { MarcEncoding } from './marc.ts'
import { marcText } from './marc-texts.ts'

const PATH = '/imports'
const MOST_BYTES = 2 * 1024 ** 3
const ENCODINGS: readonly MarcEncoding[] = ['utf-8', 'latin1', 'marc-8']
const ENCODING_NAMES: Readonly<Record<MarcEncoding, string>> = {
  'utf-8': 'UTF-8',
  latin1: 'Latin-1',
  'marc-8': 'MARC-8',
}

/** Brings in files of records: sent here, read in the background, followed on a page that says how far it is. */
export function registerImportsDesk(app: FastifyInstance, needs: CatalogueNeeds): void {
  const { site } = needs
  const routes = catalogueRoutes(app, site)
  app.addHook('onClose', endImports)

  routes.keep(PATH, async (meeting) => listPage(meeting, needs, { typed: {} }))

  app.post<CatalogueRoute>(`/:agency${CATALOGUE_PATH}${PATH}`, withUpload(MOST_BYTES), async (request, reply) => {
    if (!site.requireStaff(request, reply, CATALOGUE_KEEPER)) return reply
    const ctx = site.context(request)
    const meeting = { request, reply, ctx }
    const { language } = request
    const upload = uploadIn(request.body)
    const typed = fields.parse(Object.fromEntries(Object.entries(request.body ?? {})))
    const source = (typed.source ?? '').trim()
    const branch = (await listBranches(ctx)).find(({ id }) => id === typed.branch)?.id ?? null
    const isFaulty = !/^[\p{L}\p{N}._ -]{1,40}$/u.test(source) || holdsCpr(source)
    const errors = { source: isFaulty ? texts.sourceFault[language] : undefined, file: undefined }
    if (errors.source) return listPage(meeting, needs, { typed, errors })
    const encoding = ENCODINGS.find((each) => each === typed.encoding) ?? null
    const id =
      upload && (await receiveImport(ctx, { source, default_branch_id: branch, encoding, bytes: upload.bytes }))
    if (!id) return listPage(meeting, needs, { typed, errors: { file: texts.noFile[language] } })
    if (upload.isCut()) {
      await dropImport(ctx, id)
      return listPage(meeting, needs, { typed, errors: { file: texts.tooLarge[language] } })
    }
    beginImport(ctx, id)
    return redirectWithMessage(reply, request, pathOf(request, `${PATH}/${id}`), texts.begun)
  })

  routes.keep(`${PATH}/:id`, async (meeting) => {
    const row = await readImport(meeting.ctx, meeting.request.params.id)
    return row ? importPage(meeting, row) : gone(meeting)
  })

  routes.change(`${PATH}/:id/stop`, async (meeting) => {
    const { request, reply, ctx } = meeting
    const row = await readImport(ctx, request.params.id)
    if (!row) return gone(meeting)
    await stopImport(ctx, row.id)
    return redirectWithMessage(reply, request, pathOf(request, `${PATH}/${row.id}`), texts.stopped)
  })

  routes.change(`${PATH}/:id/go-on`, async (meeting) => {
    const { request, reply, ctx } = meeting
    const row = await readImport(ctx, request.params.id)
    if (!row) return gone(meeting)
    if (row.has_file) await goOnWithImport(ctx, row.id)
    return redirectWithMessage(reply, request, pathOf(request, `${PATH}/${row.id}`), texts.goesOn)
  })
}

function gone({ reply }: Meeting): FastifyReply {
  reply.callNotFound()
  return reply
}

async function listPage(
  { request, reply, ctx }: Meeting,
  needs: CatalogueNeeds,
  { typed, errors = {} }: { readonly typed: Typed; readonly errors?: FieldErrors },
): Promise<FastifyReply> {
  const { language } = request
  const branches = await listBranches(ctx)
  const imports = await lastImports(ctx)
  const nameOf = await namesOfStaff(
    ctx,
    needs.staffNames,
    imports.map(({ started_by }) => started_by),
  )
  return cataloguePage(request, reply, {
    title: texts.imports[language],
    status: Object.values(errors).some((error) => error !== undefined) ? FAULTY : 200,
    body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.lead[language]}</p>
<p>${texts.known[language]}</p>
${form(request, reply, {
  action: pathOf(request, PATH),
  withFile: true,
  body: html`${textField({
    name: 'source',
    label: texts.source[language],
    hint: texts.sourceHint[language],
    value: typed.source ?? '870970',
    autocomplete: 'off',
    maxLength: 40,
    error: errors.source,
  })}
${selectField({
  name: 'branch',
  label: texts.branch[language],
  value: typed.branch,
  options: [
    { value: '', label: texts.noBranch[language] },
    ...branches.map(({ id, name }) => ({ value: id, label: name })),
  ],
})}
${selectField({
  name: 'encoding',
  label: texts.encoding[language],
  value: typed.encoding,
  options: [
    { value: '', label: texts.guess[language] },
    ...ENCODINGS.map((value) => ({ value, label: ENCODING_NAMES[value] })),
  ],
})}
${fileField({
  name: 'file',
  label: texts.file[language],
  hint: texts.fileHint[language],
  error: errors.file,
  accept: '.mrc,.marc,.iso,.iso2709,.xml',
})}`,
  submit: texts.begin[language],
})}
${table(
  {
    caption: texts.last[language],
    head: [texts.when, texts.state, texts.done, texts.faults, texts.who].map((text) => text[language]),
    rows: imports.map((row) => [
      link(request, `${PATH}/${row.id}`, instantText(row.started_at, language)),
      stateTag(row, language),
      numberText(row.records + row.faults, language),
      numberText(row.faults, language),
      nameOf(row.started_by)[language],
    ]),
    numeric: [2, 3],
    empty: texts.none[language],
  },
  language,
)}`,
  })
}

function stateTag(row: ImportShown, language: Language): SafeHtml {
  const text = stateTexts[row.state][language]
  switch (row.state) {
    case 'done':
      return tag(text, row.faults > 0 ? 'warning' : 'success')
    case 'failed':
      return tag(text, 'error')
    case 'running':
    case 'waiting': {
      const percent = row.bytes > 0 ? Math.floor((row.bytes_done / row.bytes) * 100) : 0
      return tag(`${text} ${percent} %`, 'info')
    }
    case 'receiving':
    case 'stopped':
      return tag(text)
    default:
      return unreachable(row.state)
  }
}

async function importPage({ request, reply, ctx }: Meeting, row: ImportShown): Promise<FastifyReply> {
  const { language } = request
  const faults = await faultsOf(ctx, row.id)
  const warnings = await warningsOf(ctx, row.id)
  const number = (value: number) => numberText(value, language)
  const isOn = row.state === 'running' || row.state === 'waiting'
  const title = texts.importOf(instantText(row.started_at, language))[language]
  return cataloguePage(request, reply, {
    title,
    above: [{ label: texts.imports[language], href: pathOf(request, PATH) }],
    // The page follows the import; without script the link does.
    ...(isOn ? { scripts: ['import-progress.js'] } : {}),
    body: html`<div id="import-progress">
<p>${stateTag(row, language)}</p>
${row.state === 'failed' ? failedAlert(row, language) : ''}
${progressBar({ label: texts.readSoFar[language], value: row.state === 'done' ? 1 : row.bytes_done, max: row.state === 'done' ? 1 : row.bytes })}
${summaryNumbers([
  { label: texts.records[language], value: number(row.records + row.faults) },
  { label: texts.newTitles[language], value: number(row.new_titles) },
  { label: texts.updated[language], value: number(row.records - row.new_titles) },
  { label: texts.items[language], value: number(row.items) },
  { label: texts.leftOut[language], value: number(row.faults) },
])}
</div>
${isOn ? html`<p><a href="${href(request, pathOf(request, `${PATH}/${row.id}`))}">${texts.refresh[language]}</a></p>` : ''}
${actions(request, reply, row)}
${table(
  {
    caption: texts.leftOut[language],
    head: [texts.number, texts.position, texts.why].map((text) => text[language]),
    rows: faults.map((fault) => [number(fault.number), number(fault.position), marcText(fault.fault, language)]),
    rowHeaders: true,
    empty: texts.noneLeftOut[language],
  },
  language,
)}
${faults.length < row.faults ? html`<p>${texts.leftOutMost(number(faults.length), number(row.faults))[language]}</p>` : ''}
${
  warnings.length === 0
    ? ''
    : table(
        {
          caption: texts.notes[language],
          head: [texts.why, texts.times, texts.firstIn].map((text) => text[language]),
          rows: warnings.map((each) => [marcText(each.warning, language), number(each.times), number(each.number)]),
          numeric: [1, 2],
        },
        language,
      )
}`,
  })
}

function failedAlert(row: ImportShown, language: Language): SafeHtml {
  const because = row.failed_because === 'disk-full' ? texts.diskFull : texts.fault
  return alert({ kind: 'error', heading: stateTexts.failed[language], body: because[language] })
}

function actions(request: Meeting['request'], reply: FastifyReply, row: ImportShown): SafeHtml {
  const { language } = request
  const button = (path: string, label: string) =>
    form(request, reply, {
      action: pathOf(request, `${PATH}/${row.id}/${path}`),
      body: html``,
      submit: submitButton(label, 'secondary'),
    })
  switch (row.state) {
    case 'running':
    case 'waiting':
      return button('stop', texts.stop[language])
    case 'stopped':
    case 'failed':
      return row.has_file ? button('go-on', texts.goOn[language]) : html``
    case 'receiving':
    case 'done':
      return html``
    default:
      return unreachable(row.state)
  }
}
