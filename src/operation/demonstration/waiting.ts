import { assert, at, dayOf, type LoanId, type MessageId, type PatronId, type Result, type TitleId } from '#core'
import { sql } from '#db'
import { comingEvents, makeEvent, seatKind, takeSeat } from '#events'
import { claimReturned } from '#loans'
import { noteDelivery } from '#messages'
import { makeNewsletter, newsChannels } from '#news'
import { placeLoanBlock, publishTerms, raiseTask, writeNote } from '#patrons'
import { addGamingPc, bookGamingPc, gamingPcs } from '#pcs'
import { askRight } from '#privacy'
import { askElsewhere, interlibraryList, orderElsewhere, placeReservation } from '#reservations'
import type { Context } from '#vault'

/** What somebody who enrols says yes to, and who comes in without staff. */
export async function publishDemonstrationTerms(operator: Context): Promise<void> {
  const terms = {
    rules: {
      da: 'Lånte materialer afleveres til tiden og i god stand.',
      en: 'Return what you borrow on time and whole.',
    },
    prices: { da: 'Gebyrer følger bibliotekets takstblad.', en: 'Fees follow the library’s list of prices.' },
    'house-rules': {
      da: 'Luk ikke andre ind, når biblioteket er uden personale. Vis hensyn, og ryd op efter dig.',
      en: 'Let nobody else in while there are no staff. Be considerate, and tidy up after yourself.',
    },
  } as const
  for (const document of ['rules', 'prices', 'house-rules'] as const) {
    must(await publishTerms(operator, document, terms[document]))
  }
}

/**
 * Leaves the desk of a library that has come to today something in each of its lists, and the public something to sign up
 * for where its policy has that. `desk` is somebody of the staff.
 */
export async function leaveWork(ctx: Context, desk: Context): Promise<void> {
  const people = await ctx.db.all<{ id: PatronId }>(sql`
    select id from patron p where patron_group = 'adult' and not protected
      and not exists (select from pin where patron_id = p.id)
    order by exists (select from fee where patron_id = p.id and settled_at is null), number limit 4`)
  const [anna, bent, carl, dora] = people.map(({ id }) => id)
  assert(anna && bent && carl && dora, 'the library has too few people')

  for (const patron of [anna, bent, carl]) await reserveFromShelf(ctx, patron)
  await sayReturned(desk)
  await askForOthers(ctx, [bent, dora])
  must(await askRight(ctx, anna, { kind: 'correction', wish: 'Mit efternavn er stavet forkert.' }))
  must(
    await askRight(ctx, dora, { kind: 'objection', wish: 'Jeg vil ikke have, at mine lån tælles med i statistikken.' }),
  )
  await raiseTask(ctx, carl, 'emigrated')
  must(await writeNote(desk, bent, 'staff', 'Ring, hvis bogen om Limfjorden kommer tilbage.'))
  must(await writeNote(desk, carl, 'patron', 'Dit kort ligger ved skranken.'))
  must(
    await placeLoanBlock(desk, dora, {
      code: 'other',
      reason: 'Aftale om betaling i rater',
      message: 'Tal med os ved skranken, før du låner igen.',
    }),
  )
  await bounce(ctx)
  await offerToThePublic(ctx)
}

/** What is left is what a library may do; a refusal is a fault of the demonstration. */
function must(result: Result<unknown, { readonly kind: string }>): void {
  assert(result.ok, result.ok ? '' : `the demonstration was refused: ${result.refusal.kind}`)
}

/** What stands on a shelf and is wanted is what the pick list is made of. */
async function reserveFromShelf(ctx: Context, patron: PatronId): Promise<void> {
  const [title] = await ctx.db.all<{ id: TitleId }>(sql`
    select t.id from title t where exists (select from item where title_id = t.id and state = 'available')
      and not exists (select from reservation where title_id = t.id)
      and not exists (select from loan l join item i on i.id = l.item_id
        where l.patron_id = ${patron} and i.title_id = t.id and l.returned_at is null)
    order by t.id limit 1`)
  if (title) must(await placeReservation(ctx, { patron, title: title.id }))
}

async function sayReturned(desk: Context): Promise<void> {
  const loans = await desk.db.all<{ id: LoanId; lent_at: Temporal.Instant }>(sql`
    select id, lent_at from loan where returned_at is null and lost_at is null order by lent_at desc, id limit 2`)
  for (const { id, lent_at } of loans) must(await claimReturned(desk, id, { on: dayOf(lent_at) }))
}

/** One is ordered, the others are still to be. */
async function askForOthers(ctx: Context, patrons: readonly PatronId[]): Promise<void> {
  const wanted = [
    { title: 'Vildmosens fugle, bind 2', author: 'Egon Enebær', year: 1987 },
    { title: 'Broderier fra Als', author: 'Maren Mosegaard', year: 1964 },
  ]
  for (const [number, title] of wanted.entries()) {
    const patron = patrons[number]
    if (patron) must(await askElsewhere(ctx, { patron, wanted: title }))
  }
  const [first] = await interlibraryList(ctx)
  if (first) must(await orderElsewhere(ctx, first.title_id, { lender: 'Vrå Bibliotek' }))
}

/** A letter by e-mail that came back. */
async function bounce(ctx: Context): Promise<void> {
  const sent = await ctx.db.maybe<{ id: MessageId }>(sql`
    select id from message where channel = 'email' and sent_at is not null and redacted_at is null
    order by sent_at desc, id limit 1`)
  if (sent) await noteDelivery(ctx, sent.id, 'bounced')
}

/** What the policy does not speak of is not offered. */
async function offerToThePublic(ctx: Context): Promise<void> {
  if (await seatKind(ctx)) await arrangeEvents(ctx)
  for (const channel of await newsChannels(ctx)) {
    must(await makeNewsletter(ctx, { channel, ...NEWS[channel] }))
  }
  for (const name of ['Gaming 1', 'Gaming 2']) await addGamingPc(ctx, name)
  const [pc] = await gamingPcs(ctx)
  const starts_at = at(dayOf(ctx.clock.now()).add({ days: 1 }), '15:00')
  if (pc) must(await bookGamingPc(ctx, { pc: pc.id, starts_at, phone: '+4500112233' }))
}

const NEWS = {
  email: { name: 'Månedens nyheder', about: 'Nye bøger og arrangementer, en gang om måneden.' },
  sms: { name: 'Arrangementer på sms', about: 'En besked, når der kommer nye arrangementer.' },
} as const

const PROGRAMME = [
  { name: 'Læsekreds: Lykke-Per', about: 'Vi taler om bogens anden del.', place: 'Læsesalen', seats: 12, days: 6 },
  { name: 'Højtlæsning', about: 'For børn på 3–6 år.', place: 'Børnebiblioteket', seats: 25, days: 11 },
]

async function arrangeEvents(ctx: Context): Promise<void> {
  const today = dayOf(ctx.clock.now())
  for (const { days, ...event } of PROGRAMME) {
    const starts_at = at(today.add({ days }), '19:00')
    await makeEvent(ctx, { ...event, starts_at, ends_at: starts_at.add({ hours: 2 }) })
  }
  const [first] = await comingEvents(ctx)
  assert(first, 'the programme is empty')
  for (const [number, name] of ['Ida Ibsen', 'Karl Krog', 'Lone Lund'].entries()) {
    const reached = { email: `gaest${number}@example.org`, phone: `+4500${ctx.random.digits(6)}` }
    must(await takeSeat(ctx, { event: first.id, name, ...reached, language: 'da' }))
  }
}
