import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type BranchRow, listBranches } from '#agencies'
import { type BranchId, type Language, STAFF_ROLES, type StaffId, type StaffRole, type Text2 } from '#core'
import type { Context } from '#vault'
import {
  checkbox,
  definitionList,
  errorSummary,
  type FieldErrors,
  form,
  href,
  html,
  passwordField,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  type StaffActor,
  submitButton,
  table,
  tag,
  textField,
} from '#web'
import { type AddStaffRefusal, addStaff, changeRoles, setPassword, staffLeft } from './add-staff.ts'
import { findStaff, listStaff, type StaffMember } from './queries.ts'
import { signOutEverywhere } from './session.ts'
import { type AgencyRoute, FAULTY, notFound } from './sign-in-parts.ts'
import { staffChangesOf } from './staff-changes.ts'
import { roleTexts, deskTexts as texts } from './staff-desk-texts.ts'
import { staffHistory } from './staff-history.ts'
import { passwordFaultTexts, texts as signInTexts, staffRefusalTexts } from './texts.ts'
import { removeSecondFactor } from './totp.ts'

type Request = FastifyRequest<AgencyRoute>
type StaffRoute = { Params: { agency: string; staff: string } }
type StaffRequest = FastifyRequest<StaffRoute>

const text = z.string().max(1000).catch('')
/** A box that is ticked once sends a text, and twice a list. */
const several = z.union([z.string().transform((one) => [one]), z.array(z.string())]).catch([])
const given = z.object({ username: text, name: text, email: text, password: text, role: several, branch: several })
type Given = z.infer<typeof given>
/** Whose new account it is, where somebody who left is back. */
const returning = z.object({ again: text })
const confirmation = z.object({ confirmed: text })

/** Who may sign in here, what they may do and where: for administrators. */
export function registerStaffDesk(app: FastifyInstance, site: Site): void {
  app.get<AgencyRoute>('/:agency/staff/accounts', async (request, reply) => {
    if (!site.requireStaff(request, reply, 'system')) return reply
    return listPage(request, reply, site)
  })

  app.get<AgencyRoute>('/:agency/staff/accounts/new', async (request, reply) => {
    if (!site.requireStaff(request, reply, 'system')) return reply
    const { again } = returning.parse(request.query ?? {})
    return newPage(request, reply, site, await asBefore(site.context(request), again), {})
  })

  app.post<AgencyRoute>('/:agency/staff/accounts', async (request, reply) => {
    if (!site.requireStaff(request, reply, 'system')) return reply
    const typed = given.parse(request.body ?? {})
    const added = await addStaff(site.context(request), {
      username: typed.username,
      name: typed.name,
      email: typed.email.trim() || null,
      password: typed.password,
      ...chosen(typed),
    })
    if (!added.ok) return newPage(request, reply, site, typed, addErrors(added.refusal, request.language))
    return redirectWithMessage(reply, request, accountPath(request, added.value), texts.added)
  })

  app.get<StaffRoute>('/:agency/staff/accounts/:staff', async (request, reply) => {
    const staff = site.requireStaff(request, reply, 'system')
    return staff ? memberPage(request, reply, site, staff) : reply
  })

  app.post<StaffRoute>('/:agency/staff/accounts/:staff/roles', async (request, reply) => {
    const staff = site.requireStaff(request, reply, 'system')
    if (!staff) return reply
    const typed = given.parse(request.body ?? {})
    const changed = await changeRoles(site.context(request), idIn(request), chosen(typed))
    if (changed.ok) return redirectWithMessage(reply, request, accountPath(request, idIn(request)), texts.rolesSaved)
    return memberPage(request, reply, site, staff, {
      'role-desk': staffRefusalTexts[changed.refusal.kind][request.language],
    })
  })

  app.post<StaffRoute>('/:agency/staff/accounts/:staff/password', async (request, reply) => {
    const staff = site.requireStaff(request, reply, 'system')
    if (!staff) return reply
    const { password } = given.parse(request.body ?? {})
    // One's own password is changed where the old one is asked for.
    const own = staff.id === idIn(request)
    const done = own
      ? ({ ok: false, refusal: { kind: 'own-account' } } as const)
      : await setPassword(site.context(request), idIn(request), { password })
    if (done.ok) return redirectWithMessage(reply, request, accountPath(request, idIn(request)), texts.passwordSet)
    const { refusal } = done
    const why = refusal.kind === 'bad-password' ? passwordFaultTexts[refusal.because] : staffRefusalTexts[refusal.kind]
    return memberPage(request, reply, site, staff, { password: why[request.language] })
  })

  confirmed(app, site, 'second-factor', texts.factorRemoved, removeSecondFactor)
  confirmed(app, site, 'sign-out', texts.signedOut, signOutEverywhere)
  confirmed(app, site, 'leave', texts.hasLeft, staffLeft)
}

/**
 * What the form for a new account proposes: nothing, or what somebody had who left and is back. Their old account stays
 * closed: its key in the vault is destroyed, and a restored backup would bury it again.
 */
async function asBefore(ctx: Context, again: string): Promise<Given> {
  const member = again === '' ? undefined : await findStaff(ctx, again as StaffId)
  if (!member?.left_at) return given.parse({})
  const { username, name, roles, branch_ids } = member
  return given.parse({ username: `${username}-2`, name, role: [...roles], branch: [...branch_ids] })
}

type Change = typeof staffLeft | typeof removeSecondFactor | typeof signOutEverywhere

/** What cannot be taken back is done when the box is ticked, and not before. */
function confirmed(app: FastifyInstance, site: Site, path: Confirmed, done: Text2, change: Change): void {
  app.post<StaffRoute>(`/:agency/staff/accounts/:staff/${path}`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, 'system')
    if (!staff) return reply
    const isSure = confirmation.parse(request.body ?? {}).confirmed === 'yes'
    const error = (why: Text2) =>
      memberPage(request, reply, site, staff, { [`${path}-confirmed`]: why[request.language] })
    if (!isSure) return error(texts.confirmFirst)
    const result = await change(site.context(request), idIn(request))
    if (!result.ok) return error(staffRefusalTexts[result.refusal.kind])
    return redirectWithMessage(reply, request, accountPath(request, idIn(request)), done)
  })
}

type Confirmed = 'second-factor' | 'sign-out' | 'leave'

async function listPage(request: Request, reply: FastifyReply, site: Site): Promise<FastifyReply> {
  const { language } = request
  const ctx = site.context(request)
  const [staff, branches] = [await listStaff(ctx), await listBranches(ctx)]
  return renderPage(request, reply, {
    title: texts.accounts[language],
    breadcrumbs: [{ label: texts.accounts[language] }],
    body: html`<p class="font-lead">${texts.accountsLead[language]}</p>
<p><a class="button button-primary" href="${href(request, accountPath(request, 'new'))}">${texts.addStaff[language]}</a></p>
${table(
  {
    caption: texts.accounts[language],
    hasHeading: true,
    head: [texts.name, texts.username, texts.roles, texts.branches, texts.signsIn, texts.state].map(
      (text) => text[language],
    ),
    rows: staff.map((member) => [
      html`<a href="${href(request, accountPath(request, member.id))}">${member.name}</a>`,
      member.username,
      rolesText(member.roles, language),
      branchNames(member, branches, language),
      signsIn(member)[language],
      member.left_at ? tag(texts.left[language]) : tag(texts.active[language], 'success'),
    ]),
    rowHeaders: true,
    empty: texts.noStaff[language],
  },
  language,
)}
<p><a href="${href(request, `/${request.params.agency}/staff/terminals`)}">${texts.terminals[language]}</a></p>`,
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
    value: typed.name,
    required: true,
    error: errors.name,
  })}
${textField({
  name: 'username',
  label: texts.username[language],
  hint: texts.usernameHint[language],
  value: typed.username,
  autocomplete: 'off',
  required: true,
  error: errors.username,
})}
${textField({ name: 'email', type: 'email', label: texts.email[language], value: typed.email })}
${passwordField({
  name: 'password',
  label: texts.firstPassword[language],
  hint: `${signInTexts.newPasswordHint[language]} ${texts.firstPasswordHint[language]}`,
  autocomplete: 'new-password',
  required: true,
  error: errors.password,
})}
${boxes(branches, { roles: typed.role, branches: typed.branch }, errors, language)}`
  return renderPage(request, reply, {
    title: texts.addStaff[language],
    status: Object.keys(errors).length > 0 ? FAULTY : 200,
    breadcrumbs: [
      { label: texts.accounts[language], href: `/${request.params.agency}/staff/accounts` },
      { label: texts.addStaff[language] },
    ],
    body: html`${errorSummary(errors, language)}
${form(request, reply, {
  action: `/${request.params.agency}/staff/accounts`,
  submit: texts.addStaff[language],
  body,
})}`,
  })
}

async function memberPage(
  request: StaffRequest,
  reply: FastifyReply,
  site: Site,
  staff: StaffActor,
  errors: FieldErrors = {},
): Promise<FastifyReply> {
  const { language } = request
  const ctx = site.context(request)
  const member = await findStaff(ctx, idIn(request))
  if (!member) return notFound(request, reply)
  const branches = await listBranches(ctx)
  const action = (path: string) => `${accountPath(request, member.id)}/${path}`
  const confirm = (path: Confirmed, heading: Text2, label: Text2, lead?: Text2) => html`<h2>${heading[language]}</h2>
${form(request, reply, {
  action: action(path),
  submit: submitButton(heading[language], 'warning'),
  body: html`${lead ? html`<p>${lead[language]}</p>` : ''}${checkbox({
    name: 'confirmed',
    id: `${path}-confirmed`,
    label: label[language],
    error: errors[`${path}-confirmed`],
  })}`,
})}`
  const roles = html`<h2>${texts.changeRoles[language]}</h2>
${form(request, reply, {
  action: action('roles'),
  submit: texts.saveRoles[language],
  body: boxes(branches, { roles: member.roles, branches: member.branch_ids }, errors, language),
})}`
  const password = html`<h2>${texts.setPassword[language]}</h2>
${form(request, reply, {
  action: action('password'),
  submit: texts.setPassword[language],
  body: passwordField({
    name: 'password',
    label: texts.newPassword[language],
    hint: texts.firstPasswordHint[language],
    autocomplete: 'new-password',
    required: true,
    error: errors.password,
  }),
})}`
  const isOwn = staff.id === member.id
  const open = html`${isOwn ? html`<p>${texts.own[language]}</p>` : ''}
${member.signs_in_elsewhere ? html`<p>${texts.elsewhere[language]}</p>` : isOwn ? '' : html`${roles}${password}`}
${member.has_factor && !isOwn ? confirm('second-factor', texts.removeFactor, texts.removeFactorConfirm, texts.removeFactorText) : ''}
${confirm('sign-out', texts.signOut, texts.signOutConfirm)}
${isOwn ? '' : confirm('leave', texts.leave, texts.leaveConfirm, texts.leaveText)}`
  return renderPage(request, reply, {
    title: member.name,
    status: Object.keys(errors).length > 0 ? FAULTY : 200,
    breadcrumbs: [
      { label: texts.accounts[language], href: `/${request.params.agency}/staff/accounts` },
      { label: member.name },
    ],
    body: html`${errorSummary(errors, language)}
${definitionList([
  { term: texts.username[language], value: member.username },
  { term: texts.signsIn[language], value: signsIn(member)[language] },
  { term: texts.roles[language], value: rolesText(member.roles, language) },
  { term: texts.branches[language], value: branchNames(member, branches, language) },
])}
${
  member.left_at
    ? html`<p>${tag(texts.left[language])}</p>
<p>${texts.returnText[language]}</p>
<p><a class="button button-secondary" href="${href(request, `${accountPath(request, 'new')}?again=${member.id}`)}">${texts.giveAgain[language]}</a></p>`
    : open
}
${staffHistory(request, reply, {
  changes: await staffChangesOf(ctx, member.id),
  branches,
  now: member,
  action: isOwn || member.left_at || member.signs_in_elsewhere ? undefined : action('roles'),
})}`,
  })
}

function boxes(
  branches: readonly BranchRow[],
  ticked: { roles: readonly string[]; branches: readonly string[] },
  errors: FieldErrors,
  language: Language,
): SafeHtml {
  return html`<fieldset>
<legend class="form-label">${texts.roles[language]}</legend>
${STAFF_ROLES.map((role) =>
  checkbox({
    name: 'role',
    id: `role-${role}`,
    label: roleTexts[role][language],
    value: role,
    checked: ticked.roles.includes(role),
    error: errors[`role-${role}`],
  }),
)}
</fieldset>
<fieldset>
<legend class="form-label">${texts.branches[language]}</legend>
<p class="form-hint">${texts.branchesHint[language]}</p>
${branches.map((branch) =>
  checkbox({
    name: 'branch',
    id: `branch-${branch.id}`,
    label: branch.name,
    value: branch.id,
    checked: ticked.branches.includes(branch.id),
  }),
)}
</fieldset>`
}

function addErrors(refusal: AddStaffRefusal, language: Language): FieldErrors {
  switch (refusal.kind) {
    case 'bad-password':
      return { password: passwordFaultTexts[refusal.because][language] }
    case 'no-name':
      return { name: staffRefusalTexts[refusal.kind][language] }
    case 'no-role':
    case 'unknown-branch':
      return { 'role-desk': staffRefusalTexts[refusal.kind][language] }
    default:
      return { username: staffRefusalTexts[refusal.kind][language] }
  }
}

function chosen(typed: Given): { roles: StaffRole[]; branch_ids: BranchId[] } {
  return {
    roles: STAFF_ROLES.filter((role) => typed.role.includes(role)),
    branch_ids: typed.branch.map((id) => id as BranchId),
  }
}

function signsIn(member: StaffMember): Text2 {
  if (member.signs_in_elsewhere) return texts.withMunicipality
  return member.has_factor ? texts.withCode : texts.withPassword
}

function rolesText(roles: readonly StaffRole[], language: Language): string {
  return roles.map((role) => roleTexts[role][language].split(':')[0]).join(', ')
}

function branchNames(member: StaffMember, branches: readonly BranchRow[], language: Language): string {
  if (member.branch_ids.length === 0) return texts.allBranches[language]
  return branches
    .filter((branch) => member.branch_ids.includes(branch.id))
    .map((branch) => branch.name)
    .join(', ')
}

function idIn(request: StaffRequest): StaffId {
  return request.params.staff as StaffId
}

function accountPath(request: FastifyRequest<AgencyRoute>, staff: string): string {
  return `/${request.params.agency}/staff/accounts/${staff}`
}
