/**
 * Replace a part of the page by the same part of another address, without a reload.
 *
 * Links and GET forms inside `data-swap="#part"` are fetched; the element with
 * that selector becomes like the one of the answer, and so do the elements
 * marked `data-swap-along`. The history keeps how far each state was scrolled.
 * Whatever goes wrong, the browser simply follows the link, so nothing depends
 * on this.
 */
import { morph } from './morph.js'
import { goTo, newKey, notePlace, placeOf, startPlaces, stayAt } from './places.js'

let turn = new AbortController()
let dimmed = null
let shownUrl = ''

export async function swap(selector, url, { push = true, fetchPage = fetch } = {}) {
  const target = document.querySelector(selector)
  const { signal } = takeTurn(target)
  const page = await load(url, selector, (address, options) => fetchPage(address, { ...options, signal }))
  if (signal.aborted) return false
  endTurn()
  if (!page) {
    location.assign(url)
    return false
  }
  if (push) pushAddress(selector, url)
  shownUrl = location.href
  show(target, selector, page)
  document.dispatchEvent(new CustomEvent('page:swapped', { detail: { element: target } }))
  if (push) bringResultsIntoView(target)
  return true
}

/** The last click wins: what was asked before is no longer wanted. */
function takeTurn(target) {
  endTurn()
  dimmed = target.querySelector('[data-results]') ?? target
  dimmed.setAttribute('aria-busy', 'true')
  turn = new AbortController()
  return turn
}

function endTurn() {
  turn.abort()
  dimmed?.removeAttribute('aria-busy')
}

function pushAddress(selector, url) {
  notePlace()
  history.pushState({ swap: selector, key: newKey() }, '', url)
  stayAt(history.state.key)
}

function show(target, selector, page) {
  const focused = document.activeElement
  document.title = page.title || document.title
  morph(target, page.querySelector(selector))
  for (const other of document.querySelectorAll('[data-swap-along]')) {
    const counterpart = page.getElementById(other.id)
    if (counterpart) morph(other, counterpart)
  }
  if (!focused?.isConnected) refocus(target, focused)
}

/** What was in use is gone: go on at what took its name, else where the page says. */
function refocus(target, lost) {
  const next = (lost?.id && document.getElementById(lost.id)) || target.querySelector('[data-focus-after]')
  next?.focus({ preventScroll: true })
}

/** Somebody far down a list sees the first of the new results, not the middle of them. */
function bringResultsIntoView(target) {
  const results = target.querySelector('[data-results]')
  if (results && results.getBoundingClientRect().top < 0) results.scrollIntoView({ block: 'start', behavior: 'instant' })
}

/** Fetch a page that has the part; null whatever else comes back. */
async function load(url, selector, fetchPage) {
  try {
    const answer = await fetchPage(url, { headers: { 'X-Requested-With': 'swap' } })
    if (!answer.ok) return null
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    return page.querySelector(selector) && page
  } catch {
    return null
  }
}

/** The address that submitting a GET form asks for, empty fields left out. */
export function formUrl(form, base = location.href) {
  const url = new URL(form.getAttribute('action') || base, base)
  const filled = [...new FormData(form)].filter(([, value]) => value !== '')
  url.search = new URLSearchParams(filled).toString()
  return url.href
}

function isPlainClick(event) {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
}

function staysHere(link) {
  return link.origin === location.origin && !link.target && !link.hash && !link.closest('[data-no-swap]')
}

function swapLink(event) {
  const link = event.target.closest?.('a[href]')
  const zone = link?.closest('[data-swap]')
  if (!zone || !isPlainClick(event) || !staysHere(link)) return
  event.preventDefault()
  swap(zone.dataset.swap, link.href)
}

function swapForm(event) {
  const form = event.target
  const zone = form.closest('[data-swap]')
  if (!zone || form.method !== 'get') return
  event.preventDefault()
  swap(zone.dataset.swap, formUrl(form))
}

/** Only what the form sends is a reason to send it: a slider or a search within options has no name. */
function submitOnChange(event) {
  if (event.target.name) event.target.closest?.('form[data-auto-submit]')?.requestSubmit()
}

const withoutHash = (address) => address.split('#')[0]

/** Show the state that the history went to, where it was scrolled. */
async function returnTo({ state }) {
  const { swap: selector = shownZone(), key } = state ?? {}
  if (!selector || !(await showAddress(selector))) return
  stayAt(key)
  const y = placeOf(key)
  if (y !== undefined) goTo(y)
}

function shownZone() {
  return document.querySelector('[data-swap]')?.dataset.swap
}

async function showAddress(selector) {
  if (withoutHash(shownUrl) !== withoutHash(location.href)) return swap(selector, location.href, { push: false })
  endTurn()
  return true
}

export function startSwapping() {
  const zone = document.querySelector('[data-swap]')
  document.addEventListener('click', swapLink)
  document.addEventListener('submit', swapForm)
  document.addEventListener('change', submitOnChange)
  if (!zone) return
  // The browser would scroll before the results of that state are back.
  history.scrollRestoration = 'manual'
  startPlaces()
  shownUrl = location.href
  history.replaceState({ swap: zone.dataset.swap, key: history.state?.key ?? newKey() }, '')
  stayAt(history.state.key)
  const y = placeOf(history.state.key)
  if (y) goTo(y)
  window.addEventListener('popstate', returnTo)
}
