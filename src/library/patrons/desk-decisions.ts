import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { dayOf, type Language } from '#core'
import { checkbox, type FieldErrors, html, type SafeHtml, selectField, textArea, textField } from '#web'
import { MANUAL_CODES, type ManualCode } from './block-rules.ts'
import { decisionRefusalText } from './block-texts.ts'
import {
  type BanRefusal,
  type BlockRefusal,
  bansOf,
  blocksOf,
  liftAccessBan,
  liftAutomaticBlock,
  liftLoanBlock,
  placeAccessBan,
  placeLoanBlock,
} from './blocks.ts'
import { confirmSelfEnrolled } from './confirm.ts'
import { actionTexts } from './desk-action-texts.ts'
import { deskForm, deskStep } from './desk-counter-frame.ts'
import { type DeskNeeds, dayAfter, dayFrom } from './desk-frame.ts'
import { noteRefusalText, notesOf, removeNote, writeNote } from './notes.ts'

const text = z.string().catch('')
const blockSchema = z.object({ code: text, reason: text, message: text, until: text })
const banSchema = z.object({ from: text, until: text, reason: text, message: text })
const noteSchema = z.object({ audience: text, text })
const seenSchema = z.object({ seen: z.literal('yes').optional().catch(undefined) })
const WRITTEN = { texts: ['reason', 'message', 'text'] }

/** What staff decide and write about a patron: loan blocks, access bans, notes, and that somebody is who they say. */
export function registerDecisionsDesk(app: FastifyInstance, needs: DeskNeeds): void {
  deskForm(app, needs, {
    path: '/blocks/new',
    title: actionTexts.placeBlock,
    lead: actionTexts.blockLead,
    submit: actionTexts.placeBlock,
    warns: true,
    done: actionTexts.blocked,
    given: blockSchema,
    kinds: WRITTEN,
    begin: () => ({ code: '', reason: '', message: '', until: '' }),
    fields: ({ language, given, errors }) => html`${selectField({
      name: 'code',
      label: actionTexts.code[language],
      options: [
        { value: '', label: actionTexts.choose[language] },
        ...MANUAL_CODES.map((value) => ({ value, label: actionTexts.blockCodes[value][language] })),
      ],
      value: given.code,
      required: true,
      error: errors.code,
    })}
${decisionFields(language, given, errors)}`,
    act: async ({ ctx, patron, language }, { code, reason, message, until }) => {
      const untilOn = dayAfter(until, dayOf(ctx.clock.now()))
      if (!isManual(code)) return { code: actionTexts.chooseCode[language] }
      if (untilOn === 'wrong') return { until: actionTexts.untilWrong[language] }
      const done = await placeLoanBlock(ctx, patron.id, { code, reason, message, ...(untilOn ? { untilOn } : {}) })
      return done.ok ? undefined : decisionError(done.refusal, language, 'code')
    },
  })

  deskStep(app, needs, {
    path: '/blocks/:row/lift',
    done: actionTexts.blockLifted,
    act: async ({ ctx, patron, staff, language }, row) => {
      const block = (await blocksOf(ctx, patron.id)).find(({ id }) => id === row)
      if (!block) return 'gone'
      if (block.automatic && block.code === 'card-stolen' && staff.roles.includes('desk')) {
        await liftAutomaticBlock(ctx, patron.id, 'card-stolen')
        return undefined
      }
      const done = await liftLoanBlock(ctx, row)
      return done.ok ? undefined : decisionRefusalText(done.refusal, language)
    },
  })

  deskForm(app, needs, {
    path: '/bans/new',
    title: actionTexts.placeBan,
    lead: actionTexts.banLead,
    submit: actionTexts.placeBan,
    warns: true,
    done: actionTexts.banned,
    given: banSchema,
    kinds: WRITTEN,
    begin: ({ ctx }) => ({ from: dayOf(ctx.clock.now()).toString(), until: '', reason: '', message: '' }),
    fields: ({ language, given, errors }) => html`${textField({
      name: 'from',
      type: 'date',
      label: actionTexts.from[language],
      value: errors.from ? '' : given.from,
      required: true,
      error: errors.from,
    })}
${decisionFields(language, given, errors)}`,
    act: async ({ ctx, patron, language }, { from, until, reason, message }) => {
      const fromOn = dayFrom(from)
      const untilOn = dayAfter(until, dayOf(ctx.clock.now()))
      if (fromOn === undefined || fromOn === 'wrong') return { from: actionTexts.fromWrong[language] }
      if (untilOn === 'wrong') return { until: actionTexts.untilWrong[language] }
      const done = await placeAccessBan(ctx, patron.id, { fromOn, reason, message, ...(untilOn ? { untilOn } : {}) })
      return done.ok ? undefined : decisionError(done.refusal, language, 'from')
    },
  })

  deskStep(app, needs, {
    path: '/bans/:row/lift',
    done: actionTexts.banLifted,
    act: async ({ ctx, patron, language }, row) => {
      if (!(await bansOf(ctx, patron.id)).some(({ id }) => id === row)) return 'gone'
      const done = await liftAccessBan(ctx, row)
      return done.ok ? undefined : decisionRefusalText(done.refusal, language)
    },
  })

  deskForm(app, needs, {
    path: '/notes/new',
    title: actionTexts.writeNote,
    lead: actionTexts.noteLead,
    submit: actionTexts.save,
    done: actionTexts.noteSaved,
    given: noteSchema,
    kinds: WRITTEN,
    begin: () => ({ audience: '', text: '' }),
    fields: ({ language, given, errors }) => html`${selectField({
      name: 'audience',
      label: actionTexts.audience[language],
      options: [
        { value: '', label: actionTexts.choose[language] },
        { value: 'staff', label: actionTexts.audiences.staff[language] },
        { value: 'patron', label: actionTexts.audiences.patron[language] },
      ],
      value: given.audience,
      required: true,
      error: errors.audience,
    })}
${textArea({ name: 'text', label: actionTexts.noteText[language], value: given.text, rows: 4, maxLength: 2000, required: true, error: errors.text })}`,
    act: async ({ ctx, patron, language }, { audience, text }) => {
      if (audience !== 'staff' && audience !== 'patron') return { audience: actionTexts.audienceMissing[language] }
      const done = await writeNote(ctx, patron.id, audience, text)
      return done.ok ? undefined : { text: noteRefusalText(done.refusal, language) }
    },
  })

  deskStep(app, needs, {
    path: '/notes/:row/removal',
    done: actionTexts.noteRemoved,
    act: async ({ ctx, patron, language }, row) => {
      if (!(await notesOf(ctx, patron.id)).some(({ id }) => id === row)) return 'gone'
      const done = await removeNote(ctx, row)
      return done.ok ? undefined : noteRefusalText(done.refusal, language)
    },
  })

  deskForm(app, needs, {
    path: '/confirmation',
    title: actionTexts.confirm,
    lead: actionTexts.confirmLead,
    submit: actionTexts.confirm,
    done: actionTexts.confirmed,
    given: seenSchema,
    begin: () => seenSchema.parse({}),
    fields: ({ language, errors }) =>
      checkbox({ name: 'seen', label: actionTexts.photoIdSeen[language], error: errors.seen }),
    act: async ({ ctx, patron, language }, { seen }) => {
      const done = await confirmSelfEnrolled(ctx, patron.id, { photoIdSeen: seen === 'yes' })
      if (done.ok) return undefined
      const why = { 'not-allowed': actionTexts.notAllowed, 'not-waiting': actionTexts.notWaiting }[done.refusal.kind]
      return { seen: why[language] }
    },
  })
}

interface DecisionTyped {
  readonly reason: string
  readonly message: string
  readonly until: string
}

function decisionFields(language: Language, given: DecisionTyped, errors: FieldErrors): SafeHtml {
  return html`${textArea({
    name: 'reason',
    label: actionTexts.reason[language],
    hint: actionTexts.reasonHint[language],
    value: given.reason,
    rows: 3,
    maxLength: 2000,
    error: errors.reason,
  })}
${textArea({
  name: 'message',
  label: actionTexts.message[language],
  hint: actionTexts.messageHint[language],
  value: given.message,
  rows: 3,
  maxLength: 2000,
  error: errors.message,
})}
${textField({
  name: 'until',
  type: 'date',
  label: actionTexts.until[language],
  hint: actionTexts.untilHint[language],
  value: errors.until ? '' : given.until,
  error: errors.until,
})}`
}

/** Tied to the field that can put it right. */
function decisionError(refusal: BlockRefusal | BanRefusal, language: Language, otherwise: string): FieldErrors {
  const fields: Partial<Record<BlockRefusal['kind'], string>> = {
    'reason-needed': 'reason',
    'cpr-in-text': 'reason',
    'message-needed': 'message',
    'ends-before-it-begins': 'until',
  }
  return { [fields[refusal.kind] ?? otherwise]: decisionRefusalText(refusal, language) }
}

function isManual(code: string): code is ManualCode {
  return MANUAL_CODES.some((each) => each === code)
}
