import { rm } from 'node:fs/promises'
import { silentLog } from '#core'
import { sql } from '#db'
import { readConfig } from '../src/config.ts'
import { seedDemonstration } from '../src/demonstrate.ts'
import { Installation } from '../src/installation.ts'
const folder = '/tmp/kvit/seedtest'
await rm(folder, { recursive: true, force: true })
const inst = await Installation.open({ config: readConfig({ KVIT_DATA: folder }), log: silentLog })
const t = performance.now()
const reports = await seedDemonstration(inst, process.argv[2] ? { size: { titles: 2000, items: 3000, patrons: 600, loans: Math.round(8000 * Number(process.argv[2]) / 365), days: Number(process.argv[2]) } } : {})
console.log(Math.round(performance.now() - t), 'ms', reports, process.cpuUsage())
for (const a of await inst.agencies()) console.log(a.name, await inst.context(a.name, { kind: 'system', job: 'x' }).db.one(sql`select (select count(*) from loan)::int loans, (select sum(loans) from circulation)::int counted, (select count(*) from night where outcome<>'kept')::int overdue, (select count(*) from fee)::int fees, (select count(*) from compensation)::int comp, (select count(*) from payment)::int pay, (select count(*) from bookkeeping_entry)::int book, (select count(*) from hold)::int holds, (select count(*) from title)::int titles, (select count(*) from item)::int items`))
await inst.close()
