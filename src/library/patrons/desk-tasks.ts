import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { isId } from '#core'
import {
  form,
  href,
  html,
  instantText,
  numberText,
  redirectWithMessage,
  renderPage,
  submitButton,
  summaryNumbers,
  table,
} from '#web'
import { counterPath, gone } from './desk-counter-frame.ts'
import { texts } from './desk-counter-texts.ts'
import { COUNTER, type DeskNeeds } from './desk-frame.ts'
import { texts as rightsTexts } from './desk-texts.ts'
import { taskTexts } from './task-texts.ts'
import { finishTask, openTasks } from './tasks.ts'

const doneSchema = z.object({ patron: z.string().catch('') })

interface TaskRoute {
  Params: { agency: string; task: string }
}

/** What the desk has to look at. It names nobody: who opens a patron from here is logged with the task as the reason. */
export function registerTasksDesk(app: FastifyInstance, { site }: DeskNeeds): void {
  app.get<TaskRoute>(`/:agency${COUNTER.home}/tasks`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...COUNTER.roles)) return reply
    const { language } = request
    const { tasks, count } = await openTasks(site.context(request))
    const patron = (id: string, task: string) => href(request, counterPath(request, `/patrons/${id}?task=${task}`))
    return renderPage(request, reply, {
      title: texts.tasks[language],
      breadcrumbs: [{ label: texts.home[language], href: counterPath(request) }, { label: texts.tasks[language] }],
      body: html`<p class="font-lead">${texts.tasksLead[language]}</p>
${summaryNumbers([...count].map(([kind, number]) => ({ label: taskTexts[kind][language], value: numberText(number, language) })))}
${table(
  {
    caption: tasks.length === 0 ? texts.tasks[language] : texts.openTasks(tasks.length)[language],
    head: [texts.task, rightsTexts.number, texts.since, texts.action].map((text) => text[language]),
    rows: tasks.map((task) => [
      taskTexts[task.kind][language],
      html`<a href="${patron(task.patron_id, task.id)}">${task.number}</a>`,
      instantText(task.made_at, language),
      form(request, reply, {
        action: counterPath(request, `/tasks/${task.id}/done`),
        body: html``,
        submit: submitButton(texts.finish[language], 'secondary'),
      }),
    ]),
    rowHeaders: true,
    empty: texts.noTasks[language],
  },
  language,
)}`,
    })
  })

  app.post<TaskRoute>(`/:agency${COUNTER.home}/tasks/:task/done`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...COUNTER.roles)) return reply
    const { task } = request.params
    const done = isId(task) && (await finishTask(site.context(request), task)).ok
    if (!done) return gone(reply)
    // Back to where the button was: the patron's page, or the list.
    const { patron } = doneSchema.parse(request.body ?? {})
    const path = isId(patron) ? `/patrons/${patron}` : '/tasks'
    return redirectWithMessage(reply, request, counterPath(request, path), texts.finished)
  })
}
