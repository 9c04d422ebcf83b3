import type { Text2 } from '#core'
import type { PinFault } from './desk-frame.ts'
import type { BlockCode } from './desk-tables.ts'
import type { GuardianRefusal } from './guardians.ts'
import type { CardRefusal } from './identifiers.ts'

/** What the desk can do with a patron, each with its own form. */
export const actionTexts = {
  save: { da: 'Gem', en: 'Save' },
  reasonNoted: { da: 'Grunden er noteret', en: 'The reason is noted' },
  chooseCode: { da: 'Vælg, hvilken spærring det er', en: 'Choose which block it is' },
  choose: { da: 'Vælg …', en: 'Choose …' },

  contact: { da: 'Ret kontaktoplysninger', en: 'Change contact data' },
  contactLead: {
    da: 'Navn og adresse kommer fra CPR-registret, når det følges, og kan så ikke rettes her.',
    en: 'Name and address come from the CPR register where it is followed, and cannot then be changed here.',
  },
  contactSaved: { da: 'Oplysningerne er gemt', en: 'The data are saved' },
  emailWrong: {
    da: 'Skriv en e-mailadresse som navn@eksempel.dk, eller lad feltet stå tomt',
    en: 'Enter an e-mail address such as name@example.dk, or leave the field empty',
  },
  phoneWrong: {
    da: 'Skriv et telefonnummer på 8 til 15 cifre, eller lad feltet stå tomt',
    en: 'Enter a telephone number of 8 to 15 digits, or leave the field empty',
  },
  nameMissing: { da: 'Skriv navnet', en: 'Enter the name' },
  contactNameMissing: { da: 'Skriv, hvem der er kontaktperson', en: 'Enter who is the contact person' },
  branchUnknown: { da: 'Vælg en filial', en: 'Choose a branch' },
  street: { da: 'Vej og nummer', en: 'Street and number' },
  postcode: { da: 'Postnummer', en: 'Postcode' },
  city: { da: 'By', en: 'Town' },
  consequences: { da: 'Sig dette til låneren, før du gemmer', en: 'Tell the patron this before you save' },
  consequencesTold: { da: 'Jeg har sagt det til låneren', en: 'I have told the patron' },
  consequencesFirst: {
    da: 'Sig det til låneren, og sæt kryds',
    en: 'Tell the patron, and tick the box',
  },

  guardian: { da: 'Noter værge', en: 'Register the guardian' },
  guardianLead: {
    da: 'Værgen hæfter for det, barnet mister eller ødelægger. Den nye værge afløser den, der var noteret før.',
    en: 'The guardian is liable for what the child loses or damages. This replaces any guardian registered before.',
  },
  guardianName: { da: 'Værgens navn', en: 'The guardian’s name' },
  guardianCpr: { da: 'Værgens CPR-nummer (kan stå tomt)', en: 'The guardian’s CPR number (may be left empty)' },
  guardianCprHint: {
    da: 'Så kan værgen se barnets lån, når værgen selv logger ind. Det gemmes krypteret.',
    en: 'With it the guardian can see the child’s loans when they sign in. It is kept encrypted.',
  },
  guardianEmail: { da: 'Værgens e-mail', en: 'The guardian’s e-mail' },
  guardianPhone: { da: 'Værgens telefon', en: 'The guardian’s telephone' },
  maySee: {
    da: 'Værgen må se og klare barnets lån, reserveringer og regninger',
    en: 'The guardian may see and handle the child’s loans, reservations and bills',
  },
  signed: { da: 'Jeg har set værgens underskrift', en: 'I have seen the guardian’s signature' },
  signedMissing: {
    da: 'Se underskriften, og sæt kryds, før du gemmer',
    en: 'See the signature, and tick the box before you save',
  },
  guardianNoted: { da: 'Værgen er noteret', en: 'The guardian is registered' },
  endGuardian: { da: 'Ophør', en: 'End' },
  guardianEnded: { da: 'Ingen er længere noteret som værge', en: 'Nobody is registered as guardian any more' },
  guardianRefusals: {
    'not-allowed': { da: 'Din rolle giver ikke lov til det.', en: 'Your role does not allow it.' },
    unknown: { da: 'Låneren findes ikke længere.', en: 'The patron is no longer here.' },
    'no-name': { da: 'Skriv værgens navn', en: 'Enter the guardian’s name' },
    'cpr-not-a-number': {
      da: 'Det er ikke et CPR-nummer. Skriv ti cifre',
      en: 'This is no CPR number. Enter ten digits',
    },
    'guardian-is-the-child': {
      da: 'Det er barnets eget CPR-nummer. Skriv værgens',
      en: 'This is the child’s own CPR number. Enter the guardian’s',
    },
    'grown-up': { da: 'Låneren er voksen og har ingen værge', en: 'The patron is grown up and has no guardian' },
  } satisfies Record<GuardianRefusal['kind'], Text2>,

  addCard: { da: 'Giv et lånerkort', en: 'Give a library card' },
  newCard: { da: 'Det nye kort', en: 'The new card' },
  newCardHint: { da: 'Scan kortet, eller skriv nummeret.', en: 'Scan the card, or enter its number.' },
  cardAdded: { da: 'Kortet kan bruges nu', en: 'The card can be used now' },
  replaceCard: { da: 'Erstat', en: 'Replace' },
  replaceTitle: { da: 'Erstat et kort', en: 'Replace a card' },
  replaceLead: {
    da: 'Det gamle kort kan ikke bruges, når det nye er givet.',
    en: 'The old card cannot be used once the new one is given.',
  },
  cardReplaced: { da: 'Kortet er erstattet', en: 'The card is replaced' },
  cardLost: { da: 'Meld mistet', en: 'Report lost' },
  cardStolen: { da: 'Meld stjålet', en: 'Report stolen' },
  cardFound: { da: 'Er fundet', en: 'Is found' },
  cardBlocked: { da: 'Kortet er spærret', en: 'The card is blocked' },
  cardUnblocked: { da: 'Kortet kan bruges igen', en: 'The card can be used again' },
  cardRefusals: {
    'not-allowed': { da: 'Din rolle giver ikke lov til det.', en: 'Your role does not allow it.' },
    unknown: { da: 'Kortet eller låneren findes ikke.', en: 'There is no such card or patron.' },
    'not-a-card': {
      da: 'Det er ikke et lånerkort. Scan kortet, eller skriv nummeret på det',
      en: 'This is no library card. Scan the card, or enter the number on it',
    },
    'card-taken': {
      da: 'Kortet er i brug. Tag et andet',
      en: 'The card is in use. Take another',
    },
    'already-blocked': { da: 'Kortet er spærret i forvejen.', en: 'The card is blocked already.' },
    'not-blocked': { da: 'Kortet er ikke spærret.', en: 'The card is not blocked.' },
  } satisfies Record<CardRefusal['kind'], Text2>,

  setPin: { da: 'Vælg pinkode', en: 'Set a PIN' },
  pinLead: {
    da: 'Lad låneren taste selv, og se væk. Ingen kan læse pinkoden bagefter. En ny pinkode logger låneren ud overalt.',
    en: 'Let the patron type, and look away. Nobody can read the PIN afterwards. A new PIN signs the patron out everywhere.',
  },
  pin: { da: 'Ny pinkode', en: 'New PIN' },
  pinAgain: { da: 'Pinkoden igen', en: 'The PIN again' },
  pinSaved: { da: 'Pinkoden er valgt', en: 'The PIN is set' },
  pinsDiffer: { da: 'De to pinkoder er ikke ens. Tast dem igen', en: 'The two PINs differ. Type them again' },
  pinFaults: {
    'not-digits': { da: 'En pinkode består af cifre', en: 'A PIN consists of digits' },
    'wrong-length': { da: 'En pinkode har fire cifre', en: 'A PIN has four digits' },
  } satisfies Record<PinFault, Text2>,
  patronGone: { da: 'Låneren findes ikke længere.', en: 'The patron is no longer here.' },
  notAllowed: { da: 'Din rolle giver ikke lov til det.', en: 'Your role does not allow it.' },
  signOut: { da: 'Log låneren ud overalt', en: 'Sign the patron out everywhere' },
  signedOut: { da: 'Låneren er logget ud overalt', en: 'The patron is signed out everywhere' },

  placeBlock: { da: 'Spær for lån', en: 'Block from borrowing' },
  blockLead: {
    da: 'En spærring standser lån og intet andet: låneren må stadig komme på biblioteket.',
    en: 'A block stops lending and nothing else: the patron may still come to the library.',
  },
  code: { da: 'Spærring', en: 'Block' },
  blockCodes: {
    'card-stolen': { da: 'Kort stjålet', en: 'Card stolen' },
    exclusion: { da: 'Udelukkelse fra lån', en: 'Exclusion from borrowing' },
    'extended-exclusion': { da: 'Forlænget udelukkelse', en: 'Extended exclusion' },
    'self-service': { da: 'Kun ved betjening', en: 'At the desk only' },
    'self-enrolled': { da: 'Har oprettet sig selv og er ikke bekræftet', en: 'Self-enrolled and not confirmed' },
    debt: { da: 'Skylder for meget', en: 'Owes too much' },
    deceased: { da: 'Afgået ved døden', en: 'Deceased' },
    emigrated: { da: 'Udrejst', en: 'Emigrated' },
    other: { da: 'Anden grund', en: 'Another reason' },
  } satisfies Record<BlockCode, Text2>,
  reason: { da: 'Begrundelse', en: 'Reason' },
  reasonHint: {
    da: 'Til sagen. Låneren kan få den at se. Skriv intet om andre personer.',
    en: 'For the file. The patron may see it. Write nothing about other persons.',
  },
  message: { da: 'Besked til låneren', en: 'Message to the patron' },
  messageHint: {
    da: 'Sendes til låneren. En udelukkelse eller bortvisning skal begrundes.',
    en: 'It is sent to the patron. An exclusion or a ban must be explained.',
  },
  until: { da: 'Gælder til (kan stå tom)', en: 'Until (may be left empty)' },
  untilHint: { da: 'Fra den dag gælder det ikke længere.', en: 'From that day it no longer applies.' },
  untilWrong: {
    da: 'Vælg en dag efter i dag, eller lad feltet stå tomt',
    en: 'Choose a day after today, or leave it empty',
  },
  blocked: { da: 'Låneren er spærret for lån', en: 'The patron is blocked from borrowing' },
  liftBlock: { da: 'Ophæv spærringen', en: 'Lift the block' },
  blockLifted: { da: 'Spærringen er ophævet', en: 'The block is lifted' },
  placeBan: { da: 'Bortvis', en: 'Ban from the library' },
  banLead: {
    da: 'En bortvisning sker efter ordensreglerne og lukker døren. Den standser ingen lån.',
    en: 'A ban is decided under the house rules and closes the door. It stops no loan.',
  },
  from: { da: 'Fra', en: 'From' },
  fromWrong: { da: 'Vælg den første dag', en: 'Choose the first day' },
  banned: { da: 'Bortvisningen er noteret, og låneren får besked', en: 'The ban is noted, and the patron is told' },
  liftBan: { da: 'Ophæv bortvisningen', en: 'Lift the ban' },
  banLifted: { da: 'Bortvisningen er ophævet', en: 'The ban is lifted' },

  writeNote: { da: 'Skriv en note', en: 'Write a note' },
  audience: { da: 'Hvem er noten til?', en: 'Who is the note for?' },
  audiences: {
    staff: { da: 'Personalet (intern)', en: 'Staff (internal)' },
    patron: { da: 'Låneren (kan blive trykt på kvitteringer)', en: 'The patron (may be printed on receipts)' },
  },
  audienceMissing: { da: 'Vælg, hvem noten er til', en: 'Choose who the note is for' },
  noteLead: {
    da: 'Låneren kan bede om at se alle noter, også de interne. Skriv kun det nødvendige.',
    en: 'The patron can ask to see every note, internal ones too. Write only what is needed.',
  },
  noteText: { da: 'Note', en: 'Note' },
  noteSaved: { da: 'Noten er gemt', en: 'The note is saved' },
  removeNote: { da: 'Fjern', en: 'Remove' },
  noteRemoved: { da: 'Noten er fjernet', en: 'The note is removed' },

  confirm: { da: 'Bekræft selvoprettelsen', en: 'Confirm the self-enrolment' },
  confirmLead: {
    da: 'Låneren har oprettet sig selv. Når du har set, hvem det er, kan låneren låne.',
    en: 'The patron enrolled themselves. When you have seen who it is, the patron can borrow.',
  },
  photoIdSeen: { da: 'Jeg har set billedlegitimation', en: 'I have seen photo ID' },
  confirmed: { da: 'Låneren er bekræftet', en: 'The patron is confirmed' },
  notWaiting: { da: 'Låneren venter ikke på at blive bekræftet.', en: 'The patron is not waiting to be confirmed.' },

  merge: { da: 'Saml med en anden låner', en: 'Merge with another patron' },
  mergeLead: {
    da: 'Når en person er oprettet to gange, samles alt hos den ene. Intet lån og ingen rettighed går tabt.',
    en: 'When a person is enrolled twice, everything is gathered under one of the two. No loan and no right is lost.',
  },
  mergeOther: { da: 'Den andens kort eller nummer', en: 'The other’s card or number' },
  mergeUnknown: { da: 'Ingen låner har det kort eller nummer', en: 'No patron has that card or number' },
  compare: { da: 'Sammenlign', en: 'Compare' },
  likely: { da: 'Det kan være den samme som', en: 'It may be the same as' },
  field: { da: 'Oplysning', en: 'Field' },
  whichStays: { da: 'Hvilken låner bliver stående?', en: 'Which patron stays?' },
  staysHint: {
    da: 'Den andens numre og kort finder fremover den, der bliver stående. Hvor begge har en oplysning, beholdes dennes.',
    en: 'The other’s numbers and cards will find the one who stays. Where both have something, the one who stays keeps theirs.',
  },
  staysMissing: { da: 'Vælg, hvem der bliver stående', en: 'Choose which one stays' },
  enrolledOn: { da: 'Oprettet', en: 'Enrolled' },
  moves: { da: 'Hvad der flyttes', en: 'What moves' },
  mergeSure: {
    da: 'Det er den samme person, og jeg har sikret mig det',
    en: 'It is the same person, and I have made sure',
  },
  mergeSureMissing: { da: 'Sæt kryds, før du samler dem', en: 'Tick the box before you merge them' },
  mergeDifferent: {
    da: 'De har hver sit CPR-nummer eller er af hver sin slags, og det er alligevel den samme',
    en: 'They have a CPR number each, or are of different kinds, and are the same all the same',
  },
  mergeNow: { da: 'Saml dem', en: 'Merge them' },
  merged: { da: 'De to er nu én låner', en: 'The two are now one patron' },
  otherProtected: {
    da: 'Den anden låner har navne- og adressebeskyttelse. Åbn den først, og sig hvorfor.',
    en: 'The other patron has a protected name and address. Open them first, and say why.',
  },
  openOther: { da: 'Åbn den anden låner', en: 'Open the other patron' },
} as const
