import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { ageOn, dayOf, type Language, type PatronId, type Text2 } from '#core'
import { sql } from '#db'
import { dataLabel, dataName, logAccess, patronTables } from '#privacy'
import type { Context } from '#vault'
import {
  checkbox,
  dateText,
  type FieldErrors,
  href,
  html,
  numberText,
  redirectWithMessage,
  type SafeHtml,
  selectField,
  submitButton,
  table,
  textField,
} from '#web'
import { maskedCpr } from './cpr.ts'
import { actionTexts } from './desk-action-texts.ts'
import { counterPath, gone, patronAt, showPatron } from './desk-counter-frame.ts'
import { texts } from './desk-counter-texts.ts'
import {
  COUNTER,
  capital,
  type DeskNeeds,
  FAULTY,
  type Found,
  formBody,
  hasErrors,
  type PatronRequest,
  patronNamed,
  patronRoutes,
  refusedBody,
} from './desk-frame.ts'
import { inHand, takeInHand } from './desk-hand.ts'
import { texts as rightsTexts, SEEN, TASKS } from './desk-texts.ts'
import { duplicatesOf } from './duplicates.ts'
import { endingSubscription } from './follow-register.ts'
import { mergePatrons } from './merge.ts'
import { mergeRefusalText } from './merge-texts.ts'
import { findHolder } from './queries.ts'
import type { PatronRow } from './tables.ts'

const otherSchema = z.object({ other: z.string().catch('') })
const ticked = z.literal('yes').optional().catch(undefined)
const mergeSchema = z.object({ keep: z.string().catch(''), sure: ticked, different: ticked })
type Asked = z.infer<typeof mergeSchema>

/** Making one patron of two who are the same person: who else it may be, both side by side, and what will move. */
export function registerMergeDesk(app: FastifyInstance, needs: DeskNeeds): void {
  const { site, register } = needs
  const routes = patronRoutes(app, site, COUNTER)

  routes.get('/merge', async (request, reply, found) => otherPage(request, reply, found, {}))

  routes.post('/merge', async (request, reply, found) => {
    const { other } = otherSchema.parse(request.body ?? {})
    const holder = await findHolder(site.context(request), other)
    if (holder) return reply.redirect(href(request, patronAt(request, `/merge/${holder.id}`)), 303)
    return otherPage(request, reply, found, { other: actionTexts.mergeUnknown[request.language] })
  })

  routes.get('/merge/:row', async (request, reply, found) => comparePage(request, reply, found, { keep: '' }, {}))

  routes.post('/merge/:row', async (request, reply, found) => {
    const { language } = request
    const ctx = site.context(request)
    const { patron } = found
    const other = await patronNamed(ctx, request.params.row ?? '')
    if (!other) return gone(reply)
    const asked = mergeSchema.parse(request.body ?? {})
    const keep = [patron.id, other.id].find((id) => id === asked.keep)
    const errors = {
      keep: keep ? undefined : actionTexts.staysMissing[language],
      sure: asked.sure === 'yes' ? undefined : actionTexts.mergeSureMissing[language],
    }
    if (!keep || errors.sure) return comparePage(request, reply, found, asked, errors)
    const away = keep === patron.id ? other.id : patron.id
    const confirmed = asked.different === 'yes'
    const done = await endingSubscription(ctx, needs.cprRegister?.(ctx), away, () =>
      mergePatrons(ctx, register, keep, away, { confirmed }),
    )
    if (!done.ok) {
      const { kind } = done.refusal
      // Somebody else has just merged them: there is no longer anything to compare.
      if (kind === 'unknown') return gone(reply)
      const field = kind === 'different-persons' ? 'different' : 'keep'
      return comparePage(request, reply, found, asked, { [field]: mergeRefusalText(done.refusal, language) })
    }
    const why = inHand(ctx, found.staff.id, away)
    if (why) takeInHand(ctx, found.staff.id, keep, { why })
    return redirectWithMessage(reply, request, counterPath(request, `/patrons/${keep}`), actionTexts.merged)
  })

  async function otherPage(
    request: PatronRequest,
    reply: FastifyReply,
    found: Found,
    errors: FieldErrors,
  ): Promise<FastifyReply> {
    const { language } = request
    return showPatron(request, reply, needs, found, SEEN.form, async () => ({
      title: actionTexts.merge[language],
      status: hasErrors(errors) ? FAULTY : 200,
      body: formBody(request, reply, {
        lead: actionTexts.mergeLead[language],
        errors,
        above: await likelyPart(request, found.patron.id),
        action: patronAt(request, '/merge'),
        fields: textField({
          name: 'other',
          label: actionTexts.mergeOther[language],
          hint: actionTexts.newCardHint[language],
          autocomplete: 'off',
          required: true,
          error: errors.other,
        }),
        submit: actionTexts.compare[language],
        back: patronAt(request),
      }),
    }))
  }

  /** By number: who they are is shown, and logged, where they are compared. */
  async function likelyPart(request: PatronRequest, patron: PatronId): Promise<SafeHtml> {
    const ctx = site.context(request)
    const likely = await duplicatesOf(ctx, patron)
    const rows = await ctx.db.all<Pick<PatronRow, 'id' | 'number'>>(sql`
      select id, number from patron where id = any(${likely}::uuid[]) order by number`)
    if (rows.length === 0) return html``
    return html`<p>${actionTexts.likely[request.language]}:</p>
<ul>${rows.map(({ id, number }) => html`<li><a href="${href(request, patronAt(request, `/merge/${id}`))}">${number}</a></li>`)}</ul>`
  }

  async function comparePage(
    request: PatronRequest,
    reply: FastifyReply,
    found: Found,
    asked: Asked,
    errors: FieldErrors,
  ): Promise<FastifyReply> {
    const { language } = request
    const ctx = site.context(request)
    const { patron, staff } = found
    const other = await patronNamed(ctx, request.params.row ?? '')
    if (!other || other.id === patron.id) return gone(reply)
    const why = inHand(ctx, staff.id, other.id) ?? inHand(ctx, staff.id, patron.id)
    return showPatron(request, reply, needs, found, SEEN.merge, async () => {
      const noted = await logAccess(
        ctx,
        other.id,
        SEEN.merge[other.language],
        (why ?? (other.protected ? undefined : TASKS.none))?.[other.language] ?? '',
      )
      return {
        title: actionTexts.merge[language],
        status: hasErrors(errors) ? FAULTY : 200,
        body: noted.ok
          ? await compareBody(request, reply, patron, other, asked, errors)
          : refusedBody(request, {
              text: actionTexts.otherProtected[language],
              more: html`<p><a href="${href(request, counterPath(request, `/patrons/${other.id}`))}">${actionTexts.openOther[language]}</a></p>`,
              back: patronAt(request),
            }),
      }
    })
  }

  async function compareBody(
    request: PatronRequest,
    reply: FastifyReply,
    patron: PatronRow,
    other: PatronRow,
    asked: Asked,
    errors: FieldErrors,
  ): Promise<SafeHtml> {
    const { language } = request
    const ctx = site.context(request)
    return formBody(request, reply, {
      lead: actionTexts.mergeLead[language],
      errors,
      above: html`${await sideBySide(ctx, patron, other, language)}
${await movesTable(ctx, patron.id, other.id, language)}`,
      action: patronAt(request, `/merge/${other.id}`),
      fields: html`${selectField({
        name: 'keep',
        label: actionTexts.whichStays[language],
        hint: actionTexts.staysHint[language],
        options: [
          { value: '', label: actionTexts.choose[language] },
          ...[patron, other].map(({ id, number }) => ({ value: id, label: number })),
        ],
        value: asked.keep,
        required: true,
        error: errors.keep,
      })}
${checkbox({ name: 'sure', label: actionTexts.mergeSure[language], checked: asked.sure === 'yes', required: true, error: errors.sure })}
${errors.different || asked.different ? checkbox({ name: 'different', label: actionTexts.mergeDifferent[language], error: errors.different }) : ''}`,
      submit: submitButton(actionTexts.mergeNow[language], 'warning'),
      back: patronAt(request),
    })
  }

  /** How many rows each has, by what the policy calls them. */
  async function movesTable(ctx: Context, one: PatronId, other: PatronId, language: Language): Promise<SafeHtml> {
    const rows: (string | SafeHtml)[][] = []
    for (const declared of patronTables(register)) {
      if (declared.name === 'patron' || !declared.subject) continue
      const subject = sql.id(declared.subject)
      const counted = await ctx.db.one<{ one: number; other: number }>(sql`
        select count(*) filter (where ${subject} = ${one})::int as one,
          count(*) filter (where ${subject} = ${other})::int as other
        from ${sql.id(declared.name)} where ${subject} in (${one}, ${other})`)
      if (counted.one + counted.other === 0) continue
      const label = capital(dataLabel(register, dataName(declared.name))[language])
      rows.push([label, numberText(counted.one, language), numberText(counted.other, language)])
    }
    const [left, right] = await numbersOf(ctx, one, other)
    return table(
      {
        caption: actionTexts.moves[language],
        head: [rightsTexts.data[language], left, right],
        rows,
        numeric: [1, 2],
        rowHeaders: true,
      },
      language,
    )
  }
}

async function numbersOf(ctx: Context, one: PatronId, other: PatronId): Promise<[string, string]> {
  const rows = await ctx.db.all<Pick<PatronRow, 'id' | 'number'>>(sql`
    select id, number from patron where id in (${one}, ${other})`)
  const numberOf = (wanted: PatronId) => rows.find(({ id }) => id === wanted)?.number ?? ''
  return [numberOf(one), numberOf(other)]
}

async function sideBySide(ctx: Context, one: PatronRow, other: PatronRow, language: Language): Promise<SafeHtml> {
  const today = dayOf(ctx.clock.now())
  const cprs = [await maskedOf(ctx, one), await maskedOf(ctx, other)]
  const row = (label: Text2, value: (patron: PatronRow, index: number) => string | null | undefined) => [
    label[language],
    value(one, 0) || '–',
    value(other, 1) || '–',
  ]
  return table(
    {
      caption: actionTexts.compare[language],
      head: [actionTexts.field[language], one.number, other.number],
      rows: [
        row(rightsTexts.name, (patron) => (patron.protected ? rightsTexts.hiddenName[language] : patron.name)),
        row(rightsTexts.born, ({ birth_on }) => birth_on && dateText(birth_on, language)),
        row(texts.age, ({ birth_on }) => birth_on && texts.years(ageOn(birth_on, today))[language]),
        row(texts.kind, ({ kind }) => texts.kinds[kind][language]),
        row(texts.cpr, (_patron, index) => cprs[index]),
        row(texts.address, (patron) =>
          patron.protected
            ? texts.hiddenAddress[language]
            : [patron.address, patron.postcode, patron.city].filter(Boolean).join(', '),
        ),
        row(texts.email, ({ email }) => email),
        row(texts.phone, ({ phone }) => phone),
        row(actionTexts.enrolledOn, ({ enrolled_at }) => dateText(dayOf(enrolled_at), language)),
      ],
      rowHeaders: true,
    },
    language,
  )
}

async function maskedOf(ctx: Context, patron: PatronRow): Promise<string | undefined> {
  const digits = patron.cpr_sealed && (await ctx.vault.open(patron.id, 'patron.cpr_sealed', patron.cpr_sealed))
  return digits ? maskedCpr(digits) : undefined
}
