import { type Text2, unreachable } from '#core'
import { declareTemplate, type Template } from '#messages'
import { pluralText } from '#web'
import type { LineFault } from './rules.ts'
import type { CaseState } from './tables.ts'

/** The written notice that must come before a claim is handed over. It names the bill, never a title. */
interface NoticeData {
  readonly claims: readonly { readonly claim: string; readonly amount: string }[]
  readonly total: string
  readonly pay_by: string
}

export const collectionNotice: Template<NoticeData> = declareTemplate({
  kind: 'collection-notice',
  label: { da: 'Varsel om inddrivelse', en: 'Notice of debt collection' },
  about: 'claim',
  sample: {
    da: {
      claims: [{ claim: 'Bibliotekets gebyr, regning 10234', amount: '230,00 kr.' }],
      total: '230,00 kr.',
      pay_by: '4. december 2025',
    },
    en: {
      claims: [{ claim: 'Library late fee, bill 10234', amount: 'DKK 230.00' }],
      total: 'DKK 230.00',
      pay_by: '4 December 2025',
    },
  },
  initial: {
    da: {
      subject: 'Din regning sendes til inddrivelse',
      body: `Du har ikke betalt:

{{#claims}}
{{claim}}: {{amount}}
{{/claims}}

I alt {{total}}.

Har du ikke betalt senest {{pay_by}}, sender vi kravet til kommunen, som opkræver det og kan sende det videre til Gældsstyrelsen. Kommunen får oplyst CPR-nummer, navn, beløb, datoer og regningens nummer, men ikke hvad der er lånt. Derefter kan kravet kun betales til kommunen, og der kan komme renter og gebyrer til.

Du kan betale på biblioteket eller på bibliotekets hjemmeside. Er du ikke enig i kravet, så kontakt biblioteket inden da.`,
      short: 'Du har en ubetalt regning på {{total}}. Betal senest {{pay_by}}, ellers sendes den til kommunen.',
    },
    en: {
      subject: 'Your bill will be sent to debt collection',
      body: `You have not paid:

{{#claims}}
{{claim}}: {{amount}}
{{/claims}}

In all {{total}}.

If you have not paid by {{pay_by}}, we send the claim to the municipality, which collects it and may pass it on to the Danish Debt Collection Agency. The municipality is told CPR number, name, amount, dates and the number of the bill, but not what was borrowed. After that the claim can only be paid to the municipality, and interest and charges may be added.

You can pay at the library or on the library’s website. If you disagree with the claim, contact the library before then.`,
      short: 'You have an unpaid bill of {{total}}. Pay by {{pay_by}}, or it is sent to the municipality.',
    },
  },
})

export const texts = {
  collection: { da: 'Inddrivelse', en: 'Debt collection' },
  lead: {
    da: 'Krav, der ikke er betalt, varsles og sendes derefter til kommunen. Kommunen får kun det, privatlivspolitikken tillader.',
    en: 'Claims that are not paid are announced and then sent to the municipality. It gets only what the privacy policy allows.',
  },
  off: {
    da: 'Biblioteket sender ikke krav til inddrivelse. Det slås til i indstillingerne.',
    en: 'The library hands no claims to debt collection. It is turned on in the settings.',
  },
  notInPolicy: {
    da: 'Bibliotekets privatlivspolitik tillader ikke, at krav sendes til inddrivelse.',
    en: 'The library’s privacy policy does not allow claims to be handed to debt collection.',
  },
  prepare: { da: 'Varsl nye krav', en: 'Announce new claims' },
  prepareLead: (days: number): Text2 => ({
    da: `Krav, der skulle have været betalt for mindst ${days} dage siden, varsles med Digital Post eller brev.`,
    en: `Claims that should have been paid at least ${days} days ago are announced by Digital Post or letter.`,
  }),
  prepared: (count: number, without: number): Text2 => ({
    da: `Antal krav, der er varslet: ${count}. Antal, der ikke kunne varsles, fordi der ikke kendes et CPR-nummer på den, der hæfter: ${without}.`,
    en: `Claims announced: ${count}. Claims that could not be, because no CPR number is known of who is liable: ${without}.`,
  }),
  send: { da: 'Send varslede krav til kommunen', en: 'Send announced claims to the municipality' },
  sendLead: (days: number): Text2 => ({
    da: `Krav, der er varslet for mindst ${days} dage siden og stadig ikke er betalt, samles i en fil. Derefter kan de kun betales til kommunen.`,
    en: `Claims announced at least ${days} days ago and still unpaid are gathered in a file. After that they can only be paid to the municipality.`,
  }),
  sent: (count: number): Text2 =>
    pluralText(
      count,
      {
        da: 'Én linje er klar. Hent filen nedenfor, og giv den til kommunen.',
        en: 'One line is ready. Download the file below and hand it to the municipality.',
      },
      {
        da: `${count} linjer er klar. Hent filen nedenfor, og giv den til kommunen.`,
        en: `${count} lines are ready. Download the file below and hand it to the municipality.`,
      },
    ),
  nothingToSend: { da: 'Der er ikke noget at sende.', en: 'There is nothing to send.' },
  batches: { da: 'Filer til kommunen', en: 'Files for the municipality' },
  batchLead: {
    da: 'Filen gemmes ikke her. Den laves, når du henter den, og det skrives i lånernes opslagslog.',
    en: 'The file is not kept here. It is made when you download it, and the download is written in the patrons’ access log.',
  },
  sentAt: { da: 'Sendt', en: 'Sent' },
  lines: { da: 'Linjer', en: 'Lines' },
  download: { da: 'Hent fil', en: 'Download file' },
  noBatches: { da: 'Ingen filer endnu.', en: 'No files yet.' },
  reconcile: { da: 'Indlæs kommunens svar', en: 'Read the municipality’s answer' },
  reconcileLead: {
    da: 'Åbn kommunens fil, og indsæt hele indholdet her. Er der fejl i en linje, bliver intet af filen indlæst.',
    en: 'Open the municipality’s file and paste all of it here. If a line is wrong, nothing of the file is read.',
  },
  content: { da: 'Filens indhold', en: 'Content of the file' },
  read: { da: 'Indlæs', en: 'Read' },
  report: { da: 'Resultat', en: 'Result' },
  applied: (count: number): Text2 =>
    pluralText(
      count,
      { da: 'Én linje er indlæst.', en: 'One line was read.' },
      { da: `${count} linjer er indlæst.`, en: `${count} lines were read.` },
    ),
  notApplied: {
    da: 'Intet er indlæst. Ret linjerne herunder, eller spørg kommunen, og indlæs hele filen igen.',
    en: 'Nothing was read. Correct the lines below, or ask the municipality, and read the whole file again.',
  },
  line: { da: 'Linje', en: 'Line' },
  fault: { da: 'Hvad der er galt', en: 'What is wrong' },
  cases: { da: 'Sager', en: 'Cases' },
  reference: { da: 'Sagsnummer', en: 'Case number' },
  claim: { da: 'Krav', en: 'Claim' },
  amount: { da: 'Beløb', en: 'Amount' },
  state: { da: 'Tilstand', en: 'State' },
  changed: { da: 'Ændret', en: 'Changed' },
  noOpenCases: { da: 'Ingen sager er åbne.', en: 'No cases are open.' },
  noClosedCases: { da: 'Ingen sager er afsluttet endnu.', en: 'No cases have been closed yet.' },
  open: { da: 'Åbne', en: 'Open' },
  closed: { da: 'Afsluttede', en: 'Closed' },
  recall: { da: 'Træk tilbage', en: 'Withdraw' },
  again: { da: 'Send igen', en: 'Send again' },
  withdrawn: { da: 'Kravet er trukket tilbage', en: 'The claim was withdrawn' },
  readied: { da: 'Kravet er klar til at blive sendt igen', en: 'The claim is ready to be sent again' },
  changedMeanwhile: {
    da: 'Sagen er ændret imens. Se på den igen.',
    en: 'The case has changed meanwhile. Look at it again.',
  },
} as const

export const seen = {
  file: { da: 'Krav sendt til kommunen', en: 'Claim sent to the municipality' },
  changed: { da: 'Sag om inddrivelse ændret', en: 'Case of debt collection changed' },
  why: { da: 'Inddrivelse', en: 'Debt collection' },
} as const satisfies Record<string, Text2>

export function stateText(state: CaseState): Text2 {
  switch (state) {
    case 'prepared':
      return { da: 'Varslet', en: 'Announced' }
    case 'sent':
      return { da: 'Sendt', en: 'Sent' }
    case 'accepted':
      return { da: 'Modtaget', en: 'Accepted' }
    case 'rejected':
      return { da: 'Afvist', en: 'Rejected' }
    case 'reminded':
      return { da: 'Rykket', en: 'Reminded' }
    case 'filed':
      return { da: 'Hos Gældsstyrelsen', en: 'With the state' }
    case 'paid':
      return { da: 'Betalt', en: 'Paid' }
    case 'withdrawn':
      return { da: 'Trukket tilbage', en: 'Withdrawn' }
    case 'written-off':
      return { da: 'Afskrevet', en: 'Written off' }
    default:
      return unreachable(state)
  }
}

export function faultText(fault: LineFault): Text2 {
  switch (fault.kind) {
    case 'not-readable':
      return {
        da: 'Linjen kan ikke læses. Den skal have felterne reference;status;betalt;nedskrevet;grund.',
        en: 'The line cannot be read. It must have the fields reference;status;betalt;nedskrevet;grund.',
      }
    case 'unknown-reference':
      return { da: 'Sagsnummeret kendes ikke.', en: 'The case number is not known.' }
    case 'twice-in-file':
      return { da: 'Sagen står før i samme fil.', en: 'The case is earlier in the same file.' }
    case 'repeat':
      return { da: 'Det vidste vi. Linjen er sprunget over.', en: 'We knew that. The line was passed over.' }
    case 'no-such-step': {
      const [from, to] = [stateText(fault.from), stateText(fault.to)]
      return {
        da: `Sagen er «${from.da}» og kan ikke blive «${to.da}».`,
        en: `The case is “${from.en}” and cannot become “${to.en}”.`,
      }
    }
    case 'wrong-amount':
      return {
        da: 'Beløbene passer ikke. De skal være det, der i alt er betalt og nedskrevet, siden sagen blev sendt.',
        en: 'The amounts do not fit. They must be all that was paid and written down since the case was sent.',
      }
    default:
      return unreachable(fault)
  }
}
