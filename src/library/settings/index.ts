export {
  changeSetting,
  currentSetting,
  readSetting,
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
