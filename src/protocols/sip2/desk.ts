import { createHash } from 'node:crypto'
import { listBranches } from '#agencies'
import { verifyPin } from '#auth'
import { type Clock, dayOf, type Ore, ok, oreOf, type PatronId, type PaymentOrderId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import { openClaims, type Part, paySeveral } from '#fees'
import { checkin, checkout, type OfflineEvent, type OfflineOutcome, reasonsOf, renew, replayOffline } from '#loans'
import { blockFromMachine, findHolder, unblockFromMachine } from '#patrons'
import { changeReservation, deleteReservation, placeReservation } from '#reservations'
import type { Context } from '#vault'
import { enter, entryRefusalText } from '#visits'
import type {
  DebtFacts,
  Desk,
  DoorVerdict,
  Lending,
  Offline,
  OfflineDone,
  Payment,
  Returned,
  Returning,
} from './ports.ts'
import { borrowerOf, holdsOf, itemFacts, loansOf, patronFacts, titleOf } from './queries.ts'

/** The desk that the rooms of the house are: each message ends in one of their commands. */
export function houseDesk(options: { readonly clock?: Clock } = {}): Desk {
  return {
    verifyPin: (ctx, given) => verifyPin(ctx, given, options),
    holder: findHolder,
    patron: patronFacts,
    loans: loansOf,
    holds: holdsOf,
    debts: debtsOf,
    item: itemFacts,
    title: titleOf,
    branches: listBranches,

    async checkout(ctx, wish) {
      const lent = await checkout(ctx, wish)
      if (!lent.ok) return refuse(reasonsOf(lent.refusal))
      const { loan, due_on, again = false } = lent.value
      return ok({ loan, due_on, again })
    },
    async checkin(ctx, { barcode, branch, returned_on, tellBorrower }) {
      const returned = await checkin(ctx, { barcode, at: branch, returned_on })
      return returned.ok ? ok(await told(ctx, returned.value, tellBorrower)) : returned
    },
    lentOffline,
    returnedOffline,
    async renew(ctx, loan) {
      const renewed = await renew(ctx, loan)
      return renewed.ok ? ok(renewed.value.due_on) : refuse(reasonsOf(renewed.refusal))
    },
    placeHold: (ctx, { branch, until_on, ...wish }) =>
      placeReservation(ctx, { ...wish, pickupBranch: branch, interestUntil: until_on }),
    changeHold: (ctx, { branch, until_on, ...which }) =>
      changeReservation(ctx, { ...which, pickupBranch: branch, interestUntil: until_on }),
    cancelHold: deleteReservation,
    pay,
    block: blockFromMachine,
    unblock: unblockFromMachine,
  }
}

/** The house's own doors: who may come in is decided by the rules for visits, and loans and debts are not asked. */
export const houseDoor: DoorVerdict = async (ctx, { patron, branch, terminal }) => {
  const entered = await enter(ctx, { patron, branch, door: terminal })
  return entered.ok ? ok(true) : refuse({ text: entryRefusalText(entered.refusal) })
}

async function told(
  ctx: Context,
  { loan, route }: Pick<Returned, 'loan' | 'route'>,
  tellBorrower: boolean,
): Promise<Returned> {
  return { loan, route, borrower: loan && tellBorrower ? await borrowerOf(ctx, loan) : undefined }
}

async function debtsOf(ctx: Context, patron: PatronId): Promise<DebtFacts[]> {
  const claims = await openClaims(ctx, patron)
  return claims
    .filter(({ left_ore }) => left_ore > 0)
    .map(({ claim, number, reason, left_ore, payable, charged_at, materials }) => ({
      claim,
      number,
      reason,
      left_ore,
      payable,
      charged_on: dayOf(charged_at),
      titles: materials.map(({ title }) => title),
    }))
}

async function lentOffline(ctx: Context, wish: Lending & Offline): Promise<OfflineDone> {
  const { card, barcode, branch, at } = wish
  const event = { kind: 'checkout', card, barcode, branch, at } as const
  const done = await replay(ctx, { ...event, id: await idOf(ctx, wish.act) })
  if (done.kind !== 'conflict' || !done.because.includes('lent-to-another')) return doneOf(ctx, done, false)
  // It cannot be with both: whoever had it before this day has handed it in where nobody answered.
  const back = await replay(ctx, { kind: 'checkin', barcode, branch, at, id: await idOf(ctx, `${wish.act}\nback`) })
  if (back.kind === 'conflict') return doneOf(ctx, back, false)
  return doneOf(ctx, await replay(ctx, { ...event, id: await idOf(ctx, `${wish.act}\nagain`) }), false)
}

async function returnedOffline(ctx: Context, wish: Returning & Offline): Promise<OfflineDone> {
  const { barcode, branch, at } = wish
  const done = await replay(ctx, { kind: 'checkin', barcode, branch, at, id: await idOf(ctx, wish.act) })
  return doneOf(ctx, done, wish.tellBorrower)
}

async function replay(ctx: Context, event: OfflineEvent): Promise<OfflineOutcome> {
  const [report] = await replayOffline(ctx, [event])
  return report?.outcome ?? { kind: 'conflict', because: [] }
}

async function doneOf(ctx: Context, outcome: OfflineOutcome, tellBorrower: boolean): Promise<OfflineDone> {
  switch (outcome.kind) {
    case 'lent':
      return { kind: 'lent', due_on: outcome.due_on }
    case 'returned':
      return { kind: 'returned', returned: await told(ctx, outcome.returned, tellBorrower) }
    // Machines say what they did; only a desk cannot tell a card from an item.
    case 'card':
      return { kind: 'done-before' }
    case 'done-before':
    case 'conflict':
      return outcome
  }
}

/** An id for what a machine has numbered or timed itself; keyed, so that it cannot be asked whose card it was. */
async function idOf(ctx: Context, text: string): Promise<string> {
  const keyed = await ctx.vault.lookupHash('sip2-act', text)
  const hex = createHash('sha256').update(keyed).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/**
 * Books what a machine was paid, against one bill or the oldest first. A machine's own number of the payment stands as
 * its order, so that the second sending finds the first; the patron's money is locked meanwhile.
 */
async function pay(
  ctx: Context,
  { patron, amount_ore, bill, method, branch, receipt }: Payment,
): Promise<Result<Ore, { readonly kind: string }>> {
  const terminal = ctx.actor.kind === 'terminal' ? ctx.actor.name : ''
  const order_id = receipt ? ((await idOf(ctx, `payment\n${terminal}\n${receipt}`)) as PaymentOrderId) : null
  return transact(ctx, async (ctx): Promise<Result<Ore, { readonly kind: string }>> => {
    await ctx.db.run(sql`select from patron where id = ${patron} for no key update`)
    const before = order_id && (await ctx.db.maybe(sql`select 1 from payment where order_id = ${order_id} limit 1`))
    if (before) return ok(amount_ore)
    const debts = (await debtsOf(ctx, patron)).filter(({ payable }) => payable)
    const parts = partsOf(bill === undefined ? debts : debts.filter((debt) => isBill(debt, bill)), amount_ore)
    if (!parts) return refuse({ kind: 'more-than-owed' })
    const paid = await paySeveral(ctx, patron, parts, method, { branch_id: branch, order_id })
    return paid.ok ? ok(amount_ore) : paid
  })
}

function isBill({ number, claim }: DebtFacts, bill: string): boolean {
  return number === bill || claim.id === bill
}

/** Spreads an amount over what is owed, oldest first; undefined when it is more than that. */
export function partsOf(debts: readonly Pick<DebtFacts, 'claim' | 'left_ore'>[], amount: Ore): Part[] | undefined {
  const parts: Part[] = []
  let left: number = amount
  for (const { claim, left_ore } of debts) {
    const part = Math.min(left, left_ore)
    if (part > 0) parts.push({ claim, amount: oreOf(part) })
    left -= part
  }
  return left > 0 ? undefined : parts
}
