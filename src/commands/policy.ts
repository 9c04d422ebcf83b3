import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import {
  type Change,
  comparePolicies,
  diffPolicies,
  faultText,
  lintPolicy,
  type Policy,
  type PolicyDiff,
  periodText,
  readPolicy,
} from '#privacy'
import { register } from '../rooms.ts'
import { type Cli, teach } from './cli.ts'
import { publishCommands } from './policy-publish.ts'
import { Refused } from './terminal.ts'

const POLICIES = join(import.meta.dirname, '..', '..', 'policies')

export function policyCommands(program: Command, cli: Cli): void {
  const policy = program.command('policy').description('policies: check, lint, diff, compare, propose and publish')

  teach(
    policy
      .command('check')
      .description('Reads a policy and holds it against all that the program declares. Needs no database.')
      .argument('<file>', 'the policy')
      .option('--agency <name>', 'the library it must be for')
      .action((file, options) => check(cli, file, options.agency)),
    {
      examples: ['policy check policies/herning.yaml'],
      refuses: ['a policy with faults: each with file, line, column, what is wrong and what is allowed; exit status 1'],
    },
  )

  teach(
    policy
      .command('lint')
      .description('Reads a policy as a data protection officer would: what is missing, contradictory or unusual.')
      .argument('<file>', 'the policy')
      .action((file) => lint(cli, file)),
    { examples: ['policy lint policies/herning.yaml'], refuses: ['a policy in which it finds errors: exit status 1'] },
  )

  teach(
    policy
      .command('diff')
      .description('Says what changes when one policy gives way to another.')
      .argument('<before>', 'a policy')
      .argument('<after>', 'another')
      .action((before, after) => diff(cli, before, after)),
    { examples: ['policy diff policies/herning.yaml herning-2027.yaml'], refuses: [] },
  )

  teach(
    policy
      .command('compare')
      .description('Sets policies side by side: what each library says of each topic.')
      .argument('[files...]', 'policies; otherwise all in policies/')
      .option('--differences', 'only topics on which they differ')
      .option('--lang <language>', 'da or en', 'en')
      .action((files, options) => compare(cli, files, options)),
    {
      examples: ['policy compare', 'policy compare policies/herning.yaml policies/stevns.yaml --differences'],
      refuses: [],
    },
  )

  publishCommands(policy, cli)
}

/** Reads a policy's file. @throws Refused with every fault and its place */
export async function policyIn(file: string, agency?: string): Promise<{ policy: Policy; text: string }> {
  const text = await readFile(file, 'utf8')
  const read = readPolicy(text, register, agency === undefined ? {} : { agency })
  if (read.ok) return { policy: read.value, text }
  const lines = read.refusal.map((fault) => faultText(file, fault))
  const count = lines.length === 1 ? '1 fault' : `${lines.length} faults`
  throw new Refused(`${count} in ${file}:\n${lines.join('\n')}`, { file, faults: read.refusal })
}

async function check(cli: Cli, file: string, agency: string | undefined): Promise<void> {
  const { policy } = await policyIn(file, agency)
  cli.terminal.answer(
    { file, agency: policy.agency, effective: policy.effective, clauses: policy.clauses.length, faults: [] },
    `${file} is a policy of ${policy.agency} without faults: ${policy.clauses.length} clauses, ${policy.recipients.length} recipients, effective ${policy.effective}.`,
  )
}

async function lint(cli: Cli, file: string): Promise<void> {
  const { policy } = await policyIn(file)
  const findings = lintPolicy(policy, register)
  const text = findings.map(({ kind, path, what }) => `${kind.padEnd(7)}  ${path}: ${what.en}`)
  cli.terminal.answer({ file, findings }, text.length > 0 ? text.join('\n') : `${file}: nothing to remark on.`, {
    holds: findings.every(({ kind }) => kind !== 'error'),
  })
}

async function diff(cli: Cli, before: string, after: string): Promise<void> {
  const [a, b] = [await policyIn(before), await policyIn(after)]
  const found = diffPolicies(a.policy, b.policy)
  const text = diffText(found)
  cli.terminal.answer({ before, after, ...found }, text || 'They say the same.')
}

export function diffText({ clauses, recipients, features, others }: PolicyDiff): string {
  const clause = (one: Policy['clauses'][number]) => `${periodText(one.keep).en}, ${one.action}`
  return [
    ...clauses.map((change) => `clause ${changeText(change, clause)}`),
    ...recipients.map(
      (change) => `recipient ${changeText(change, ({ name, fields }) => `${name} (${fields.join(', ')})`)}`,
    ),
    ...features.on.map((data) => `begins to hold ${data}`),
    ...features.off.map((data) => `stops holding ${data}`),
    ...others.map(({ kind, name }) => `${name} ${kind}`),
  ].join('\n')
}

function changeText<T>(change: Change<T>, of: (item: T) => string): string {
  switch (change.kind) {
    case 'added':
      return `${change.name} added: ${of(change.after)}`
    case 'removed':
      return `${change.name} removed; it was: ${of(change.before)}`
    case 'changed':
      return `${change.name} changed: ${of(change.before)} -> ${of(change.after)}`
  }
}

async function compare(
  cli: Cli,
  files: readonly string[],
  options: { differences?: boolean; lang: string },
): Promise<void> {
  const paths = files.length > 0 ? files : globSync(join(POLICIES, '*.yaml')).sort()
  const policies = []
  for (const path of paths) policies.push((await policyIn(path)).policy)
  const { agencies, rows } = comparePolicies(policies, register)
  const shown = options.differences ? rows.filter((row) => !row.alike) : rows
  const language = options.lang === 'da' ? 'da' : 'en'
  // Cells are sentences: a table of them would be wider than any screen.
  const text = shown.map((row) =>
    [
      row.topic[language],
      ...(row.alike
        ? [`    all: ${row.cells[0]?.[language] ?? '-'}`]
        : row.cells.map((cell, index) => `    ${agencies[index]}: ${cell?.[language] ?? '-'}`)),
    ].join('\n'),
  )
  cli.terminal.answer({ agencies, rows: shown }, text.length > 0 ? text.join('\n') : 'They say the same of everything.')
}
