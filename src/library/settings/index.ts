export { type Appearance, appearance, recentAppearance, shownName } from './appearance.ts'
export { APPEARANCE_PATH, registerAppearanceDesk } from './appearance-desk.ts'
export {
  namesOfStaff,
  registerSettingsDesk,
  SETTINGS_KEEPER,
  SETTINGS_PATH,
  SETTINGS_READERS,
  type SettingEntry,
  type SettingsRoute,
  settingsCrumb,
} from './desk.ts'
export { type Described, diffLines, type HistoryOf, registerSettingHistory } from './desk-history.ts'
export { settingRefusalTexts } from './desk-texts.ts'
export {
  changeSetting,
  currentSetting,
  lastChanges,
  readSetting,
  recentSetting,
  type Setting,
  type SettingChange,
  type SettingFault,
  type SettingRefusal,
  type SettingVersion,
  settingAt,
  settingHistory,
  settingVersion,
} from './setting.ts'
export { settingsTables } from './tables.ts'
