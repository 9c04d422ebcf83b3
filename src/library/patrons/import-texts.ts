import { unreachable } from '#core'
import type { PatronImportRefusal } from './import.ts'
import type { RowFault } from './import-row.ts'

/** Why a file of patrons was not imported, for whoever sits at the server. */
export function importRefusalText(refusal: PatronImportRefusal): string {
  switch (refusal.kind) {
    case 'empty':
      return 'The file is empty: its first line must name the columns.'
    case 'too-large':
      return `The file is larger than ${refusal.limit_mib} MiB. Split it; each part needs the line with the columns.`
    case 'utf-16':
      return 'The file is UTF-16, or no text. Save it as UTF-8 and try again.'
    case 'broken-bytes':
      return `Line ${refusal.line} has bytes that are not text. The file has been damaged; export it again as UTF-8.`
    case 'quote-not-closed':
      return `Line ${refusal.line} begins a text with " that never ends: the file is cut off, or a " is missing.`
    case 'misplaced-quote':
      return `Line ${refusal.line} has a " in the middle of a text. A text with " in it stands in "…", and each " in it is doubled.`
    case 'wrong-number-of-fields':
      return `Line ${refusal.line} has another number of fields than the first line: the file is cut off there, or a text with the delimiter in it does not stand in "…".`
    case 'row-too-long':
      return `Line ${refusal.line} is longer than any row of patrons; a " may be missing.`
    case 'wrong-columns': {
      const { unknown, twice, missing, allowed } = refusal
      return [
        'The first line must name the columns, as they are called here.',
        ...(missing.length > 0 ? [`Missing: ${missing.join('; ')}.`] : []),
        ...(unknown.length > 0
          ? [`Not known: ${unknown.map((name) => name.slice(0, 40) || '(no name)').join(', ')}.`]
          : []),
        ...(twice.length > 0 ? [`Named twice: ${twice.join(', ')}.`] : []),
        `Allowed: ${allowed.join(', ')}.`,
      ].join('\n')
    }
    default:
      return unreachable(refusal)
  }
}

/** Why a row was left out. */
export function rowFaultText(fault: RowFault): string {
  const { field } = fault
  switch (fault.kind) {
    case 'missing':
      return `${field} is empty`
    case 'too-long':
      return `${field} is longer than ${fault.most} characters`
    case 'not-a-date':
      return `${field} is no date; write 2009-12-31 or 31-12-2009`
    case 'in-the-future':
      return `${field} is in the future`
    case 'not-yes-or-no':
      return `${field} is neither yes nor no`
    case 'not-a-language':
      return `${field} is neither da nor en`
    case 'unknown-branch':
      return `${field} is no branch's code`
    case 'not-a-cpr-number':
      return `${field} is no CPR number`
    case 'cpr-as-number':
      return `${field} looks like a CPR number, which belongs in the column cpr, where it is sealed`
    case 'guardian-needed':
      return `${field} is empty, and the policy wants a guardian's signature for those under ${fault.under}`
    case 'twice-in-file':
      return `${field} is that of line ${fault.first_line} too`
    case 'of-another':
      return `${field} belongs to another patron of the library`
    case 'nothing-to-know-by':
      return 'number, card and cpr are all empty: nothing to know the person by'
    default:
      return unreachable(fault)
  }
}
