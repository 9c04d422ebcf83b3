import type { Text2 } from '#core'
import { plural } from '#web'

export const policyTexts = {
  lead: {
    da: 'Politikken er både det, borgerne læser, og det, systemet gør. En ny version foreslås af én og godkendes af en anden.',
    en: 'The policy is both what the public reads and what the system does. A new version is proposed by one person and approved by another.',
  },
  inForce: (number: number): Text2 => ({ da: `I kraft: version ${number}`, en: `In force: version ${number}` }),
  effective: { da: 'Gælder fra', en: 'In force from' },
  published: { da: 'Offentliggjort', en: 'Published' },
  proposedBy: { da: 'Foreslået af', en: 'Proposed by' },
  proposedAt: { da: 'Foreslået', en: 'Proposed' },
  approvedBy: { da: 'Godkendt af', en: 'Approved by' },
  foundedBy: { da: 'Grundlagt af den driftsansvarlige', en: 'Founded by the operator' },
  hash: { da: 'Tekstens SHA-256', en: 'SHA-256 of the text' },
  asNotice: { da: 'Læs den som privatlivspolitik', en: 'Read it as the privacy notice' },
  asText: { da: 'Se teksten', en: 'See the text' },
  versions: { da: 'Alle versioner', en: 'All versions' },
  version: { da: 'Version', en: 'Version' },
  versionText: (number: number): Text2 => ({
    da: `Politikken, version ${number}`,
    en: `The policy, version ${number}`,
  }),
  proposals: { da: 'Forslag', en: 'Proposals' },
  noProposals: { da: 'Der er ingen forslag.', en: 'There are no proposals.' },
  state: { da: 'Tilstand', en: 'State' },
  states: {
    proposed: { da: 'venter på en andens godkendelse', en: 'waits for another’s approval' },
    approved: { da: 'godkendt, ikke offentliggjort', en: 'approved, not published' },
    published: { da: 'offentliggjort', en: 'published' },
    withdrawn: { da: 'trukket tilbage', en: 'withdrawn' },
    superseded: { da: 'overhalet af en nyere version', en: 'overtaken by a newer version' },
  },
  proposal: { da: 'Forslag til ny politik', en: 'Proposal for a new policy' },
  newProposal: { da: 'Foreslå en ny version', en: 'Propose a new version' },
  newLead: {
    da: 'Ret i teksten, eller sæt en hel politik ind. Se først, hvad den ville gøre. Intet er ændret, før en anden har godkendt den, og den er offentliggjort.',
    en: 'Change the text, or paste a whole policy. First see what it would do. Nothing is changed until another person has approved it and it is published.',
  },
  text: { da: 'Politikkens tekst (YAML)', en: 'The text of the policy (YAML)' },
  seeEffect: { da: 'Se, hvad den ville gøre', en: 'See what it would do' },
  propose: { da: 'Foreslå den', en: 'Propose it' },
  proposed: {
    da: 'Politikken er foreslået. En anden skal nu godkende den.',
    en: 'The policy is proposed. Another person must now approve it.',
  },
  faults: (count: number): Text2 => ({
    da: plural.da(
      count,
      'Teksten har én fejl. Listen viser linjen.',
      `Teksten har ${count} fejl. Listen viser linjerne.`,
    ),
    en: plural.en(
      count,
      'The text has one fault. The list names its line.',
      `The text has ${count} faults. The list names their lines.`,
    ),
  }),
  faultsHeading: { da: 'Fejl i teksten', en: 'Faults in the text' },
  faultsEnglish: {
    da: 'Hver fejl nævner sin linje og det, der ville være rigtigt. Fejlene står på engelsk, som politikkens egne ord.',
    en: 'Each fault names its line and what would be right.',
  },
  line: (line: number): Text2 => ({ da: `Linje ${line}`, en: `Line ${line}` }),
  place: { da: 'Sted', en: 'Place' },
  fault: { da: 'Fejl', en: 'Fault' },
  allowed: { da: 'Tilladt', en: 'Allowed' },
  noText: { da: 'Sæt politikkens tekst ind', en: 'Paste the text of the policy' },

  effect: { da: 'Hvad den ville gøre', en: 'What it would do' },
  effectDays: (effective: string, night: string): Text2 => ({
    da: `Offentliggjort i dag ville den gælde fra ${effective}, og den første nat, den bestemmer over, er natten til ${night}.`,
    en: `Published today it would be in force from ${effective}, and the first night it decides is the night to ${night}.`,
  }),
  goesFirstNight: { da: 'Forsvinder den første nat', en: 'Goes in its first night' },
  goesFirstNightText: {
    da: 'Rækker, som denne politik ville tage den første nat, og som den nuværende ville have ladet stå.',
    en: 'Rows that this policy would take in its first night and the present one would have left.',
  },
  nothingGoes: {
    da: 'Den ville ikke tage mere den første nat end den nuværende.',
    en: 'It would take no more in its first night than the present one.',
  },
  nothingLess: {
    da: 'Bliver en frist længere, gælder den for det, der stadig er her. Det, der er slettet, kommer ikke tilbage.',
    en: 'A longer period applies to what is still here. What was deleted does not come back.',
  },
  data: { da: 'Oplysninger', en: 'Data' },
  rows: { da: 'rækker', en: 'rows' },
  goes: { da: 'Forsvinder', en: 'Go' },
  of: { da: 'Ud af', en: 'Out of' },
  share: { da: 'Andel', en: 'Share' },
  oldest: { da: 'Ældste fra', en: 'Oldest from' },
  changedRules: { da: 'Ændrede regler', en: 'Changed rules' },
  noChangedRules: { da: 'Ingen regler om sletning er ændret.', en: 'No rule about deletion is changed.' },
  before: { da: 'Før', en: 'Before' },
  after: { da: 'Efter', en: 'After' },
  noRule: { da: 'ingen regel', en: 'no rule' },
  featuresOn: { da: 'Begynder at indsamle', en: 'Begins to collect' },
  featuresOff: { da: 'Holder op med at indsamle', en: 'Stops collecting' },
  recipients: { da: 'Modtagere', en: 'Recipients' },
  otherChanges: { da: 'Andre steder i teksten', en: 'Elsewhere in the text' },
  kinds: {
    added: { da: 'ny', en: 'new' },
    removed: { da: 'fjernet', en: 'removed' },
    changed: { da: 'ændret', en: 'changed' },
  },
  alike: {
    da: 'Teksten siger det samme som den nuværende politik.',
    en: 'The text says the same as the present policy.',
  },

  approve: { da: 'Godkend forslaget', en: 'Approve the proposal' },
  approved: {
    da: 'Forslaget er godkendt. Det gælder først, når det er offentliggjort.',
    en: 'The proposal is approved. It is in force only once it is published.',
  },
  withdraw: { da: 'Træk forslaget tilbage', en: 'Withdraw the proposal' },
  withdrawn: { da: 'Forslaget er trukket tilbage', en: 'The proposal is withdrawn' },
  publish: { da: 'Offentliggør', en: 'Publish' },
  publishedNow: (number: number): Text2 => ({
    da: `Version ${number} er offentliggjort`,
    en: `Version ${number} is published`,
  }),
  decide: { da: 'Beslutning', en: 'Decision' },
  yourOwn: {
    da: 'Du har selv foreslået den. En anden databeskyttelsesrådgiver eller administrator skal godkende den.',
    en: 'You proposed it yourself. Another data-protection officer or administrator must approve it.',
  },
  mayPublish: {
    da: 'To personer står bag. Når den offentliggøres, retter natten sig efter den fra den dag, den gælder.',
    en: 'Two people stand behind it. Once published, the nights follow it from the day it is in force.',
  },
  confirmTitle: { da: 'Det vil slette meget', en: 'This would delete much' },
  confirmText: (percent: number): Text2 => ({
    da: `Politikken i kraft siger, at en ændring, der på én gang fjerner mere end ${percent} % af noget, skal bekræftes. Det, der er slettet, kommer ikke tilbage.`,
    en: `The policy in force says that a change which at once removes more than ${percent} % of anything must be confirmed. What is deleted does not come back.`,
  }),
  confirmBox: {
    da: 'Jeg har set, hvad der forsvinder, og det er meningen',
    en: 'I have seen what will go, and it is meant to',
  },
  confirmMissing: {
    da: 'Sæt kryds, hvis det er meningen, at det skal forsvinde',
    en: 'Tick the box if it is meant to go',
  },
  publishAnyway: { da: 'Offentliggør alligevel', en: 'Publish all the same' },
  backToProposal: { da: 'Tilbage til forslaget', en: 'Back to the proposal' },

  refused: { da: 'Det blev ikke gjort', en: 'It was not done' },
  refusals: {
    'not-allowed': {
      da: 'Kun en databeskyttelsesrådgiver eller en administrator kan gøre det.',
      en: 'Only a data-protection officer or an administrator may do this.',
    },
    unknown: { da: 'Forslaget findes ikke.', en: 'There is no such proposal.' },
    stale: {
      withdrawn: { da: 'Forslaget er trukket tilbage.', en: 'The proposal has been withdrawn.' },
      published: { da: 'Forslaget er allerede offentliggjort.', en: 'The proposal has been published already.' },
      superseded: {
        da: 'En anden version er offentliggjort, siden forslaget blev stillet. Stil det igen oven på den nye.',
        en: 'Another version was published after the proposal was made. Make it again on top of the new one.',
      },
    },
    'same-person': {
      da: 'Den, der har foreslået politikken, kan ikke selv godkende den. En anden skal gøre det.',
      en: 'Whoever proposed the policy cannot approve it. Another person must.',
    },
    'not-approved': {
      da: 'Forslaget skal godkendes af en anden, før det kan offentliggøres.',
      en: 'The proposal must be approved by another person before it can be published.',
    },
    faulty: {
      da: 'Teksten har fået fejl, siden den blev foreslået: noget, den taler om, er ændret. Stil et nyt forslag.',
      en: 'The text has become faulty since it was proposed: something it speaks of has changed. Make a new proposal.',
    },
    'published-before': (number: number): Text2 => ({
      da: `Den samme tekst er allerede offentliggjort som version ${number}. Ret noget i den.`,
      en: `The same text was published already as version ${number}. Change something in it.`,
    }),
  },
} as const
