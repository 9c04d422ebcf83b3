/**
 * What a migration may not hold, so that each library's schema can be moved to another node by Citus unchanged, and so
 * that what the program means is in the program.
 */
const FORBIDDEN: readonly [RegExp, string][] = [
  [/\bcreate\s+(or\s+replace\s+)?(constraint\s+)?trigger\b/i, 'no triggers: write the effect in the command'],
  [/\bcreate\s+(or\s+replace\s+)?(function|procedure)\b/i, 'no stored functions: write the decision in rules.ts'],
  [/\breferences\s+"?[a-z_0-9]+"?\s*\./i, 'no foreign key to another schema'],
  [
    /\b(big|small)?serial\b|\bgenerated\s+(always|by\s+default)\s+as\s+identity\b/i,
    'no ids from the database: the program makes them',
  ],
  [/\bcreate\s+sequence\b/i, 'no sequences: the program makes ids and numbers'],
  [
    /\b(now|current_timestamp|clock_timestamp|localtimestamp|current_date)\b/i,
    'no clock in SQL: instants come from ctx.clock',
  ],
  [/\bcreate\s+extension\b/i, 'no extensions: a managed server may not have them'],
  [/\bcreate\s+(unlogged|temp|temporary)\b/i, 'no unlogged or temporary tables'],
  [/\b(drop|alter)\s+schema\b|\bcreate\s+schema\b|\bset\s+search_path\b/i, 'the schema is chosen by the program'],
  [/\bexclude\s+using\b/i, 'no exclusion constraints: Citus cannot keep them'],
  [/\bjsonb?\b/i, 'no JSON columns: personal values live in columns'],
  [/\binherits\b|\bpartition\s+(by|of)\b/i, 'no inheritance or partitions'],
]

/** Answers what is wrong with a migration's text; empty when nothing is. */
export function lintMigration(text: string): string[] {
  const code = text
    .replace(/--.*$/gm, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/'(?:[^']|'')*'/g, "''")
  const faults = FORBIDDEN.filter(([pattern]) => pattern.test(code)).map(([, why]) => why)
  if (!/^\s*--/.test(text)) faults.push('begin with a comment that says why')
  return faults
}
