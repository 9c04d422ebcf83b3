import { dayOf } from '#core'
import { type Call, echo, fields, type Handled, institution, languageOf, now, type Outcome, unless } from './call.ts'
import { readSipDate, sipDay } from './dates.ts'
import { placeName, properties } from './dialect.ts'
import { type Field, field, type RequestOf } from './messages.ts'
import type { Branch, ItemFacts, Returned, Returning } from './ports.ts'
import { binFor, DESK_BIN, type SortGoal } from './profile.ts'
import { CIRCULATION_STATUS, mediaType } from './rules.ts'
import { pickupSlip, screen, sentTo } from './texts.ts'

/** Where the thing goes, as a sorter is told it. */
interface Directions {
  readonly goal: SortGoal
  /** 01 and 02 for a reservation here or elsewhere, 04 for the way home, 99 for a person to look at. */
  readonly alert: string | undefined
  readonly to: Branch | undefined
  readonly text: string
  readonly slip: string
}

type Done =
  | { readonly kind: 'returned'; readonly returned: Returned }
  | { readonly kind: 'noted' }
  | { readonly kind: 'refused'; readonly text: string; readonly outcome: Outcome }

export async function checkinAnswer(call: Call, request: RequestOf<'checkin'>): Promise<Handled> {
  const language = languageOf(call)
  const may = call.profile.may.has('checkin')
  // As it was before: what was given up for lost, or withdrawn, is for a person to look at.
  const before = may ? await itemAt(call, request) : undefined
  const done: Done = !may
    ? { kind: 'refused', text: screen.notHere[language], outcome: 'not-allowed' }
    : before
      ? await takeBack(call, request)
      : { kind: 'refused', text: screen.unknownItem[language], outcome: 'unknown-item' }
  if (done.kind === 'refused') return refused(call, request, before, done)
  const returned = done.kind === 'returned' ? done.returned : undefined
  if (!before) return refused(call, request, before, { kind: 'noted' })
  if (returned && !returned.loan && !call.profile.acceptsNotLent && returned.route.kind === 'shelf') {
    return refused(call, request, before, { kind: 'refused', text: screen.notReturned[language], outcome: 'refused' })
  }
  const directions = await directionsOf(call, before, returned)
  return accepted(call, request, before, directions, returned)
}

/** A machine that works off what it did alone says so; one that merely fills the date in does not. */
async function takeBack(call: Call, request: RequestOf<'checkin'>): Promise<Done> {
  const { ctx, desk, profile, terminal } = call
  const wish: Returning = {
    barcode: field(request, 'AB'),
    branch: terminal.branch_id,
    tellBorrower: profile.shows.borrower,
  }
  const returned_at = readSipDate(request.fixed.returnDate)
  if (request.fixed.noBlock === 'Y') {
    const at = returned_at ?? readSipDate(request.fixed.date) ?? ctx.clock.now()
    const act = [terminal.id, 'checkin', request.fixed.date, request.fixed.returnDate, wish.barcode].join('\n')
    const done = await desk.returnedOffline(ctx, { ...wish, act, at })
    return done.kind === 'returned' ? done : { kind: 'noted' }
  }
  const returned = await desk.checkin(ctx, { ...wish, returned_on: believed(call, returned_at) })
  if (returned.ok) return { kind: 'returned', returned: returned.value }
  return { kind: 'refused', text: screen.unknownItem[languageOf(call)], outcome: 'unknown-item' }
}

const SANE_DAYS = 14

/** The day of a return date that can be true: in the past, and not long. A machine whose clock is wrong costs nobody. */
function believed({ ctx }: Call, at: Temporal.Instant | undefined): Temporal.PlainDate | undefined {
  if (!at) return undefined
  const days = dayOf(at).until(dayOf(ctx.clock.now())).total('days')
  return days > 0 && days <= SANE_DAYS ? dayOf(at) : undefined
}

async function directionsOf(call: Call, before: ItemFacts, returned: Returned | undefined): Promise<Directions> {
  const language = languageOf(call)
  const plain = { to: undefined, slip: '', text: '' }
  const forDesk: Directions = { ...plain, goal: 'desk', alert: '99', text: screen.toDesk[language] }
  if (!returned) return { ...plain, goal: 'shelf', alert: undefined }
  const { route } = returned
  const find = async (id: string) => (await call.desk.branches(call.ctx)).find((branch) => branch.id === id)
  switch (route.kind) {
    case 'pickup-shelf': {
      const slip = route.number ? pickupSlip(route.number, language) : ''
      const to = await find(call.terminal.branch_id)
      return { goal: 'pickup-here', alert: '01', to, text: screen.reserved[language], slip }
    }
    case 'transit': {
      const to = await find(route.to)
      const there = sentTo(to?.name ?? '', language)
      if (route.for_reservation) {
        return { goal: 'pickup-elsewhere', alert: '02', to, text: screen.reserved[language], slip: there }
      }
      return { goal: 'home', alert: '04', to, text: there, slip: '' }
    }
    case 'repair':
    case 'withdrawn':
      return forDesk
    case 'shelf': {
      const odd = before.state === 'lost' || before.state === 'claimed-returned' || before.state === 'missing'
      return odd ? forDesk : { ...plain, goal: 'shelf', alert: undefined }
    }
  }
}

function accepted(
  call: Call,
  request: RequestOf<'checkin'>,
  item: ItemFacts,
  directions: Directions,
  returned: Returned | undefined,
): Handled {
  const { profile } = call
  const { alert, to } = directions
  const bin = binFor(profile.sort, {
    to: directions.goal,
    materialGroup: item.material_group,
    branch: to?.code ?? item.home_code,
    shelf: item.shelf ?? '',
  })
  return {
    answer: {
      kind: 'checkin-answer',
      fixed: { ok: '1', resensitize: 'Y', magnetic: 'N', alert: alert ? 'Y' : 'N', date: now(call) },
      fields: fields(
        institution(call, request),
        echo(request, 'AB'),
        ['AQ', homeOf(call, item)],
        ['AJ', item.title],
        ['CL', bin],
        unless(returned?.borrower, 'AA'),
        ['CK', mediaType(item.material)],
        properties(call, item),
        unless(item.shelf ?? item.dk5, 'CS'),
        to || profile.fillsRouting ? ['CT', to?.code ?? ''] : undefined,
        alert ? ['CV', alert] : profile.fillsRouting ? ['CV', '00'] : undefined,
        unless(directions.text, 'AF'),
        unless(directions.slip, 'AG'),
      ),
    },
    outcome: 'ok',
  }
}

function refused(
  call: Call,
  request: RequestOf<'checkin'>,
  item: ItemFacts | undefined,
  done: Exclude<Done, { kind: 'returned' }>,
): Handled {
  const { profile } = call
  const text = done.kind === 'refused' ? done.text : ''
  return {
    answer: {
      kind: 'checkin-answer',
      fixed: { ok: '0', resensitize: 'N', magnetic: item ? 'N' : 'U', alert: 'Y', date: now(call) },
      fields: fields(
        institution(call, request),
        echo(request, 'AB'),
        ['AQ', item ? homeOf(call, item) : field(request, 'AP') || '-'],
        ['AJ', item?.title ?? ''],
        ['CL', DESK_BIN],
        // Machines of the dialect stop without it.
        profile.dialect === 'fbs' ? (properties(call, item) ?? ['CH', '']) : undefined,
        ['CV', '99'],
        unless(text, 'AF'),
      ),
    },
    outcome: done.kind === 'refused' ? done.outcome : 'refused',
  }
}

/** Never empty: some machines take an empty one for a thing from elsewhere. */
function homeOf({ profile }: Call, item: ItemFacts): string {
  if (profile.dialect === 'standard') return item.home_code
  return [item.home_code, '', item.shelf ?? '', item.dk5 ?? ''].map((part) => part.replaceAll('%', ' ')).join('%')
}

async function itemAt({ ctx, desk }: Call, request: RequestOf<'checkin' | 'item-information' | 'item-status-update'>) {
  const barcode = field(request, 'AB')
  return barcode === '' ? undefined : desk.item(ctx, barcode)
}

/** Of a thing and nobody: who has it or waits for it is not told. */
export async function itemInformationAnswer(call: Call, request: RequestOf<'item-information'>): Promise<Handled> {
  const may = call.profile.may.has(request.kind)
  const item = may ? await itemAt(call, request) : undefined
  const text = may ? (item ? '' : screen.unknownItem[languageOf(call)]) : screen.notHere[languageOf(call)]
  return {
    answer: {
      kind: 'item-information-answer',
      fixed: {
        circulation: item ? CIRCULATION_STATUS[item.state] : '01',
        security: '01',
        feeType: '01',
        date: now(call),
      },
      fields: fields(
        item ? ['CF', String(item.queue)] : undefined,
        item?.due_on ? ['AH', sipDay(item.due_on)] : undefined,
        item?.pickup_until_on ? ['CM', sipDay(item.pickup_until_on)] : undefined,
        echo(request, 'AB'),
        ['AJ', item?.title ?? ''],
        item
          ? ['BG', call.profile.dialect === 'fbs' ? placeName(call, call.agency.title) : call.agency.number]
          : undefined,
        item ? ['CK', mediaType(item.material)] : undefined,
        item ? ['AQ', homeOf(call, item)] : undefined,
        item ? ['AP', item.at_code] : undefined,
        properties(call, item),
        unless(item?.shelf ?? item?.dk5, 'CS'),
        unless(item?.destination_code, 'CT'),
        unless(text, 'AF'),
      ),
    },
    outcome: item ? 'ok' : may ? 'unknown-item' : 'not-allowed',
  }
}

/** What a machine writes on a thing is its own: Kvit takes note that it knows the thing, and keeps nothing of it. */
export async function itemStatusUpdateAnswer(call: Call, request: RequestOf<'item-status-update'>): Promise<Handled> {
  const may = call.profile.may.has(request.kind)
  const item = may ? await itemAt(call, request) : undefined
  const text = may ? screen.unknownItem : screen.notHere
  const properties: Field | undefined = field(request, 'CH') ? echo(request, 'CH') : undefined
  return {
    answer: {
      kind: 'item-status-update-answer',
      fixed: { ok: item ? '1' : '0', date: now(call) },
      fields: fields(
        echo(request, 'AB'),
        unless(item?.title, 'AJ'),
        properties,
        item ? undefined : ['AF', text[languageOf(call)]],
      ),
    },
    outcome: item ? 'ok' : may ? 'unknown-item' : 'not-allowed',
  }
}
