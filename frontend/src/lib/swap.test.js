import { beforeEach, expect, test, vi } from 'vitest'
import { formUrl, swap } from './swap.js'

const page = (body, title = 'Next') => async () =>
  ({ ok: true, text: async () => `<title>${title}</title><body>${body}</body>` })

beforeEach(() => {
  history.replaceState(null, '', '/start')
  document.title = 'Start'
  document.body.innerHTML = '<header>kept</header><main id="part">old <a id="blue" href="/blue">blue</a></main>'
})

test('only the named part is replaced, with title and address', async () => {
  const done = await swap('#part', '/blue', { fetchPage: page('<header>other</header><main id="part">new</main>') })

  expect(done).toBe(true)
  expect(document.body.innerHTML).toBe('<header>kept</header><main id="part">new</main>')
  expect(document.title).toBe('Next')
  expect(location.pathname).toBe('/blue')
})

test('the keyboard focus stays on the element with the same id', async () => {
  document.getElementById('blue').focus()

  await swap('#part', '/blue', { fetchPage: page('<main id="part"><a id="blue" href="/blue">chosen</a></main>') })

  expect(document.activeElement.textContent).toBe('chosen')
})

test('going back does not add to the history', async () => {
  const push = vi.spyOn(history, 'pushState')

  await swap('#part', '/blue', { push: false, fetchPage: page('<main id="part">new</main>') })

  expect(push).not.toHaveBeenCalled()
})

test('islands are told which element came in', async () => {
  const told = vi.fn()
  document.addEventListener('page:swapped', told, { once: true })

  await swap('#part', '/blue', { fetchPage: page('<main id="part">new</main>') })

  expect(told.mock.calls[0][0].detail.element).toBe(document.getElementById('part'))
})

test('empty fields are left out of the address of a form', () => {
  document.body.innerHTML = '<form action="/search"><input name="q" value="iphone 12"><input name="max" value=""></form>'

  expect(formUrl(document.querySelector('form'), 'https://shop.test/en/')).toBe('https://shop.test/search?q=iphone+12')
})

test('a form without an action stays on its page and drops the old query', () => {
  document.body.innerHTML = '<form><input name="grade" value="good"></form>'

  expect(formUrl(document.querySelector('form'), 'https://shop.test/phones?page=3')).toBe('https://shop.test/phones?grade=good')
})
