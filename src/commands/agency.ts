import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { addBranch, listBranches } from '#agencies'
import { sql, sqlState } from '#db'
import { faultText, lastNight, policyOf, readPolicy } from '#privacy'
import { register } from '../rooms.ts'
import { type Cli, findAgency, teach } from './cli.ts'
import { columns, Refused } from './terminal.ts'

export function agencyCommands(program: Command, cli: Cli): void {
  const agency = program.command('agency').description('the libraries of this installation: add, list, remove')

  teach(
    agency
      .command('add')
      .description(
        'Makes a library: its schema, its keys, and version 1 of its policy, published in your name as the founding policy. Safe to repeat.',
      )
      .argument('<name>', 'short name: its schema, its policy and its address on the web')
      .requiredOption('--number <number>', 'national agency number: 7, the municipality’s three digits, 00')
      .requiredOption('--title <title>', 'what the library calls itself')
      .requiredOption('--policy <file>', 'its policy, such as policies/herning.yaml')
      .action((name, options) => addAgency(cli, name, options)),
    {
      examples: [
        "agency add herning --number 765700 --title 'Herning Bibliotekerne' --policy policies/herning.yaml",
        'branch add HB Hovedbiblioteket --agency herning',
        'staff add dorte --agency herning --name Dorte --role system',
      ],
      refuses: [
        'a policy with faults: each is shown with its line and what is allowed, and nothing is made',
        'another policy for a library that is there: that takes two members of staff (policy publish)',
      ],
    },
  )

  teach(
    agency
      .command('list')
      .description('Lists the libraries with the policy in force and the newest night that was run.')
      .action(() => listAgencies(cli)),
    { examples: ['agency list', 'agency list --json'], refuses: [] },
  )

  teach(
    agency
      .command('remove')
      .description(
        'Takes a library away with everybody and everything in it, and destroys its keys: a backup that is left can never be read again in full.',
      )
      .argument('<name>', 'the library')
      .option('--yes', 'do it; without it you are only told what would go')
      .action((name, options) => removeAgency(cli, name, options.yes === true)),
    { examples: ['agency remove herning --yes'], refuses: ['to remove anything without --yes'] },
  )

  branchCommands(program, cli)

  teach(
    program
      .command('migrate')
      .description('Brings every library’s tables up to date with this version of Kvit. Safe to repeat.')
      .action(() => migrate(cli)),
    { examples: ['migrate'], refuses: ['a database that a newer Kvit has been at'] },
  )
}

async function addAgency(
  cli: Cli,
  name: string,
  options: { number: string; title: string; policy: string },
): Promise<void> {
  const text = await readFile(options.policy, 'utf8')
  const read = readPolicy(text, register, { agency: name })
  if (!read.ok) {
    const lines = read.refusal.map((fault) => faultText(options.policy, fault))
    throw new Refused(`The policy cannot be published:\n${lines.join('\n')}`, { faults: read.refusal })
  }
  const { number, title } = options
  await cli.installed(async (installation) => {
    await installation.addAgency({ name, number, title }, text, cli.operator.name)
    const ctx = installation.context(name, cli.operator)
    const policy = await policyOf(ctx)
    cli.terminal.answer(
      { name, number, title, policy_version: policy.number, policy_hash: policy.hash },
      `${title} is there, under version ${policy.number} of its policy.\nNext: its branches (branch add) and its first administrator (staff add).`,
    )
  })
}

async function listAgencies(cli: Cli): Promise<void> {
  await cli.installed(async (installation) => {
    const rows = []
    for (const { name, number, title } of await installation.agencies()) {
      const ctx = installation.context(name, cli.operator)
      const policy = await policyOf(ctx).catch(() => undefined)
      const last_night = await lastNight(ctx).catch(() => null)
      rows.push({ name, number, title, policy_version: policy?.number ?? null, last_night })
    }
    const text = columns(
      ['name', 'number', 'title', 'policy', 'last night'],
      rows.map((row) => [
        row.name,
        row.number,
        row.title,
        row.policy_version ?? '-',
        row.last_night?.toString() ?? '-',
      ]),
    )
    cli.terminal.answer(rows, rows.length > 0 ? text : 'No libraries yet. Add one: npm run kvit -- agency add --help')
  })
}

async function removeAgency(cli: Cli, name: string, isMeant: boolean): Promise<void> {
  await cli.installed(async (installation) => {
    const agency = await findAgency(installation, name)
    if (!isMeant) {
      const ctx = installation.context(name, cli.operator)
      const { patrons, loans } = await ctx.db
        .one<{ patrons: number; loans: number }>(sql`
          select (select count(*) from patron) as patrons,
                 (select count(*) from loan where returned_at is null) as loans`)
        .catch(() => ({ patrons: null, loans: null }))
      throw new Refused(
        `${agency.title} has ${patrons ?? 'an unknown number of'} patrons and ${loans ?? 'an unknown number of'} loans. All of it would go, and its keys. Say --yes if that is meant.`,
        { patrons, loans },
      )
    }
    await installation.removeAgency(name)
    cli.terminal.answer(
      { removed: name },
      `${agency.title} is gone. Its backups are files and lie where they lay; what is sealed in them cannot be read any more.`,
    )
  })
}

function branchCommands(program: Command, cli: Cli): void {
  const branch = program.command('branch').description('a library’s branches: add, list')
  teach(
    branch
      .command('add')
      .description('Adds a branch.')
      .argument('<code>', 'the code that imports and machines call it by')
      .argument('<name>', 'what it is called')
      .requiredOption('--agency <name>', 'the library')
      .option('--address <text>', 'street and number', '')
      .option('--postcode <text>', '', '')
      .option('--city <text>', '', '')
      .action((code, name, options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const { address, postcode, city } = options
          try {
            const id = await addBranch(ctx, { code, name, address, postcode, city })
            cli.terminal.answer({ id, code, name }, `${name} (${code}) is there.`)
          } catch (fault) {
            if (sqlState(fault) !== '23505') throw fault
            throw new Refused(`The library has a branch with the code ${code}.`)
          }
        }),
      ),
    { examples: ['branch add HB Hovedbiblioteket --agency herning'], refuses: ['a code that another branch has'] },
  )
  teach(
    branch
      .command('list')
      .description('Lists the branches.')
      .requiredOption('--agency <name>', 'the library')
      .action((options) =>
        cli.inLibrary(options.agency, async (ctx) => {
          const rows = await listBranches(ctx)
          const text = columns(
            ['code', 'name', 'address'],
            rows.map((row) => [row.code, row.name, [row.address, row.postcode, row.city].filter(Boolean).join(', ')]),
          )
          cli.terminal.answer(rows, rows.length > 0 ? text : 'No branches yet.')
        }),
      ),
    { examples: ['branch list --agency herning'], refuses: [] },
  )
}

async function migrate(cli: Cli): Promise<void> {
  await cli.installed(async (installation) => {
    const agencies = await installation.agencies()
    const advance = cli.terminal.progress('libraries')
    const rows = []
    for (const [index, { name }] of agencies.entries()) {
      rows.push({ name, migrations: await installation.migrate(name) })
      advance(index + 1, agencies.length)
    }
    const changed = rows.filter(({ migrations }) => migrations > 0)
    cli.terminal.answer(
      rows,
      changed.length > 0
        ? columns(
            ['library', 'migrations'],
            changed.map((row) => [row.name, row.migrations]),
          )
        : `All ${rows.length} libraries are up to date.`,
    )
  })
}
