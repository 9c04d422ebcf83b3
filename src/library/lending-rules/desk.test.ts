import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { addStaff, staffNames } from '#auth'
import type { Actor, ItemId, PatronId, StaffId, StaffRole } from '#core'
import { sql } from '#db'
import { changeSetting, currentSetting, readSetting, registerSettingsDesk } from '#settings'
import type { Context } from '#vault'
import type { Site, StaffActor } from '#web'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { testWeb } from '../../../test/support/site.ts'
import { type Visitor, visit } from '../../../test/support/visitor.ts'
import {
  decideLending,
  lendingRules,
  RULES_PATH,
  registerLendingRulesDesk,
  setLendingGroup,
  setMaterialGroup,
} from './index.ts'
import { explain } from './which.ts'

const PAGE = `/fredensborg${RULES_PATH}`
let library: TestLibrary
let ctx: Context
let cast: Cast
let app: FastifyInstance
let keeper: Visitor
let colleague: Visitor
let desk: Visitor
const present = new Map<string, StaffActor>()

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  app = await testWeb()
  const site = siteOf()
  registerSettingsDesk(app, site, {
    staffNames,
    entries: [
      {
        href: RULES_PATH,
        label: lendingRules.label,
        lead: { da: 'Lånetider og grænser', en: 'Loan periods and limits' },
        setting: lendingRules,
      },
    ],
  })
  registerLendingRulesDesk(app, { site, staffNames })
  keeper = await staff('dorte', 'Dorte Prøve', ['system', 'desk'], '127.0.9.1')
  colleague = await staff('egon', 'Egon Prøve', ['system'], '127.0.9.2')
  desk = await staff('frida', 'Frida Prøve', ['desk'], '127.0.9.3')
})
after(async () => {
  await app?.close()
  await library.close()
})

async function staff(username: string, name: string, roles: StaffRole[], address: string): Promise<Visitor> {
  const person = { username, name, email: null, roles, password: 'fire store gule løver' }
  assert.ok((await addStaff(library.context({ kind: 'operator', name: 'drift' }), person)).ok)
  const { id } = await ctx.db.one<{ id: StaffId }>(sql`select id from staff where username = ${username}`)
  present.set(address, { id, roles, name })
  return visit(app, address)
}

function siteOf(): Site {
  const actorAt = (ip: string): Actor => {
    const there = present.get(ip)
    return there ? { kind: 'staff', id: there.id, roles: there.roles } : { kind: 'system', job: 'web' }
  }
  return {
    context: (request) => library.context(actorAt(request.ip)),
    agencyTitle: () => 'Fredensborg Bibliotekerne',
    staff: (request) => present.get(request.ip),
    requireStaff(request, reply, ...roles) {
      const there = present.get(request.ip)
      if (there && (roles.length === 0 || roles.some((role) => there.roles.includes(role)))) return there
      void reply.code(403).send('nej')
      return undefined
    },
    patron: () => undefined,
    requirePatron: () => undefined,
  }
}

/** The fields of the form on a page as a browser would send them. */
function filled(page: string, action: string): Record<string, string> {
  const form = [...page.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].find(([, head = '']) =>
    head.includes(`action="${action}"`),
  )?.[2]
  assert.ok(form, `no form for ${action}`)
  const fields: Record<string, string> = {}
  for (const [, head = ''] of form.matchAll(/<input\b([^>]*)>/g)) {
    const [, name = ''] = /\bname="([^"]*)"/.exec(head) ?? []
    if (/type="checkbox"/.test(head) && !/\bchecked\b/.test(head)) continue
    fields[name] = /\bvalue="([^"]*)"/.exec(head)?.[1] ?? ''
  }
  for (const [, name = '', options = ''] of form.matchAll(
    /<select\b[^>]*\bname="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g,
  )) {
    fields[name] = /value="([^"]*)"\s+selected/.exec(options)?.[1] ?? ''
  }
  return fields
}

/** Opens a page, fills in what is given beside what stands there, and sends it. */
async function save(who: Visitor, page: string, action: string, given: Record<string, string>) {
  const shown = await who.get(page)
  assert.equal(shown.statusCode, 200, page)
  return who.post(action, { ...filled(shown.body, action), ...given })
}

const rules = () => readSetting(ctx, lendingRules)
const version = async () => (await currentSetting(ctx, lendingRules)).version
const plain = (body: string) =>
  body
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ')

test('everyone at the desk sees the rules, and only the system’s keepers find a way to change them', async () => {
  const seen = await desk.get(PAGE)
  assert.equal(seen.statusCode, 200)
  assert.match(plain(seen.body), /Lånetid 30 dage/)
  assert.match(plain(seen.body), /Kviklån alle alle Kan reserveres: nej|Kviklån alle alle Lånetid: 7 dage/)
  assert.ok(!seen.body.includes(`${PAGE}/general"`))
  assert.ok((await keeper.get(PAGE)).body.includes(`${PAGE}/general"`))
  for (const path of ['/general', '/rule', '/group?kind=patron']) {
    assert.equal((await desk.get(`${PAGE}${path}`)).statusCode, 403)
  }
  assert.equal((await desk.post(`${PAGE}/rule`, {})).statusCode, 403)
  assert.equal((await visit(app, '127.0.9.9').get(PAGE)).statusCode, 403)
})

test('a general value is changed in a form, holds from the next loan on, and the list tells who changed it', async () => {
  const saved = await save(keeper, `${PAGE}/general`, `${PAGE}/general`, { loanDays: '28' })
  assert.equal(saved.statusCode, 303)
  assert.deepEqual((await rules()).general, { ...lendingRules.initial.general, loanDays: 28 })
  assert.match(plain((await desk.get('/fredensborg/staff/settings')).body), /Regler for udlån.*Dorte Prøve/)
})

test('what cannot be is told at its field, in words, and nothing is saved', async () => {
  const before = await version()
  const refused = await save(keeper, `${PAGE}/general`, `${PAGE}/general`, {
    loanDays: '0',
    renewals: 'mange',
    mostLoans: '10',
    'mostLoans-none': 'yes',
    overdueAfterDays: '1, 2, 3, 4, 5, 6',
    pickupDays: '',
  })
  assert.equal(refused.statusCode, 422)
  const errors = Object.fromEntries(
    [...refused.body.matchAll(/id="([\w-]+)-error">([^<]+)</g)].map(([, field, error]) => [field, error]),
  )
  assert.deepEqual(Object.keys(errors), ['loanDays', 'renewals', 'mostLoans', 'pickupDays', 'overdueAfterDays'])
  assert.equal(errors.loanDays, 'Skriv et helt tal fra 1 til 3650.')
  assert.match(refused.body, /id="renewals"[^>]*value="mange"/)
  assert.equal(await version(), before)
})

test('a rule is added, changed and deleted', async () => {
  const added = await save(keeper, `${PAGE}/rule`, `${PAGE}/rule`, {
    materialGroup: 'standard',
    patronGroup: 'child',
    mostLoans: '5',
    'lostAfterDays-none': 'yes',
    lateFees: 'no',
  })
  assert.equal(added.statusCode, 303, plain(added.body))
  const added_ = { materialGroup: 'standard', patronGroup: 'child', mostLoans: 5, lostAfterDays: null, lateFees: false }
  assert.deepEqual((await rules()).rules.at(-1), added_)
  const edit = `${PAGE}/rule?is=standard.child.`
  assert.equal((await save(keeper, edit, `${PAGE}/rule`, { mostLoans: '', branch: cast.branch })).statusCode, 303)
  assert.deepEqual((await rules()).rules.at(-1), {
    materialGroup: 'standard',
    patronGroup: 'child',
    branch: cast.branch,
    lostAfterDays: null,
    lateFees: false,
  })
  const now = `${PAGE}/rule?is=standard.child.${cast.branch}`
  assert.equal((await keeper.get(edit)).statusCode, 404)
  assert.equal((await save(keeper, now, `${PAGE}/rule/delete`, {})).statusCode, 303)
  assert.deepEqual((await rules()).rules, lendingRules.initial.rules)
})

test('a rule about everyone, about nothing, or about what another is about is refused at the field', async () => {
  const send = async (given: Record<string, string>) => {
    const answer = await save(keeper, `${PAGE}/rule`, `${PAGE}/rule`, given)
    assert.equal(answer.statusCode, 422)
    return plain(answer.body)
  }
  assert.match(await send({ loanDays: '7' }), /Vælg mindst en lånergruppe/)
  assert.match(await send({ patronGroup: 'adult' }), /Reglen skal bestemme mindst én ting/)
  assert.match(await send({ materialGroup: 'quick', loanDays: '3' }), /allerede en regel om netop det/)
  assert.match(await send({ materialGroup: 'gone', loanDays: '3' }), /Gruppen findes ikke mere/)
})

test('who saves after somebody else is told what changed meanwhile, keeps what was typed, and may save again', async () => {
  const mine = filled((await keeper.get(`${PAGE}/general`)).body, `${PAGE}/general`)
  assert.equal((await save(colleague, `${PAGE}/general`, `${PAGE}/general`, { renewals: '5' })).statusCode, 303)
  await keeper.get(`${PAGE}/general`)
  const late = await keeper.post(`${PAGE}/general`, { ...mine, loanDays: '14' })
  assert.equal(late.statusCode, 409)
  assert.match(plain(late.body), /En anden har ændret det.*Det generelle: Fornyelser: før 3, nu 5/)
  assert.equal((await rules()).general.renewals, 5, 'nothing is undone unawares')
  const again = await keeper.post(`${PAGE}/general`, { ...filled(late.body, `${PAGE}/general`), renewals: '5' })
  assert.equal(again.statusCode, 303)
  assert.deepEqual([(await rules()).general.loanDays, (await rules()).general.renewals], [14, 5])
})

test('groups are made in a tree, and one in use cannot go', async () => {
  const add = (given: Record<string, string>) => save(keeper, `${PAGE}/group?kind=patron`, `${PAGE}/group`, given)
  const school = { code: 'school', name_da: 'Skolen', name_en: 'The school', parent: 'institution' }
  assert.equal((await add(school)).statusCode, 303)
  assert.match(plain((await add(school)).body), /allerede en gruppe med den kode/)
  assert.match(plain((await add({ ...school, code: 'Skole 2' })).body), /små bogstaver/)
  assert.equal((await add({ code: '9b', name_da: '9.b', name_en: '9b', parent: 'school' })).statusCode, 303)
  const page = `${PAGE}/group?kind=patron&code=school`
  const circle = await save(keeper, page, `${PAGE}/group`, { parent: '9b' })
  assert.match(plain(circle.body), /kan ikke høre under sig selv/)
  assert.equal((await save(keeper, page, `${PAGE}/group`, { name_da: 'Byens skole' })).statusCode, 303)
  assert.ok((await setLendingGroup(ctx, cast.clara.id, 'school')).ok)
  const refused = await save(keeper, page, `${PAGE}/group/delete`, {})
  assert.equal(refused.statusCode, 422)
  assert.match(plain(refused.body), /1 lånere eller eksemplarer er i den, 0 regler nævner den, og 1 grupper/)
  const ninth = `${PAGE}/group?kind=patron&code=9b`
  assert.equal((await save(keeper, ninth, `${PAGE}/group/delete`, {})).statusCode, 303)
  assert.deepEqual(
    (await rules()).patronGroups.map(({ code, name }) => [code, name.da]),
    [['school', 'Byens skole']],
  )
  assert.match(plain((await desk.get(PAGE)).body), /Institution institution – Byens skole school/)
})

test('which rule applies to a patron and an item is told with the reason, and the look is logged without a name', async () => {
  await ctx.db.run(sql`delete from access_log`)
  assert.ok((await setLendingGroup(ctx, cast.clara.id, 'school')).ok)
  const item = await ctx.db.one<{ id: ItemId }>(sql`select id from item where barcode = 'A1'`)
  assert.ok((await setMaterialGroup(ctx, item.id, 'quick')).ok)
  const answer = await desk.send(`${PAGE}/which`, `${PAGE}/which`, { card: cast.clara.card, barcode: 'A1' })
  assert.equal(answer.statusCode, 200)
  const text = plain(answer.body)
  assert.match(
    text,
    /Lånetid 7 dage Kviklån Den går forud for reglen om Institution\. Begge nævner lige meget, og materialegruppen/,
  )
  assert.match(text, /Højst lån i alt 1000 Institution Byens skole hører under Institution\. Det er den eneste regel/)
  assert.match(text, /Aldersgrænse ingen Det generelle Ingen regel, der passer/)
  assert.match(text, new RegExp(`Låner ${cast.clara.number}`))
  assert.ok(!text.includes('Clara'))
  assert.ok(!answer.body.includes(`value="${cast.clara.card}"`), 'the card is not written back')
  const looks = await ctx.db.all<{ patron_id: PatronId; what: string; why: string }>(
    sql`select patron_id, what, why from access_log`,
  )
  assert.deepEqual(looks, [
    {
      patron_id: cast.clara.id,
      what: 'lånernummer og lånergruppe',
      why: 'for at se, hvilke regler for udlån der gælder',
    },
  ])
})

test('which rule applies is also told for a group and a branch, and for nobody in particular', async () => {
  const none = await desk.send(`${PAGE}/which`, `${PAGE}/which`, {})
  assert.match(plain(none.body), /Lånergruppe ikke valgt/)
  const group = await desk.send(`${PAGE}/which`, `${PAGE}/which`, { patronGroup: 'institution', branch: cast.branch })
  assert.match(plain(group.body), /Lånetid 90 dage Institution Det er den eneste regel/)
  const wrong = await desk.send(`${PAGE}/which`, `${PAGE}/which`, { card: '99999999999', barcode: 'nope' })
  assert.equal(wrong.statusCode, 422)
  assert.match(plain(wrong.body), /Kortet er ikke kendt\..*Materialet er ikke kendt\./)
})

test('the reason given is the reason: the rule named decided the value, for each way of asking', async () => {
  const { content, branches } = { content: await rules(), branches: [] }
  for (const patronGroup of ['adult', 'school', 'institution']) {
    for (const materialGroup of ['standard', 'quick', 'reference']) {
      const scope = { patronGroup, materialGroup }
      const { because } = decideLending(content, scope)
      const { by } = explain({ content, branches }, scope, 'loanDays', 'en')
      const rule = because.loanDays === null ? undefined : content.rules[because.loanDays]
      const expected = rule?.materialGroup === 'quick' ? 'Quick loans' : rule ? 'Institution' : 'The general values'
      assert.equal(by, expected)
    }
  }
})

test('the desk puts a patron and an item in a group where it sees what that means', async () => {
  const shown = await desk.send(`${PAGE}/which`, `${PAGE}/which`, { card: cast.bo.card, barcode: 'B1' })
  const patron = { ...filled(shown.body, `${PAGE}/which/patron`), group: 'school' }
  const item = { ...filled(shown.body, `${PAGE}/which/item`), group: 'reference' }
  assert.equal((await desk.post(`${PAGE}/which/patron`, patron)).statusCode, 303)
  assert.equal((await desk.post(`${PAGE}/which/item`, item)).statusCode, 303)
  const now = await ctx.db.one<{ patron: string; item: string }>(sql`
    select (select lending_group from patron where id = ${cast.bo.id}) as patron,
      (select material_group from item where barcode = 'B1') as item`)
  assert.deepEqual(now, { patron: 'school', item: 'reference' })
  assert.equal((await desk.post(`${PAGE}/which/patron`, { ...patron, group: '' })).statusCode, 303)
  assert.equal((await desk.post(`${PAGE}/which/patron`, { ...patron, group: 'gone' })).statusCode, 409)
  assert.equal((await desk.post(`${PAGE}/which/item`, { ...item, group: '' })).statusCode, 409)
  assert.equal((await desk.post(`${PAGE}/which/item`, { ...item, item: 'nonsense' })).statusCode, 409)
})

test('the history tells what each version changed, when and by whom, and brings an older one back', async () => {
  const { version: newest, content } = await currentSetting(ctx, lendingRules)
  const by = present.get('127.0.9.2')?.id as StaffId
  const changed = {
    ...content,
    general: { ...content.general, loanDays: 21 },
    rules: [...content.rules.slice(1), { patronGroup: 'child', loanDays: 60 }],
  }
  assert.ok((await changeSetting(ctx, lendingRules, { content: changed, basedOn: newest, by })).ok)
  const page = await keeper.get(`${PAGE}/history`)
  const text = plain(page.body)
  assert.match(text, new RegExp(`Udgave ${newest + 1} Gælder nu Ændret .* af Egon Prøve\\.`))
  assert.match(text, /Det generelle: Lånetid: før 14 dage, nu 21 dage/)
  assert.match(text, /Tilføjet: Barn: Lånetid: 60 dage/)
  assert.match(text, /Fjernet: Kviklån: /)
  assert.ok(!plain((await desk.get(`${PAGE}/history`)).body).includes('Hent udgave'))
  const back = await keeper.send(`${PAGE}/history`, `${PAGE}/history`, {
    version: String(newest),
    based_on: String(newest + 1),
  })
  assert.equal(back.statusCode, 303)
  assert.deepEqual(await rules(), content)
  const late = await keeper.send(`${PAGE}/history`, `${PAGE}/history`, { version: '0', based_on: String(newest + 1) })
  assert.equal(late.statusCode, 409)
  assert.equal((await desk.post(`${PAGE}/history`, { version: '0', based_on: '1' })).statusCode, 403)
})

test('a group that is unknown is refused for a patron and an item, and so are a patron and an item that are gone', async () => {
  const nobody = '019a0000-0000-7000-8000-0000000000ff'
  const kind = (result: Awaited<ReturnType<typeof setLendingGroup>>) => (result.ok ? 'done' : result.refusal.kind)
  assert.equal(kind(await setLendingGroup(ctx, cast.asta.id, 'nowhere')), 'unknown-group')
  assert.equal(kind(await setLendingGroup(ctx, nobody as PatronId, 'adult')), 'unknown-patron')
  assert.equal(kind(await setLendingGroup(ctx, cast.asta.id, null)), 'done')
  assert.equal(kind(await setMaterialGroup(ctx, nobody as ItemId, 'quick')), 'unknown-item')
  assert.equal(kind(await setMaterialGroup(ctx, nobody as ItemId, 'nowhere')), 'unknown-group')
})
