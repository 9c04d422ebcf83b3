import { type Text2, unreachable } from '#core'
import type { OpenClaim } from '#fees'
import type { ProfileRefusal } from '#patrons'

/** Said to programs in `message`; nobody but who writes a client reads it. */
export const machineTexts = {
  noAuthorization: "headers should have required property 'authorization'",
  invalidToken: 'invalid token',
  userTokenNeeded: 'user authenticated token is required',
  methodNotAllowed: 'Method Not Allowed',
  noCpr: 'token does not include a cpr',
  notFound: 'not found',
  noPatron: 'patron not found',
  noSession: 'no such session; log in again',
  wrongLogin: 'unknown username, or not its password',
  withoutPin: 'this account may not act for a patron without a PIN',
  notGuardian: 'nobody known as a guardian of this patron who may look at them',
  tooMany: 'too many requests; wait before the next',
  notBuilt: 'this call of the FBS API is not answered by Kvit; see /api/docs',
  badPin: 'the PIN is four digits',
  unknownBranch: 'unknown branch',
  noHistory: 'no loan history is kept at this library, so no consent is asked for',
  registerByLaw: 'changes from the CPR register are followed by law, not by consent',
  guardianIsChild: 'guardian and child are the same person',
  restricted: 'the patron’s data are restricted; ask the library',
} as const

export const restrictedText: Text2 = {
  da: 'Dine oplysninger er begrænset. Spørg på biblioteket.',
  en: 'Your data are restricted. Ask at the library.',
}

/** Shown as it is, to a patron of a Danish website. */
export function feeText(reason: OpenClaim['reason']): string {
  switch (reason) {
    case 'overdue':
      return 'Gebyr for at aflevere for sent'
    case 'lost':
      return 'Erstatning for noget, der er bortkommet'
    case 'damaged':
      return 'Erstatning for noget, der er beskadiget'
    default:
      return unreachable(reason)
  }
}

export function profileText({ kind }: ProfileRefusal): string {
  switch (kind) {
    case 'not-allowed':
      return 'not allowed'
    case 'unknown':
      return machineTexts.noPatron
    case 'restricted':
      return machineTexts.restricted
    case 'not-an-email':
      return 'not an e-mail address'
    case 'not-a-phone':
      return 'not a telephone number'
    case 'unknown-branch':
      return machineTexts.unknownBranch
    default:
      return unreachable(kind)
  }
}

/** The page of the description, for who writes a client. */
export const pageTexts = {
  title: { da: 'API for hjemmesider og apps', en: 'API for websites and apps' },
  lead: {
    da: 'Her er de kald, som hjemmesider og apps kan bruge. En browser viser et adgangstoken i overskriften Authorization og skriver agencyid og patronid, som de står. En server logger ind og viser sin nøgle i overskriften X-Session.',
    en: 'These are the calls that websites and apps can use. A browser shows an access token in the header Authorization and writes agencyid and patronid as they stand. A server logs in and shows its key in the header X-Session.',
  },
  file: { da: 'Beskrivelsen som OpenAPI (JSON)', en: 'The description as OpenAPI (JSON)' },
  version: { da: 'Udgave', en: 'Version' },
  calls: { da: 'Kald', en: 'Calls' },
  method: { da: 'Metode', en: 'Method' },
  path: { da: 'Adresse', en: 'Address' },
  says: { da: 'Svarer', en: 'Answers' },
} as const satisfies Record<string, Text2>
