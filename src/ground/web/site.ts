import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BranchId, PatronId, StaffId, StaffRole } from '#core'
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

/** A patron who is signed in on this request. */
export interface PatronActor {
  readonly id: PatronId
  readonly number: string
  /** As the page shows it to the patron; never for a log. */
  readonly name: string
  /** What they have shown: card and PIN, or MitID. */
  readonly means: 'pin' | 'mitid'
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
  /** Which of this library's patrons is signed in, if anyone. Staff may be signed in on the same browser. */
  patron(request: FastifyRequest): PatronActor | undefined
  /**
   * The patron who is signed in. Otherwise it has already answered, with the way to the sign-in page, and the page must
   * return, as with {@link requireStaff}.
   */
  requirePatron(request: FastifyRequest, reply: FastifyReply): PatronActor | undefined
}
