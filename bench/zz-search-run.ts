import { Bench } from './bench.ts'
import { tableOf } from './figures.ts'
import { search } from './search.ts'
await using bench = await Bench.open(process.argv[2] === '--full')
console.log(tableOf(await search(bench)))
