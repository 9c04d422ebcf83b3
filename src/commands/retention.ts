import type { Command } from 'commander'
import { dayOf } from '#core'
import { settle } from '#loans'
import { dryRun, lastNight, type NightReport, runRetention } from '#privacy'
import type { Context } from '#vault'
import { register } from '../rooms.ts'
import { nightDue } from '../schedule.ts'
import { type Cli, teach } from './cli.ts'
import { columns, Misused, Refused } from './terminal.ts'

export function retentionCommands(program: Command, cli: Cli): void {
  const retention = program.command('retention').description('the nightly forgetting: what it would do, and doing it')

  teach(
    retention
      .command('plan')
      .description(
        'Shows what each clause of the policy in force would take tonight, and what is held back. Changes nothing.',
      )
      .option('--agency <name>', 'one library; otherwise all')
      .option('--night <date>', 'another night, such as 2027-01-01', readDay)
      .action((options) => plan(cli, options)),
    { examples: ['retention plan --agency herning', 'retention plan --night 2027-01-01'], refuses: [] },
  )

  teach(
    retention
      .command('run')
      .description(
        'Runs the nights that are due and not yet run, in order, and records each in the chain. A night that ran is run again only if named; it then finds nothing more.',
      )
      .option('--agency <name>', 'one library; otherwise all')
      .option('--night <date>', 'this night only', readDay)
      .option('--dry-run', 'only show what would go')
      .action((options) => (options.dryRun ? plan(cli, options) : run(cli, options))),
    {
      examples: ['retention run --dry-run', 'retention run --agency herning'],
      refuses: [
        'a night that has not come',
        'a night when one before it has not been run: run without --night, which takes them in order',
        'to call it kept when rows are left that should be gone: exit status 1',
      ],
    },
  )
}

interface Options {
  readonly agency?: string
  readonly night?: Temporal.PlainDate
}

async function plan(cli: Cli, options: Options): Promise<void> {
  await cli.inLibraries(options.agency, async (ctxs) => {
    const plans = []
    for (const ctx of ctxs) {
      const night = options.night ?? dayOf(ctx.clock.now()).add({ days: 1 })
      plans.push({ agency: ctx.agency, night_on: night, clauses: await dryRun(ctx, register, night) })
    }
    const text = plans.map(({ agency, night_on, clauses }) =>
      [
        `${agency}, the night of ${night_on}`,
        columns(
          ['clause', 'up to', 'would go', 'held', 'restricted', 'still open'],
          clauses.map((row) => [
            row.clause,
            row.cutoff.toString({ smallestUnit: 'second' }),
            row.due,
            row.held,
            row.restricted,
            row.still_open,
          ]),
        ),
      ].join('\n'),
    )
    cli.terminal.answer(plans, text.join('\n\n'))
  })
}

async function run(cli: Cli, options: Options): Promise<void> {
  await cli.inLibraries(options.agency, async (ctxs) => {
    const done: { agency: string; nights: readonly NightReport[] }[] = []
    for (const ctx of ctxs) {
      const advance = cli.terminal.progress(`${ctx.agency}: nights`)
      done.push({ agency: ctx.agency, nights: await runNights(ctx, options.night, advance) })
    }
    const nights = done.flatMap(({ agency, nights }) => nights.map((night) => ({ agency, ...night })))
    const sum = (night: NightReport, key: 'rows_gone' | 'overdue') =>
      night.steps.reduce((total, step) => total + step[key], 0)
    const text = columns(
      ['library', 'night', 'outcome', 'rows gone', 'overdue', 'days late'],
      nights.map((night) => [
        night.agency,
        night.night_on.toString(),
        night.outcome,
        sum(night, 'rows_gone'),
        sum(night, 'overdue'),
        night.late_days,
      ]),
    )
    cli.terminal.answer(done, nights.length > 0 ? text : 'No night is due: all have been run.', {
      holds: nights.every(({ outcome }) => outcome === 'kept'),
    })
  })
}

/** The nights that are due, in order, or the one that is named. Messages are left to the program that serves. */
export async function runNights(
  ctx: Context,
  only?: Temporal.PlainDate,
  progress: (done: number, of: number) => void = () => {},
): Promise<NightReport[]> {
  const due = nightDue(ctx.clock.now())
  const last = await lastNight(ctx)
  const first = last?.add({ days: 1 }) ?? due
  if (only && Temporal.PlainDate.compare(only, due) > 0) {
    throw new Refused(`The night of ${only} has not come in ${ctx.agency}; the newest that can be run is ${due}.`)
  }
  if (only && last && Temporal.PlainDate.compare(only, first) > 0) {
    throw new Refused(`The night of ${first} has not been run in ${ctx.agency}. Without --night they are run in order.`)
  }
  const nights: NightReport[] = []
  const end = only ?? due
  const of = Math.max(0, (only ?? first).until(end).days + 1)
  for (let night = only ?? first; Temporal.PlainDate.compare(night, end) <= 0; night = night.add({ days: 1 })) {
    await settle(ctx)
    nights.push(await runRetention(ctx, register, night))
    progress(nights.length, of)
  }
  return nights
}

/** A day among a command's options. */
export function readDay(text: string): Temporal.PlainDate {
  try {
    return Temporal.PlainDate.from(text)
  } catch {
    throw new Misused(`"${text}" is no date; write it as 2027-01-31.`)
  }
}
