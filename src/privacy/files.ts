import type { FileDeclaration } from './declare.ts'

/** Personal data that lie in files. */
export const privacyFiles: readonly FileDeclaration[] = [
  {
    name: 'export-file',
    label: { da: 'udskrifter af dine oplysninger, der er lavet til dig', en: 'copies of your data made for you' },
    moment: 'made',
    momentLabel: { da: 'udskriften er lavet', en: 'the copy was made' },
  },
  {
    name: 'log-file',
    label: { da: 'programmets logfiler', en: 'the program’s log files' },
    moment: 'written',
    momentLabel: { da: 'linjen er skrevet', en: 'the line was written' },
  },
  {
    name: 'backup',
    label: { da: 'sikkerhedskopier', en: 'backups' },
    moment: 'taken',
    momentLabel: { da: 'kopien er taget', en: 'the backup was taken' },
  },
  {
    name: 'keys-backup',
    label: { da: 'sikkerhedskopier af krypteringsnøglerne', en: 'backups of the encryption keys' },
    moment: 'taken',
    momentLabel: { da: 'kopien er taget', en: 'the backup was taken' },
  },
]
