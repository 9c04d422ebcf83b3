import { type Command, Option } from 'commander'
import { addStaff, listStaff, passwordFaultTexts, setPassword, staffLeft, staffRefusalTexts } from '#auth'
import { STAFF_ROLES, type StaffId, type StaffRole } from '#core'
import type { Context } from '#vault'
import { type Cli, teach } from './cli.ts'
import { columns, Refused } from './terminal.ts'

export function staffCommands(program: Command, cli: Cli): void {
  const staff = program
    .command('staff')
    .description('who may sign in to a library’s staff pages: add, list, leave, password')

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
      .option('--email <address>', 'their e-mail address')
      .action((username, options) => add(cli, username, options)),
    {
      examples: ['staff add dorte --agency herning --name Dorte --role system data-protection-officer'],
      refuses: ['a username that is taken', 'a password that is short or holds the username'],
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
          const text = columns(
            ['username', 'name', 'roles', 'left'],
            rows.map((row) => [
              row.username,
              row.name,
              row.roles.join(', '),
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
  options: { agency: string; name: string; role: StaffRole[]; email?: string },
): Promise<void> {
  await cli.inLibrary(options.agency, async (ctx) => {
    const password = await cli.terminal.newPassword(username)
    const { name, role: roles, email = null } = options
    const added = await addStaff(ctx, { username, name, email, roles, password })
    if (!added.ok) throw refused(added.refusal)
    cli.terminal.answer({ id: added.value, username, roles }, `${username} can sign in at /${ctx.agency}/staff.`)
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
