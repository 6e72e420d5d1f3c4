import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { refresh, startRefreshing } from './refresh.js'

const PAGE = `
  <section id="parcels" data-refresh="/orders/1/?part=parcels">
    <details open><summary>On its way</summary></details>
    <a href="/orders/1/" data-refresh-link>Refresh</a><span data-refresh-note hidden>Kept up to date</span>
  </section>`

const answer = (html, more = {}) =>
  Promise.resolve({ ok: true, redirected: false, text: () => Promise.resolve(html), ...more })

beforeEach(() => {
  document.body.innerHTML = PAGE
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('the part takes the answer and keeps what the visitor opened', async () => {
  const element = document.getElementById('parcels')
  const fresh = PAGE.replace('On its way', 'Delivered').replace('<details open>', '<details>')

  expect(await refresh(element, { fetchPage: () => answer(fresh) })).toBe(true)

  expect(element.querySelector('summary').textContent).toBe('Delivered')
  expect(element.querySelector('details').open).toBe(true)
  expect(element.querySelector('[data-refresh-link]').hidden).toBe(true)
})

test('a failure, a sign-in page or another page changes nothing', async () => {
  const element = document.getElementById('parcels')
  const before = element.innerHTML
  const answers = [
    () => answer('', { ok: false }),
    () => answer(PAGE.replace('On its way', 'x'), { redirected: true }),
    () => answer('<p>other</p>'),
    () => Promise.reject(new Error('offline'))
  ]

  for (const fetchPage of answers) expect(await refresh(element, { fetchPage })).toBe(false)

  expect(element.innerHTML).toBe(before)
})

test('it asks once a minute, and says so in the place of the link', () => {
  vi.useFakeTimers()
  const fetchPage = vi.fn(() => answer(PAGE))
  vi.stubGlobal('fetch', fetchPage)

  startRefreshing()
  expect(document.querySelector('[data-refresh-link]').hidden).toBe(true)
  vi.advanceTimersByTime(59_000)
  expect(fetchPage).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1_500)

  expect(fetchPage).toHaveBeenCalledTimes(1)
})
