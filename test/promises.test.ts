import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { stringify } from 'yaml'
import { at, dayOf } from '#core'
import { sql } from '#db'
import {
  type AccountedPromise,
  accountFor,
  promiseBook,
  promisesReport,
  registerPromisePages,
  runRetention,
} from '#privacy'
import type { Context } from '#vault'
import { dateText } from '#web'
import { readCatalogue, readEntries } from '../src/privacy/promise-files.ts'
import { samePeriod } from '../src/privacy/promises.ts'
import { headCommit, readEvidence } from '../src/privacy/test-results.ts'
import { register } from '../src/rooms.ts'
import { openTestLibrary } from './support/library.ts'
import { testWeb } from './support/site.ts'

const ROOT = join(import.meta.dirname, '..')
const AGENCIES = ['fredensborg', 'glostrup', 'herning', 'ishoj', 'stevns']
const HEAD = 'a'.repeat(40)

const library = await openTestLibrary({ agencies: AGENCIES })
const folders: string[] = []
after(async () => {
  await library.close()
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

/** A copy of the program's folder as far as promises go, with other answers, tests and results. */
async function folder(files: {
  promises?: Record<string, unknown>
  test?: string
  results?: { outcome: string; commit?: string; dirty?: boolean }
}): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'kvit-promises-'))
  folders.push(root)
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  await mkdir(join(root, 'promises'))
  await cp(join(ROOT, 'promises', 'catalogue.yaml'), join(root, 'promises', 'catalogue.yaml'))
  await put('promises/fredensborg.yaml', stringify({ promises: files.promises ?? {} }))
  await put('.git/HEAD', 'ref: refs/heads/main\n')
  await put('.git/refs/heads/main', `${HEAD}\n`)
  if (files.test !== undefined) await put('src/loans.test.ts', files.test)
  if (files.results) {
    const { outcome, commit = HEAD, dirty = false } = files.results
    const tests = [{ name: 'lending > a reserved item is not renewed', file: 'src/loans.test.ts', outcome, ms: 1 }]
    await put('test/results/results.json', JSON.stringify({ commit, dirty, at: '2025-11-20T11:00:00Z', tests }))
  }
  return root
}

async function one(root: string, id: string, ctx: Context = library.context()): Promise<AccountedPromise> {
  const { promises } = await accountFor(ctx, register, root)
  const found = promises.find(({ statement }) => statement.id === id)
  assert.ok(found)
  return found
}

function told(promise: AccountedPromise): string[] {
  return promise.faults.map(({ en }) => en)
}

// What stands in promises/

test('the catalogue holds each of the 577 statements once', async () => {
  const { catalogue, faults } = readCatalogue(await readFile(join(ROOT, 'promises', 'catalogue.yaml'), 'utf8'))
  assert.deepEqual(faults, [])
  assert.deepEqual(Object.fromEntries(AGENCIES.map((agency) => [agency, catalogue[agency]?.length])), {
    fredensborg: 173,
    glostrup: 102,
    herning: 119,
    ishoj: 92,
    stevns: 91,
  })
})

for (const agency of AGENCIES) {
  test(`everything answered for ${agency} is about a statement of its notice, and is kept in a new library`, async () => {
    const ctx = library.context(undefined, agency)
    const { entries } = await promiseBook(agency)
    assert.ok(entries.size > 20)
    const { promises } = await accountFor(ctx, register)
    // A test that failed in an earlier run is for that run to tell.
    const failed = (promise: AccountedPromise) => promise.tests?.some(({ standing }) => standing === 'failed')
    const notKept = promises.filter((promise) => promise.state === 'not-kept' && !failed(promise))
    assert.deepEqual(
      notKept.map((promise) => [promise.statement.id, told(promise)]),
      [],
    )
    assert.equal(promises.filter(({ state }) => state === 'not-yet').length, promises.length - entries.size)
  })

  test(`every rule that keeps a promise of ${agency} has the period and the action that was promised`, async () => {
    const { promises } = await accountFor(library.context(undefined, agency), register)
    const byClause = promises.filter(({ entry }) => entry?.kept === 'clause')
    assert.ok(byClause.length > 0)
    for (const { statement, clause } of byClause) {
      assert.ok(clause, statement.id)
      if (statement.period) assert.ok(samePeriod(statement.period, clause.clause.keep), statement.id)
    }
  })
}

test('an id that is not mentioned is not yet kept', async () => {
  const promise = await one(await folder({}), 'fredensborg-064')
  assert.equal(promise.state, 'not-yet')
})

test('a file of answers is refused with the place of each fault', async () => {
  const statements = (await promiseBook('fredensborg')).statements
  const faultsOf = (text: string) =>
    readEntries(text, statements).faults.map(({ line, message }) => ({ line, message }))
  assert.deepEqual(faultsOf('promises:\n  herning-086: { kept: clause, clause: loan/settled }\n'), [
    { line: 2, message: 'the catalogue has no such statement' },
  ])
  const twice = faultsOf(
    'promises:\n  fredensborg-064: { kept: clause, clause: loan/settled }\n  fredensborg-064: { kept: clause, clause: loan/settled }\n',
  )
  assert.equal(twice[0]?.line, 3)
  assert.match(twice[0]?.message ?? '', /unique/)
  const [fault] = faultsOf('promises:\n  fredensborg-064:\n    kept: clause\n    clause: the loans\n')
  assert.equal(fault?.line, 4)
  assert.match(fault?.message ?? '', /loan\/settled/)
  const [kind] = faultsOf('promises:\n  fredensborg-064: { kept: by-magic }\n')
  assert.equal(kind?.line, 2)
})

test('a faulty file is never taken for one without answers', async () => {
  const root = await folder({ promises: { 'fredensborg-999': { kept: 'clause', clause: 'loan/settled' } } })
  await assert.rejects(promiseBook('fredensborg', root), /promises\/fredensborg\.yaml:2:.*no such statement/)
})

// Kept by a rule

const BY_CLAUSE = { promises: { 'fredensborg-064': { kept: 'clause', clause: 'loan/settled' } } }

test('a row past its end makes the promise not kept, unless something holds it back', async () => {
  const ctx = library.context(undefined, 'fredensborg')
  const root = await folder(BY_CLAUSE)
  assert.equal((await one(root, 'fredensborg-064')).state, 'clause')
  const settled = ctx.clock.now().subtract({ hours: 24 * 40 })
  const loan = await plantLoan(ctx, settled)
  const late = await one(root, 'fredensborg-064')
  assert.equal(late.state, 'not-kept')
  assert.equal(late.clause?.overdue, 1)
  assert.deepEqual(told(late), ['1 should be gone but are still here.'])
  await ctx.db.run(sql`
    insert into hold (id, table_name, row_id, reason, placed_by, placed_at)
    values (${ctx.random.uuid(ctx.clock.now())}, 'loan', ${loan}, 'prøve', 'test', ${ctx.clock.now()})`)
  const held = await one(root, 'fredensborg-064')
  assert.equal(held.state, 'clause')
  assert.equal(held.clause?.heldBack, 1)
  assert.equal(held.clause?.oldest?.equals(settled), true)
  await ctx.db.run(sql`delete from hold`)
  await ctx.db.run(sql`delete from loan`)
})

test('a row that ends tonight is not late yet', async () => {
  const ctx = library.context(undefined, 'fredensborg')
  const root = await folder(BY_CLAUSE)
  await plantLoan(ctx, at(dayOf(ctx.clock.now()).subtract({ days: 30 }), '10:00'))
  assert.equal((await one(root, 'fredensborg-064')).state, 'clause')
  await ctx.db.run(sql`update loan set settled_at = ${at(dayOf(ctx.clock.now()).subtract({ days: 31 }), '10:00')}`)
  assert.equal((await one(root, 'fredensborg-064')).state, 'not-kept')
  await ctx.db.run(sql`delete from loan`)
})

test('a rule that has not run for more than two days is not kept', async () => {
  await using own = await openTestLibrary({ agencies: ['fredensborg'] })
  const root = await folder(BY_CLAUSE)
  const ctx = own.context()
  const move = (days: number) => {
    const day = dayOf(own.clock.now()).add({ days })
    own.clock.moveTo(at(day, '12:00'))
    return day
  }
  move(3)
  assert.deepEqual(told(await one(root, 'fredensborg-064', ctx)), ['The rule has never run.'])
  const night = move(0)
  await runRetention(ctx, register, night)
  move(2)
  const kept = await one(root, 'fredensborg-064', ctx)
  assert.equal(kept.state, 'clause')
  assert.equal(kept.clause?.lastRun?.equals(night), true)
  move(1)
  assert.deepEqual(told(await one(root, 'fredensborg-064', ctx)), [
    `The rule has not run since ${dateText(night, 'en')}.`,
  ])
})

test('a rule with another period than was promised does not keep it', async () => {
  const longer = (text: string) =>
    text.replace(/(- data: loan\n\s+purpose: \w+\n\s+from: settled\n\s+keep: )P30D/, '$1P60D')
  await using own = await openTestLibrary({ agencies: ['fredensborg'], policy: longer })
  const promise = await one(await folder(BY_CLAUSE), 'fredensborg-064', own.context())
  assert.equal(promise.state, 'not-kept')
  assert.deepEqual(told(promise), ['The promise says 30 days, the rule 60 days.'])
})

test('a rule that is not in the policy, or is about what is not built, keeps nothing', async () => {
  const root = await folder({
    promises: {
      'fredensborg-064': { kept: 'clause', clause: 'loan/returned' },
      'fredensborg-159': { kept: 'clause', clause: 'video-recording/recorded' },
      'fredensborg-145': { kept: 'clause', clause: 'reservation/ended' },
    },
  })
  assert.deepEqual(told(await one(root, 'fredensborg-064')), ['The rule loan/returned is not in the policy in force.'])
  assert.deepEqual(told(await one(root, 'fredensborg-159')), ['What the rule is about is not built.'])
  assert.deepEqual(told(await one(root, 'fredensborg-145')), ['No test shows that the rule is kept.'])
})

async function plantLoan(ctx: Context, settled: Temporal.Instant): Promise<string> {
  const id = () => ctx.random.uuid(ctx.clock.now())
  const [branch, title, item, patron, loan] = [id(), id(), id(), id(), id()]
  const code = branch.slice(-8)
  await ctx.db.run(sql`
    insert into branch (id, code, name, address, postcode, city) values (${branch}, ${code}, 'Prøve', 'V', '1', 'B')`)
  await ctx.db.run(sql`
    insert into title (id, source, record_id, title, contributors, isbn, subjects, material, audience, changed_at)
    values (${title}, 'test', ${title}, 'Bog', '{}', '{}', '{}', 'book', 'adult', ${settled})`)
  await ctx.db.run(sql`
    insert into item (id, title_id, barcode, branch_id, at_branch_id, state, added_at)
    values (${item}, ${title}, ${item}, ${branch}, ${branch}, 'available', ${settled})`)
  await ctx.db.run(sql`
    insert into patron (id, number, name, protected, patron_group, home_branch_id, language, enrolled_at, last_active_at)
    values (${patron}, ${code}, 'Asta Prøve', false, 'adult', ${branch}, 'da', ${settled}, ${ctx.clock.now()})`)
  await ctx.db.run(sql`
    insert into loan (id, patron_id, item_id, title_id, branch_id, material, patron_group, age_band, lent_at, due_on,
      renewals, overdue_step, returned_at, settled_at)
    values (${loan}, ${patron}, ${item}, ${title}, ${branch}, 'book', 'adult', 'unknown', ${settled}, '2025-12-01', 0, 0,
      ${settled}, ${settled})`)
  return loan
}

// Kept by a test

const NAME = 'src/loans.test.ts > lending > a reserved item is not renewed'
const SOURCE = "describe('lending', () => {\n  test('a reserved item is not renewed', () => {})\n})\n"
const BY_TEST = { 'fredensborg-105': { kept: 'test', tests: [NAME] } }

test('a test that passed at this commit proves the promise here', async () => {
  const root = await folder({ promises: BY_TEST, test: SOURCE, results: { outcome: 'passed' } })
  const promise = await one(root, 'fredensborg-105')
  assert.equal(promise.state, 'test')
  assert.equal(promise.tests?.[0]?.standing, 'proved-here')
})

test('a test that passed at another commit, or with changes, says so', async () => {
  for (const results of [
    { outcome: 'passed', commit: 'b'.repeat(40) },
    { outcome: 'passed', dirty: true },
  ]) {
    const promise = await one(await folder({ promises: BY_TEST, test: SOURCE, results }), 'fredensborg-105')
    assert.equal(promise.state, 'test')
    assert.equal(promise.tests?.[0]?.standing, 'proved-elsewhere')
  }
})

test('a test nobody has run here, or that was skipped, says so', async () => {
  const never = await one(await folder({ promises: BY_TEST, test: SOURCE }), 'fredensborg-105')
  assert.equal(never.tests?.[0]?.standing, 'never-run')
  const root = await folder({ promises: BY_TEST, test: SOURCE, results: { outcome: 'skipped' } })
  assert.equal((await one(root, 'fredensborg-105')).tests?.[0]?.standing, 'never-run')
})

test('a test that fails makes the promise not kept', async () => {
  const root = await folder({ promises: BY_TEST, test: SOURCE, results: { outcome: 'failed' } })
  const promise = await one(root, 'fredensborg-105')
  assert.equal(promise.state, 'not-kept')
  assert.deepEqual(told(promise), [`The test fails: ${NAME}`])
  const report = await promisesReport(library.context(), register, root)
  assert.deepEqual(report.notKept, [
    { id: 'fredensborg-105', statement: promise.statement.statement, because: told(promise) },
  ])
  assert.equal(report.counts['not-kept'], 1)
})

test('a test that does not exist makes the promise not kept, whatever an old run said', async () => {
  const sources = [
    undefined,
    SOURCE.replace('a reserved item', 'a lost item'),
    "// test('a reserved item is not renewed')\n// describe('lending')\n",
    SOURCE.replace("describe('lending'", "describe('returning'"),
  ]
  for (const source of sources) {
    const files = source === undefined ? {} : { test: source }
    const root = await folder({ promises: BY_TEST, ...files, results: { outcome: 'passed' } })
    const promise = await one(root, 'fredensborg-105')
    assert.equal(promise.state, 'not-kept')
    assert.deepEqual(told(promise), [`There is no such test: ${NAME}`])
  }
})

test('every test that a promise names is there', async () => {
  const evidence = readEvidence(ROOT)
  for (const agency of AGENCIES) {
    for (const [id, entry] of (await promiseBook(agency)).entries) {
      const names = entry.kept === 'test' || entry.kept === 'clause' ? (entry.tests ?? []) : []
      for (const name of names) assert.notEqual((await evidence.prove(name)).standing, 'missing', `${id}: ${name}`)
    }
  }
})

test('the commit is read as Git tells it, also packed, and is unknown outside a repository', async (t) => {
  const root = await folder({})
  assert.equal(await headCommit(root), HEAD)
  await rm(join(root, '.git', 'refs'), { recursive: true })
  await writeFile(join(root, '.git', 'packed-refs'), `# pack-refs\n${'c'.repeat(40)} refs/heads/main\n`)
  assert.equal(await headCommit(root), 'c'.repeat(40))
  await writeFile(join(root, '.git', 'HEAD'), `${'d'.repeat(40)}\n`)
  assert.equal(await headCommit(root), 'd'.repeat(40))
  await rm(join(root, '.git'), { recursive: true })
  assert.equal(await headCommit(root), null)
  let told: string
  try {
    told = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return t.diagnostic('git or its repository is not here, so only planted ones were read')
  }
  assert.equal(await headCommit(ROOT), told)
})

// Kept by the notice, by columns, by people

test('words that the notice does not say in both languages make the promise not kept', async () => {
  const contains = { da: 'Fredensborg Kommune', en: 'We sell your data' }
  const promise = await one(
    await folder({ promises: { 'fredensborg-005': { kept: 'notice', contains } } }),
    'fredensborg-005',
  )
  assert.equal(promise.state, 'not-kept')
  assert.deepEqual(told(promise), ['The English notice does not say “We sell your data”.'])
})

test('a column that nobody declared, or that is nobody’s, holds nothing', async () => {
  const root = await folder({
    promises: {
      'fredensborg-012': { kept: 'data', columns: ['patron.name'] },
      'fredensborg-017': { kept: 'data', columns: ['patron.country'] },
      'fredensborg-024': { kept: 'data', columns: ['title.title'] },
    },
  })
  const held = await one(root, 'fredensborg-012')
  assert.equal(held.state, 'data')
  assert.deepEqual(
    held.columns?.map(({ label }) => label.da),
    ['Navn'],
  )
  assert.deepEqual(told(await one(root, 'fredensborg-017')), ['No table about persons has patron.country.'])
  assert.equal((await one(root, 'fredensborg-024')).state, 'not-kept')
})

test('what people see to is said to be so, and never called proved', async () => {
  const by = { da: 'Personalet ser efter.', en: 'Staff look after it.' }
  const promise = await one(
    await folder({ promises: { 'fredensborg-111': { kept: 'organisation', by } } }),
    'fredensborg-111',
  )
  assert.equal(promise.state, 'organisation')
  assert.deepEqual([promise.clause, promise.tests, promise.columns], [undefined, undefined, undefined])
})

test('a week is seven days, a month is not thirty', () => {
  assert.ok(samePeriod('P1W', 'P7D'))
  assert.ok(samePeriod('PT0S', 'P0D'))
  assert.ok(!samePeriod('P1M', 'P30D'))
  assert.ok(!samePeriod('P12M', 'P1Y'))
})

// The page

async function page(ctx: Context) {
  const app = await testWeb()
  const site = {
    context: () => ctx,
    agencyTitle: () => 'Fredensborg Bibliotekerne',
    staff: () => undefined,
    requireStaff: () => undefined,
    patron: () => undefined,
    requirePatron: () => undefined,
  }
  registerPromisePages(app, site, register)
  return app
}

test('the page shows every statement with its state, in both languages', async () => {
  const app = await page(library.context(undefined, 'fredensborg'))
  const { promises } = await accountFor(library.context(undefined, 'fredensborg'), register)
  for (const [path, words] of [
    ['/fredensborg/promises', ['Holder vi, hvad vi lover?', 'Holdes af en regel', 'Slettes 1 år efter']],
    ['/en/fredensborg/promises', ['Do we keep what we promise?', 'Kept by a rule', 'Deleted 1 year after']],
  ] as const) {
    const response = await app.inject(path)
    assert.equal(response.statusCode, 200)
    for (const { statement } of promises) assert.ok(response.body.includes(`id="${statement.id}"`), statement.id)
    for (const word of words) assert.ok(response.body.includes(word), word)
  }
  await app.close()
})

test('the list can be narrowed by state and by kind, and a word nobody knows narrows nothing', async () => {
  const app = await page(library.context(undefined, 'fredensborg'))
  const shown = async (query: string) => {
    const { body } = await app.inject(`/fredensborg/promises?${query}`)
    return [...body.matchAll(/<section class="promise" id="([^"]+)"/g)].map((match) => match[1])
  }
  const retention = await shown('kind=retention&state=clause')
  assert.ok(retention.includes('fredensborg-064') && retention.length < 25)
  const people = await shown('state=organisation')
  assert.ok(people.includes('fredensborg-111') && !people.includes('fredensborg-064'))
  assert.equal((await shown('state=nonsense&kind=%3Cb%3E')).length, 173)
  await app.close()
})

test('the page says no when something is late', async () => {
  const ctx = library.context(undefined, 'fredensborg')
  const app = await page(ctx)
  const green = (await app.inject('/en/fredensborg/promises')).body
  await plantLoan(ctx, ctx.clock.now().subtract({ hours: 24 * 60 }))
  const { body } = await app.inject('/en/fredensborg/promises')
  await ctx.db.run(sql`delete from loan`)
  assert.ok(!green.includes('should be gone but'))
  assert.match(body, /\d+ promises are not kept/)
  assert.ok(body.includes('1 should be gone but are still here.'))
  await app.close()
})

test('the page says no when the record of the nights was changed afterwards', async () => {
  await using own = await openTestLibrary({ agencies: ['fredensborg'] })
  const ctx = own.context()
  await runRetention(ctx, register, dayOf(ctx.clock.now()))
  await ctx.db.run(sql`update retention_step set rows_gone = 7 where number = 3`)
  const app = await page(ctx)
  const { body } = await app.inject('/en/fredensborg/promises')
  assert.ok(body.includes('The record of the nights has been changed or lacks something'))
  assert.ok(body.includes('Does not fit') && body.includes('record 3 has been changed'))
  assert.ok(!body.includes('Each promise that is answered for is kept'))
  await app.close()
})

test('a library whose own text nobody has read says so', async () => {
  const ctx = { ...library.context(undefined, 'fredensborg'), agency: 'nowhere' }
  const app = await page(ctx)
  const { body } = await app.inject('/en/nowhere/promises')
  assert.ok(body.includes('Nobody has yet read through'))
  await app.close()
})
