import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Language } from '#core'
import { type Colours, coloursFile, ORDINARY_COLOURS } from './colours.ts'
import { html, icon, type SafeHtml } from './html.ts'
import { href, samePageIn } from './language.ts'
import { takeMessage } from './message.ts'
import { languageNames, texts } from './texts.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * What a hook of a higher room knows about every page of this request; a page’s own fields come before it. It is made
     * when there is a page, for most scripts and machines ask for none.
     */
    frame: (() => PageFrame) | null
  }
  interface FastifyInstance {
    readonly siteName: string
  }
}

/** What is around a page. Every `href` is a plain path; the language of the request is added here. */
export interface PageFrame {
  readonly site?: Site
  readonly nav?: readonly NavLink[]
  /** What each trail of pages begins with; the site's front page unless told. */
  readonly start?: { readonly label: string; readonly href: string }
  /** Who is signed in, and the way out. */
  readonly account?: SafeHtml
  /** Above everything, on every page: that this is a demonstration, that the desk sees a patron's page. */
  readonly banner?: SafeHtml
  readonly footer?: readonly { readonly label: string; readonly href: string }[]
}

interface Site {
  readonly name: string
  readonly home: string
  /** Where a phone reads how to put the site on its home screen. */
  readonly manifest?: string
  /** What it is shown by there, where a phone reads no manifest. */
  readonly touchIcon?: string
  /** The library's own, which have the contrast the layout needs. */
  readonly colours?: Colours
}

interface NavLink {
  readonly label: string
  readonly href: string
  readonly current?: boolean
}

export interface Page extends PageFrame {
  readonly title: string
  /** The page's `h1`, where it is not the title. */
  readonly heading?: string
  readonly body: SafeHtml
  readonly status?: number
  readonly description?: string
  /** The way here, from the front page; the last is this page and needs no `href`. */
  readonly breadcrumbs?: readonly { readonly label: string; readonly href?: string }[]
  /** Plain names of files in `assets/`. A page must work without them. */
  readonly scripts?: readonly string[]
  /** Fills a screen that stands in a branch: everything is large, and there is no foot to walk away by. */
  readonly screen?: true
  /** Where a browser without script goes by itself, and when: a script of the page's own does it better. */
  readonly leave?: { readonly to: string; readonly seconds: number } | undefined
}

/** Sends a whole document: header, navigation, the message of the last redirect, the page's heading and body, footer. */
export function renderPage(request: FastifyRequest, reply: FastifyReply, page: Page): FastifyReply {
  const whole = { ...request.frame?.(), ...page }
  const message = takeMessage(request, reply)
  const document = html`<!doctype html>
<html lang="${request.language}">
${head(request, whole)}
${whole.screen ? html`<body class="screen">` : html`<body>`}
<a class="skipnav" href="#main-content">${texts.skip[request.language]}</a>
${header(request, whole)}
${breadcrumbs(request, whole)}
<main id="main-content" class="container page-container" tabindex="-1">
${message}
<h1>${whole.heading ?? whole.title}</h1>
${whole.body}
</main>
${whole.screen ? '' : footer(request, whole)}
</body>
</html>
`
  return reply
    .code(page.status ?? 200)
    .type('text/html; charset=utf-8')
    .send(String(document))
}

function head(request: FastifyRequest, page: Page): SafeHtml {
  const asset = (name: string) => request.server.assetHref(name)
  return html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title} – ${siteOf(request, page).name}</title>
${page.description === undefined ? '' : html`<meta name="description" content="${page.description}">`}
<link rel="icon" type="image/svg+xml" href="${asset('kvit.svg')}">
<link rel="preload" as="font" type="font/woff2" crossorigin href="${asset('IBMPlexSans-Regular-Latin1.woff2')}">
<link rel="stylesheet" href="${asset('dkfds.css')}">
<link rel="stylesheet" href="${asset('kvit.css')}">
${ownColours(request, page)}
${page.leave === undefined ? '' : html`<noscript><meta http-equiv="refresh" content="${page.leave.seconds}; url=${href(request, page.leave.to)}"></noscript>`}
${installable(request, page)}
${alternates(request, page)}
${(page.scripts ?? []).map((name) => html`<script src="${asset(name)}" defer></script>`)}
</head>`
}

function ownColours(request: FastifyRequest, page: Page): SafeHtml {
  const { colours } = siteOf(request, page)
  if (colours === undefined || coloursFile(colours) === coloursFile(ORDINARY_COLOURS)) return html``
  return html`<link rel="stylesheet" href="/assets/${coloursFile(colours)}">`
}

function installable(request: FastifyRequest, page: Page): SafeHtml {
  const { manifest, touchIcon, colours = ORDINARY_COLOURS } = siteOf(request, page)
  return html`${manifest === undefined ? '' : html`<link rel="manifest" href="${href(request, manifest)}">`}
${touchIcon === undefined ? '' : html`<link rel="apple-touch-icon" href="${touchIcon}">`}
<meta name="theme-color" content="${colours.accent}">`
}

function alternates(request: FastifyRequest, page: Page): SafeHtml[] {
  if ((page.status ?? 200) !== 200) return []
  return languages().flatMap((language) => {
    const address = samePageIn(request, language)
    return address === undefined ? [] : [html`<link rel="alternate" hreflang="${language}" href="${address}">`]
  })
}

function header(request: FastifyRequest, page: Page): SafeHtml {
  const { name, home } = siteOf(request, page)
  return html`<header class="header">
<div class="site-band"></div>
${page.banner === undefined ? '' : html`<div class="site-banner"><div class="container">${page.banner}</div></div>`}
<div class="portal-info">
<div class="portal-info-inner container site-top">
<a class="site-name" href="${href(request, home)}">${name}</a>
<div class="site-tools d-print-none">
${page.account === undefined ? '' : html`<div class="site-account">${page.account}</div>`}
${languageSwitch(request)}
</div>
</div>
</div>
${navigation(request, page.nav ?? [])}
</header>`
}

function languageSwitch(request: FastifyRequest): SafeHtml {
  const other: Language = request.language === 'da' ? 'en' : 'da'
  const address = samePageIn(request, other)
  if (address === undefined) return html``
  return html`<a class="function-link site-language" href="${address}" lang="${other}" hreflang="${other}">
${icon('language')}${languageNames[other]}</a>`
}

function navigation(request: FastifyRequest, links: readonly NavLink[]): SafeHtml {
  if (links.length === 0) return html``
  return html`<nav class="site-nav d-print-none" aria-label="${texts.mainMenu[request.language]}">
<div class="container"><ul class="no-max-width">
${links.map(
  (link) =>
    html`<li><a href="${href(request, link.href)}" ${link.current ? html`aria-current="page"` : ''}>${link.label}</a></li>
`,
)}</ul></div>
</nav>`
}

function breadcrumbs(request: FastifyRequest, page: Page): SafeHtml {
  const crumbs = page.breadcrumbs ?? []
  if (crumbs.length === 0) return html``
  const start = page.start ?? { label: texts.home[request.language], href: siteOf(request, page).home }
  const items: NonNullable<Page['breadcrumbs']> = [start, ...crumbs]
  return html`<div class="container site-crumbs d-print-none">
<nav class="breadcrumbs" aria-label="${texts.breadcrumbs[request.language]}">
<ol class="breadcrumbs__list">
${items.map((item, index) => {
  const before = index === 0 ? '' : icon('chevron-right')
  return item.href === undefined
    ? html`<li class="breadcrumbs__list-item" aria-current="page">${before}${item.label}</li>`
    : html`<li class="breadcrumbs__list-item">${before}<a class="breadcrumbs__link" href="${href(request, item.href)}">${item.label}</a></li>`
})}
</ol>
</nav>
</div>`
}

function footer(request: FastifyRequest, page: Page): SafeHtml {
  const links = page.footer ?? []
  return html`<footer>
<div class="footer">
<div class="container">
<p class="footer-name">${siteOf(request, page).name}</p>
${
  links.length === 0
    ? ''
    : html`<nav aria-label="${texts.footerLinks[request.language]}"><ul class="unstyled-list site-links">
${links.map((link) => html`<li><a class="function-link" href="${href(request, link.href)}">${link.label}</a></li>`)}
</ul></nav>`
}
</div>
</div>
</footer>`
}

function siteOf(request: FastifyRequest, page: Page): Site {
  return page.site ?? { name: request.server.siteName, home: '/' }
}

function languages(): Language[] {
  return ['da', 'en']
}
