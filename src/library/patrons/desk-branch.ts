import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type BranchRow, listBranches } from '#agencies'
import type { Context } from '#vault'
import { hidden, html, type SafeHtml, type StaffActor, selectField } from '#web'
import { texts } from './desk-counter-texts.ts'

/** Where this browser's desk stands, kept in the browser: chosen once, not with each scan. */
const branchCookie = ({ agency }: Context) => `kvit-desk-${agency}`
const YEAR_SECONDS = 365 * 24 * 60 * 60

const named = z.object({ branch: z.string().max(64).catch('') }).catch({ branch: '' })

/** The branch named in the form, else the one this browser has chosen before, else where the member of staff works. */
export async function branchOfDesk(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  staff: StaffActor,
): Promise<BranchRow | undefined> {
  const branches = await listBranches(ctx)
  const { branch } = named.parse(request.body ?? {})
  const kept = request.cookies[branchCookie(ctx)]
  const wanted = [branch, kept, staff.branch_ids?.[0]]
  const found = wanted.flatMap((id) => branches.find((each) => each.id === id) ?? [])[0]
  if (found && found.id === branch && branch !== kept) {
    reply.setCookie(branchCookie(ctx), branch, { maxAge: YEAR_SECONDS })
  }
  return found ?? (branches.length === 1 ? branches[0] : undefined)
}

/** Says where the desk stands, and lets it be changed, where there is a choice. */
export async function branchField(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  staff: StaffActor,
): Promise<SafeHtml> {
  const { language } = request
  const branches = await listBranches(ctx)
  const here = await branchOfDesk(ctx, request, reply, staff)
  if (branches.length < 2) return html`${here ? hidden('branch', here.id) : ''}`
  return selectField({
    name: 'branch',
    label: texts.deskBranch[language],
    options: [
      ...(here ? [] : [{ value: '', label: texts.chooseBranch[language] }]),
      ...branches.map(({ id, name }) => ({ value: id, label: name })),
    ],
    value: here?.id,
  })
}
