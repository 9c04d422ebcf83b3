import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type Language, type PatronId, type Result, unreachable } from '#core'
import type { Context } from '#vault'
import type { FieldErrors } from '#web'
import { actionTexts } from './desk-action-texts.ts'
import { deskForm, deskStep, type Meeting } from './desk-counter-frame.ts'
import { pinFields, scanField } from './desk-fields.ts'
import type { DeskNeeds } from './desk-frame.ts'
import {
  addCard,
  blockCard,
  blockHealthCard,
  type CardRefusal,
  identifiersOf,
  replaceCard,
  unblockCard,
  unblockHealthCard,
} from './identifiers.ts'
import type { IdentifierRow } from './tables.ts'

const cardSchema = z.object({ card: z.string().catch('') })
const pinSchema = z.object({ pin: z.string().catch(''), again: z.string().catch('') })

/** What a patron identifies themself with: cards, the PIN, and where they are signed in. */
export function registerCardsDesk(app: FastifyInstance, needs: DeskNeeds): void {
  deskForm(app, needs, {
    path: '/cards/new',
    title: actionTexts.addCard,
    submit: actionTexts.addCard,
    done: actionTexts.cardAdded,
    given: cardSchema,
    kinds: { secrets: ['card'] },
    begin: () => ({ card: '' }),
    fields: ({ language, errors }) => cardField(language, errors),
    act: async ({ ctx, patron, language }, { card }) => cardError(await addCard(ctx, patron.id, card), language),
  })

  deskForm(app, needs, {
    path: '/cards/:row/replacement',
    title: actionTexts.replaceTitle,
    lead: actionTexts.replaceLead,
    submit: actionTexts.replaceCard,
    done: actionTexts.cardReplaced,
    given: cardSchema,
    kinds: { secrets: ['card'] },
    begin: async ({ ctx, patron, request }) =>
      (await isCardOf(ctx, patron.id, request.params.row)) ? { card: '' } : undefined,
    fields: ({ language, errors }) => cardField(language, errors),
    act: async ({ ctx, patron, request, language }, { card }) => {
      const { row = '' } = request.params
      if (!(await isCardOf(ctx, patron.id, row))) return 'gone'
      const error = cardError(await replaceCard(ctx, row, card), language)
      if (!error) needs.forgetVerified(ctx, patron.id)
      return error
    },
  })

  for (const because of ['lost', 'stolen'] as const) {
    deskStep(app, needs, {
      path: `/cards/:row/${because}`,
      done: actionTexts.cardBlocked,
      act: (meeting, row) => changeCard(meeting, row, (ctx) => blockCard(ctx, row, because)),
    })
  }

  deskStep(app, needs, {
    path: '/cards/:row/found',
    done: actionTexts.cardUnblocked,
    act: (meeting, row) => changeCard(meeting, row, (ctx) => unblockCard(ctx, row)),
  })

  deskStep(app, needs, {
    path: '/health-card/block',
    done: actionTexts.cardBlocked,
    act: async ({ ctx, patron, language }) => {
      const done = await blockHealthCard(ctx, patron.id)
      needs.forgetVerified(ctx, patron.id)
      return refusalOf(done, language)
    },
  })

  deskStep(app, needs, {
    path: '/health-card/unblock',
    done: actionTexts.cardUnblocked,
    act: async ({ ctx, patron, language }) => refusalOf(await unblockHealthCard(ctx, patron.id), language),
  })

  deskForm(app, needs, {
    path: '/pin',
    title: actionTexts.setPin,
    lead: actionTexts.pinLead,
    submit: actionTexts.setPin,
    done: actionTexts.pinSaved,
    given: pinSchema,
    kinds: { secrets: ['pin', 'again'] },
    begin: () => ({ pin: '', again: '' }),
    fields: ({ language, errors }) => pinFields(errors, language, true),
    act: async ({ ctx, patron, language }, typed) => {
      const fault = pinErrors(needs, typed, language)
      if (fault) return fault
      const done = await needs.setPin(ctx, patron.id, typed.pin)
      if (done.ok) return undefined
      const { refusal } = done
      switch (refusal.kind) {
        case 'bad-pin':
          return { pin: actionTexts.pinFaults[refusal.because][language] }
        case 'unknown':
          return 'gone'
        case 'not-allowed':
          return { pin: actionTexts.notAllowed[language] }
        default:
          return unreachable(refusal)
      }
    },
  })

  deskStep(app, needs, {
    path: '/sign-out',
    done: actionTexts.signedOut,
    act: async ({ ctx, patron, language }) => {
      const done = await needs.endPatronSessions(ctx, patron.id)
      return done.ok ? undefined : actionTexts.notAllowed[language]
    },
  })

  async function changeCard(
    { ctx, patron, language }: Meeting,
    row: string,
    change: (ctx: Context) => Promise<Result<unknown, CardRefusal>>,
  ): Promise<string | 'gone' | undefined> {
    if (!(await isCardOf(ctx, patron.id, row))) return 'gone'
    const done = await change(ctx)
    needs.forgetVerified(ctx, patron.id)
    return refusalOf(done, language)
  }
}

/** What is wrong with a PIN that was typed twice; nothing when it will do. */
export function pinErrors(
  { pinFault }: Pick<DeskNeeds, 'pinFault'>,
  typed: { readonly pin: string; readonly again: string },
  language: Language,
): FieldErrors | undefined {
  const fault = pinFault(typed.pin)
  if (fault) return { pin: actionTexts.pinFaults[fault][language] }
  return typed.pin === typed.again ? undefined : { again: actionTexts.pinsDiffer[language] }
}

/** A patron's own card, and not the number they are filed under: that one is on no card to lose. */
async function isCardOf(ctx: Context, patron: PatronId, card: IdentifierRow['id'] | undefined): Promise<boolean> {
  return (await identifiersOf(ctx, patron)).some(({ id, kind }) => id === card && kind === 'library-card')
}

function cardField(language: Language, errors: FieldErrors) {
  const label = actionTexts.newCard[language]
  return scanField({ name: 'card', label, hint: actionTexts.newCardHint[language], error: errors.card })
}

function cardError(done: Result<unknown, CardRefusal>, language: Language): FieldErrors | undefined {
  const text = refusalOf(done, language)
  return text === undefined ? undefined : { card: text }
}

function refusalOf(done: Result<unknown, CardRefusal>, language: Language): string | undefined {
  return done.ok ? undefined : actionTexts.cardRefusals[done.refusal.kind][language]
}
