import { type Command, Option } from 'commander'
import { listBranches } from '#agencies'
import {
  addStaff,
  changeRoles,
  listStaff,
  passwordFaultTexts,
  removeSecondFactor,
  setPassword,
  signOutEverywhere,
  staffLeft,
  staffRefusalTexts,
} from '#auth'
import { type BranchId, STAFF_ROLES, type StaffId, type StaffRole } from '#core'
import type { Context } from '#vault'
import { type Cli, teach } from './cli.ts'
import { columns, Refused } from './terminal.ts'

export function staffCommands(program: Command, cli: Cli): void {
  const staff = program
    .command('staff')
    .description(
      'who may sign in to a library’s staff pages: add, list, roles, leave, password, second-factor, sign-out',
    )

  teach(
    staff
      .command('add')
      .description(
        'Gives a member of staff access; in production this is how a library’s first administrator comes to be. The password is typed twice on the terminal, or is one line of stdin; it is never an argument, which others on the machine could see.',
      )
      .argument('<username>', 'what they sign in with')
      .requiredOption('--agency <name>', 'the library')
      .requiredOption('--name <text>', 'their name, as colleagues see it')
      .addOption(new Option('--role <roles...>', 'what they may do').choices(STAFF_ROLES).makeOptionMandatory())
      .option('--branch <codes...>', 'the branches they work at; all, if none is named')
      .option('--email <address>', 'their e-mail address')
      .action((username, options) => add(cli, username, options)),
    {
      examples: ['staff add dorte --agency herning --name Dorte --role system data-protection-officer'],
      refuses: ['a username that is taken', 'a password that is short or holds the username', 'a branch there is not'],
    },
  )

  teach(
    staff
      .command('list')
      .description('Lists who has or had access.')
      .requiredOption('--agency <name>', 'the library')
      .action((options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const rows = await listStaff(ctx)
          const branches = await listBranches(ctx)
          const text = columns(
            ['username', 'name', 'roles', 'branches', 'signs in with', 'left'],
            rows.map((row) => [
              row.username,
              row.name,
              row.roles.join(', '),
              row.branch_ids.map((id) => branches.find((branch) => branch.id === id)?.code ?? '?').join(', ') || 'all',
              row.signs_in_elsewhere ? 'the municipality' : row.has_factor ? 'password, code' : 'password',
              row.left_at?.toString({ smallestUnit: 'minute' }) ?? '',
            ]),
          )
          cli.terminal.answer(
            rows,
            rows.length > 0 ? text : 'Nobody yet. Add someone: npm run kvit -- staff add --help',
          )
        }),
      ),
    { examples: ['staff list --agency herning'], refuses: [] },
  )

  teach(
    staff
      .command('roles')
      .description('Changes what a member of staff may do and where; whoever is signed in must sign in again.')
      .argument('<username>', 'whose')
      .requiredOption('--agency <name>', 'the library')
      .addOption(new Option('--role <roles...>', 'what they may do').choices(STAFF_ROLES).makeOptionMandatory())
      .option('--branch <codes...>', 'the branches they work at; all, if none is named')
      .action((username, options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const id = await idOf(ctx, username)
          const branch_ids = await branchIds(ctx, options.branch)
          const changed = await changeRoles(ctx, id, { roles: options.role, branch_ids })
          if (!changed.ok)
            throw new Refused(staffRefusalTexts[changed.refusal.kind].en, { reason: changed.refusal.kind })
          const { changed: isNew } = changed.value
          cli.terminal.answer(
            { id, changed: isNew },
            isNew ? `${username} has the new roles and must sign in again.` : 'Nothing has changed.',
          )
        }),
      ),
    {
      examples: ['staff roles dorte --agency herning --role desk finance --branch HB'],
      refuses: ['a username nobody has', 'someone who signs in through the municipality', 'a branch there is not'],
    },
  )

  teach(
    staff
      .command('second-factor')
      .description(
        'Removes a member of staff’s one-time code when the phone is lost, and signs them out everywhere. Be sure that it is they who ask.',
      )
      .argument('<username>', 'whose')
      .requiredOption('--agency <name>', 'the library')
      .requiredOption('--remove', 'that it is to be removed')
      .action((username, options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const id = await idOf(ctx, username)
          const removed = await removeSecondFactor(ctx, id)
          if (!removed.ok) throw new Refused(staffRefusalTexts[removed.refusal.kind].en)
          cli.terminal.answer(
            { removed: id },
            `${username} has no one-time code any more and is signed out everywhere.`,
          )
        }),
      ),
    { examples: ['staff second-factor dorte --agency herning --remove'], refuses: ['a username nobody has'] },
  )

  teach(
    staff
      .command('sign-out')
      .description('Signs a member of staff out on every browser.')
      .argument('<username>', 'whom')
      .requiredOption('--agency <name>', 'the library')
      .action((username, options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const id = await idOf(ctx, username)
          await signOutEverywhere(ctx, id)
          cli.terminal.answer({ signed_out: id }, `${username} is signed out everywhere.`)
        }),
      ),
    { examples: ['staff sign-out dorte --agency herning'], refuses: ['a username nobody has'] },
  )

  teach(
    staff
      .command('leave')
      .description('Ends a member of staff’s access at once. Their account is kept until the policy ends it.')
      .argument('<username>', 'who has left')
      .requiredOption('--agency <name>', 'the library')
      .action((username, options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const id = await idOf(ctx, username)
          const left = await staffLeft(ctx, id)
          if (!left.ok) throw new Refused(staffRefusalTexts[left.refusal.kind].en)
          cli.terminal.answer({ left: id }, `${username} can no longer sign in and has been signed out everywhere.`)
        }),
      ),
    { examples: ['staff leave dorte --agency herning'], refuses: ['a username nobody has'] },
  )

  teach(
    staff
      .command('password')
      .description(
        'Gives a member of staff another password and signs them out everywhere. Typed twice, or from stdin.',
      )
      .argument('<username>', 'whose')
      .requiredOption('--agency <name>', 'the library')
      .action((username, options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const id = await idOf(ctx, username)
          const password = await cli.terminal.newPassword(username)
          const set = await setPassword(ctx, id, { password })
          if (!set.ok) throw refused(set.refusal)
          cli.terminal.answer({ changed: id }, `${username} has a new password and has been signed out everywhere.`)
        }),
      ),
    {
      examples: ['staff password dorte --agency herning'],
      refuses: ['a username nobody has', 'a password that is short or holds the username'],
    },
  )
}

async function add(
  cli: Cli,
  username: string,
  options: { agency: string; name: string; role: StaffRole[]; branch?: string[]; email?: string },
): Promise<void> {
  await cli.inLibrary(options.agency, async (ctx) => {
    const branch_ids = await branchIds(ctx, options.branch)
    const password = await cli.terminal.newPassword(username)
    const { name, role: roles, email = null } = options
    const added = await addStaff(ctx, { username, name, email, roles, branch_ids, password })
    if (!added.ok) throw refused(added.refusal)
    cli.terminal.answer({ id: added.value, username, roles }, `${username} can sign in at /${ctx.agency}/staff.`)
  })
}

async function branchIds(ctx: Context, codes: readonly string[] = []): Promise<BranchId[]> {
  const branches = await listBranches(ctx)
  return codes.map((code) => {
    const known = branches.find((branch) => branch.code.toLowerCase() === code.toLowerCase())
    if (known) return known.id
    const there = branches.map((branch) => branch.code).join(', ')
    throw new Refused(`There is no branch ${code}. There are: ${there}.`, { reason: 'unknown-branch' })
  })
}

async function idOf(ctx: Context, username: string): Promise<StaffId> {
  const wanted = username.normalize('NFC').trim().toLowerCase()
  const known = (await listStaff(ctx)).find((member) => member.username === wanted)
  if (!known) throw new Refused(staffRefusalTexts.unknown.en)
  return known.id
}

type Refusal = Extract<
  Awaited<ReturnType<typeof addStaff>> | Awaited<ReturnType<typeof setPassword>>,
  { ok: false }
>['refusal']

function refused(refusal: Refusal): Refused {
  const text = refusal.kind === 'bad-password' ? passwordFaultTexts[refusal.because] : staffRefusalTexts[refusal.kind]
  return new Refused(text.en, { reason: refusal.kind })
}
