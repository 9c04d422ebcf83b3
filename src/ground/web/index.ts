export { barChart, type ChartRow, columnChart } from './charts.ts'
export {
  type Colours,
  contrast,
  darker,
  GROUNDS,
  isColour,
  LEAST_CONTRAST,
  leastContrast,
  nearestShade,
  ORDINARY_COLOURS,
} from './colours.ts'
export {
  alert,
  definitionList,
  progressBar,
  type Severity,
  summaryNumbers,
  type TableContent,
  table,
  tag,
} from './components.ts'
export { COOKIES, type CookieDeclaration } from './cookies.ts'
export { type Entry, entries, type Tile, tiles, ways } from './entries.ts'
export { faultFields, sendRefusal } from './errors.ts'
export {
  dateText,
  dayText,
  instantText,
  kronerText,
  languageText,
  listText,
  monthText,
  numberText,
  plural,
  pluralText,
  shortDayText,
} from './format.ts'
export {
  checkbox,
  csrfField,
  errorSummary,
  type FieldErrors,
  fileField,
  form,
  hidden,
  passwordField,
  selectField,
  submitButton,
  textArea,
  textField,
} from './forms.ts'
export { html, type SafeHtml } from './html.ts'
export { bookIcon } from './icon-png.ts'
export { href, inLanguage, localPath } from './language.ts'
export { type Page, type PageFrame, renderPage } from './layout.ts'
export { redirectWithMessage } from './message.ts'
export {
  allowLocalBridge,
  csrfToken,
  forBusyDesks,
  forKeyedMachines,
  LOCAL_BRIDGE_PORT,
  onlyForMachines,
} from './security.ts'
export type { PatronActor, Site, StaffActor } from './site.ts'
export { soundSwitch } from './sound.ts'
export { type Upload, uploadIn, withUpload } from './upload.ts'
export { createWeb, type WebOptions } from './web.ts'
