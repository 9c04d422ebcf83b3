import type { Command } from 'commander'
import { sql } from '#db'
import { type ChainReport, dryRun, lastNight, verifyChain } from '#privacy'
import type { Context } from '#vault'
import { register } from '../rooms.ts'
import { nightDue } from '../schedule.ts'
import { type Cli, teach } from './cli.ts'

export function verifyCommands(program: Command, cli: Cli): void {
  teach(
    program
      .command('verify')
      .description(
        'Looks whether the system has kept its word: that the record of the nights is whole, that the database holds nothing undeclared, that nothing is there past its end, that every erasure was finished. Changes nothing.',
      )
      .option('--agency <name>', 'one library; otherwise all')
      .action((options) =>
        cli.inLibraries(options.agency, async (ctxs) => {
          const found = []
          for (const ctx of ctxs) found.push(await verify(ctx))
          cli.terminal.answer(found, found.map(verdictText).join('\n\n') || 'There are no libraries to look at.', {
            holds: found.every(({ faults }) => faults.length === 0),
          })
        }),
      ),
    {
      examples: ['verify', 'verify --agency herning --json'],
      refuses: ['to say yes when a promise is broken: it says which, and the exit status is 1'],
    },
  )
}

interface Verdict {
  readonly agency: string
  readonly chain: ChainReport
  readonly last_night: Temporal.PlainDate | null
  readonly faults: readonly string[]
}

async function verify(ctx: Context): Promise<Verdict> {
  const chain = await verifyChain(ctx)
  const last_night = await lastNight(ctx)
  const faults = [
    ...chain.faults.map((fault) => `record of the nights: ${fault}`),
    ...nightFaults(ctx, last_night),
    ...(await overdueFaults(ctx, last_night)),
    ...(await worldFaults(ctx)),
    ...(await erasureFaults(ctx)),
  ]
  return { agency: ctx.agency, chain, last_night, faults }
}

/** A library that is new has had no night yet. */
function nightFaults(ctx: Context, last: Temporal.PlainDate | null): string[] {
  if (!last) return []
  const missed = last.until(nightDue(ctx.clock.now())).days
  return missed > 0 ? [`the last ${missed} nights have not been run; start Kvit, or: retention run`] : []
}

async function overdueFaults(ctx: Context, last: Temporal.PlainDate | null): Promise<string[]> {
  const plan = await dryRun(ctx, register, last ?? nightDue(ctx.clock.now()))
  return plan.filter(({ due }) => due > 0).map(({ clause, due }) => `${clause}: ${due} rows are past their end`)
}

/** Every column in the database is declared and every declared one is there: what nobody declared, nobody would erase. */
async function worldFaults(ctx: Context): Promise<string[]> {
  const rows = await ctx.db.all<{ place: string }>(sql`
    select c.relname || '.' || a.attname as place
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'm', 'v', 'f')`)
  const there = new Set(rows.map(({ place }) => place))
  const declared = new Set(
    register.tables.flatMap(({ name, columns }) => Object.keys(columns).map((column) => `${name}.${column}`)),
  )
  return [
    ...[...there.difference(declared)].map((place) => `${place} is in the database and not declared`),
    ...[...declared.difference(there)].map((place) => `${place} is declared and not in the database`),
  ]
}

async function erasureFaults(ctx: Context): Promise<string[]> {
  const faults: string[] = []
  const unfinished = await ctx.vault.unfinished()
  if (unfinished.length > 0) faults.push(`${unfinished.length} erasures were cut off; starting Kvit finishes them`)
  const buried = await ctx.vault.buried()
  const { back } = await ctx.db.one<{ back: number }>(
    sql`select count(*) as back from patron where id = any(${buried}::uuid[])`,
  )
  if (back > 0) faults.push(`${back} persons who were erased have rows again`)
  return faults
}

function verdictText({ agency, chain, last_night, faults }: Verdict): string {
  const head = `${agency}: ${chain.steps} records of nights, the last night ${last_night ?? 'has yet to come'}${
    chain.head ? `, newest hash ${chain.head}` : ''
  }`
  return [head, ...(faults.length > 0 ? faults.map((fault) => `  BROKEN  ${fault}`) : ['  all promises kept'])].join(
    '\n',
  )
}
