export { deleteList, type ListRefusal, MOST_LISTS, makeList, putOnList, takeOffList } from './change.ts'
export { listSection, registerListPages } from './pages.ts'
export { type ListedList, listsOf, listsWith, titlesOn } from './queries.ts'
export { type ListId, type ListRow, listsTables } from './tables.ts'
