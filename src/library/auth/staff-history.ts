import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BranchRow } from '#agencies'
import type { BranchId, Language, StaffRole } from '#core'
import { form, hidden, html, instantText, listText, type SafeHtml, submitButton } from '#web'
import type { MayAndWhere, ToldStaffChange } from './staff-changes.ts'
import { changeTexts, deskTexts, roleTexts } from './staff-desk-texts.ts'

interface Shown {
  readonly changes: readonly ToldStaffChange[]
  readonly branches: readonly BranchRow[]
  readonly now: MayAndWhere
  /** Where roles are sent; none where they cannot be changed. */
  readonly action: string | undefined
}

/** Who has changed what of somebody's access, and the way back to the roles of before. */
export function staffHistory(request: FastifyRequest, reply: FastifyReply, shown: Shown): SafeHtml {
  const { language } = request
  const { changes, branches, now, action } = shown
  const lines = changes.map((change) => {
    const by = change.by_name ?? (change.changed_by ? changeTexts.formerStaff : changeTexts.program)[language]
    const when = instantText(change.changed_at, language)
    return html`<li><p>${changeTexts.kinds[change.kind](when, by)[language]}${difference(change, branches, language)}</p>
${action && mayGoBack(change, now) ? wayBack(request, reply, change, action) : ''}</li>`
  })
  return html`<h2>${changeTexts.history[language]}</h2>
${lines.length === 0 ? html`<p>${changeTexts.none[language]}</p>` : html`<ul>${lines}</ul>`}`
}

function difference(change: ToldStaffChange, branches: readonly BranchRow[], language: Language): SafeHtml {
  if (!change.roles_was || !change.roles_became) return html``
  const told = (roles: readonly StaffRole[], where: readonly BranchId[]) => {
    const named = roles.map((role) => roleTexts[role][language].split(':')[0] ?? role)
    const houses = branches.filter(({ id }) => where.includes(id)).map(({ name }) => name)
    const place = houses.length === 0 ? deskTexts.allBranches[language] : listText(houses, language)
    return `${listText(named, language)} (${place})`
  }
  const before = told(change.roles_was, change.branches_was ?? [])
  return html`<br>${changeTexts.wasAndBecame(before, told(change.roles_became, change.branches_became ?? []))[language]}`
}

function mayGoBack({ roles_was, branches_was }: ToldStaffChange, now: MayAndWhere): boolean {
  const same = (one: readonly string[], other: readonly string[]) => one.toSorted().join() === other.toSorted().join()
  return roles_was !== null && !(same(roles_was, now.roles) && same(branches_was ?? [], now.branch_ids))
}

function wayBack(
  request: FastifyRequest,
  reply: FastifyReply,
  { roles_was, branches_was }: ToldStaffChange,
  action: string,
): SafeHtml {
  return form(request, reply, {
    action,
    body: html`${(roles_was ?? []).map((role) => hidden('role', role))}
${(branches_was ?? []).map((branch) => hidden('branch', branch))}`,
    submit: submitButton(changeTexts.putBack[request.language], 'secondary'),
  })
}
