/** What a patron reads of how the library reaches them. */
export const contactTexts = {
  me: { da: 'Min side', en: 'My page' },
  title: { da: 'Hvordan vi når dig', en: 'How we reach you' },
  lead: {
    da: 'Vi skriver, når noget ligger klar til dig, når en frist nærmer sig, og når du skylder noget. Her bestemmer du hvordan.',
    en: 'We write when something is ready for you, when a due date comes near, and when you owe something. Here you decide how.',
  },
  addresses: { da: 'E-mail og telefon', en: 'E-mail and telephone' },
  email: { da: 'E-mail', en: 'E-mail' },
  phone: { da: 'Telefon', en: 'Telephone' },
  emailBack: {
    da: 'Beskeder til adressen er kommet retur. Ret den, så skriver vi igen.',
    en: 'Messages to this address have come back. Put it right, and we write again.',
  },
  phoneBack: {
    da: 'Sms til nummeret er kommet retur. Ret det, så skriver vi igen.',
    en: 'Text messages to this number have come back. Put it right, and we write again.',
  },
  ways: { da: 'Hvad du vil have', en: 'What you want' },
  wantsEmail: { da: 'Send mig e-mail', en: 'Send me e-mail' },
  wantsEmailHint: {
    da: 'Besked om reserveringer, frister og kvitteringer.',
    en: 'Messages about reservations and due dates, and receipts.',
  },
  wantsSms: {
    da: 'Send mig sms, når I ikke kan nå mig på e-mail',
    en: 'Send me text messages when e-mail does not reach me',
  },
  wantsSmsHint: {
    da: 'Besked om reserveringer og frister, kort og uden titler.',
    en: 'Messages about reservations and due dates, short and without titles.',
  },
  noSms: { da: 'Biblioteket sender ikke sms.', en: 'The library sends no text messages.' },
  wantsTitles: { da: 'Skriv titlerne i e-mails til mig', en: 'Name the titles in e-mails to me' },
  wantsTitlesHint: {
    da: 'Ellers skriver vi kun, hvor mange ting det drejer sig om. Andre kan måske læse din e-mail.',
    en: 'Otherwise we only write how many things it is about. Others may be able to read your e-mail.',
  },
  claims: {
    da: 'Regninger og afgørelser sender vi altid, i Digital Post eller som brev, hvis det er det, der skal til.',
    en: 'Bills and decisions are always sent, by Digital Post or as a letter where that is needed.',
  },
  language: { da: 'Sprog, vi skriver til dig på', en: 'Language we write to you in' },
  languages: { da: { da: 'Dansk', en: 'Danish' }, en: { da: 'Engelsk', en: 'English' } },
  branch: { da: 'Dit bibliotek', en: 'Your library' },
  branchHint: {
    da: 'Her foreslår vi, at du henter det, du reserverer.',
    en: 'Where we suggest that you pick up what you reserve.',
  },
  lost: { da: 'Det betyder det, at vi ikke kan skrive til dig', en: 'What it means that we cannot write to you' },
  understood: { da: 'Det er jeg indforstået med', en: 'I am content with that' },
  understoodMissing: {
    da: 'Læs, hvad det betyder, og sæt kryds, eller udfyld felterne',
    en: 'Read what it means and tick the box, or fill in the fields',
  },
  branchMissing: { da: 'Vælg dit bibliotek', en: 'Choose your library' },
  save: { da: 'Gem', en: 'Save' },
  saved: { da: 'Det er gemt.', en: 'It is saved.' },
  name: {
    da: 'Navn og adresse retter du i folkeregistret eller på biblioteket.',
    en: 'Your name and address are put right in the national register or at the library.',
  },
} as const
