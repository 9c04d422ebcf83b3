import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { endSession, SignInThrottle, signedIn, signIn } from '#auth'
import { type Actor, unreachable } from '#core'
import {
  type ApproveRefusal,
  approvePolicy,
  faultText,
  type Proposal,
  type ProposeRefusal,
  type PublishRefusal,
  previewPolicy,
  proposals,
  proposePolicy,
  publishPolicy,
} from '#privacy'
import type { Context } from '#vault'
import { register } from '../rooms.ts'
import { type Cli, teach } from './cli.ts'
import { diffText } from './policy.ts'
import { columns, Refused } from './terminal.ts'

export function publishCommands(policy: Command, cli: Cli): void {
  teach(
    policy
      .command('preview')
      .description('Shows what a policy would change, and what would go in its first night. Changes nothing.')
      .argument('<file>', 'the policy')
      .requiredOption('--agency <name>', 'the library')
      .action((file, options) => cli.inLibrary(options.agency, (ctx) => preview(cli, ctx, file))),
    { examples: ['policy preview herning-2027.yaml --agency herning'], refuses: ['a policy with faults'] },
  )

  teach(
    policy
      .command('publish')
      .description(
        'Lays a policy before the library as a proposal, in the name of a member of staff who signs in here (--as), or publishes one that a second member of staff has approved. It never publishes on one person’s word.',
      )
      .argument('<file>', 'the policy')
      .requiredOption('--agency <name>', 'the library')
      .option('--as <username>', 'propose it as this member of staff; the password is asked for, or read from stdin')
      .option('--confirm', 'publish although it removes more at once than the policy in force lets go unasked')
      .action((file, options) => cli.inLibrary(options.agency, (ctx) => publish(cli, ctx, file, options))),
    {
      examples: [
        'policy publish herning-2027.yaml --agency herning --as dorte',
        'policy approve 0193… --agency herning --as poul',
        'policy publish herning-2027.yaml --agency herning',
      ],
      refuses: [
        'a policy that nobody has proposed, or that only its proposer is for',
        'a policy with faults, one published before, and one that another version has overtaken',
        'anyone who is neither data protection officer nor administrator',
      ],
    },
  )

  teach(
    policy
      .command('approve')
      .description('Gives a proposal a second person’s yes.')
      .argument('<proposal>', 'its number, from policy proposals')
      .requiredOption('--agency <name>', 'the library')
      .requiredOption('--as <username>', 'who approves; the password is asked for, or read from stdin')
      .action((proposal, options) =>
        cli.inLibrary(options.agency, (ctx) =>
          asStaff(cli, ctx, options.as, async (ctx) => {
            const approved = await approvePolicy(ctx, proposal)
            if (!approved.ok) throw refused(approved.refusal, 'the proposal')
            cli.terminal.answer(shown(approved.value), 'Approved. It can be published now.')
          }),
        ),
      ),
    {
      examples: ['policy approve 0193… --agency herning --as poul'],
      refuses: ['the proposer’s own yes', 'anyone who is neither data protection officer nor administrator'],
    },
  )

  teach(
    policy
      .command('proposals')
      .description('Lists the proposals of a library, the newest first, and how far each has come.')
      .requiredOption('--agency <name>', 'the library')
      .action((options) => cli.inLibrary(options.agency, (ctx) => list(cli, ctx))),
    { examples: ['policy proposals --agency herning'], refuses: [] },
  )
}

async function preview(cli: Cli, ctx: Context, file: string): Promise<void> {
  const seen = await previewPolicy(ctx, await readFile(file, 'utf8'), register)
  if (!seen.ok) throw refused({ kind: 'faulty', faults: seen.refusal }, file)
  const { current, effective_on, night_on, diff, reaches } = seen.value
  const text = [
    `It would follow version ${current.number}, be in force from ${effective_on} and decide the night of ${night_on} first.`,
    diffText(diff) || 'It says the same as the version in force.',
    reaches.length > 0
      ? columns(
          ['clause', 'would go', 'of', 'percent', 'oldest'],
          reaches.map((reach) => [
            reach.clause,
            reach.rows,
            reach.total,
            reach.percent,
            reach.oldest_on?.toString() ?? '-',
          ]),
        )
      : 'No clause decides otherwise.',
  ]
  cli.terminal.answer({ current: current.number, effective_on, night_on, diff, reaches }, text.join('\n\n'))
}

async function publish(
  cli: Cli,
  ctx: Context,
  file: string,
  options: { as?: string; confirm?: boolean },
): Promise<void> {
  const text = await readFile(file, 'utf8')
  if (options.as !== undefined) return propose(cli, ctx, options.as, { file, text })
  const hash = createHash('sha256').update(text, 'utf8').digest('hex')
  const same = (await proposals(ctx)).filter((one) => one.hash === hash)
  const open = same.filter((one) => one.withdrawn_at === null && one.published_number === null)
  const proposal = open.find((one) => one.approved_by !== null) ?? open[0] ?? same[0]
  if (!proposal) {
    throw new Refused(
      `Nobody has proposed ${file} in ${ctx.agency}. A policy takes two members of staff: propose it with --as USERNAME, have another approve it, then publish.`,
      { reason: 'not-proposed' },
    )
  }
  const published = await publishPolicy(ctx, proposal.id, register, { confirmed: options.confirm === true })
  if (!published.ok) throw refused(published.refusal, file)
  const { number, effective_on } = published.value
  cli.terminal.answer(
    { published: number, hash: published.value.hash, effective_on, proposal: proposal.id },
    `Version ${number} is published and in force from ${effective_on}.`,
  )
}

function propose(cli: Cli, ctx: Context, username: string, given: { file: string; text: string }): Promise<void> {
  return asStaff(cli, ctx, username, async (ctx) => {
    const proposed = await proposePolicy(ctx, given.text, register)
    if (!proposed.ok) throw refused(proposed.refusal, given.file)
    cli.terminal.answer(
      shown(proposed.value),
      `Proposed, as ${proposed.value.id}. Nothing has changed yet: another data protection officer or administrator must approve it, on the library’s staff pages or with policy approve.`,
    )
  })
}

/** Runs what a member of staff asks for who signs in here, and signs them out again. */
async function asStaff(cli: Cli, ctx: Context, username: string, work: (ctx: Context) => Promise<void>): Promise<void> {
  const password = await cli.terminal.secret(`Password of ${username}`)
  const session = await signIn(
    ctx,
    { username, password, address: 'command line', code: () => cli.terminal.secret('Code from the app') },
    new SignInThrottle(),
  )
  if (!session.ok) throw new Refused('The username or the password does not fit.', { reason: 'wrong' })
  try {
    const who = await signedIn(ctx, session.value.token)
    if (!who) throw new Refused('This member of staff cannot sign in.')
    const actor: Actor = { kind: 'staff', id: who.id, roles: who.roles }
    await work({ ...ctx, actor })
  } finally {
    await endSession(ctx, session.value.token)
  }
}

async function list(cli: Cli, ctx: Context): Promise<void> {
  const all = (await proposals(ctx)).map(shown)
  const text = columns(
    ['proposal', 'proposed', 'state'],
    all.map((one) => [one.id, one.proposed_at.toString({ smallestUnit: 'minute' }), one.state]),
  )
  cli.terminal.answer(all, all.length > 0 ? text : 'Nothing has been proposed.')
}

/** A proposal without its text. */
function shown({ text: _text, ...proposal }: Proposal) {
  const { published_number, withdrawn_at, approved_by } = proposal
  const state =
    published_number !== null
      ? `published as version ${published_number}`
      : withdrawn_at
        ? 'withdrawn'
        : approved_by
          ? 'approved, not published'
          : 'waits for a second person'
  return { ...proposal, state }
}

type Refusal = ProposeRefusal | PublishRefusal | ApproveRefusal

function refused(refusal: Refusal, file: string): Refused {
  return new Refused(refusalText(refusal, file), { reason: refusal.kind, refusal })
}

function refusalText(refusal: Refusal, file: string): string {
  switch (refusal.kind) {
    case 'not-allowed':
      return 'Only a data protection officer or an administrator may decide on policies.'
    case 'unknown':
      return 'There is no such proposal.'
    case 'same-person':
      return 'Whoever proposed a policy cannot approve it: that takes a second person.'
    case 'not-approved':
      return 'Only its proposer is for it. A second member of staff must approve it before it can be published.'
    case 'published-before':
      return `This text is version ${refusal.number} already.`
    case 'stale':
      return STALE[refusal.because]
    case 'faulty':
      return refusal.faults.map((fault) => faultText(file, fault)).join('\n')
    case 'needs-confirmation':
      return [
        `It would at once remove more than ${refusal.above_percent} % of something. Say --confirm if that is meant:`,
        columns(
          ['clause', 'would go', 'of', 'percent'],
          refusal.reaches.map((reach) => [reach.clause, reach.rows, reach.total, reach.percent]),
        ),
      ].join('\n')
    default:
      return unreachable(refusal)
  }
}

const STALE = {
  withdrawn: 'The proposal has been withdrawn. Propose it again.',
  published: 'The proposal has been published already.',
  superseded: 'Another version was published since it was proposed. Look at what that changed, and propose it again.',
} as const
