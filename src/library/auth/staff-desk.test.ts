import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { addBranch } from '#agencies'
import { type Actor, type BranchId, STAFF_ROLES, type StaffId, type StaffRole } from '#core'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { staffSite } from '../../../test/support/staff-site.ts'
import { signInAs, type Visitor, visit } from '../../../test/support/visitor.ts'
import { addStaff, changeRoles, staffLeft } from './add-staff.ts'
import { findStaff, listStaff } from './queries.ts'
import {
  mayGuardRights,
  mayHandleMoney,
  mayKeepCatalogue,
  mayRunSystem,
  mayServePatrons,
  mayTakePayments,
  worksAt,
} from './rules.ts'
import { beginSession, signedIn } from './session.ts'
import { listTerminals, verifyTerminal } from './terminals.ts'
import { enrolSecondFactor } from './totp.ts'

const OPERATOR: Actor = { kind: 'operator', name: 'drift' }
const PASSWORD = 'fire store gule løver'
const ACCOUNTS = '/fredensborg/staff/accounts'
const TERMINALS = '/fredensborg/staff/terminals'

let library: TestLibrary
let app: FastifyInstance
let chief: Visitor
let chiefId: StaffId
let branch: BranchId
let made = 0

before(async () => {
  library = await openTestLibrary()
  app = await staffSite(library)
  const address = { address: 'A 1', postcode: '3480', city: 'Fredensborg' }
  branch = await addBranch(library.context(), { code: 'HB', name: 'Hovedbiblioteket', ...address })
  const { id, visitor } = await signedInAs('system')
  chief = visitor
  chiefId = id
})
after(async () => {
  await app.close()
  await library.close()
})

async function somebody(...roles: StaffRole[]) {
  made += 1
  const username = `person${made}`
  const given = { username, name: `Dorte nummer ${made}`, email: null, roles, password: PASSWORD }
  const added = await addStaff(library.context(OPERATOR), given)
  assert.ok(added.ok)
  return { id: added.value, username }
}

async function signedInAs(...roles: StaffRole[]) {
  const person = await somebody(...roles)
  const visitor = visit(app)
  await signInAs(visitor, 'fredensborg', { username: person.username, password: PASSWORD })
  return { ...person, visitor }
}

const staffActor = (...roles: StaffRole[]): Actor => ({ kind: 'staff', id: chiefId, roles })

test('each role may do what it is for and nothing else', () => {
  const may: [(actor: Actor) => boolean, StaffRole[]][] = [
    [mayServePatrons, ['desk']],
    [mayKeepCatalogue, ['catalogue']],
    [mayHandleMoney, ['finance']],
    [mayTakePayments, ['desk', 'finance']],
    [mayGuardRights, ['data-protection-officer']],
    [mayRunSystem, ['system']],
  ]
  for (const [rule, roles] of may) {
    for (const role of STAFF_ROLES) assert.equal(rule(staffActor(role)), roles.includes(role), `${rule.name} ${role}`)
    assert.equal(rule(staffActor()), false)
    assert.equal(rule({ kind: 'operator', name: 'drift' }), true)
    assert.equal(rule({ kind: 'system', job: 'web' }), false, 'a visitor whom nobody knows')
    assert.equal(rule({ kind: 'terminal', name: 'automat' }), false)
  }
})

test('an account that names branches is for those, and one that names none for all', () => {
  const other = '00000000-0000-7000-8000-000000000002' as BranchId
  assert.deepEqual([worksAt({ branch_ids: [branch] }, branch), worksAt({ branch_ids: [branch] }, other)], [true, false])
  assert.deepEqual([worksAt({ branch_ids: [] }, other), worksAt({}, other)], [true, true])
})

test('nobody but an administrator sees or changes accounts and machines', async () => {
  const { id } = await somebody('desk')
  for (const role of STAFF_ROLES.filter((role) => role !== 'system')) {
    const { visitor } = await signedInAs(role)
    for (const path of [ACCOUNTS, `${ACCOUNTS}/new`, `${ACCOUNTS}/${id}`, TERMINALS, `${TERMINALS}/new`]) {
      assert.equal((await visitor.get(path)).statusCode, 403, `${role} ${path}`)
    }
    for (const path of [ACCOUNTS, `${ACCOUNTS}/${id}/leave`, `${ACCOUNTS}/${id}/roles`, TERMINALS]) {
      const sent = await visitor.send('/fredensborg/staff/sessions', path, { confirmed: 'yes', role: 'system' })
      assert.equal(sent.statusCode, 403, `${role} ${path}`)
    }
  }
  assert.deepEqual((await findStaff(library.context(), id))?.roles, ['desk'])
})

test('an administrator gives a colleague access with roles and branches, who then signs in', async () => {
  const given = {
    name: 'Ny Kollega',
    username: 'nyko',
    password: PASSWORD,
    role: 'finance',
    branch,
    left_at: 'x',
    id: 'x',
  }
  const added = await chief.send(`${ACCOUNTS}/new`, ACCOUNTS, given)
  assert.equal(added.statusCode, 303, added.body)
  const member = (await listStaff(library.context())).find(({ username }) => username === 'nyko')
  assert.deepEqual([member?.roles, member?.branch_ids, member?.left_at], [['finance'], [branch], null])
  assert.match((await chief.get(ACCOUNTS)).body, /Ny Kollega[\s\S]*Hovedbiblioteket/)
  assert.equal((await signInAs(visit(app), 'fredensborg', { username: 'nyko', password: PASSWORD })).statusCode, 303)
})

test('a form with faults comes back with what was typed, save the password', async () => {
  const given = { name: '', username: 'person1', password: 'kort', role: 'desk' }
  const page = await chief.send(`${ACCOUNTS}/new`, ACCOUNTS, given)
  assert.equal(page.statusCode, 422)
  assert.match(page.body, /href="#name"/)
  assert.match(page.body, /value="desk" checked/)
  assert.doesNotMatch(page.body, /"kort"/)
  const nothing = await chief.send(`${ACCOUNTS}/new`, ACCOUNTS, {
    ...given,
    name: 'X',
    password: PASSWORD,
    role: 'alt',
  })
  assert.match(nothing.body, /mindst én rolle/)
})

test('whose roles change is signed out, and whose do not is not', async () => {
  const { id } = await somebody('desk')
  const { token } = await beginSession(library.context(), id)
  const same = await chief.send(`${ACCOUNTS}/${id}`, `${ACCOUNTS}/${id}/roles`, { role: 'desk' })
  assert.equal(same.statusCode, 303)
  assert.ok(await signedIn(library.context(), token))
  await chief.send(`${ACCOUNTS}/${id}`, `${ACCOUNTS}/${id}/roles`, { role: 'desk', branch })
  assert.equal(await signedIn(library.context(), token), undefined)
  const { token: anew } = await beginSession(library.context(), id)
  assert.deepEqual((await signedIn(library.context(), anew))?.branch_ids, [branch])
})

test('nobody changes their own roles or ends their own access, so an administrator remains', async () => {
  const ctx = library.context(staffActor('system'))
  const own = { ok: false, refusal: { kind: 'own-account' } }
  assert.deepEqual(await changeRoles(ctx, chiefId, { roles: ['desk'], branch_ids: [] }), own)
  assert.deepEqual(await staffLeft(ctx, chiefId), own)
  const page = await chief.get(`${ACCOUNTS}/${chiefId}`)
  assert.doesNotMatch(page.body, /\/leave"|\/roles"|\/password"\s+novalidate/)
  const sent = await chief.send(`${ACCOUNTS}/${chiefId}`, `${ACCOUNTS}/${chiefId}/password`, {
    password: 'overtaget her',
  })
  assert.equal(sent.statusCode, 422)
})

test('who changed what of somebody’s access is told, and roles given by mistake are taken back', async () => {
  const ask = { username: 'huskes', name: 'Hanne Husker', email: '', password: PASSWORD, role: 'desk' }
  const made = await chief.send(`${ACCOUNTS}/new`, ACCOUNTS, ask)
  const page = String(made.headers.location)
  assert.equal((await chief.send(page, `${page}/roles`, { role: 'finance', branch })).statusCode, 303)
  assert.equal((await chief.send(page, `${page}/password`, { password: `${PASSWORD} 2` })).statusCode, 303)
  const seen = (await chief.get(page)).body
  const told = seen.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
  // In the same instant all of them, so that their order is nobody's.
  assert.match(
    told,
    /fik andre roller eller filialer af [^.]+\. Før: Betjening \(Alle filialer\)\. Efter: Økonomi \(Hovedbiblioteket\)\./,
  )
  assert.match(told, /fik en ny adgangskode af [^.]+\./)
  assert.match(told, /fik adgang af [^.]+\./)
  assert.match(seen, /<input type="hidden" name="role" value="desk">/)

  assert.equal((await chief.send(page, `${page}/roles`, { role: 'desk' })).statusCode, 303)
  const [id = ''] = page.split('/').slice(-1)
  const member = await findStaff(library.context(), id as StaffId)
  assert.deepEqual([member?.roles, member?.branch_ids], [['desk'], []])
  const ways = [...(await chief.get(page)).body.matchAll(/Giv det, der gjaldt før/g)].length
  assert.equal(ways, 1, 'only what differs from now is a way back')

  const confirmed = { confirmed: 'yes' }
  assert.equal((await chief.send(page, `${page}/leave`, confirmed)).statusCode, 303)
  const after = (await chief.get(page)).body
  assert.match(after, /adgangen blev afsluttet af/)
  assert.doesNotMatch(after, /Giv det, der gjaldt før/)
})

test('what cannot be taken back is done when it is confirmed, and not before', async () => {
  const { id } = await somebody('desk')
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
  const { Secret, TOTP } = await import('otpauth')
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate()
  assert.ok((await enrolSecondFactor(library.context({ kind: 'staff', id, roles: [] }), id, { secret, code })).ok)
  const page = `${ACCOUNTS}/${id}`
  for (const [action, isDone] of [
    ['second-factor', async () => !(await findStaff(library.context(), id))?.has_factor],
    ['leave', async () => Boolean((await findStaff(library.context(), id))?.left_at)],
  ] as const) {
    const careless = await chief.send(page, `${page}/${action}`)
    assert.equal(careless.statusCode, 422)
    assert.ok(careless.body.includes(`href="#${action}-confirmed"`))
    assert.equal(await isDone(), false)
    assert.equal((await chief.send(page, `${page}/${action}`, { confirmed: 'yes' })).statusCode, 303)
    assert.equal(await isDone(), true)
  }
  assert.doesNotMatch((await chief.get(page)).body, /name="confirmed"/)
})

test('whoever left and is back is given a new access like the one they had; the old one stays closed', async () => {
  const { id, username } = await somebody('desk', 'catalogue')
  const page = `${ACCOUNTS}/${id}`
  assert.equal((await chief.send(page, `${page}/leave`, { confirmed: 'yes' })).statusCode, 303)
  const way = `${ACCOUNTS}/new?again=${id}`
  assert.ok((await chief.get(page)).body.includes(`href="${way}"`))
  const proposed = (await chief.get(way)).body
  assert.match(proposed, new RegExp(`value="${username}-2"`))
  const isTicked = (role: string) => new RegExp(`id="role-${role}"[^>]*checked`).test(proposed)
  assert.deepEqual(['desk', 'catalogue', 'system'].map(isTicked), [true, true, false])
  const fields = { username: `${username}-2`, name: 'Dorte igen', password: PASSWORD, role: 'desk' }
  assert.equal((await chief.send(way, ACCOUNTS, fields)).statusCode, 303)
  const back = visit(app)
  await signInAs(back, 'fredensborg', { username: fields.username, password: PASSWORD })
  assert.equal((await back.get('/fredensborg/staff')).statusCode, 200)
  assert.ok((await findStaff(library.context(), id))?.left_at)
  const { id: still } = await somebody('desk')
  const other = (await chief.get(`${ACCOUNTS}/new?again=${still}`)).body
  assert.doesNotMatch(other, /Dorte nummer/, 'nobody who has access is proposed')
})

test('an administrator signs a colleague out everywhere', async () => {
  const { id, visitor } = await signedInAs('desk')
  const page = `${ACCOUNTS}/${id}`
  assert.equal((await chief.send(page, `${page}/sign-out`, { confirmed: 'yes' })).statusCode, 303)
  assert.equal((await visitor.get('/fredensborg/staff')).statusCode, 303)
})

test('an account that is not there is a page that says so', async () => {
  for (const path of [`${ACCOUNTS}/ukendt`, `${TERMINALS}/ukendt`]) {
    const page = await chief.get(path)
    assert.equal(page.statusCode, 404, path)
  }
})

test('a machine’s key is shown once, when it is made, and the machine is shut out when that is confirmed', async () => {
  const added = await chief.send(`${TERMINALS}/new`, TERMINALS, { name: 'hb-1', kind: 'self-service', branch })
  assert.equal(added.statusCode, 200)
  assert.equal(added.headers['cache-control'], 'no-store')
  const secret = /<code>([A-Za-z0-9_-]{43})<\/code>/.exec(added.body)?.[1] ?? ''
  assert.equal((await verifyTerminal(library.context(), 'hb-1', secret)).ok, true)
  const list = await chief.get(TERMINALS)
  assert.match(list.body, /hb-1/)
  assert.ok(!list.body.includes(secret))
  const id = (await listTerminals(library.context())).find(({ name }) => name === 'hb-1')?.id ?? ''
  const page = `${TERMINALS}/${id}`
  assert.equal((await chief.send(page, `${page}/disable`)).statusCode, 422)
  assert.equal((await verifyTerminal(library.context(), 'hb-1', secret)).ok, true)
  assert.equal((await chief.send(page, `${page}/disable`, { confirmed: 'yes' })).statusCode, 303)
  assert.equal((await verifyTerminal(library.context(), 'hb-1', secret)).ok, false)
})

test('every page of the desk is in English too', async () => {
  for (const [path, text] of [
    [ACCOUNTS, /Staff access/],
    [`${ACCOUNTS}/new`, /First password/],
    [TERMINALS, /Machines and doors/],
    ['/fredensborg/staff/second-factor', /One-time code/],
    ['/fredensborg/staff/sessions', /Where you are signed in/],
  ] as const) {
    assert.match((await chief.get(`/en${path}`)).body, text)
  }
})
