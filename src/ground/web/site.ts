import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BranchId, StaffId, StaffRole } from '#core'
import type { Context } from '#vault'

/** A member of staff who is signed in on this request. */
export interface StaffActor {
  readonly id: StaffId
  readonly roles: readonly StaffRole[]
  /** Where they work; none named means everywhere. */
  readonly branch_ids?: readonly BranchId[]
  /** As the page shows it; never for a log. */
  readonly name: string
}

/**
 * What pages ask about a request below `/:agency`: which library it is about, and who is there. Made where all rooms are
 * seen. Only requests whose library exists reach a page: the others have been answered before.
 */
export interface Site {
  /** The library that the address names; the actor is the member of staff who is signed in, else the system. */
  context(request: FastifyRequest): Context
  /** What the library calls itself. */
  agencyTitle(request: FastifyRequest): string
  /** Who of this library's staff is signed in, if anyone. */
  staff(request: FastifyRequest): StaffActor | undefined
  /**
   * Who is signed in, if they have one of the roles; any role will do when none is named. Otherwise it has already
   * answered, with the sign-in page or a refusal, and the page must return:
   *
   *     const staff = site.requireStaff(request, reply, 'system')
   *     if (!staff) return reply
   */
  requireStaff(request: FastifyRequest, reply: FastifyReply, ...roles: readonly StaffRole[]): StaffActor | undefined
}
